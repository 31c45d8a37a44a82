//! The static description of types, their fields and variants: plain data, which generated code states.

use super::frozen::Frozen;
use super::layout::Layout;
use super::value::{Record, Union, Wire};
use core::any::TypeId;

/// The greatest id of a field or variant.
pub(crate) const MAX_ID: u16 = 32_767;

/// A field of a struct.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub(crate) id: u16,
    pub(crate) name: &'static str,
    pub(crate) part: Part,
}

impl Field {
    /// A field of type `T`.
    pub const fn new<T: Wire>(id: u16, name: &'static str) -> Self {
        let part = Part::inline::<T>();
        Self { id, name, part }
    }

    /// The id of the field.
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// The name of the field in the schema.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// A variant of a union.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    pub(crate) id: u16,
    pub(crate) name: &'static str,
    pub(crate) payload: Payload,
}

/// What a variant carries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Payload {
    /// Fields of its own; a unit variant has none.
    Fields(&'static [Field]),
    Value(Part),
}

impl Variant {
    /// A variant that carries nothing.
    pub const fn unit(id: u16, name: &'static str) -> Self {
        Self::record(id, name, &[])
    }

    /// A variant that carries a `T`.
    pub const fn new<T: Wire>(id: u16, name: &'static str) -> Self {
        let payload = Payload::Value(Part::inline::<T>());
        Self { id, name, payload }
    }

    /// A variant that carries fields of its own, by ascending id.
    pub const fn record(id: u16, name: &'static str, fields: &'static [Field]) -> Self {
        let payload = Payload::Fields(fields);
        Self { id, name, payload }
    }

    /// The id of the variant.
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// The name of the variant in the schema.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// The static description of a type: plain data, so that code that works on shapes is not generic.
///
/// `bytes` is `List` of `U8`: both have the same bytes. Enums and flags are their base type, sets are lists,
/// timestamps, durations and dates are `Int`.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `bool`
    Bool,
    /// `u8`
    U8,
    /// `i8`
    I8,
    /// `u16`
    U16,
    /// `i16`
    I16,
    /// `u32`, `u64`
    Uint,
    /// `i32`, `i64`, `timestamp`, `duration`, `date`
    Int,
    /// `u128`
    U128,
    /// `i128`
    I128,
    /// `uuid`
    Uuid,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `string`
    String,
    /// `decimal`
    Decimal,
    /// `optional T`
    Optional(Part),
    /// `list<T>`, `set<T>`
    List(Part),
    /// `map<K, V>`
    Map(Part, Part),
    /// `array<T, N>`
    Array(u32, Part),
    /// `frozen struct`
    Frozen(Layout),
    /// `struct`, `exception`
    Record(RecordType),
    /// `union`
    Union(UnionType),
}

/// The type of a part of a value, and how much memory such a part takes outside its holder.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub(crate) ty: fn() -> Type,
    /// In bytes, at most, while the holder is being decoded; without the parts of the part.
    pub(crate) memory: usize,
}

impl Part {
    /// A part that is stored in its holder, or in a box: descriptions do not say which.
    pub(crate) const fn inline<T: Wire>() -> Self {
        Self {
            ty: T::ty,
            memory: size_of::<T>(),
        }
    }

    /// An element of a growing list: the old and the new copy of a list that has room for twice its elements.
    pub(crate) const fn listed<T: Wire>() -> Self {
        Self {
            ty: T::ty,
            memory: 3 * size_of::<T>(),
        }
    }

    /// An element of a set.
    pub(crate) const fn sorted<T: Wire>() -> Self {
        Self {
            ty: T::ty,
            memory: entry(size_of::<T>()),
        }
    }

    /// A key of a map, with the whole entry, which includes the value.
    pub(crate) const fn key<K: Wire, V: Wire>() -> Self {
        Self {
            ty: K::ty,
            memory: entry(size_of::<(K, V)>()),
        }
    }
}

/// The memory for an entry of a map or set: its place in the list that is read first and, if it is the only one, a node
/// of a B-tree, which has room for eleven. Hash tables take less.
const fn entry(size: usize) -> usize {
    12 * size + 32
}

/// The static description of a struct.
#[derive(Clone, Copy, Debug)]
pub struct RecordType {
    pub(crate) key: TypeId,
    pub(crate) fields: &'static [Field],
}

/// The static description of a union.
#[derive(Clone, Copy, Debug)]
pub struct UnionType {
    pub(crate) key: TypeId,
    pub(crate) variants: &'static [Variant],
}

impl Type {
    /// The description of a struct.
    pub fn record<R: Record>() -> Self {
        Self::Record(RecordType {
            key: TypeId::of::<R>(),
            fields: R::FIELDS,
        })
    }

    /// The description of a union.
    pub fn union<U: Union>() -> Self {
        Self::Union(UnionType {
            key: TypeId::of::<U>(),
            variants: U::VARIANTS,
        })
    }

    /// The description of a frozen struct.
    pub fn frozen<F: Frozen>() -> Self {
        Self::Frozen(F::LAYOUT)
    }
}
