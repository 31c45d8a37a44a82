//! Where files come from: what the compiler asks for, and files in memory.

use std::collections::BTreeMap;
use std::io;

/// The source of files: the disk, memory, or the unsaved buffers of an editor.
///
/// Names use forward slashes on every platform, and are shown to users. A name is an import root, a `/`, and the path
/// that an `import` would give. Below the empty root it is only that path.
pub trait FileLoader {
    /// Reads the file called `name`, or its first `limit` bytes if it is longer.
    ///
    /// # Errors
    /// Those of the underlying store. For [`io::ErrorKind::NotFound`] the compiler looks for an import in the next
    /// place.
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>>;

    /// The import roots, in the order in which they are searched.
    fn roots(&self) -> Vec<String> {
        vec![String::new()]
    }

    /// Identifies the file: the same for all of its names.
    fn identity(&self, name: &str) -> String {
        name.to_owned()
    }

    /// The paths that imports could give, for suggestions when an import was not found.
    fn import_paths(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Files in memory, by name.
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
