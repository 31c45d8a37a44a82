//! What the suites share: finding cases, and holding them against their snapshots.
//!
//! A case is a file `tests/<suite>/<phase>/<rule>.idl`, or a folder with a `main.idl` if it needs
//! several files. Its snapshot lies beside it.

pub mod cases;
pub mod snapshot;
