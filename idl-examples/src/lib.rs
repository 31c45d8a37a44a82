//! Example schemas compiled by `build.rs`.
