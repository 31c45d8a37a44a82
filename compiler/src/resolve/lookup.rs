//! Resolves names to declarations, and reports unknown ones with suggestions.

use std::collections::BTreeSet;

use super::names::Names;
use super::{Place, Resolver, Use};
use crate::ast::{Ident, ItemKind, Path};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::DeclId;
use crate::source::Span;

/// The kind of declaration that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A type that fields can have.
    Type,
    /// After `extends`.
    Service,
    /// After `throws`.
    Thrown,
    /// In a list after `throws`.
    Exception,
    /// A constant, or an enum or union before its member.
    Value,
    /// After `@`.
    Annotation,
}

impl Wanted {
    pub(super) fn word(self) -> &'static str {
        match self {
            Wanted::Type => "type",
            Wanted::Service => "service",
            Wanted::Thrown => "union of exceptions",
            Wanted::Exception => "exception",
            Wanted::Value => "constant",
            Wanted::Annotation => "annotation",
        }
    }

    pub(super) fn code(self) -> Code {
        match self {
            Wanted::Type | Wanted::Service | Wanted::Thrown | Wanted::Exception => {
                Code::UnknownType
            }
            Wanted::Value => Code::UnknownConstant,
            Wanted::Annotation => Code::UnknownAnnotation,
        }
    }

    pub(super) fn accepts(self, kind: &ItemKind) -> bool {
        match kind {
            ItemKind::Const(_) => self == Wanted::Value,
            ItemKind::Service(_) => self == Wanted::Service,
            ItemKind::Annotation(_) => self == Wanted::Annotation,
            ItemKind::Exception(_) => matches!(self, Wanted::Thrown | Wanted::Exception),
            ItemKind::Union(_) => matches!(self, Wanted::Type | Wanted::Thrown),
            ItemKind::Typedef(_)
            | ItemKind::Newtype(_)
            | ItemKind::Enum(_)
            | ItemKind::Flags(_)
            | ItemKind::Struct(_)
            | ItemKind::Frozen(_) => self == Wanted::Type,
        }
    }
}

/// The result of a lookup.
#[derive(Clone, Copy)]
pub(crate) enum Lookup {
    /// A declaration, and the number of path segments that name it.
    Found(DeclId, usize),
    /// Depends on something that was already reported.
    Broken,
    /// Nothing has that name.
    Missing,
}

impl<'a> Resolver<'a, '_> {
    /// What the first segments of `path` name at `place`. Records the use.
    pub(crate) fn lookup(&mut self, path: &Path, place: &Place<'_>) -> Lookup {
        let file = place.file;
        let first = path.segments[0].name.as_str();
        if let Some(second) = path.segments.get(1)
            && let Some(prefix) = self.scopes[file].prefixes.get(first)
        {
            let (namespace, import) = (prefix.namespace, prefix.import);
            self.seen.used_imports.insert((file, import, WHOLE_IMPORT));
            let by_name = &self.names.namespace(namespace).by_name;
            return match by_name.get(second.name.as_str()).copied() {
                Some(decl) => self.found(decl, 2, place, second.span),
                None if self.names.has_lost(namespace, &second.name) => Lookup::Broken,
                None => Lookup::Missing,
            };
        }
        let here = self.names.files[file].namespace;
        let own = self.names.namespace(here).by_name.get(first).copied();
        if let Some(decl) = own {
            self.use_file(file, self.names.decl(decl).file);
            return self.found(decl, 1, place, path.segments[0].span);
        }
        let scope = &self.scopes[file];
        if let Some(selected) = scope.items.get(first) {
            let (decl, (import, item)) = (selected.decl, selected.place);
            self.seen.used_imports.insert((file, import, item));
            return self.found(decl, 1, place, path.segments[0].span);
        }
        let unread = scope.unread_prefix && path.segments.len() > 1;
        let lost = || {
            let mut seen = self.visible_files(file).iter();
            seen.any(|file| self.names.files[*file].ast.lost.contains(first))
        };
        if unread || scope.broken.contains(first) || lost() {
            return Lookup::Broken;
        }
        Lookup::Missing
    }

    fn found(&mut self, decl: DeclId, segments: usize, place: &Place<'_>, span: Span) -> Lookup {
        let entry = self.names.decl(decl);
        self.seen.uses.push(Use {
            span,
            decl,
            by: place.owner,
        });
        if entry.item.internal.is_some()
            && entry.namespace != self.names.files[place.file].namespace
        {
            self.sink.push(internal(&self.names, decl, span));
            return Lookup::Broken;
        }
        Lookup::Found(decl, segments)
    }

    /// Records that a declaration was found in a file imported from the same namespace.
    fn use_file(&mut self, file: usize, target: usize) {
        if file == target || !self.seen.used_files.insert((file, target)) {
            return;
        }
        let imports = self.names.files[file].imports.iter();
        for (position, import) in imports.enumerate() {
            if import.and_then(|id| self.names.position(id)) == Some(target) {
                self.seen
                    .used_imports
                    .insert((file, position, WHOLE_IMPORT));
            }
        }
    }

    /// The declaration that the whole `path` names; reports if there is none.
    pub(crate) fn decl_named(
        &mut self,
        path: &Path,
        place: &Place<'_>,
        wanted: Wanted,
    ) -> Option<DeclId> {
        match self.lookup(path, place) {
            Lookup::Found(decl, used) if used == path.segments.len() => Some(decl),
            Lookup::Found(..) | Lookup::Missing => {
                self.report_unknown(path, place.file, wanted, &[]);
                None
            }
            Lookup::Broken => None,
        }
    }

    /// Reports an unknown name.
    pub(crate) fn report_unknown(
        &mut self,
        path: &Path,
        file: usize,
        wanted: Wanted,
        params: &[Ident],
    ) {
        let error = self.unknown(path, file, wanted, params);
        self.report_unless_lost(error, file);
    }

    /// The files whose names are visible in this one.
    fn visible_files(&self, file: usize) -> &BTreeSet<usize> {
        self.visible_files[file].get_or_init(|| {
            let own = &self.names.files[file];
            let here = self.names.namespace(own.namespace).files.iter();
            let imported = own.imports.iter().flatten();
            let imported = imported.filter_map(|id| self.names.position(*id));
            here.copied().chain(imported).collect()
        })
    }

    /// Reports an unknown name. If it has no suggestion, it is not reported when the declaration may be in a file that
    /// cannot be read or was not parsed completely.
    pub(crate) fn report_unless_lost(&mut self, error: Diagnostic, file: usize) {
        let lost =
            |file: &usize| self.names.files[*file].ast.partial || self.scopes[*file].unread_prefix;
        let lost = self.visible_files(file).iter().any(lost);
        if !lost || !error.fixes.is_empty() {
            self.sink.push(error);
        }
    }
}

/// Used in place of an index into an import's names for the whole import.
pub(crate) const WHOLE_IMPORT: usize = usize::MAX;

/// A use of an `internal` declaration of another namespace.
pub(crate) fn internal(names: &Names<'_>, decl: DeclId, span: Span) -> Diagnostic {
    let entry = names.decl(decl);
    let (name, namespace) = (&entry.item.name, names.namespace(entry.namespace).name());
    let error = Diagnostic::new(
        Code::InternalName,
        span,
        format!("`{}` is `internal` to `{namespace}`", name.name),
        "not visible here",
    );
    error
        .with_label(name.span, "declared `internal` here")
        .with_help("remove `internal` there, or use a public type of that namespace")
}
