//! The checked schema: what the files mean.
//!
//! A [`Schema`] cannot be built outside this crate, so whoever has one knows that it was checked: every reference is
//! resolved, every id is unique and in range, and every constant fits its type.

mod accepted;
mod constraint;
mod decl;
mod enums;
mod number;
mod parts;
mod record;
mod service;
mod ty;
mod union;
mod value;

pub(crate) use accepted::Accepted;
pub use constraint::*;
pub use decl::*;
pub use enums::*;
pub use number::*;
pub(crate) use parts::{every_part, every_type, mentioned, named_in};
pub use record::*;
pub use service::*;
pub use ty::*;
pub use union::*;
pub use value::*;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::naming::Style;
use crate::source::{FileId, Span};

/// A checked schema.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) decls: Vec<Decl>,
    /// Changes that it accepts with `@breaking_ok`.
    pub(crate) accepted: Vec<Accepted>,
}

impl Schema {
    /// The namespaces, ordered by name.
    pub fn namespaces(&self) -> &[Namespace] {
        &self.namespaces
    }

    /// The namespace with this id.
    pub fn namespace(&self, id: NamespaceId) -> &Namespace {
        &self.namespaces[id.0 as usize]
    }

    /// The declaration with this id.
    pub fn decl(&self, id: DeclId) -> &Decl {
        &self.decls[id.0 as usize]
    }

    /// All declarations with their ids: namespaces in order of their names, then in source order.
    pub fn decls(&self) -> impl Iterator<Item = (DeclId, &Decl)> {
        (0u32..).map(DeclId).zip(&self.decls)
    }

    /// All services with their ids, in the order of [`Self::decls`].
    pub fn services(&self) -> impl Iterator<Item = (ServiceId, &Service)> {
        self.decls().filter_map(|(id, decl)| match &decl.kind {
            DeclKind::Service(service) => Some((ServiceId(id), service)),
            _ => None,
        })
    }

    /// The service with this id.
    ///
    /// # Panics
    /// Never for an id of this schema: [`ServiceId`]s are given to services only.
    pub fn service(&self, id: ServiceId) -> &Service {
        match &self.decl(id.0).kind {
            DeclKind::Service(service) => service,
            other => unreachable!("a service id names a {}", other.word()),
        }
    }

    /// `namespace.Name` of a declaration.
    pub fn full_name(&self, id: DeclId) -> String {
        let decl = self.decl(id);
        format!("{}.{}", self.namespace(decl.namespace).name(), decl.name)
    }

    /// All services that a service extends, directly or indirectly, each once.
    pub fn all_bases(&self, id: ServiceId) -> Vec<ServiceId> {
        let mut bases = Vec::new();
        let mut seen = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            if next != id {
                bases.push(next);
            }
            let fresh = self.service(next).bases.iter().rev();
            open.extend(fresh.filter(|base| seen.insert(**base)));
        }
        bases
    }

    /// All methods of a service: first those of its bases, in the order in which they are extended and each base once,
    /// then its own.
    pub fn all_methods(&self, id: ServiceId) -> Vec<(ServiceId, &Method)> {
        let mut methods = Vec::new();
        let mut seen = BTreeSet::from([id]);
        let mut path = vec![(id, 0)];
        while let Some((id, next)) = path.last_mut() {
            let (id, service) = (*id, self.service(*id));
            match service.bases.get(*next) {
                Some(base) => {
                    *next += 1;
                    if seen.insert(*base) {
                        path.push((*base, 0));
                    }
                }
                None => {
                    methods.extend(service.methods.iter().map(|m| (id, m)));
                    path.pop();
                }
            }
        }
        methods
    }
}

/// Identifies a [`Namespace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NamespaceId(pub(crate) u32);

/// Identifies a [`Decl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeclId(pub(crate) u32);

/// Identifies a [`Service`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceId(pub(crate) DeclId);

impl ServiceId {
    /// The declaration that is the service.
    pub fn decl(self) -> DeclId {
        self.0
    }
}

/// A namespace: all its files together.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// The segments of its name.
    pub segments: Vec<String>,
    /// The `//!` text of its files in file order, joined by blank lines.
    pub doc: Option<String>,
    /// Annotations of its files.
    pub annotations: Arc<Annotations>,
    /// Its files, in order of their names.
    pub files: Vec<FileId>,
    /// Its declarations, ordered by file and position.
    pub decls: Vec<DeclId>,
}

