//! Computes the head of a type.

use crate::head::{Fixed, Head, Kind};
use crate::schema::{Schema, Type};

impl Schema {
    /// The head of a type with all variants described. Structs and unions keep their numbers in this schema.
    pub fn head(&self, root: &Type) -> Head {
        let fields = |record: &crate::Record| {
            let fields = record.fields.iter();
            fields.map(|field| (field.id, kind(&field.ty))).collect()
        };
        let variants = |union: &crate::Union| {
            let variants = union.variants.iter();
            variants
                .map(|variant| (variant.id, kind(&variant.ty)))
                .collect()
        };
        Head {
            root: kind(root),
            records: self.records.iter().map(fields).collect(),
            unions: self.unions.iter().map(variants).collect(),
        }
    }

    /// The bytes of the full head of a type, as sent on connections.
    pub fn full_head(&self, root: &Type) -> Vec<u8> {
        let head = self.head(root);
        head.write(&head.root, |_, _, _| true)
    }
}

/// The kind of a type.
pub(crate) fn kind(ty: &Type) -> Kind {
    let boxed = |ty: &Type| Box::new(kind(ty));
    match ty {
        Type::Bool => Kind::Bool,
        Type::Unsigned(4 | 8) => Kind::Uint,
        Type::Signed(4 | 8) => Kind::Int,
        Type::Unsigned(size) => Kind::Fixed(Fixed::Unsigned(*size)),
        Type::Signed(size) => Kind::Fixed(Fixed::Signed(*size)),
        Type::Enum(it) => kind(&it.base),
        Type::Timestamp | Type::Duration | Type::Date => Kind::Int,
        Type::Constrained(ty, _) => kind(ty),
        Type::Float(size) => Kind::Fixed(Fixed::Float(*size)),
        Type::Text => Kind::Text,
        Type::Bytes => Kind::List(Box::new(Kind::Fixed(Fixed::Unsigned(1)))),
        Type::Uuid => Kind::Fixed(Fixed::Uuid),
        Type::Decimal => Kind::Decimal,
        Type::Optional(inner) => Kind::Optional(boxed(inner)),
        Type::List(item) | Type::Set(item) => Kind::List(boxed(item)),
        Type::Map(key, value) => Kind::Map(boxed(key), boxed(value)),
        Type::Array(count, item) => Kind::Array(*count, boxed(item)),
        Type::Frozen(_) => Kind::Fixed(layout(ty)),
        Type::Record(number) => Kind::Record(*number),
        Type::Union(number) => Kind::Union(*number),
    }
}

/// The layout of a member of a frozen struct.
pub(crate) fn layout(ty: &Type) -> Fixed {
    match ty {
        Type::Bool => Fixed::Bool,
        Type::Unsigned(16) | Type::Signed(16) | Type::Uuid => Fixed::Sixteen,
        Type::Unsigned(size) => Fixed::Unsigned(*size),
        Type::Signed(size) => Fixed::Signed(*size),
        Type::Enum(it) => layout(&it.base),
        Type::Timestamp | Type::Duration => Fixed::Signed(8),
        Type::Date => Fixed::Signed(4),
        Type::Constrained(ty, _) => layout(ty),
        Type::Float(size) => Fixed::Float(*size),
        Type::Decimal => Fixed::Decimal,
        Type::Array(count, item) => Fixed::Array(*count, Box::new(layout(item))),
        Type::Frozen(it) => Fixed::Struct(it.members.iter().map(|(_, ty)| layout(ty)).collect()),
        Type::Text | Type::Bytes | Type::Optional(_) | Type::List(_) | Type::Set(_) => {
            unreachable!("it has no constant size")
        }
        Type::Map(..) | Type::Record(_) | Type::Union(_) => {
            unreachable!("it has no constant size")
        }
    }
}
