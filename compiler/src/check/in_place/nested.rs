//! Boxes members with large arrays in types that can contain themselves. Dozens of such values may be nested, and are
//! decoded, cloned and formatted on one stack.

use super::size::{Sizes, of_type};
use crate::order;
use crate::resolve::Resolved;
use crate::schema::{DeclKind, Field, Payload, Type, mentioned};

/// Largest inline size of a member's arrays in a type that can contain itself, in bytes.
const MAX_NESTED: u64 = 1024;

/// Which declarations can contain themselves, including through lists and maps.
pub(super) fn which(resolved: &Resolved<'_>) -> Vec<bool> {
    let decls = resolved.decls.iter();
    let edges: Vec<Vec<usize>> = decls
        .map(|decl| decl.as_ref().map(|decl| mentioned(&decl.kind)))
        .map(Option::unwrap_or_default)
        .collect();
    let mut nests = vec![false; edges.len()];
    for group in order::groups(&edges) {
        let nest = order::is_cycle(&group, &edges);
        group.into_iter().for_each(|at| nests[at] = nest);
    }
    nests
}

/// Boxes the members of a declaration whose arrays are large. The sizes of their types are already known.
pub(super) fn box_large(kind: &mut DeclKind, sizes: &[Sizes]) {
    let is_large = |ty: &Type| of_type(ty, sizes).arrays.own > MAX_NESTED;
    let in_fields = |fields: &mut [Field]| {
        fields
            .iter_mut()
            .for_each(|field| field.boxed |= is_large(&field.ty));
    };
    match kind {
        DeclKind::Struct(decl) => in_fields(&mut decl.fields),
        DeclKind::Exception(decl) => in_fields(&mut decl.fields),
        DeclKind::Union(decl) => {
            for variant in &mut decl.variants {
                match &mut variant.payload {
                    Payload::Unit => {}
                    Payload::Typed { ty, boxed, .. } => *boxed |= is_large(ty),
                    Payload::Struct(fields) => in_fields(fields),
                }
            }
        }
        DeclKind::Newtype(_)
        | DeclKind::Frozen(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => {}
    }
}
