//! The interface for `build.rs`. The only part of this crate that touches the disk.

mod disk;
mod write;

pub use disk::DiskLoader;
pub use write::{Unwritable, write_files};
