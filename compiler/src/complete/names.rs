//! Names that a file can use.

use super::Found;
use crate::index::{Declaration, Index};
use crate::source::FileId;

/// Kinds of declarations that are types.
pub(super) const TYPES: &[&str] = &[
    "typedef",
    "newtype",
    "enum",
    "flags",
    "struct",
    "frozen struct",
    "union",
];

/// The names that are visible in a file.
pub(super) struct Visible<'a> {
    pub(super) index: &'a Index,
    pub(super) file: FileId,
}

impl<'a> Visible<'a> {
    /// Declarations of some kinds: those after a path, or all with the prefix that they need here.
    pub(super) fn of_kinds(&self, path: &[&str], kinds: &[&str], found: &mut Found) {
        let wanted = |it: &&Declaration| kinds.contains(&it.kind);
        match path {
            [] => {
                for (name, it) in self.all().into_iter().filter(|(_, it)| wanted(it)) {
                    found.add(&name, it.kind, it.doc.as_deref());
                }
            }
            [prefix] => {
                for it in self.namespace(prefix).filter(wanted) {
                    found.add(&it.name, it.kind, it.doc.as_deref());
                }
            }
            _ => {}
        }
    }

    /// Type parameters of the declaration around an offset.
    pub(super) fn type_params(&self, offset: usize, found: &mut Found) {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let mut around = self.index.declarations.iter();
        let around = around.find(|it| it.span.holds(self.file, offset));
        let members = around.into_iter().flat_map(|it| &it.members);
        for it in members.filter(|it| it.kind == "type parameter") {
            found.add(&it.name, it.kind, None);
        }
    }

    /// Declarations of the file that an import refers to.
    pub(super) fn of_file(&self, import: &str, text: &str, found: &mut Found) {
        let quoted = |span: crate::source::Span| {
            let range = span.start as usize..span.end as usize;
            text.get(range) == Some(import)
        };
        let mut imports = self.index.imports.iter();
        let imported = imports.find(|(span, _)| span.file == self.file && quoted(*span));
        let Some((_, imported)) = imported else {
            return;
        };
        let Some(seen) = self.index.visible.get(imported) else {
            return;
        };
        for it in self.declared(&seen.namespace) {
            found.add(&it.name, it.kind, it.doc.as_deref());
        }
    }

    /// Values: constants, and values of a type or of what a path names.
    pub(super) fn values(&self, path: &[&str], ty: &[&str], found: &mut Found) {
        if path.is_empty() {
            self.values_of(ty, found);
            self.of_kinds(path, &["constant"], found);
        } else {
            let members = self.named(path).into_iter().flat_map(values);
            members.for_each(|it| found.add(&it.name, it.kind, it.doc.as_deref()));
            self.of_kinds(path, &["constant", "enum", "flags", "union"], found);
        }
    }

    /// Fields of what a path names, if it is of one of these kinds, except those that are given.
    pub(super) fn fields(&self, of: &[&str], kinds: &[&str], given: &[&str], found: &mut Found) {
        let declared = self.named(of).filter(|it| kinds.contains(&it.kind));
        let members = declared.into_iter().flat_map(|it| &it.members);
        let is_left = |it: &&Declaration| it.kind == "field" && !given.contains(&it.name.as_str());
        for it in members.filter(is_left) {
            found.assigned(&it.name, it.kind, it.doc.as_deref());
        }
    }

    /// The named values of a type, prefixed with the type.
    fn values_of(&self, ty: &[&str], found: &mut Found) {
        if ty == ["bool"] {
            found.add("true", "keyword", None);
            found.add("false", "keyword", None);
        }
        let Some(declared) = self.named(ty) else {
            return;
        };
        for it in values(declared) {
            let label = format!("{}.{}", ty.join("."), it.name);
            found.add(&label, it.kind, it.doc.as_deref());
        }
    }

    /// The declaration that a path refers to here.
    fn named(&self, path: &[&str]) -> Option<&'a Declaration> {
        match path {
            [name] => {
                let mut all = self.all().into_iter();
                all.find_map(|(here, it)| (here == *name).then_some(it))
            }
            [prefix, name] => self.namespace(prefix).find(|it| it.name == *name),
            _ => None,
        }
    }

    /// Everything that is visible, with its name here.
    pub(super) fn all(&self) -> Vec<(String, &'a Declaration)> {
        let Some(seen) = self.index.visible.get(&self.file) else {
            return Vec::new();
        };
        let own = self.declared(&seen.namespace);
        let mut all: Vec<_> = own.map(|it| (it.name.clone(), it)).collect();
        for (name, declared) in &seen.picked {
            all.extend(self.index.declared(*declared).map(|it| (name.clone(), it)));
        }
        for (prefix, namespace) in &seen.prefixes {
            let declared = self.declared(namespace);
            all.extend(declared.map(|it| (format!("{prefix}.{}", it.name), it)));
        }
        all
    }

    /// The declarations with a prefix.
    fn namespace(&self, prefix: &str) -> impl Iterator<Item = &'a Declaration> {
        let seen = self.index.visible.get(&self.file);
        let mut prefixes = seen.into_iter().flat_map(|seen| &seen.prefixes);
        let namespace = prefixes.find(|(name, _)| name == prefix);
        namespace
            .into_iter()
            .flat_map(|(_, namespace)| self.declared(namespace))
    }

    /// The declarations of a namespace that this file may use.
    fn declared(&self, namespace: &'a str) -> impl Iterator<Item = &'a Declaration> + use<'a> {
        let here = self.index.visible.get(&self.file);
        let own = here.is_some_and(|here| here.namespace == namespace);
        let all = self.index.declarations.iter();
        all.filter(move |it| it.namespace == namespace && (own || !it.internal))
    }
}

fn values(of: &Declaration) -> impl Iterator<Item = &Declaration> {
    let members = of.members.iter();
    members.filter(|it| matches!(it.kind, "value" | "variant"))
}
