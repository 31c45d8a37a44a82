//! Values without Rust types, in the order that the specification gives them.

use std::cmp::Ordering;

use sinew_compiler::schema::Number;

use crate::Type;

/// A value. Comparing values makes sense only if they have the same type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An absent optional.
    Absent,
    /// The value of an optional inside another optional. Elsewhere a present value stands for itself.
    Present(Box<Value>),
    /// `bool`
    Bool(bool),
    /// Unsigned integers, enums and flags on them.
    Unsigned(u128),
    /// Signed integers, enums on them, times.
    Signed(i128),
    /// The bits of an `f32` or `f64`.
    Float(u64),
    /// `string`
    Text(String),
    /// `bytes` and `uuid`
    Bytes(Vec<u8>),
    /// Coefficient and scale.
    Decimal(i128, u8),
    /// Lists, sets, arrays, and the members of frozen structs.
    List(Vec<Value>),
    /// Entries by ascending key.
    Map(Vec<(Value, Value)>),
    /// Fields by ascending id; an absent field is there as [`Value::Absent`].
    Record(Vec<(u16, Value)>),
    /// Id and payload.
    Variant(u16, Box<Value>),
    /// A variant that its reader does not know: id, head and payload.
    Unknown(u16, Vec<u8>, Vec<u8>),
}

impl Value {
    /// The number, of an integer, enum or flags.
    pub(crate) fn number(&self) -> Option<Number> {
        match self {
            Self::Unsigned(number) => Some((*number).into()),
            Self::Signed(number) => Some(Number::Int(*number)),
            _ => None,
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Decimal(a, scale), Self::Decimal(b, other)) => parts(*a, *scale)
                .cmp(&parts(*b, *other))
                .then(scale.cmp(other)),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Unsigned(a), Self::Unsigned(b)) => a.cmp(b),
            (Self::Signed(a), Self::Signed(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Bytes(a), Self::Bytes(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => a.cmp(b),
            (Self::Map(a), Self::Map(b)) => a.cmp(b),
            (Self::Present(a), Self::Present(b)) => a.cmp(b),
            (Self::Record(a), Self::Record(b)) => a.cmp(b),
            (Self::Absent, Self::Absent) => Ordering::Equal,
            (Self::Absent, _) => Ordering::Less,
            (_, Self::Absent) => Ordering::Greater,
            _ => self.as_variant().cmp(&other.as_variant()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Value {
    /// Wraps this value for an `optional` of this type, if needed.
    #[must_use]
    pub fn present(self, inner: &Type) -> Self {
        match inner.unconstrained() {
            Type::Optional(_) => Self::Present(Box::new(self)),
            _ => self,
        }
    }

    /// About how many values it consists of, to estimate the memory of a copy.
    pub(crate) fn parts(&self) -> u64 {
        let all = |values: &[Self]| values.iter().map(Self::parts).sum::<u64>();
        let len = |bytes: &[u8]| bytes.len() as u64 / 16;
        1 + match self {
            Self::Absent | Self::Bool(_) | Self::Unsigned(_) | Self::Signed(_) => 0,
            Self::Float(_) | Self::Decimal(..) => 0,
            Self::Text(text) => len(text.as_bytes()),
            Self::Bytes(bytes) => len(bytes),
            Self::Present(value) | Self::Variant(_, value) => value.parts(),
            Self::List(items) => all(items),
            Self::Map(entries) => entries.iter().map(|(k, v)| k.parts() + v.parts()).sum(),
            Self::Record(fields) => fields.iter().map(|(_, value)| value.parts()).sum(),
            Self::Unknown(_, head, body) => len(head) + len(body),
        }
    }

    /// Id, payload if known, else body and head.
    fn as_variant(&self) -> (u16, Option<&Value>, &[u8], &[u8]) {
        match self {
            Self::Variant(id, payload) => (*id, Some(payload), &[], &[]),
            Self::Unknown(id, head, body) => (*id, None, body, head),
            _ => (0, None, &[], &[]),
        }
    }
}

/// The integer part of a decimal, and its fraction in units of 1e-28.
pub(crate) fn parts(coefficient: i128, scale: u8) -> (i128, i128) {
    let unit = 10_i128.pow(u32::from(scale));
    let rest = coefficient.rem_euclid(unit) * 10_i128.pow(28 - u32::from(scale));
    (coefficient.div_euclid(unit), rest)
}
