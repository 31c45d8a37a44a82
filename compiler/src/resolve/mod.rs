//! Syntax trees to schema: names, types, constants, annotations.
//!
//! Works in passes over all files: declared names, imports, integers, aliases, constants and defaults, then
//! declarations one by one. Each pass uses the results of earlier ones, so chains of references do not recurse, and the
//! order of declarations does not matter. What cannot be resolved is reported once and left out. Whether the result is
//! allowed is for `check` to decide.

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

/// The schema before it is checked, as far as it could be resolved, and where its parts come from.
pub(crate) struct Resolved<'a> {
    pub(crate) names: Names<'a>,
    /// What the imports of each file make visible, by index.
    pub(crate) scopes: Vec<Scope<'a>>,
    /// Declarations by id; `None` for those that were reported.
    pub(crate) decls: Vec<Option<Decl>>,
    /// Annotations of namespaces by id.
    pub(crate) namespace_annotations: Vec<Arc<Annotations>>,
    pub(crate) seen: Seen,
}

/// What the checks need besides the schema.
#[derive(Default)]
pub(crate) struct Seen {
    /// Key types of maps and element types of sets.
    pub(crate) key_uses: Vec<KeyUse>,
    /// Types with type arguments.
    pub(crate) generic_uses: Vec<GenericUse>,
    /// Types with a declared name.
    pub(crate) named_uses: Vec<NamedUse>,
    /// Unions after `throws`.
    pub(crate) thrown: BTreeMap<DeclId, Span>,
    /// Values that are not part of the schema together with their spans.
    pub(crate) loose_values: Vec<LooseValue>,
    /// Type parameters in use.
    pub(crate) used_params: BTreeSet<Span>,
    /// All places that name a declaration.
    pub(crate) uses: Vec<Use>,
    /// Other names and what they refer to, for editors: members, type parameters, links in comments. The span of the
    /// name, and that of the name in its declaration.
    pub(crate) mentions: Vec<(Span, Span)>,
    /// Imports in use: file, import, and name within it.
    pub(crate) used_imports: BTreeSet<(usize, usize, usize)>,
    /// Files that use a declaration from another file of their namespace, paired with that file.
    used_files: BTreeSet<(usize, usize)>,
    /// Lints found by `resolve`, before `@allow` is applied.
    pub(crate) lints: Vec<Diagnostic>,
}

/// An argument of a declared annotation, its default, or a default of a frozen struct.
pub(crate) struct LooseValue {
    /// What errors call it.
    pub(crate) what: &'static str,
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) value: Value,
    pub(crate) span: Span,
}

impl Resolved<'_> {
    /// The declaration, if it could be resolved.
    pub(crate) fn decl(&self, id: DeclId) -> Option<&Decl> {
        self.decls[id.0 as usize].as_ref()
    }
}

/// A type that must have a total order.
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

/// A place that names a declaration.
pub(crate) struct Use {
    pub(crate) span: Span,
    pub(crate) decl: DeclId,
    /// The declaration that contains the place.
    pub(crate) by: Option<DeclId>,
}

/// Where a type is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// The type of a field, parameter, result or constant.
    Member,
    /// Of a variant of this union.
    Variant(DeclId),
    /// In a `throws` list.
    Throws,
    /// Inside another type.
    Inside,
}

/// The context of a type or an expression.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) file: usize,
    /// The declaration that contains it; none for annotations of a namespace.
    pub(crate) owner: Option<DeclId>,
    pub(crate) params: &'a [ast::Ident],
    pub(crate) position: Position,
    /// Spans of the whole expression of a constant or default, and of its integer type, which a fix may widen.
    pub(crate) written: Option<(Span, Span)>,
}

/// Resolves all files.
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

/// The state that the passes share.
pub(crate) struct Resolver<'a, 's> {
    names: Names<'a>,
    scopes: Vec<Scope<'a>>,
    sources: &'s SourceMap,
    sink: &'s mut Sink,
    /// Types by span.
    types: BTreeMap<Span, Option<Typed>>,
    /// Aliases by id.
    typedefs: Vec<Option<Typed>>,
    /// Targets of paths in expressions, by span.
    targets: BTreeMap<Span, Option<Target>>,
    /// The files whose names each file can use; computed on first use.
    visible_files: Vec<OnceCell<BTreeSet<usize>>>,
    /// Indices of enum values, variants and fields by name, for each declaration; computed on first use.
    members: Vec<OnceCell<BTreeMap<&'a str, u32>>>,
    /// Values of integer constants, by id.
    integers: Vec<Integer>,
    /// Numbers of enum values, by id and index.
    numbers: Vec<Vec<Integer>>,
    /// Constants by id.
    constants: Vec<Option<(Type, Evaluated)>>,
    /// Defaults, by the span of their expression.
    defaults: BTreeMap<Span, Option<Evaluated>>,
    /// Constraints that each alias adds itself; computed on first use.
    alias_constraints: Vec<Option<Vec<crate::schema::Constraint>>>,
    /// The other annotations of aliases.
    alias_annotations: BTreeMap<DeclId, annotations::Read<'a>>,
    /// Defaults that depend on themselves.
    cyclic_defaults: BTreeSet<Span>,
    /// How much of its limits the current evaluation has used.
    spent: values::Spent,
    /// How many values all evaluations have created.
    values: usize,
    seen: Seen,
    /// Shared by nodes without annotations.
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
            visible_files: vec![OnceCell::new(); files],
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

    /// The context of everything in declaration `id`.
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

    /// The annotations of each namespace, merged from its files.
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
