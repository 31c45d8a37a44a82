//! Types as written.

use super::{Expr, Path};
use crate::source::Span;

/// A type with its span.
#[derive(Clone, Debug)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Its span.
    pub span: Span,
}

impl Type {
    /// The span from the word `optional` up to the type inside.
    pub fn optional_word(&self) -> Option<Span> {
        match &self.kind {
            TypeKind::Optional(inner) => Some(self.span.up_to(inner.span)),
            TypeKind::Scalar(_)
            | TypeKind::List(_)
            | TypeKind::Set(_)
            | TypeKind::Map(..)
            | TypeKind::Array(..)
            | TypeKind::Named(..) => None,
        }
    }
}

/// The kinds of type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `optional T`
    Optional(Box<Type>),
    /// A built-in type without arguments.
    Scalar(Scalar),
    /// `list<T>`
    List(Box<Type>),
    /// `set<T>`
    Set(Box<Type>),
    /// `map<K, V>`
    Map(Box<Type>, Box<Type>),
    /// `array<T, N>`
    Array(Box<Type>, Box<Expr>),
    /// A declared type with its type arguments, or a type parameter.
    Named(Path, Vec<Type>),
}

/// The built-in types without arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scalar {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `i128`
    I128,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `u128`
    U128,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `uuid`
    Uuid,
    /// `timestamp`
    Timestamp,
    /// `duration`
    Duration,
    /// `date`
    Date,
    /// `decimal`
    Decimal,
}

impl Scalar {
    /// Every scalar, in the order of the language reference.
    pub const ALL: [Scalar; 20] = [
        Scalar::Bool,
        Scalar::I8,
        Scalar::I16,
        Scalar::I32,
        Scalar::I64,
        Scalar::I128,
        Scalar::U8,
        Scalar::U16,
        Scalar::U32,
        Scalar::U64,
        Scalar::U128,
        Scalar::F32,
        Scalar::F64,
        Scalar::String,
        Scalar::Bytes,
        Scalar::Uuid,
        Scalar::Timestamp,
        Scalar::Duration,
        Scalar::Date,
        Scalar::Decimal,
    ];

    /// Whether an integer type is signed, and its width in bits. `None` for other types.
    pub(crate) fn integer(self) -> Option<(bool, u32)> {
        match self {
            Scalar::I8 => Some((true, 8)),
            Scalar::I16 => Some((true, 16)),
            Scalar::I32 => Some((true, 32)),
            Scalar::I64 => Some((true, 64)),
            Scalar::I128 => Some((true, 128)),
            Scalar::U8 => Some((false, 8)),
            Scalar::U16 => Some((false, 16)),
            Scalar::U32 => Some((false, 32)),
            Scalar::U64 => Some((false, 64)),
            Scalar::U128 => Some((false, 128)),
            Scalar::Bool
            | Scalar::F32
            | Scalar::F64
            | Scalar::String
            | Scalar::Bytes
            | Scalar::Uuid
            | Scalar::Timestamp
            | Scalar::Duration
            | Scalar::Date
            | Scalar::Decimal => None,
        }
    }

    /// Its keyword.
    pub fn word(self) -> &'static str {
        match self {
            Scalar::Bool => "bool",
            Scalar::I8 => "i8",
            Scalar::I16 => "i16",
            Scalar::I32 => "i32",
            Scalar::I64 => "i64",
            Scalar::I128 => "i128",
            Scalar::U8 => "u8",
            Scalar::U16 => "u16",
            Scalar::U32 => "u32",
            Scalar::U64 => "u64",
            Scalar::U128 => "u128",
            Scalar::F32 => "f32",
            Scalar::F64 => "f64",
            Scalar::String => "string",
            Scalar::Bytes => "bytes",
            Scalar::Uuid => "uuid",
            Scalar::Timestamp => "timestamp",
            Scalar::Duration => "duration",
            Scalar::Date => "date",
            Scalar::Decimal => "decimal",
        }
    }

    /// The scalar with this keyword.
    pub fn from_word(word: &str) -> Option<Scalar> {
        Scalar::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// Whether `word` names a built-in type, so that nothing can be declared with this name.
pub fn is_builtin_type(word: &str) -> bool {
    Scalar::from_word(word).is_some()
        || matches!(word, "list" | "set" | "map" | "array" | "optional" | "void")
}
