//! The files of an import: those that were asked for, and all that they import.

use std::collections::HashSet;

use prost_types::FileDescriptorProto;
use sinew_compiler::source::{FileId, Position, SourceMap};

use super::places::Places;

/// A file that was read.
pub(super) struct Proto {
    /// What users are shown.
    pub(super) name: String,
    /// What imports call it.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) tree: FileDescriptorProto,
    pub(super) places: Places,
    /// Whether it was asked for.
    pub(super) asked: bool,
    /// The file of each import, if it was found.
    pub(super) imports: Vec<Option<usize>>,
    pub(super) id: FileId,
}

impl Proto {
    /// The path of what is written for it.
    pub(super) fn idl_path(&self) -> String {
        let stem = self.path.strip_suffix(".proto").unwrap_or(&self.path);
        format!("{stem}.idl")
    }

    /// The package with a dot in front of each name; empty without one.
    pub(super) fn scope(&self) -> String {
        match self.tree.package.as_deref() {
            Some(package) if !package.is_empty() => format!(".{package}"),
            Some(_) | None => String::new(),
        }
    }

    pub(super) fn is_proto2(&self) -> bool {
        self.tree.syntax.as_deref().unwrap_or("proto2") == "proto2"
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Files {
    pub(super) list: Vec<Proto>,
    pub(super) sources: SourceMap,
}

impl Files {
    pub(super) fn get(&self, file: usize) -> &Proto {
        &self.list[file]
    }

    /// The files that were asked for.
    pub(super) fn asked(&self) -> impl Iterator<Item = usize> {
        let files = self.list.iter().enumerate();
        files.filter(|(_, file)| file.asked).map(|(at, _)| at)
    }

    pub(super) fn position(&self, file: usize, offset: usize) -> Position {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.sources.file(self.get(file).id).position(offset)
    }

    /// The files whose declarations `file` sees: itself, what it imports, and what these import for others.
    pub(super) fn seen_by(&self, file: usize) -> HashSet<usize> {
        let mut seen = HashSet::from([file]);
        let mut left: Vec<usize> = self.get(file).imports.iter().flatten().copied().collect();
        while let Some(next) = left.pop() {
            if seen.insert(next) {
                let next = self.get(next);
                let public = next.tree.public_dependency.iter();
                let public = public.filter_map(|index| usize::try_from(*index).ok());
                left.extend(public.filter_map(|index| *next.imports.get(index)?));
            }
        }
        seen
    }
}
