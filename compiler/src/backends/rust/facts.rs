//! What must be known about all types together before one of them is written:
//! which contain themselves, which have an order, how small their values get.
//!
//! One pass over the strongly connected components of the type graph, inner
//! types first; no recursion, so long chains of types cost no stack.

use std::collections::BTreeSet;

use super::layout;
use crate::schema::{DeclId, DeclKind, Field, Payload, Scalar, Schema, Type};

/// Facts about every declaration.
pub(super) struct Facts {
    of: Vec<DeclFacts>,
}

/// Facts about one declaration.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeclFacts {
    /// A value may contain another of the same type.
    pub(super) recursive: bool,
    /// `Eq` is sound.
    pub(super) eq: bool,
    /// `Hash`, `PartialOrd` and `Ord` are sound; implies `eq`.
    pub(super) ord: bool,
    /// `Copy` is possible.
    pub(super) copy: bool,
    /// It has constant size, so that frozen structs can hold it; implies `copy`.
    pub(super) fixed: bool,
    /// `Display` is there: a newtype around something with `Display`.
    pub(super) display: bool,
    /// The bits that a value has in the header of what holds it.
    pub(super) header_bits: u32,
    /// The least bits that a value takes on the wire.
    pub(super) min_bits: u32,
}

/// What holds for a declaration in a circle before the circle is worked out.
const UNKNOWN: DeclFacts = DeclFacts {
    recursive: false,
    eq: true,
    ord: true,
    copy: true,
    fixed: true,
    display: true,
    header_bits: 0,
    min_bits: 8,
};

impl Facts {
    /// Works out the facts about `schema`.
    pub(super) fn of(schema: &Schema) -> Self {
        let edges: Vec<Vec<DeclId>> = schema.decls().map(|(_, d)| mentioned(&d.kind)).collect();
        let mut facts = Self {
            of: vec![UNKNOWN; edges.len()],
        };
        for component in components(&edges) {
            facts.add(schema, &edges, &component);
        }
        facts
    }

    /// Facts about one declaration.
    pub(super) fn get(&self, id: DeclId) -> DeclFacts {
        self.of[id.0 as usize]
    }

    /// Facts about a struct with these fields that no type contains.
    pub(super) fn of_fields(&self, fields: &[Field]) -> DeclFacts {
        let eq = fields.iter().all(|f| self.has_eq(&f.ty, Some(f)));
        DeclFacts {
            eq,
            ord: eq && fields.iter().all(|f| self.has_ord(&f.ty, Some(f))),
            copy: false,
            fixed: false,
            display: false,
            min_bits: layout::record(fields, self),
            ..UNKNOWN
        }
    }

    /// Whether `Copy` is possible for `ty`.
    pub(super) fn is_copy(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => !matches!(scalar, Scalar::String | Scalar::Bytes),
            Type::Optional(inner) | Type::Array(inner, _) => self.is_copy(inner),
            Type::Named(id, _) => self.get(*id).copy,
            Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => false,
        }
    }

    fn is_fixed(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => !matches!(scalar, Scalar::String | Scalar::Bytes),
            Type::Array(inner, _) => self.is_fixed(inner),
            Type::Named(id, _) => self.get(*id).fixed,
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => {
                false
            }
        }
    }

    fn is_fixed_kind(&self, kind: &DeclKind) -> bool {
        match kind {
            DeclKind::Newtype(newtype) => self.is_fixed(&newtype.ty),
            DeclKind::Enum(_) | DeclKind::Flags(_) | DeclKind::Frozen(_) => true,
            DeclKind::Struct(_)
            | DeclKind::Union(_)
            | DeclKind::Exception(_)
            | DeclKind::Const(_)
            | DeclKind::Typedef(_)
            | DeclKind::Service(_)
            | DeclKind::Annotation(_) => false,
        }
    }

    /// Whether values of `ty` have `Display`.
    pub(super) fn has_display(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => *scalar != Scalar::Bytes,
            Type::Named(id, _) => self.get(*id).display,
            Type::Optional(_)
            | Type::Array(..)
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::Param(_) => false,
        }
    }

    /// Adds a set of declarations that contain each other.
    fn add(&mut self, schema: &Schema, edges: &[Vec<DeclId>], component: &[DeclId]) {
        let mut all = UNKNOWN;
        all.recursive =
            component.len() > 1 || component.iter().any(|id| edges[id.0 as usize].contains(id));
        for id in component {
            let kind = &schema.decl(*id).kind;
            all.eq &= every_type(kind, &mut |ty, field| self.has_eq(ty, field));
            all.ord &= all.eq && every_type(kind, &mut |ty, field| self.has_ord(ty, field));
            all.copy &= self.may_copy(kind);
            all.fixed &= self.may_copy(kind) && self.is_fixed_kind(kind);
        }
        for id in component {
            let kind = &schema.decl(*id).kind;
            let display = matches!(kind, DeclKind::Newtype(n) if self.has_display(&n.ty));
            let header_bits = layout::header_bits_of(kind, self);
            let min_bits = layout::min_bits_of(kind, self);
            self.of[id.0 as usize] = DeclFacts {
                display,
                header_bits,
                min_bits,
                ..all
            };
        }
    }

    fn has_eq(&self, ty: &Type, field: Option<&Field>) -> bool {
        let replaced = field.is_some_and(|f| f.annotations.rust.ty.is_some());
        !replaced
            && every_part(ty, &mut |part| match part {
                Type::Scalar(scalar) => !matches!(scalar, Scalar::F32 | Scalar::F64),
                Type::Named(id, _) => self.get(*id).eq,
                _ => true,
            })
    }

    fn has_ord(&self, ty: &Type, field: Option<&Field>) -> bool {
        let hashed = field.is_some_and(|f| f.annotations.rust.hash_map);
        !hashed
            && every_part(ty, &mut |part| match part {
                Type::Named(id, _) => self.get(*id).ord,
                _ => true,
            })
    }

    fn may_copy(&self, kind: &DeclKind) -> bool {
        match kind {
            DeclKind::Newtype(newtype) => self.is_copy(&newtype.ty),
            DeclKind::Enum(_) | DeclKind::Flags(_) | DeclKind::Frozen(_) => true,
            DeclKind::Struct(_)
            | DeclKind::Union(_)
            | DeclKind::Exception(_)
            | DeclKind::Const(_)
            | DeclKind::Typedef(_)
            | DeclKind::Service(_)
            | DeclKind::Annotation(_) => false,
        }
    }
}

