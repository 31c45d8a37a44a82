//! Default types of kinds, for messages without a schema.

use std::sync::Arc;

use crate::head::{Fixed, Kind};
use crate::schema::{Frozen, Type};

/// The type of a value without parts; `None` for kinds whose parts have rows of their own.
pub(super) fn leaf(kind: &Kind) -> Option<Type> {
    Some(match kind {
        Kind::Bool => Type::Bool,
        Kind::Uint => Type::Unsigned(8),
        Kind::Int => Type::Signed(8),
        Kind::Text => Type::Text,
        Kind::Fixed(fixed) => of_fixed(fixed),
        Kind::Decimal => Type::Decimal,
        Kind::List(item) if item.is_byte() => Type::Bytes,
        Kind::List(item) if is_number(item) => Type::List(Box::new(leaf(item)?)),
        Kind::Array(count, item) if matches!(**item, Kind::Bool | Kind::Fixed(_)) => {
            Type::Array(*count, Box::new(leaf(item)?))
        }
        Kind::List(_) | Kind::Array(..) => return None,
        Kind::Optional(_) | Kind::Map(..) | Kind::Record(_) | Kind::Union(_) | Kind::Future(_) => {
            return None;
        }
    })
}

fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Uint | Kind::Int | Kind::Bool | Kind::Fixed(_))
}

fn of_fixed(fixed: &Fixed) -> Type {
    match fixed {
        Fixed::Unsigned(size) => Type::Unsigned(*size),
        Fixed::Signed(size) => Type::Signed(*size),
        Fixed::Float(size) => Type::Float(*size),
        Fixed::Bool => Type::Bool,
        Fixed::Uuid | Fixed::Sixteen => Type::Uuid,
        Fixed::Decimal => Type::Decimal,
        Fixed::Array(count, item) => Type::Array(*count, Box::new(of_fixed(item))),
        Fixed::Struct(members) => {
            let members = members.iter().enumerate();
            let members = members.map(|(index, member)| (index.to_string(), of_fixed(member)));
            Type::Frozen(Arc::new(Frozen {
                name: "frozen".to_owned(),
                members: members.collect(),
            }))
        }
    }
}
