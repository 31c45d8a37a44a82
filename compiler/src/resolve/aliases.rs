//! Resolves typedefs before all other types, in the order of their dependencies.

use super::Resolver;
use crate::ast::{self, ItemKind, Path, TypeKind};
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN, show_cycle};
use crate::order::{self, Step};
use crate::schema::DeclId;

impl<'a> Resolver<'a, '_> {
    /// Resolves all aliases. Reports those that refer to themselves.
    pub(crate) fn resolve_typedefs(&mut self) {
        let ids: Vec<DeclId> = self.names.ids().collect();
        let edges: Vec<Vec<usize>> = ids.iter().map(|id| self.aliases_in(*id)).collect();
        for step in order::steps(&edges) {
            match step {
                Step::Cycle { path, .. } => self.report_typedef_cycle(&path),
                Step::Node(at) => {
                    if let ItemKind::Typedef(ty) = &self.names.decl(ids[at]).item.kind {
                        self.typedefs[at] = self.type_at(ty, &self.place(ids[at]));
                    }
                }
            }
        }
    }

    /// The aliases that the target of an alias mentions.
    fn aliases_in(&self, id: DeclId) -> Vec<usize> {
        let entry = self.names.decl(id);
        let ItemKind::Typedef(ty) = &entry.item.kind else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut waiting = vec![ty];
        while let Some(ty) = waiting.pop() {
            match &ty.kind {
                TypeKind::Optional(t) | TypeKind::List(t) | TypeKind::Set(t) => waiting.push(t),
                TypeKind::Array(t, _) => waiting.push(t),
                TypeKind::Map(k, v) => waiting.extend([k.as_ref(), v.as_ref()]),
                TypeKind::Scalar(_) => {}
                TypeKind::Named(path, args) => {
                    waiting.extend(args);
                    found.extend(self.alias_named(path, entry.file));
                }
            }
        }
        found
    }

    fn alias_named(&self, path: &Path, file: usize) -> Option<usize> {
        let id = self.peek(&path.segments, file)?;
        matches!(self.names.decl(id).item.kind, ItemKind::Typedef(_)).then_some(id.0 as usize)
    }

    /// The declaration that a whole path names. Records and reports nothing.
    pub(crate) fn peek(&self, path: &[ast::Ident], file: usize) -> Option<DeclId> {
        let scope = &self.scopes[file];
        let here = self.names.files[file].namespace;
        let names: Vec<&str> = path.iter().map(|s| s.name.as_str()).collect();
        match names.as_slice() {
            [name] => {
                let own = self.names.namespace(here).by_name.get(name).copied();
                own.or_else(|| scope.items.get(name).map(|s| s.decl))
            }
            [prefix, name] => {
                let namespace = scope.prefixes.get(prefix)?.namespace;
                self.names.namespace(namespace).by_name.get(name).copied()
            }
            _ => None,
        }
    }

    fn report_typedef_cycle(&mut self, path: &[usize]) {
        let items: Vec<_> = path.iter().map(|n| self.names.decls[*n].item).collect();
        let names: Vec<&str> = items.iter().map(|i| i.name.name.as_str()).collect();
        let mut error = Diagnostic::new(
            Code::TypedefCycle,
            items[0].name.span,
            format!("`typedef` cycle: {}", show_cycle(&names)),
            "stands for itself",
        );
        for item in items.iter().take(MAX_SHOWN).skip(1) {
            error = error.with_label(item.name.span, "through this one");
        }
        let help =
            "an alias has no place of its own to end; make one of them a `struct` or a `newtype`";
        self.sink.push(error.with_help(help));
    }
}