/// Whether `holds` for `ty` and for every type inside it.
fn every_part(ty: &Type, holds: &mut dyn FnMut(&Type) -> bool) -> bool {
    if !holds(ty) {
        return false;
    }
    match ty {
        Type::Optional(t) | Type::List(t) | Type::Set(t) | Type::Array(t, _) => {
            every_part(t, holds)
        }
        Type::Map(k, v) => every_part(k, holds) && every_part(v, holds),
        Type::Named(_, args) => args.iter().all(|arg| every_part(arg, holds)),
        Type::Scalar(_) | Type::Param(_) => true,
    }
}

/// Whether `holds` for the type of every member, given with the field that it is the type of.
fn every_type(kind: &DeclKind, holds: &mut dyn FnMut(&Type, Option<&Field>) -> bool) -> bool {
    let fields = |fields: &[Field], holds: &mut dyn FnMut(&Type, Option<&Field>) -> bool| -> bool {
        fields.iter().all(|f| holds(&f.ty, Some(f)))
    };
    match kind {
        DeclKind::Newtype(newtype) => holds(&newtype.ty, None),
        DeclKind::Struct(decl) => fields(&decl.fields, holds),
        DeclKind::Exception(decl) => fields(&decl.fields, holds),
        DeclKind::Frozen(decl) => decl.fields.iter().all(|f| holds(&f.ty, None)),
        DeclKind::Union(decl) => decl.variants.iter().all(|v| match &v.payload {
            Payload::Unit => true,
            Payload::Typed { ty, .. } => holds(ty, None),
            Payload::Struct(list) => fields(list, holds),
        }),
        DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => true,
    }
}

/// The declarations that the members of `kind` mention.
fn mentioned(kind: &DeclKind) -> Vec<DeclId> {
    let mut ids = BTreeSet::new();
    every_type(kind, &mut |ty, _| {
        every_part(ty, &mut |part| {
            if let Type::Named(id, _) = part {
                ids.insert(*id);
            }
            true
        })
    });
    ids.into_iter().collect()
}

/// The strongly connected components of the graph, each after those that it
/// points at (Tarjan's algorithm with a stack of its own).
fn components(edges: &[Vec<DeclId>]) -> Vec<Vec<DeclId>> {
    let mut search = Search {
        edges,
        index: vec![None; edges.len()],
        low: vec![0; edges.len()],
        open: Vec::new(),
        is_open: vec![false; edges.len()],
        seen: 0,
        found: Vec::new(),
    };
    for node in 0..edges.len() {
        search.visit(node);
    }
    search.found
}

struct Search<'a> {
    edges: &'a [Vec<DeclId>],
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    open: Vec<usize>,
    is_open: Vec<bool>,
    seen: usize,
    found: Vec<Vec<DeclId>>,
}

impl Search<'_> {
    fn visit(&mut self, root: usize) {
        if self.index[root].is_some() {
            return;
        }
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            match self.edges[node].get(*next) {
                Some(target) => {
                    *next += 1;
                    let target = target.0 as usize;
                    match self.index[target] {
                        None => {
                            self.enter(target);
                            path.push((target, 0));
                        }
                        Some(index) if self.is_open[target] => {
                            self.low[node] = self.low[node].min(index);
                        }
                        Some(_) => {}
                    }
                }
                None => {
                    path.pop();
                    if let Some((parent, _)) = path.last() {
                        self.low[*parent] = self.low[*parent].min(self.low[node]);
                    }
                    self.leave(node);
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.index[node] = Some(self.seen);
        self.low[node] = self.seen;
        self.seen += 1;
        self.open.push(node);
        self.is_open[node] = true;
    }

    /// Hands out the component that `node` was entered first of, if it is that.
    fn leave(&mut self, node: usize) {
        if self.index[node] != Some(self.low[node]) {
            return;
        }
        let mut component = Vec::new();
        while let Some(member) = self.open.pop() {
            self.is_open[member] = false;
            component.push(DeclId(u32::try_from(member).unwrap_or(u32::MAX)));
            if member == node {
                break;
            }
        }
        component.sort();
        self.found.push(component);
    }
}
