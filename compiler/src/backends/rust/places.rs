//! Look-ups in sources and schema: the line of a span, declarations by name.

use std::collections::BTreeMap;

use crate::schema::{DeclId, Schema};
use crate::source::{FileId, SourceMap, Span};

/// Tables for these look-ups.
pub(super) struct Places<'a> {
    files: BTreeMap<FileId, (&'a str, Vec<usize>)>,
    names: BTreeMap<&'a str, Vec<DeclId>>,
}

impl<'a> Places<'a> {
    /// Builds the tables.
    pub(super) fn of(schema: &'a Schema, sources: &'a SourceMap) -> Self {
        let mut names: BTreeMap<&str, Vec<DeclId>> = BTreeMap::new();
        for (id, decl) in schema.decls() {
            names.entry(&decl.name).or_default().push(id);
        }
        let files = sources.iter().map(|(id, file)| {
            let ends = file.text.match_indices('\n').map(|(at, _)| at).collect();
            (id, (file.import_path(), ends))
        });
        Self {
            files: files.collect(),
            names,
        }
    }

    /// `file:line`, with lines from 1
    pub(super) fn line(&self, span: Span) -> String {
        match self.files.get(&span.file) {
            Some((name, ends)) => {
                let line = ends.partition_point(|end| *end < span.start as usize) + 1;
                format!("{name}:{line}")
            }
            None => String::new(),
        }
    }

    /// All declarations with this name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = DeclId> {
        self.names.get(name).into_iter().flatten().copied()
    }
}
