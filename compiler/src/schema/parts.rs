//! The types that a declaration consists of.

use std::collections::BTreeSet;

use super::{DeclKind, Field, Payload, Type};

/// The declarations that the types of members refer to.
pub(crate) fn mentioned(kind: &DeclKind) -> Vec<usize> {
    let mut ids = BTreeSet::new();
    every_type(kind, &mut |ty, _| {
        ids.extend(named_in(ty));
        true
    });
    ids.into_iter().collect()
}

/// The declarations that a type refers to.
pub(crate) fn named_in(ty: &Type) -> Vec<usize> {
    let mut ids = Vec::new();
    every_part(ty, &mut |part| {
        if let Type::Named(id, _) = part {
            ids.push(id.0 as usize);
        }
        true
    });
    ids
}

/// Whether `holds` for the type of every member. It also gets the [`Field`], if the member is one.
pub(crate) fn every_type(
    kind: &DeclKind,
    holds: &mut dyn FnMut(&Type, Option<&Field>) -> bool,
) -> bool {
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

/// Whether `holds` for `ty` and every type nested in it.
pub(crate) fn every_part(ty: &Type, holds: &mut dyn FnMut(&Type) -> bool) -> bool {
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
