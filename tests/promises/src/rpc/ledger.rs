//! A file of calls that have begun. Each is recorded before it runs, so the record survives a killed server.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Bytes of an entry.
const ENTRY: usize = 8;

/// The side of the server.
#[derive(Debug)]
pub struct Ledger(File);

impl Ledger {
    /// Opens the file and appends to what earlier servers have written.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn append_to(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(file))
    }

    /// Records a call. When this returns, the operating system has it, whatever happens to the process.
    ///
    /// # Errors
    /// It cannot be written; then the call must not run.
    pub fn note(&self, id: u64) -> io::Result<()> {
        (&self.0).write_all(&id.to_le_bytes())
    }
}

/// How often each call has begun.
///
/// # Errors
/// If the file cannot be read.
pub fn read(path: &Path) -> io::Result<BTreeMap<u64, u32>> {
    let bytes = std::fs::read(path)?;
    let mut begun = BTreeMap::new();
    for entry in bytes.chunks_exact(ENTRY) {
        let id = entry.try_into().expect("chunks are of this size");
        *begun.entry(u64::from_le_bytes(id)).or_default() += 1;
    }
    Ok(begun)
}
