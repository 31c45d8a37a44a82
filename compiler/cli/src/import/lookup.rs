//! What a name in a file refers to.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::files::Files;
use super::names::{Declared, Names, Taken, namespace, pascal};
use super::types::quoted;

/// The names that a file uses, and what it has to import for them.
pub(super) struct Lookup<'a> {
    files: &'a Files,
    names: &'a Names,
    file: usize,
    namespace: String,
    seen: HashSet<usize>,
    /// Names of the namespace, and of what is imported.
    taken: Taken,
    /// The imports, by file: each name and what it is called.
    imports: BTreeMap<usize, BTreeMap<String, String>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(files: &'a Files, names: &'a Names, file: usize) -> Self {
        let namespace = namespace(files.get(file));
        Self {
            files,
            names,
            file,
            taken: names.taken(&namespace),
            namespace,
            seen: files.seen_by(file),
            imports: BTreeMap::new(),
        }
    }

    /// The full name of what is called `name` inside `scope`.
    pub(super) fn full(&self, scope: &str, name: &str) -> Option<String> {
        let is_seen = |full: &String| {
            let declared = self.names.get(full);
            declared.is_some_and(|declared| self.seen.contains(&declared.file))
        };
        if name.starts_with('.') {
            return Some(name.to_owned()).filter(is_seen);
        }
        let mut scope = scope;
        loop {
            let full = format!("{scope}.{name}");
            if is_seen(&full) {
                return Some(full);
            }
            scope = &scope[..scope.rfind('.')?];
        }
    }

    pub(super) fn declared(&self, full: &str) -> Option<&'a Declared> {
        self.names.get(full)
    }

    /// What the declaration is called in this file, which imports it if need be.
    pub(super) fn written(&mut self, declared: &Declared) -> String {
        if declared.file == self.file {
            return declared.name.clone();
        }
        let there = namespace(self.files.get(declared.file));
        let imports = self.imports.entry(declared.file).or_default();
        if let Some(written) = imports.get(&declared.name) {
            return written.clone();
        }
        let written = if there == self.namespace {
            declared.name.clone()
        } else if self.taken.has(&declared.name) {
            let last = there.rsplit('.').next().unwrap_or_default();
            let wanted = format!("{}{}", pascal(last), declared.name);
            self.taken.take(&wanted, "")
        } else {
            self.taken.take(&declared.name, "")
        };
        imports.insert(declared.name.clone(), written.clone());
        written
    }

    /// The files that it uses.
    pub(super) fn uses(&self) -> BTreeSet<usize> {
        self.imports.keys().copied().collect()
    }

    /// The imports as text.
    pub(super) fn imports(&self) -> String {
        let name = |(name, written): (&String, &String)| match name == written {
            true => name.clone(),
            false => format!("{name} as {written}"),
        };
        let import = |(file, names): (&usize, &BTreeMap<String, String>)| {
            let file = self.files.get(*file);
            let path = quoted(&file.idl_path());
            // Names of its own namespace a file has anyway.
            if namespace(file) == self.namespace {
                return format!("import {path};\n");
            }
            let names: Vec<String> = names.iter().map(name).collect();
            format!("import {path} {{ {} }};\n", names.join(", "))
        };
        let mut lines: Vec<String> = self.imports.iter().map(import).collect();
        lines.sort();
        lines.concat()
    }
}
