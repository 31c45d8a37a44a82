//! Values of constants and defaults.

use num_bigint::BigInt;

use super::DeclId;

/// A value that has been checked against its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// Any integer type other than `u128`
    Int(i128),
    /// `u128`
    Uint(u128),
    /// `f32`, already rounded
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
    /// `list`, `array`: the elements. `set`: the elements in ascending order, all different.
    List(Vec<Value>),
    /// `map`: pairs in ascending order of their keys, which are all different
    Map(Vec<(Value, Value)>),
    /// `optional`: absent
    Absent,
    /// `optional`: present
    Present(Box<Value>),
    /// A newtype with its value.
    Newtype(DeclId, Box<Value>),
    /// The enum value at this index.
    Enum(DeclId, u32),
    /// Flags, as the sum of their numbers.
    Flags(DeclId, u128),
    /// A struct, frozen struct or exception: the values of all fields, in declared order.
    Struct(DeclId, Vec<Value>),
    /// A union: the index of the variant, and its payload.
    Union(DeclId, u32, Box<VariantValue>),
}

impl Value {
    /// The number, if it is an integer.
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

/// The payload of a [`Value::Union`].
#[derive(Clone, Debug, PartialEq)]
pub enum VariantValue {
    /// Nothing.
    Unit,
    /// One value.
    Typed(Value),
    /// The values of all fields, in declared order.
    Struct(Vec<Value>),
}
