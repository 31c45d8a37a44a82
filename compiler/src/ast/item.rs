//! Declarations other than services.

use num_bigint::BigInt;

use super::{Annotation, Doc, Expr, Ident, Service, Type};
use crate::source::Span;

/// A declaration.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// The word `internal`, if given.
    pub internal: Option<Span>,
    /// The name that it declares.
    pub name: Ident,
    /// What it declares.
    pub kind: ItemKind,
    /// The whole declaration, doc comment and annotations excluded.
    pub span: Span,
}

/// The kinds of declaration.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// `const T NAME = v;`
    Const(Const),
    /// `typedef T Name;`
    Typedef(Type),
    /// `newtype T Name;`
    Newtype(Type),
    /// `enum` and `closed enum`
    Enum(Enum),
    /// `flags` and `closed flags`
    Flags(Enum),
    /// `struct`
    Struct(Struct),
    /// `frozen struct`
    Frozen(Frozen),
    /// `union` and `closed union`
    Union(Union),
    /// `exception`
    Exception(Struct),
    /// `service`
    Service(Service),
    /// `annotation`
    Annotation(AnnotationDecl),
}

/// The body of a constant.
#[derive(Clone, Debug)]
pub struct Const {
    /// Its type.
    pub ty: Type,
    /// Its value.
    pub value: Expr,
}

/// The body of an enum or of flags.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The word `closed`, if given.
    pub closed: Option<Span>,
    /// The base type, if given.
    pub base: Option<Type>,
    /// The values.
    pub values: Vec<EnumValue>,
    /// Reserved names and numbers.
    pub reserved: Vec<Reserved>,
    /// Places of missing `;`, if there are values without a number: both are reported together.
    pub unended: Vec<Span>,
}

/// `NAME = value;`
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Its name.
    pub name: Ident,
    /// Its number. A missing one is reported by the checker.
    pub value: Option<Expr>,
    /// The whole member.
    pub span: Span,
}

/// The body of a struct or an exception.
#[derive(Clone, Debug)]
pub struct Struct {
    /// `<A, B>`
    pub params: Vec<Ident>,
    /// The fields.
    pub fields: Vec<Field>,
    /// Reserved names and ids.
    pub reserved: Vec<Reserved>,
}

/// `1: T name = v;`. Also a parameter of a method, or an error of a `throws` list.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Its id; a missing one was reported.
    pub id: Option<Id>,
    /// The word `required`, if given.
    pub required: Option<Span>,
    /// The type.
    pub ty: Type,
    /// The name.
    pub name: Ident,
    /// The default.
    pub default: Option<Expr>,
    /// The whole member.
    pub span: Span,
}

/// The id before a member.
#[derive(Clone, Debug)]
pub struct Id {
    /// The number as written, of any size.
    pub value: BigInt,
    /// Its span.
    pub span: Span,
}

impl Id {
    /// The greatest allowed id; the least is 1.
    pub const MAX: u16 = 32_767;
}

/// The body of a `frozen struct`: members without ids.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The members, in layout order.
    pub fields: Vec<Field>,
}

/// The body of a union.
#[derive(Clone, Debug)]
pub struct Union {
    /// The word `closed`, if given.
    pub closed: Option<Span>,
    /// `<A, B>`
    pub params: Vec<Ident>,
    /// The variants.
    pub variants: Vec<Variant>,
    /// Reserved names and ids.
    pub reserved: Vec<Reserved>,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Its id; a missing one was reported.
    pub id: Option<Id>,
    /// Its name.
    pub name: Ident,
    /// Its payload.
    pub payload: Payload,
    /// The whole member.
    pub span: Span,
}

/// The payload of a variant.
#[derive(Clone, Debug)]
pub enum Payload {
    /// `1: none;`
    Unit,
    /// `2: Card card;`
    Typed(Type),
    /// `3: wire { … }`
    Struct {
        /// The fields.
        fields: Vec<Field>,
        /// Reserved names and ids.
        reserved: Vec<Reserved>,
    },
}

/// One entry of a `reserved` line.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// What is reserved.
    pub kind: ReservedKind,
    /// The entry.
    pub span: Span,
}

/// What an entry reserves.
#[derive(Clone, Debug)]
pub enum ReservedKind {
    /// `"name"`
    Name(String),
    /// `4`, `6..=9`, `20..=max` (no upper bound).
    Ids(BigInt, Option<BigInt>),
}

/// `annotation name on targets { … }`
#[derive(Clone, Debug)]
pub struct AnnotationDecl {
    /// What it may annotate: words such as `struct` and `field`.
    pub targets: Vec<Ident>,
    /// Its arguments; they have no ids.
    pub fields: Vec<Field>,
}
