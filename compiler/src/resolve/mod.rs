//! Syntax trees to schema: names, types, constants, annotations.
//!
//! Works in passes over all files: declared names, imports, integers, aliases, constants and
//! defaults, then declarations one by one. A pass uses what the passes before it found, so no
//! chain of references leads to recursion and the order of declarations does not matter. Whatever
//! cannot be made sense of is reported once and left out. Does not judge whether what it
//! understood is allowed; that is what `check` does.

mod aliases;
pub(crate) mod annotations;
mod arithmetic;
mod bases;
mod collections;
pub(crate) mod compare;
mod constraints;
mod conversions;
mod decls;
mod enums;
mod evaluation;
mod exceptions;
mod fields;
mod foreign;
mod fractions;
mod import_cycles;
pub(crate) mod imports;
mod integers;
pub(crate) mod kinds;
mod links;
pub(crate) mod literals;
pub(crate) mod lookup;
mod mismatch;
mod missing;
mod named;
pub(crate) mod names;
pub(crate) mod patterns;
mod ranges;
pub(crate) mod records;
mod services;
mod suggest;
mod targets;
mod throws;
pub(crate) mod types;
mod values;
mod variants;
pub(crate) mod widths;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imports::Scope;
use integers::Integer;
use names::Names;
use targets::Target;
pub(crate) use types::{KeyKind, Typed};
use values::Evaluated;

use crate::ast;
use crate::diagnostics::{Diagnostic, Sink};
use crate::load::Loaded;
use crate::schema::{Annotations, Decl, DeclId, Type, Value};
use crate::source::{SourceMap, Span};

/// What the files mean, as far as they could be understood, and where it was said.
pub(crate) struct Resolved<'a> {
    pub(crate) names: Names<'a>,
    /// What the imports of each file make visible, by position.
    pub(crate) scopes: Vec<Scope<'a>>,
    /// Declarations by id; `None` where something was reported.
    pub(crate) decls: Vec<Option<Decl>>,
    /// Annotations of namespaces by id.
    pub(crate) namespace_annotations: Vec<Arc<Annotations>>,
    pub(crate) seen: Seen,
}

/// What was met on the way, for the checks.
#[derive(Default)]
pub(crate) struct Seen {
    /// Keys of maps and elements of sets.
    pub(crate) key_uses: Vec<KeyUse>,
    /// Types with type arguments.
    pub(crate) generic_uses: Vec<GenericUse>,
    /// Types with a declared name.
    pub(crate) named_uses: Vec<NamedUse>,
    /// Unions behind `throws`.
    pub(crate) thrown: BTreeMap<DeclId, Span>,
    /// Values that the schema keeps nowhere with their places.
    pub(crate) loose_values: Vec<LooseValue>,
    /// Type parameters that are used.
    pub(crate) used_params: BTreeSet<Span>,
    /// Everywhere that a declaration is named.
    pub(crate) uses: Vec<Use>,
    /// What else is named where, for editors: members, type parameters, links of comments. The place, and the name that
    /// declares it.
    pub(crate) mentions: Vec<(Span, Span)>,
    /// File, import and name in it, of imports that are used.
    pub(crate) used_imports: BTreeSet<(usize, usize, usize)>,
    /// Files that use what another file of their namespace declares, and those.
    used_files: BTreeSet<(usize, usize)>,
    /// Lints found on the way; not yet filtered.
    pub(crate) lints: Vec<Diagnostic>,
}

/// An argument of a declared annotation, or a default of one or of a frozen struct.
pub(crate) struct LooseValue {
    /// What it is called in a sentence.
    pub(crate) what: &'static str,
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) value: Value,
    pub(crate) span: Span,
}

impl Resolved<'_> {
    /// What is known of a declaration.
    pub(crate) fn decl(&self, id: DeclId) -> Option<&Decl> {
        self.decls[id.0 as usize].as_ref()
    }
}

/// A type that needs a total order.
pub(crate) struct KeyUse {
    pub(crate) span: Span,
    pub(crate) ty: Type,
    pub(crate) kind: KeyKind,
}

/// A type with type arguments, in the declaration `owner`.
pub(crate) struct GenericUse {
    pub(crate) owner: DeclId,
    pub(crate) span: Span,
    pub(crate) target: DeclId,
    pub(crate) args: Vec<Type>,
}

/// A type with a declared name.
pub(crate) struct NamedUse {
    pub(crate) span: Span,
    pub(crate) decl: DeclId,
    pub(crate) position: Position,
}

/// A place where a declaration is named.
pub(crate) struct Use {
    pub(crate) span: Span,
    pub(crate) decl: DeclId,
    /// The declaration that the place belongs to.
    pub(crate) by: Option<DeclId>,
}

/// Where a type stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Of a field, parameter, result, constant.
    Member,
    /// Of a variant of this union.
    Variant(DeclId),
    /// In a `throws` list.
    Throws,
    /// In another type.
    Inside,
}

