//! The encoding of values, as far as generated code depends on it: header bits and minimum sizes.

use super::facts::Facts;
use crate::schema::{DeclKind, Field, Scalar, Type, by_id};

/// How many bits a value of a type has in the header of the record that contains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderBits {
    /// A constant number.
    Fixed(u32),
    /// Those of a type parameter, plus a constant.
    Param(u32, u32),
}

impl HeaderBits {
    /// The bits of `ty`: a bool is one, `optional` adds one.
    pub(super) fn of(ty: &Type, facts: &Facts) -> Self {
        match ty {
            Type::Optional(inner) => match Self::of(inner, facts) {
                Self::Fixed(n) => Self::Fixed(n + 1),
                Self::Param(param, n) => Self::Param(param, n + 1),
            },
            Type::Scalar(Scalar::Bool) => Self::Fixed(1),
            Type::Param(param) => Self::Param(*param, 0),
            Type::Named(id, _) => Self::Fixed(facts.get(*id).header_bits),
            Type::Scalar(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Array(..) => {
                Self::Fixed(0)
            }
        }
    }

    /// The maximum for any type argument that a schema can have.
    pub(super) fn most(self) -> u32 {
        match self {
            Self::Fixed(n) => n,
            Self::Param(_, n) => n + 4,
        }
    }
}

/// The header bits of a declared type. Only newtypes may have some.
pub(super) fn header_bits_of(kind: &DeclKind, facts: &Facts) -> u32 {
    match kind {
        DeclKind::Newtype(newtype) => HeaderBits::of(&newtype.ty, facts).most(),
        DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Struct(_)
        | DeclKind::Exception(_)
        | DeclKind::Frozen(_)
        | DeclKind::Union(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => 0,
    }
}

/// The minimum size of a declared type in bits; at least 8, except for newtypes of `bool`.
pub(super) fn min_bits_of(kind: &DeclKind, facts: &Facts) -> u32 {
    match kind {
        DeclKind::Newtype(newtype) => min_bits(&newtype.ty, facts),
        DeclKind::Enum(decl) | DeclKind::Flags(decl) => scalar(decl.base),
        DeclKind::Struct(decl) => record(&decl.fields, facts),
        DeclKind::Exception(decl) => record(&decl.fields, facts),
        DeclKind::Frozen(decl) => decl.size.saturating_mul(8).max(8),
        DeclKind::Union(_) => 16,
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => 8,
    }
}

/// The minimum size in bits of a record with these fields.
pub(super) fn record(fields: &[Field], facts: &Facts) -> u32 {
    let mut header = 0u32;
    let mut body = 0u32;
    for field in by_id(fields) {
        if let HeaderBits::Fixed(bits) = HeaderBits::of(&field.ty, facts) {
            header = header.saturating_add(bits);
            body = body.saturating_add(min_bits(&field.ty, facts).saturating_sub(bits));
        }
    }
    header
        .div_ceil(8)
        .saturating_mul(8)
        .saturating_add(body)
        .max(8)
}

/// The minimum size of a `ty` in bits, including header bits.
fn min_bits(ty: &Type, facts: &Facts) -> u32 {
    match ty {
        Type::Optional(inner) => match HeaderBits::of(inner, facts) {
            HeaderBits::Fixed(bits) => bits + 1,
            HeaderBits::Param(..) => 1,
        },
        Type::Scalar(s) => scalar(*s),
        Type::List(_) | Type::Set(_) | Type::Map(..) => 8,
        Type::Array(element, count) => min_bits(element, facts)
            .saturating_mul(*count)
            .div_ceil(8)
            .saturating_mul(8),
        Type::Named(id, _) => facts.get(*id).min_bits,
        Type::Param(_) => 1,
    }
}

/// The minimum size of a scalar in bits. For variable lengths, that of the shortest form.
fn scalar(scalar: Scalar) -> u32 {
    match scalar {
        Scalar::Bool => 1,
        Scalar::I8 | Scalar::U8 => 8,
        Scalar::I16 | Scalar::U16 => 16,
        Scalar::I32 | Scalar::I64 | Scalar::U32 | Scalar::U64 => 8,
        Scalar::I128 | Scalar::U128 | Scalar::Uuid => 128,
        Scalar::F32 => 32,
        Scalar::F64 => 64,
        Scalar::String | Scalar::Bytes => 8,
        Scalar::Timestamp | Scalar::Duration | Scalar::Date => 8,
        Scalar::Decimal => 8,
    }
}
