//! What the suites share: finding cases, holding them against their snapshots, taking Markdown
//! apart, and running cargo for crates outside this workspace.
//!
//! A case is a file `tests/<suite>/<phase>/<rule>.idl`, or a folder with a `main.idl` if it needs
//! several files. Its snapshot lies beside it.

#![forbid(unsafe_code)]

pub mod cases;
pub mod markdown;
pub mod report;
pub mod snapshot;
pub mod stranger;
pub mod versions;
