//! Why bytes are not a value, and why a value cannot be encoded. Only data.

use core::fmt;

use crate::invalid::Invalid;

/// The result of decoding.
pub type Result<T> = core::result::Result<T, DecodeError>;

/// Why bytes are not a value of the type that was asked for.
///
/// One pointer wide, so that the `Result` of every decoding step stays small.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    kind: DecodeErrorKind,
    offset: usize,
    place: Option<&'static str>,
    invalid: Option<Invalid>,
}

/// The rule that the bytes broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The bytes end inside a value.
    Truncated,
    /// Bytes are left after the value.
    TrailingBytes,
    /// A length or a count needs more bytes than there are.
    Count,
    /// A number takes more bytes than it needs.
    NotMinimal,
    /// A number does not fit the type that reads it.
    OutOfRange,
    /// A bit that must be zero is set.
    SpareBits,
    /// A byte that stands for a `bool` is neither 0 nor 1.
    Bool,
    /// A string is not UTF-8.
    Utf8,
    /// The keys of a map or the elements of a set are not in ascending order.
    Order,
    /// A key of a map or an element of a set occurs twice.
    Duplicate,
    /// A closed enum or closed flags do not know this number.
    UnknownValue(i128),
    /// A closed union does not know the variant with this id.
    UnknownVariant(u16),
    /// The message holds a variant that its shape does not describe.
    Undescribed(u16),
    /// A variant that the writer knows is written in the form for unknown ones.
    Escaped(u16),
    /// The shape of the message describes a variant that the message does not hold.
    Unused,
    /// The writer's message has no value for a required field.
    Missing,
    /// The writer's type of this value cannot be read as ours.
    Incompatible,
    /// Values are nested deeper than the limit.
    Depth,
    /// The value needs more memory than the budget allows.
    Budget,
    /// The shape in front of the message breaks a rule of shapes.
    Shape(ShapeFault),
    /// The value breaks a rule that its type adds, such as the scale of a decimal or a constraint of the schema.
    Invalid(&'static str),
}

/// What is wrong with a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ShapeFault {
    /// It ends in the middle.
    Truncated,
    /// It goes on behind its end, or its last half byte is not zero.
    Trailing,
    /// A half byte that is no kind.
    Kind,
    /// A number that is too large or not in its shortest form.
    Number,
    /// It is nested too deep.
    Depth,
    /// It is larger than shapes may be.
    Size,
    /// It refers to a struct or union that is not there.
    Reference,
    /// A struct contains itself directly, so that its values never end.
    Infinite,
}

impl DecodeError {
    /// An error at a byte offset of the message.
    #[cold]
    pub(crate) fn new(kind: DecodeErrorKind, offset: usize) -> Self {
        Self(Box::new(Details {
            kind,
            offset,
            place: None,
            invalid: None,
        }))
    }

    /// The same error with the field that was read. The innermost field is kept.
    #[cold]
    pub(crate) fn at(mut self, place: &'static str) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// The same error for a value that the schema does not allow.
    #[cold]
    pub(crate) fn of(mut self, invalid: &Invalid) -> Self {
        self.0.invalid = Some(invalid.clone());
        self.at(invalid.place())
    }

    /// The same error for bytes that begin further into the message.
    #[cold]
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.0.offset += by;
        self
    }

    /// The rule that was broken.
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// How many bytes stand in front of the place where decoding stopped.
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// The type and field that were read, such as `Person.name`; `None` outside of any field.
    pub fn place(&self) -> Option<&'static str> {
        self.0.place
    }

    /// What the schema does not allow of the value, with the bound that it breaks; `None` where the bytes are wrong
    /// whatever the schema asks for.
    pub fn invalid(&self) -> Option<&Invalid> {
        self.0.invalid.as_ref()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.kind)?;
        if let Some(bound) = self.invalid().and_then(Invalid::bound) {
            write!(f, " ({bound})")?;
        }
        write!(f, " at byte {}", self.0.offset)?;
        match self.0.place {
            Some(place) => write!(f, ", in `{place}`"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeError({self})")
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the bytes end inside a value",
            Self::TrailingBytes => "bytes are left after the value",
            Self::Count => "a count needs more bytes than there are",
            Self::NotMinimal => "a number is not in its shortest form",
            Self::OutOfRange => "a number does not fit its type",
            Self::SpareBits => "a bit that must be zero is set",
            Self::Bool => "a `bool` is neither 0 nor 1",
            Self::Utf8 => "a string is not UTF-8",
            Self::Order => "keys are not in ascending order",
            Self::Duplicate => "a key occurs twice",
            Self::UnknownValue(value) => return write!(f, "no value has the number {value}"),
            Self::UnknownVariant(id) => return write!(f, "no variant has the id {id}"),
            Self::Undescribed(id) => return write!(f, "the shape does not describe variant {id}"),
            Self::Escaped(id) => {
                return write!(f, "variant {id} is written as if it were unknown");
            }
            Self::Unused => "the shape describes a variant that does not occur",
            Self::Missing => "a required field is missing",
            Self::Incompatible => "the writer's type cannot be read as this type",
            Self::Depth => "values are nested deeper than the limit",
            Self::Budget => "the value needs more memory than the limit",
            Self::Shape(fault) => return write!(f, "bad shape: {fault}"),
            Self::Invalid(reason) => reason,
        })
    }
}

impl fmt::Display for ShapeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "it ends in the middle",
            Self::Trailing => "something follows its end",
            Self::Kind => "unknown kind",
            Self::Number => "a number is too large or not in its shortest form",
            Self::Depth => "it is nested too deep",
            Self::Size => "it is too large",
            Self::Reference => "it refers to a type that is not there",
            Self::Infinite => "a struct contains itself directly",
        })
    }
}

/// Why a value cannot be written. Nothing was written then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// Values are nested deeper than the limit of 64, so no reader would take them.
    Depth,
    /// The value has no encoding, for the reason given.
    Refused(&'static str),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth => f.write_str("values are nested deeper than the limit"),
            Self::Refused(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for EncodeError {}
