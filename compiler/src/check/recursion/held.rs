//! What each declaration holds in place: the edges on which a type can come back to itself.

use super::parameters::Held;
use crate::resolve::Resolved;
use crate::schema::{DeclId, DeclKind, Field, Payload, Type, Union};
use crate::source::Span;

/// One declaration holds another in place.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Position of the field or variant, and of the field in a struct variant.
    pub(super) member: (usize, usize),
    pub(super) id: u16,
    pub(super) span: Span,
    /// Whether a value may do without it.
    pub(super) escape: bool,
    /// Whether it may be held in a box.
    pub(super) boxable: bool,
}

/// Every edge, those of one declaration side by side and in order of the declarations.
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

/// Those of [`edges`] that lead from one declaration.
pub(super) fn leading_from(edges: &[Edge], from: usize) -> impl Iterator<Item = &Edge> {
    let start = edges.partition_point(|edge| edge.from < from);
    edges[start..]
        .iter()
        .take_while(move |edge| edge.from == from)
}

/// Something that a declaration holds.
pub(super) struct Part<'a> {
    /// As of an [`Edge`].
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

/// A member of a frozen struct or newtype, which holds it as it is.
fn fixed(at: usize, span: Span, ty: &Type) -> Part<'_> {
    Part {
        member: (at, 0),
        id: u16::try_from(at).unwrap_or(u16::MAX),
        span,
        ty,
        boxable: false,
    }
}