impl Namespace {
    /// The dotted name.
    pub fn name(&self) -> String {
        self.segments.join(".")
    }

    /// Its module path in Rust: that of `@rust.module`, else its segments in Rust's style.
    pub(crate) fn rust_path(&self) -> String {
        let modules: Vec<&str> = match &self.annotations.rust.module {
            Some(hint) => hint.text.split("::").map(str::trim).collect(),
            None => self.segments.iter().map(String::as_str).collect(),
        };
        let modules = modules.into_iter().map(|name| Style::Snake.apply(name));
        modules.collect::<Vec<_>>().join("::")
    }
}

/// The built-in and declared annotations of a node, checked. Most nodes have none and share one instance.
#[derive(Clone, Debug, Default)]
pub struct Annotations {
    /// `@deprecated`
    pub deprecated: Option<Deprecated>,
    /// `@since`
    pub since: Option<String>,
    /// `@sensitive`
    pub sensitive: bool,
    /// `@example`
    pub example: bool,
    /// `@allow`: codes of lints
    pub allow: Vec<String>,
    /// `@breaking_ok`, in the order written.
    pub breaking_ok: Vec<BreakingOk>,
    /// `@rust.…`
    pub rust: RustHints,
    /// Annotations that the schema declares, in the order written.
    pub declared: Vec<DeclaredAnnotation>,
}

impl Annotations {
    /// Adds the annotations of another file of the same namespace. If both files have one, that of `self` is kept.
    pub(crate) fn merge(&mut self, other: &Annotations) {
        let other = other.clone();
        self.deprecated = self.deprecated.take().or(other.deprecated);
        self.since = self.since.take().or(other.since);
        self.sensitive |= other.sensitive;
        self.example |= other.example;
        self.allow.extend(other.allow);
        self.breaking_ok.extend(other.breaking_ok);
        self.rust.name = self.rust.name.take().or(other.rust.name);
        self.rust.module = self.rust.module.take().or(other.rust.module);
        self.declared.extend(other.declared);
    }
}

/// `@deprecated(note, since, removal)`
#[derive(Clone, Debug, Default)]
pub struct Deprecated {
    /// What to use instead.
    pub note: Option<String>,
    /// The version that is going to remove it.
    pub since: Option<String>,
    /// The version that will remove it.
    pub removal: Option<String>,
}

/// `@breaking_ok(B012, reason)`
#[derive(Clone, Debug)]
pub struct BreakingOk {
    /// The codes of the accepted changes.
    pub codes: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Hints for the Rust backend. The backend checks that they are valid Rust.
#[derive(Clone, Debug, Default)]
pub struct RustHints {
    /// `@rust.name`
    pub name: Option<Hint>,
    /// `@rust.module`
    pub module: Option<Hint>,
    /// `@rust.derive`
    pub derives: Vec<Hint>,
    /// `@rust.attr`
    pub attrs: Vec<Hint>,
    /// `@rust.type`
    pub ty: Option<Hint>,
    /// `@rust.map("hash")`
    pub hash_map: bool,
    /// `@rust.exhaustive`
    pub exhaustive: bool,
    /// Whether the handler of a method borrows its request. Set by build scripts only.
    pub lent: bool,
}

impl Annotations {
    /// The Rust name of an item called `name`: that of `@rust.name`, else `name` in this style.
    pub(crate) fn rust_name(&self, name: &str, style: Style) -> String {
        match &self.rust.name {
            Some(hint) => hint.text.trim_start_matches("r#").to_owned(),
            None => style.apply(name),
        }
    }
}

/// A string from an annotation.
#[derive(Clone, Debug)]
pub struct Hint {
    /// The text.
    pub text: String,
    /// Its span.
    pub span: Span,
}

/// An annotation that the schema itself declares.
#[derive(Clone, Debug)]
pub struct DeclaredAnnotation {
    /// Its declaration.
    pub decl: DeclId,
    /// Its arguments by name, including defaults, in declared order.
    pub args: Vec<(String, Value)>,
}
