//! Records what a compilation has looked for on disk, so that cargo can be told what to watch.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::DiskLoader;
use crate::source::FileLoader;

/// A loader that records which files were not found.
pub(super) struct TrackingLoader<'a> {
    loader: &'a DiskLoader,
    missed: Mutex<BTreeSet<String>>,
}

impl<'a> TrackingLoader<'a> {
    pub(super) fn new(loader: &'a DiskLoader) -> Self {
        let missed = Mutex::default();
        Self { loader, missed }
    }

    /// Folders in which a file could appear that would be used instead of one found later. For each, the innermost
    /// folder that exists, because cargo treats what does not exist as changed.
    pub(super) fn folders(self) -> BTreeSet<String> {
        let missed = self.missed.into_inner();
        let missed = missed.unwrap_or_else(PoisonError::into_inner);
        let folders = missed.iter().map(|name| self.loader.innermost_folder(name));
        folders.collect()
    }
}

impl FileLoader for TrackingLoader<'_> {
    fn read(&self, name: &str, limit: usize) -> io::Result<Vec<u8>> {
        let read = self.loader.read(name, limit);
        if matches!(&read, Err(error) if error.kind() == io::ErrorKind::NotFound) {
            let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
            missed.insert(name.to_owned());
        }
        read
    }

    fn roots(&self) -> Vec<String> {
        self.loader.roots()
    }

    fn identity(&self, name: &str) -> String {
        self.loader.identity(name)
    }

    fn import_paths(&self) -> Vec<String> {
        self.loader.import_paths()
    }
}

impl DiskLoader {
    /// The innermost existing folder that contains `name`.
    fn innermost_folder(&self, name: &str) -> String {
        let around = Path::new(name).ancestors().skip(1);
        let there = around
            .map(|folder| self.name(folder))
            .find(|folder| self.path(folder).is_dir());
        there.unwrap_or_default()
    }
}
