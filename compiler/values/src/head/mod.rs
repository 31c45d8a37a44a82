//! Heads: the kinds that a writer has used, as a tree and as bytes.

mod heights;
mod parse;
mod write;

pub(crate) use parse::{Owner, Part, Piece};

/// A head: the kind of the root, and the members of the structs and unions that it mentions, by number.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The kind of the root.
    pub root: Kind,
    /// Ids and kinds of the fields of each struct.
    pub records: Vec<Vec<(u16, Kind)>>,
    /// Ids and payload kinds of the variants of each union.
    pub unions: Vec<Vec<(u16, Kind)>>,
}

/// The encoding of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A bit.
    Bool,
    /// An unsigned number in prefix form.
    Uint,
    /// A signed number in zigzag form.
    Int,
    /// `string`
    Text,
    /// A value of fixed size.
    Fixed(Fixed),
    /// `decimal`
    Decimal,
    /// A bit, and a value if it is set.
    Optional(Box<Kind>),
    /// List or set.
    List(Box<Kind>),
    /// Map.
    Map(Box<Kind>, Box<Kind>),
    /// This many values.
    Array(u32, Box<Kind>),
    /// The struct with this number.
    Record(usize),
    /// The union with this number.
    Union(usize),
    /// A kind that a later version of the format has added.
    Future(u32),
}

/// Kinds whose values have a fixed size.
#[derive(Clone, Debug, PartialEq)]
pub enum Fixed {
    /// An unsigned integer of this many bytes.
    Unsigned(usize),
    /// A signed integer of this many bytes.
    Signed(usize),
    /// A float of this many bytes.
    Float(usize),
    /// A byte that is 0 or 1.
    Bool,
    /// `uuid` outside of a frozen struct.
    Uuid,
    /// 16 bytes inside a frozen struct: `uuid`, `u128`, `i128`.
    Sixteen,
    /// A scale and 16 bytes inside a frozen struct.
    Decimal,
    /// This many members of one kind.
    Array(u32, Box<Fixed>),
    /// A frozen struct.
    Struct(Vec<Fixed>),
}

impl Kind {
    /// Bits that a value has in the header of its struct, list or map.
    pub fn bits(&self) -> usize {
        match self {
            Self::Bool => 1,
            Self::Optional(inner) => 1 + inner.bits(),
            Self::Uint | Self::Int | Self::Text | Self::Fixed(_) | Self::Decimal => 0,
            Self::List(_) | Self::Map(..) | Self::Array(..) => 0,
            Self::Record(_) | Self::Union(_) | Self::Future(_) => 0,
        }
    }

    /// Whether it is the kind of the elements of `bytes`.
    pub(crate) fn is_byte(&self) -> bool {
        *self == Self::Fixed(Fixed::Unsigned(1))
    }
}

impl Fixed {
    /// The size of a value in bytes; `usize::MAX` on overflow.
    pub fn size(&self) -> usize {
        match self {
            Self::Unsigned(size) | Self::Signed(size) | Self::Float(size) => *size,
            Self::Bool => 1,
            Self::Uuid | Self::Sixteen => 16,
            Self::Decimal => 17,
            Self::Array(count, item) => item.size().saturating_mul(*count as usize),
            Self::Struct(members) => {
                let sizes = members.iter().map(Self::size);
                sizes.fold(0, usize::saturating_add)
            }
        }
    }
}

impl Head {
    /// How many variants the head describes.
    pub fn described(&self) -> usize {
        self.unions.iter().map(Vec::len).sum()
    }
}
