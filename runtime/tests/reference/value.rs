//! Values without types, ordered and printed as the specification says.

use std::fmt;

/// A value. The order of the variants does not matter: only values of one kind are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Absent,
    Bool(bool),
    Unsigned(u128),
    Signed(i128),
    /// Size in bytes, and the bits.
    Float(usize, u64),
    Text(String),
    Bytes(Vec<u8>),
    /// Coefficient and scale.
    Decimal(i128, u8),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Record(Vec<(u16, Value)>),
    Variant(u16, Box<Value>),
    /// A variant that its writer did not know: id, head, body.
    Unknown(u16, Vec<u8>, Vec<u8>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Unsigned(value) => write!(f, "{value}"),
            Self::Signed(value) => write!(f, "{value}"),
            Self::Float(4, bits) => write!(f, "{:?}", f32::from_bits(*bits as u32)),
            Self::Float(_, bits) => write!(f, "{:?}", f64::from_bits(*bits)),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write_hex(f, bytes),
            Self::Decimal(coefficient, scale) => write!(f, "{coefficient}e-{scale}"),
            Self::List(items) => write_all(f, "[]", items.iter(), |f, item| write!(f, "{item}")),
            Self::Map(entries) => write_all(f, "{}", entries.iter(), |f, (key, value)| {
                write!(f, "{key}: {value}")
            }),
            Self::Record(fields) => write_all(f, "{}", fields.iter(), |f, (id, value)| {
                write!(f, "{id}: {value}")
            }),
            Self::Variant(id, payload) => write!(f, "{id}({payload})"),
            Self::Unknown(id, head, body) => {
                write!(f, "unknown {id}(")?;
                write_hex(f, head)?;
                f.write_str(", ")?;
                write_hex(f, body)?;
                f.write_str(")")
            }
        }
    }
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("x\"")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
    f.write_str("\"")
}

fn write_all<T>(
    f: &mut fmt::Formatter<'_>,
    brackets: &str,
    items: impl Iterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    f.write_str(&brackets[..1])?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write(f, item)?;
    }
    f.write_str(&brackets[1..])
}
