//! Spells kinds like types of the language, with the names of the schema if it is known.

use super::names::Names;
use crate::head::{Fixed, Kind, Owner};

impl Names<'_> {
    /// A kind as the language spells it.
    pub(crate) fn spell(&self, kind: &Kind) -> String {
        match kind {
            Kind::Bool => "bool".to_owned(),
            Kind::Uint => "uint".to_owned(),
            Kind::Int => "int".to_owned(),
            Kind::Text => "string".to_owned(),
            Kind::Fixed(fixed) => fixed.spell(),
            Kind::Decimal => "decimal".to_owned(),
            Kind::Optional(inner) => format!("optional {}", self.spell(inner)),
            Kind::List(item) if item.is_byte() => "bytes".to_owned(),
            Kind::List(item) => format!("list<{}>", self.spell(item)),
            Kind::Map(key, value) => format!("map<{}, {}>", self.spell(key), self.spell(value)),
            Kind::Array(count, item) => format!("array<{}, {count}>", self.spell(item)),
            Kind::Record(number) => self.spell_owner(Owner::Record(*number)),
            Kind::Union(number) => self.spell_owner(Owner::Union(*number)),
            Kind::Future(number) => format!("kind {number} of a later version"),
        }
    }

    /// The name of a struct or union, or its number in the head.
    pub(super) fn spell_owner(&self, owner: Owner) -> String {
        match (self.of_owner(owner), owner) {
            (Some(name), _) => name.to_owned(),
            (None, Owner::Record(number)) => format!("struct #{number}"),
            (None, Owner::Union(number)) => format!("union #{number}"),
        }
    }
}

impl Fixed {
    fn spell(&self) -> String {
        match self {
            Self::Unsigned(size) => format!("u{}", 8 * size),
            Self::Signed(size) => format!("i{}", 8 * size),
            Self::Float(size) => format!("f{}", 8 * size),
            Self::Bool => "bool".to_owned(),
            Self::Uuid => "uuid".to_owned(),
            Self::Sixteen => "16 bytes".to_owned(),
            Self::Decimal => "decimal".to_owned(),
            Self::Array(count, item) => format!("array<{}, {count}>", item.spell()),
            Self::Struct(members) => {
                let members: Vec<String> = members.iter().map(Self::spell).collect();
                format!("frozen {{ {} }}", members.join(", "))
            }
        }
    }
}
