//! The interface for `build.rs`. The only part of this crate that touches the disk.

#![expect(
    clippy::disallowed_methods,
    reason = "this is where the disk is touched"
)]

mod disk;
mod write;

pub use disk::DiskLoader;
pub use write::{Unwritable, write_files};