/// The surroundings of a type or an expression.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) file: usize,
    /// The declaration that it belongs to; none for annotations of a namespace.
    pub(crate) owner: Option<DeclId>,
    pub(crate) params: &'a [ast::Ident],
    pub(crate) position: Position,
    /// The expression that a constant or default is, and the integer type written for it, which an
    /// edit may widen.
    pub(crate) written: Option<(Span, Span)>,
}

/// What the files mean.
pub(crate) fn resolve<'a>(
    loaded: &'a Loaded,
    sources: &SourceMap,
    sink: &mut Sink,
) -> Resolved<'a> {
    let names = Names::collect(loaded, sources, sink);
    let scopes = imports::scopes(&names, sink);
    import_cycles::report(&names, sink);
    let mut resolver = Resolver::new(names, scopes, sources, sink);
    resolver.evaluate_integers();
    resolver.resolve_typedefs();
    resolver.evaluate_values();
    let decls = resolver.resolve_decls();
    let annotations = resolver.namespace_annotations();
    resolver.doc_links();
    Resolved {
        names: resolver.names,
        scopes: resolver.scopes,
        decls,
        namespace_annotations: annotations,
        seen: resolver.seen,
    }
}

/// What the passes share.
pub(crate) struct Resolver<'a, 's> {
    names: Names<'a>,
    scopes: Vec<Scope<'a>>,
    sources: &'s SourceMap,
    sink: &'s mut Sink,
    /// Types by their place.
    types: BTreeMap<Span, Option<Typed>>,
    /// Aliases by id.
    typedefs: Vec<Option<Typed>>,
    /// What paths in expressions mean, by their place.
    targets: BTreeMap<Span, Option<Target>>,
    /// The files whose names can be used in a file, by file, once asked for.
    seen_from: Vec<OnceCell<BTreeSet<usize>>>,
    /// Positions of enum values, variants and fields by name, by declaration, once asked for.
    members: Vec<OnceCell<BTreeMap<&'a str, u32>>>,
    /// Constants by id, as far as they are integers.
    integers: Vec<Integer>,
    /// Numbers of enum values, by id and position.
    numbers: Vec<Vec<Integer>>,
    /// Constants by id.
    constants: Vec<Option<(Type, Evaluated)>>,
    /// Defaults by the place of their expression.
    defaults: BTreeMap<Span, Option<Evaluated>>,
    /// Constraints that an alias itself adds, by id, once asked for.
    alias_constraints: Vec<Option<Vec<crate::schema::Constraint>>>,
    /// What else the annotations of aliases say.
    alias_annotations: BTreeMap<DeclId, annotations::Read<'a>>,
    /// Defaults that need themselves.
    cyclic_defaults: BTreeSet<Span>,
    /// How much the evaluation under way has used.
    spent: values::Spent,
    /// How many values all evaluations have made.
    values: usize,
    seen: Seen,
    /// What is said of a node without annotations.
    no_annotations: Arc<Annotations>,
}

impl<'a, 's> Resolver<'a, 's> {
    fn new(
        names: Names<'a>,
        scopes: Vec<Scope<'a>>,
        sources: &'s SourceMap,
        sink: &'s mut Sink,
    ) -> Self {
        let (count, files) = (names.decls.len(), names.files.len());
        Self {
            names,
            scopes,
            sources,
            sink,
            types: BTreeMap::new(),
            typedefs: vec![None; count],
            targets: BTreeMap::new(),
            seen_from: vec![OnceCell::new(); files],
            members: vec![OnceCell::new(); count],
            integers: vec![Integer::Other; count],
            numbers: vec![Vec::new(); count],
            constants: vec![None; count],
            defaults: BTreeMap::new(),
            alias_constraints: vec![None; count],
            alias_annotations: BTreeMap::new(),
            cyclic_defaults: BTreeSet::new(),
            spent: values::Spent::default(),
            values: 0,
            seen: Seen::default(),
            no_annotations: Arc::default(),
        }
    }

    /// The surroundings of what `id` declares.
    fn place(&self, id: DeclId) -> Place<'a> {
        let entry = self.names.decl(id);
        Place {
            file: entry.file,
            owner: Some(id),
            params: entry.item.type_params(),
            position: Position::Member,
            written: None,
        }
    }

    /// The annotations of every namespace, those of its files together.
    fn namespace_annotations(&mut self) -> Vec<Arc<Annotations>> {
        let mut all = Vec::new();
        for namespace in 0..self.names.namespaces.len() {
            let mut merged = Annotations::default();
            for file in self.names.namespaces[namespace].files.clone() {
                let place = Place {
                    file,
                    owner: None,
                    params: &[],
                    position: Position::Member,
                    written: None,
                };
                let ast = self.names.files[file].ast;
                let read = self.annotations(&ast.annotations, "namespace", &place);
                merged.merge(&read.annotations);
            }
            all.push(Arc::new(merged));
        }
        all
    }
}
