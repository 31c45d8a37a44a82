//! Generates Rust: a file for each namespace, and a tree of modules that includes them.
//!
//! All code is created with `code!`, so text of a schema never becomes code. Names are made in `names`, types in
//! `types`, values in `values`; each kind of item has a file of its own.

mod additions;
mod attributes;
mod blanks;
mod check;
mod code;
mod constraints;
mod construct;
mod consts;
mod docs;
mod enums;
mod errors;
mod exceptions;
mod externs;
mod facts;
mod filled;
mod flags;
mod frozen;
mod header;
mod hints;
mod keywords;
mod layout;
mod links;
mod literals;
mod modules;
mod names;
mod newtypes;
mod places;
mod print;
mod record;
mod scope;
mod services;
mod structs;
mod traits;
mod types;
mod unions;
mod values;
mod views;
mod wire;

pub use additions::{Additions, BadAddition};
pub use externs::{BadExtern, Externs};
pub use keywords::is_keyword;
pub use print::Format;
pub use types::Shared;

use code::Code;
use facts::Facts;
use places::Places;
use scope::Scope;
use views::Views;

use super::{Backend, GeneratedFile};
use crate::diagnostics::Sink;
use crate::schema::{DeclId, DeclKind, NamespaceId, Schema};
use crate::source::SourceMap;

/// The Rust backend.
#[derive(Clone, Debug)]
pub struct Rust {
    /// The layout of the generated code.
    pub format: Format,
    /// Whether structs get views, which borrow from the message that they are decoded from.
    pub views: bool,
    /// Whether mocks of services are generated, for tests. They need traits.
    pub mocks: bool,
    /// What shares memory with the message that it is decoded from.
    pub shared: Shared,
    /// Whether clients are generated.
    pub client: bool,
    /// Whether traits and servers are generated.
    pub server: bool,
    /// Whether `SOURCES` has the texts of all files, for servers that publish them. Callers must first check with
    /// [`SourceSet::of`](crate::source::SourceSet::of) whether they can be published.
    pub sources: bool,
    /// Namespaces that are not generated, with the paths of their modules.
    pub externs: Externs,
}

impl Default for Rust {
    /// Plain code with clients and servers, without views, for all namespaces.
    fn default() -> Self {
        Self {
            format: Format::default(),
            views: false,
            mocks: false,
            shared: Shared::default(),
            client: true,
            server: true,
            sources: false,
            externs: Externs::default(),
        }
    }
}

impl Backend for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn check(&self, schema: &Schema, sink: &mut Sink) {
        check::check(schema, self.mocks, sink);
    }

    fn generate(&self, schema: &Schema, sources: &SourceMap) -> Vec<GeneratedFile> {
        let facts = Facts::of(schema);
        let places = Places::of(schema, sources);
        let elsewhere = self.externs.resolve(schema);
        let scope = |namespace| {
            Scope::new(schema, &facts, &places, &elsewhere, namespace).with_shared(self.shared)
        };
        let told = self.sources.then(|| modules::sources(schema, sources));
        let tree = modules::files(schema, told, &scope).into_iter();
        let in_tree = tree.map(|(path, items)| GeneratedFile {
            path,
            text: print::tree_file(items, self.format),
        });
        let mut files: Vec<_> = in_tree.collect();
        let views = Views::of(schema, self.views);
        for (id, namespace) in (0u32..).map(NamespaceId).zip(schema.namespaces()) {
            if elsewhere.path(id).is_some() {
                continue;
            }
            let decls = namespace.decls.iter();
            let items = |decl| {
                let items = self.items(scope(id), decl, &views).into_iter();
                items.chain(views.items(scope(id), decl))
            };
            let mut items = decls.flat_map(|decl| items(*decl)).peekable();
            if items.peek().is_some() {
                files.push(GeneratedFile {
                    path: names::file(namespace),
                    text: print::namespace_file(items, self.format),
                });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

impl Rust {
    /// The items of a declaration.
    fn items(&self, scope: Scope<'_>, id: DeclId, views: &Views) -> Vec<Code> {
        let decl = scope.schema.decl(id);
        match &decl.kind {
            DeclKind::Const(kind) => consts::items(&scope, decl, kind),
            DeclKind::Typedef(_) | DeclKind::Annotation(_) => Vec::new(),
            DeclKind::Newtype(kind) => newtypes::items(&scope, id, decl, kind),
            DeclKind::Enum(kind) => enums::items(&scope, decl, kind),
            DeclKind::Flags(kind) => flags::items(&scope, decl, kind),
            DeclKind::Struct(kind) => {
                structs::items(scope.with_params(&kind.params), id, decl, kind)
            }
            DeclKind::Frozen(kind) => frozen::items(&scope, id, decl, kind),
            DeclKind::Union(kind) => unions::items(scope.with_params(&kind.params), id, decl, kind),
            DeclKind::Exception(kind) => exceptions::items(scope, id, decl, kind),
            DeclKind::Service(kind) => services::items(scope, id, decl, kind, self, views),
        }
    }
}
