//! How much room values take on the wire, as far as a schema tells.

use sinew_compiler::schema::{DeclKind, Field, Scalar, Schema, Type};

/// The bytes of a member of a frozen struct.
pub(super) fn size_of(schema: &Schema, ty: &Type) -> u32 {
    match ty {
        Type::Scalar(scalar) => size_of_scalar(*scalar),
        Type::Array(element, count) => size_of(schema, element).saturating_mul(*count),
        Type::Named(id, _) => match &schema.decl(*id).kind {
            DeclKind::Newtype(it) => size_of(schema, &it.ty),
            DeclKind::Enum(it) | DeclKind::Flags(it) => size_of_scalar(it.base),
            DeclKind::Frozen(it) => it.size,
            _ => 0,
        },
        // Nothing of this has a constant size.
        Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => 0,
    }
}

fn size_of_scalar(scalar: Scalar) -> u32 {
    match scalar {
        Scalar::Bool | Scalar::I8 | Scalar::U8 => 1,
        Scalar::I16 | Scalar::U16 => 2,
        Scalar::I32 | Scalar::U32 | Scalar::F32 | Scalar::Date => 4,
        Scalar::I64 | Scalar::U64 | Scalar::F64 | Scalar::Timestamp | Scalar::Duration => 8,
        Scalar::I128 | Scalar::U128 | Scalar::Uuid => 16,
        Scalar::Decimal => 17,
        Scalar::String | Scalar::Bytes => 0,
    }
}

/// The bits that stand in front of the bytes of all fields; none if that depends on type arguments.
pub(super) fn bits_of(schema: &Schema, fields: &[Field]) -> Option<u32> {
    let bits = fields.iter().map(|field| bits(schema, &field.ty));
    bits.sum()
}

fn bits(schema: &Schema, ty: &Type) -> Option<u32> {
    match ty {
        Type::Optional(inner) => Some(bits(schema, inner)? + 1),
        Type::Scalar(Scalar::Bool) => Some(1),
        Type::Named(id, _) => match &schema.decl(*id).kind {
            DeclKind::Newtype(it) => bits(schema, &it.ty),
            _ => Some(0),
        },
        Type::Param(_) => None,
        Type::Scalar(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Array(..) => Some(0),
    }
}
