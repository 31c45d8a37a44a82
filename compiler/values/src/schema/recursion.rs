//! Finds declarations that can contain themselves, whose values count towards the nesting limit.

use sinew_compiler::schema::{self as checked, DeclId, DeclKind, Payload};

/// Whether a declaration refers to itself, directly or through others.
pub(super) fn contains_itself(schema: &checked::Schema, id: DeclId) -> bool {
    let mut seen = Vec::new();
    let mut open = vec![id];
    while let Some(next) = open.pop() {
        for mentioned in mentions(&schema.decl(next).kind) {
            if mentioned == id {
                return true;
            }
            if !seen.contains(&mentioned) {
                seen.push(mentioned);
                open.push(mentioned);
            }
        }
    }
    false
}

/// The declarations that a declaration refers to.
fn mentions(kind: &DeclKind) -> Vec<DeclId> {
    let mut found = Vec::new();
    let mut fields = |fields: &[checked::Field]| {
        let types = fields.iter().map(|field| &field.ty);
        types.for_each(|ty| named_in(ty, &mut found));
    };
    match kind {
        DeclKind::Struct(it) => fields(&it.fields),
        DeclKind::Exception(it) => fields(&it.fields),
        DeclKind::Newtype(it) => named_in(&it.ty, &mut found),
        DeclKind::Union(it) => {
            for variant in &it.variants {
                match &variant.payload {
                    Payload::Unit => {}
                    Payload::Typed { ty, .. } => named_in(ty, &mut found),
                    Payload::Struct(own) => {
                        let types = own.iter().map(|field| &field.ty);
                        types.for_each(|ty| named_in(ty, &mut found));
                    }
                }
            }
        }
        DeclKind::Const(_) | DeclKind::Typedef(_) | DeclKind::Enum(_) | DeclKind::Flags(_) => {}
        DeclKind::Frozen(_) | DeclKind::Service(_) | DeclKind::Annotation(_) => {}
    }
    found
}

fn named_in(ty: &checked::Type, found: &mut Vec<DeclId>) {
    match ty {
        checked::Type::Scalar(_) | checked::Type::Param(_) => {}
        checked::Type::Optional(inner) | checked::Type::List(inner) => named_in(inner, found),
        checked::Type::Set(inner) | checked::Type::Array(inner, _) => named_in(inner, found),
        checked::Type::Map(key, value) => {
            named_in(key, found);
            named_in(value, found);
        }
        checked::Type::Named(id, args) => {
            found.push(*id);
            args.iter().for_each(|arg| named_in(arg, found));
        }
    }
}
