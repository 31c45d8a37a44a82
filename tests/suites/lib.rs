//! What the suites share: cases, snapshots, Markdown blocks, and cargo for crates outside this workspace.
//!
//! A case is a file `tests/<suite>/<phase>/<rule>.idl`, or a folder with a `main.idl` if it needs several files. Its
//! snapshot is beside it.

#![forbid(unsafe_code)]

pub mod cases;
pub mod markdown;
pub mod report;
pub mod snapshot;
pub mod stranger;
pub mod versions;
