//! Where files come from: what the compiler asks for, and files in memory.

use std::collections::BTreeMap;
use std::io;

/// Where files come from: the disk, memory, or an editor's unsaved buffers.
///
/// Names use forward slashes on every platform and are what users are shown. A name is an import
/// root, a `/`, and the path that an `import` would give; below the empty root it is that path.
pub trait FileLoader {
    /// Reads the file that `name` stands for, or at most its first `limit` bytes.
    ///
    /// # Errors
    /// What the underlying store says; [`io::ErrorKind::NotFound`] makes the
    /// compiler look for an import in the next place.
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>>;

    /// Where imports are looked for, in this order.
    fn roots(&self) -> Vec<String> {
        vec![String::new()]
    }

    /// Two names of one file have one identity.
    fn identity(&self, name: &str) -> String {
        name.to_owned()
    }

    /// What imports could say; for suggestions when an import was not found.
    fn import_paths(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Files held in memory, by name.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader(BTreeMap<String, Vec<u8>>);

impl MemoryLoader {
    /// Adds or replaces a file.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.0.insert(name.into(), text.into());
    }

    /// The names of all files, in order.
    pub fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

impl FileLoader for MemoryLoader {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        let text = self.0.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(text[..text.len().min(limit)].to_vec())
    }

    fn import_paths(&self) -> Vec<String> {
        self.names()
    }
}
