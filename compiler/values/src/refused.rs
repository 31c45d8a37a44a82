//! Errors of decoding: the broken rule, its offset and its field.

use std::fmt;

use sinew_compiler::schema::Number;

/// Why bytes are not a value of the requested type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The rule that they break.
    pub rule: Rule,
    /// The offset of what breaks it.
    pub offset: usize,
    /// The path to the field, such as `items[3].price`; empty at the root.
    pub path: String,
}

/// A rule of the wire format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The bytes end early: this many are needed, and this many are left.
    Truncated(u64, usize),
    /// This many bytes follow the value.
    TrailingBytes(usize),
    /// A number takes more bytes than it needs.
    NotMinimal,
    /// A bit that must be zero is set.
    SpareBits,
    /// A number does not fit this type.
    OutOfRange(&'static str),
    /// The id of a variant is 0 or above 32767.
    BadId(u64),
    /// The byte of a `bool` is neither 0 nor 1.
    Bool(u8),
    /// A string is not UTF-8.
    Utf8,
    /// A decimal has no scale, a scale above 28, or more than 16 bytes of coefficient.
    Decimal,
    /// A constraint of the schema, as a phrase that continues "the value".
    Constraint(String),
    /// Keys or elements are not in ascending order.
    Order,
    /// A key or element occurs twice.
    Duplicate,
    /// A closed enum or closed flags do not have this number.
    UnknownValue(String, Number),
    /// A closed union does not have the variant with this id.
    UnknownVariant(String, u16),
    /// The head does not describe the variant with this id.
    Undescribed(u16),
    /// The head describes variants that do not occur.
    Unused,
    /// On a connection, a variant that the head describes is in escape form.
    Escaped(u16),
    /// The writer has no value for a required field.
    Missing(String),
    /// A value of this kind cannot be read as this type.
    Incompatible(String, String),
    /// Values are nested too deep.
    Depth,
    /// The value takes more memory than is allowed.
    Budget,
    /// The head breaks a rule of heads.
    Head(Fault),
}

/// What is wrong with a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It ends in the middle.
    Truncated,
    /// It continues after its end, or its last half byte is not zero.
    Trailing,
    /// A half byte does not stand for a kind.
    Kind,
    /// A number is too large, too small or not in its shortest form.
    Number,
    /// It is nested too deep.
    Depth,
    /// It is larger than allowed.
    Size,
    /// It refers to a struct or union that does not exist.
    Reference,
    /// A struct directly contains itself.
    Infinite,
}

impl Refused {
    /// The same with a larger offset.
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.offset += by;
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}", self.offset)?;
        match self.path.is_empty() {
            true => write!(f, ": {}", self.rule),
            false => write!(f, ", `{}`: {}", self.path, self.rule),
        }
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Truncated(needed, left) => {
                return write!(f, "{} needed, but {left} left", bytes_are(*needed));
            }
            Self::TrailingBytes(left) => {
                return write!(
                    f,
                    "the value ends here, but {} left",
                    bytes_are(*left as u64)
                );
            }
            Self::NotMinimal => "a number is longer than it must be",
            Self::SpareBits => "a bit is set that belongs to nothing",
            Self::OutOfRange(ty) => return write!(f, "the number does not fit `{ty}`"),
            Self::BadId(id) => return write!(f, "a variant's id is from 1 to 32767, not {id}"),
            Self::Bool(byte) => return write!(f, "a bool is 0 or 1, not {byte}"),
            Self::Utf8 => "the string is not UTF-8",
            Self::Decimal => "a decimal has a scale of 0 to 28 and up to 16 bytes behind it",
            Self::Constraint(broken) => return write!(f, "the value {broken}"),
            Self::Order => "keys and elements of sets are in ascending order",
            Self::Duplicate => "the same key or element comes twice",
            Self::UnknownValue(name, number) => return write!(f, "`{name}` has no value {number}"),
            Self::UnknownVariant(name, id) => {
                return write!(f, "`{name}` has no variant with the id {id}");
            }
            Self::Undescribed(id) => return write!(f, "the head does not describe variant {id}"),
            Self::Unused => "the head describes a variant that does not occur",
            Self::Escaped(id) => {
                return write!(
                    f,
                    "variant {id} is in the form for unknown ones, but is described"
                );
            }
            Self::Missing(name) => return write!(f, "the required field `{name}` is missing"),
            Self::Incompatible(kind, ty) => {
                return write!(f, "{kind} cannot be read as `{ty}`");
            }
            Self::Depth => "values are nested too deep",
            Self::Budget => "the value takes too much memory",
            Self::Head(fault) => return write!(f, "{fault}"),
        };
        f.write_str(text)
    }
}

fn bytes_are(count: u64) -> String {
    match count {
        1 => "1 byte is".to_owned(),
        count => format!("{count} bytes are"),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the head ends in the middle",
            Self::Trailing => "the head goes on behind its end",
            Self::Kind => "a half byte of the head is no kind",
            Self::Number => {
                "a number of the head is too large, too small or longer than it must be"
            }
            Self::Depth => "the head is nested too deep",
            Self::Size => "the head has more than 32 KiB",
            Self::Reference => "the head mentions a struct or union that was not there before",
            Self::Infinite => "the head has a struct that directly contains itself",
        })
    }
}
