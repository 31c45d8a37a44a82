//! Values of constants and defaults.

use num_bigint::BigInt;

use super::DeclId;

/// A value that fits the type it was checked against.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// Any integer type but `u128`.
    Int(i128),
    /// `u128`
    Uint(u128),
    /// `f32`: already rounded to it.
    F32(f32),
    /// `f64`
    F64(f64),
    /// `string`
    String(String),
    /// `bytes`
    Bytes(Vec<u8>),
    /// `uuid`, network order
    Uuid([u8; 16]),
    /// `timestamp`: nanoseconds since 1970
    Timestamp(i64),
    /// `duration`: nanoseconds
    Duration(i64),
    /// `date`: days since 1970
    Date(i32),
    /// `decimal`: coefficient and scale
    Decimal(i128, u8),
    /// `list`, `array`: the elements; `set`: the elements in order, no two equal
    List(Vec<Value>),
    /// `map`: pairs in order of their keys, no two equal
    Map(Vec<(Value, Value)>),
    /// `optional`: absent
    Absent,
    /// `optional`: present
    Present(Box<Value>),
    /// A newtype around a value.
    Newtype(DeclId, Box<Value>),
    /// The enum value at this position.
    Enum(DeclId, u32),
    /// Flags, as the number they add up to.
    Flags(DeclId, u128),
    /// A struct, frozen struct or exception: a value for every field, in declared order.
    Struct(DeclId, Vec<Value>),
    /// A union: the position of the variant and what it carries.
    Union(DeclId, u32, Box<VariantValue>),
}

impl Value {
    /// The number that it is, if it is an integer.
    pub(crate) fn integer(&self) -> Option<BigInt> {
        if let Value::Int(number) = self {
            return Some((*number).into());
        }
        if let Value::Uint(number) = self {
            return Some((*number).into());
        }
        None
    }
}

/// What a variant carries in a [`Value::Union`].
#[derive(Clone, Debug, PartialEq)]
pub enum VariantValue {
    /// Nothing.
    Unit,
    /// One value.
    Typed(Value),
    /// A value for every field, in declared order.
    Struct(Vec<Value>),
}
