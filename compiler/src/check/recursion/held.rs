//! The types stored inline in each declaration: the edges along which a type can contain itself.

use super::parameters::Held;
use crate::resolve::Resolved;
use crate::schema::{DeclId, DeclKind, Field, Payload, Type, Union};
use crate::source::Span;

/// A member through which one declaration is stored inline in another.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Index of the field or variant, and of the field in a struct variant.
    pub(super) member: (usize, usize),
    pub(super) id: u16,
    pub(super) span: Span,
    /// Whether a value can exist without it.
    pub(super) escape: bool,
    /// Whether it may be boxed.
    pub(super) boxable: bool,
}

/// All edges, grouped by declaration and in the order of declarations.
pub(super) fn edges(resolved: &Resolved<'_>) -> Vec<Edge> {
    let parts: Vec<Vec<Part<'_>>> = resolved.names.ids().map(|id| parts(resolved, id)).collect();
    let held = Held::new(resolved, &parts);
    let mut edges = Vec::new();
    for (from, parts) in parts.iter().enumerate() {
        for part in parts {
            held.visit(part.ty, &mut |ty, escape| {
                if let Type::Named(id, _) = ty {
                    edges.push(Edge {
                        from,
                        to: id.0 as usize,
                        member: part.member,
                        id: part.id,
                        span: part.span,
                        escape,
                        boxable: part.boxable,
                    });
                }
            });
        }
    }
    edges
}

/// Those of [`edges`] that begin at a declaration.
pub(super) fn leading_from(edges: &[Edge], from: usize) -> impl Iterator<Item = &Edge> {
    let start = edges.partition_point(|edge| edge.from < from);
    edges[start..]
        .iter()
        .take_while(move |edge| edge.from == from)
}

/// A member with a type.
pub(super) struct Part<'a> {
    /// Like that of an [`Edge`].
    pub(super) member: (usize, usize),
    id: u16,
    span: Span,
    pub(super) ty: &'a Type,
    boxable: bool,
}

fn parts<'a>(resolved: &'a Resolved<'_>, id: DeclId) -> Vec<Part<'a>> {
    let Some(decl) = resolved.decl(id) else {
        return Vec::new();
    };
    match &decl.kind {
        DeclKind::Struct(decl) => of_fields(&decl.fields, |at| (at, 0)).collect(),
        DeclKind::Exception(decl) => of_fields(&decl.fields, |at| (at, 0)).collect(),
        DeclKind::Frozen(frozen) => {
            let fields = frozen.fields.iter().enumerate();
            fields.map(|(at, f)| fixed(at, f.span, &f.ty)).collect()
        }
        DeclKind::Newtype(newtype) => vec![fixed(0, decl.span, &newtype.ty)],
        DeclKind::Union(union) => of_variants(union),
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => Vec::new(),
    }
}

fn of_fields(
    fields: &[Field],
    member: impl Fn(usize) -> (usize, usize),
) -> impl Iterator<Item = Part<'_>> {
    fields.iter().enumerate().map(move |(at, field)| Part {
        member: member(at),
        id: field.id,
        span: field.span,
        ty: &field.ty,
        boxable: true,
    })
}

fn of_variants(union: &Union) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for (at, variant) in union.variants.iter().enumerate() {
        match &variant.payload {
            Payload::Unit => {}
            Payload::Typed { ty, .. } => parts.push(Part {
                member: (at, 0),
                id: variant.id,
                span: variant.span,
                ty,
                boxable: true,
            }),
            Payload::Struct(fields) => parts.extend(of_fields(fields, |inner| (at, inner))),
        }
    }
    parts
}

/// A member of a frozen struct or newtype, which cannot be boxed or absent.
fn fixed(at: usize, span: Span, ty: &Type) -> Part<'_> {
    Part {
        member: (at, 0),
        id: u16::try_from(at).unwrap_or(u16::MAX),
        span,
        ty,
        boxable: false,
    }
}
