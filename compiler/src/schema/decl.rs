//! Declarations of types and constants.

use std::sync::Arc;

use super::{Annotations, NamespaceId, Scalar, Service, Type, Value};
use crate::source::Span;

/// A declaration.
#[derive(Clone, Debug)]
pub struct Decl {
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// All of it, doc comment and annotations excluded.
    pub whole: Span,
    /// Its documentation, Markdown.
    pub doc: Option<String>,
    /// Whether other namespaces may not use it.
    pub internal: bool,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// What it declares.
    pub kind: DeclKind,
}

/// The kinds of declaration.
#[derive(Clone, Debug)]
pub enum DeclKind {
    /// `const`
    Const(Const),
    /// `typedef`; [`Type`]s never mention it.
    Typedef(Typedef),
    /// `newtype`
    Newtype(Newtype),
    /// `enum`
    Enum(Enum),
    /// `flags`
    Flags(Enum),
    /// `struct`
    Struct(Struct),
    /// `frozen struct`
    Frozen(Frozen),
    /// `union`
    Union(Union),
    /// `exception`
    Exception(Exception),
    /// `service`
    Service(Service),
    /// `annotation`
    Annotation(AnnotationDecl),
}

impl DeclKind {
    /// The word of the language for this kind, as messages use it.
    pub fn word(&self) -> &'static str {
        match self {
            DeclKind::Const(_) => "constant",
            DeclKind::Typedef(_) => "typedef",
            DeclKind::Newtype(_) => "newtype",
            DeclKind::Enum(_) => "enum",
            DeclKind::Flags(_) => "flags",
            DeclKind::Struct(_) => "struct",
            DeclKind::Frozen(_) => "frozen struct",
            DeclKind::Union(_) => "union",
            DeclKind::Exception(_) => "exception",
            DeclKind::Service(_) => "service",
            DeclKind::Annotation(_) => "annotation",
        }
    }
}

/// A constant.
#[derive(Clone, Debug)]
pub struct Const {
    /// Its type.
    pub ty: Type,
    /// Its value; fits the type.
    pub value: Value,
}

/// A transparent alias.
#[derive(Clone, Debug)]
pub struct Typedef {
    /// What it stands for.
    pub ty: Type,
    /// Constraints of its annotations.
    pub constraints: Vec<Constraint>,
}

/// A distinct type with the bytes of another.
#[derive(Clone, Debug)]
pub struct Newtype {
    /// The type inside.
    pub ty: Type,
    /// Where it stands.
    pub ty_span: Span,
    /// What its values must satisfy.
    pub constraints: Vec<Constraint>,
}

/// An enum or flags.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The integer type of its numbers; unsigned for flags.
    pub base: Scalar,
    /// Whether unknown numbers are refused.
    pub closed: bool,
    /// Its values in the order written.
    pub values: Vec<EnumValue>,
    /// Names and numbers that may not be used.
    pub reserved: Reserved,
}

/// One value of an enum, or one flag.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its number; fits the base type. `u128` numbers above `i128::MAX` keep their bits.
    pub number: i128,
    /// Where the number stands.
    pub number_span: Span,
    /// For a second name of a number (`@alias`): the position of the first.
    pub alias_of: Option<u32>,
}

/// What a declaration reserves.
#[derive(Clone, Debug, Default)]
pub struct Reserved {
    /// Reserved names.
    pub names: Vec<String>,
    /// Reserved numbers, inclusive, ascending, not overlapping.
    pub ranges: Vec<(i128, i128)>,
}

/// A struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Names of its type parameters.
    pub params: Vec<String>,
    /// Its fields in the order written.
    pub fields: Vec<Field>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
}

impl Struct {
    /// The fields in the order of their ids: the order on the wire.
    pub fn by_id(&self) -> Vec<&Field> {
        by_id(&self.fields)
    }
}

/// `fields` in the order of their ids: the order on the wire.
pub fn by_id(fields: &[Field]) -> Vec<&Field> {
    let mut sorted: Vec<&Field> = fields.iter().collect();
    sorted.sort_by_key(|f| f.id);
    sorted
}

/// A field of a struct, exception or struct variant; a parameter; an error of a `throws` list.
#[derive(Clone, Debug)]
pub struct Field {
    /// 1..=32767, unique within its parent.
    pub id: u16,
    /// Where its id stands.
    pub id_span: Span,
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its type.
    pub ty: Type,
    /// Where its type stands.
    pub ty_span: Span,
    /// Its default; fits the type; never together with an optional type.
    pub default: Option<Value>,
    /// What its values must satisfy, those of its typedefs included.
    pub constraints: Vec<Constraint>,
    /// Whether the field holds its value in a `Box` because its type contains itself here.
    pub boxed: bool,
}

impl Field {
    /// Whether a value must be given: neither optional nor defaulted.
    pub fn is_required(&self) -> bool {
        !self.ty.is_optional() && self.default.is_none()
    }
}

/// A struct of fixed layout.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// Its members in layout order.
    pub fields: Vec<FrozenField>,
    /// Bytes of one value on the wire.
    pub size: u32,
}

/// A member of a frozen struct.
#[derive(Clone, Debug)]
pub struct FrozenField {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// Its type; of constant size.
    pub ty: Type,
    /// Where its type stands.
    pub ty_span: Span,
}

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// Names of its type parameters.
    pub params: Vec<String>,
    /// Whether unknown variants are refused.
    pub closed: bool,
    /// Its variants in the order written.
    pub variants: Vec<Variant>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
    /// Whether some `throws` names it: its Rust enum then also is an error enum.
    pub thrown: bool,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// 1..=32767, unique within the union.
    pub id: u16,
    /// Where its id stands.
    pub id_span: Span,
    /// All of it, doc comment and annotations excluded.
    pub whole: Span,
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// What it carries.
    pub payload: Payload,
    /// Names and ids that its fields may not use.
    pub reserved: Reserved,
}

/// What a variant carries.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Nothing.
    Unit,
    /// One value.
    Typed {
        /// Its type.
        ty: Type,
        /// Where its type stands.
        ty_span: Span,
        /// What its values must satisfy.
        constraints: Vec<Constraint>,
        /// Whether it is held in a `Box` because its type contains the union.
        boxed: bool,
    },
    /// Named fields.
    Struct(Vec<Field>),
}

/// An exception.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its fields in the order written.
    pub fields: Vec<Field>,
    /// Names and ids that may not be used.
    pub reserved: Reserved,
    /// `@message`: literal text and field positions in turn.
    pub message: Option<Vec<MessagePart>>,
    /// `@error(fault)`
    pub fault: Fault,
    /// `@error(retry)`
    pub retry: Retry,
}

/// A piece of a `@message` template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// Text as it is.
    Text(String),
    /// The value of the field at this position.
    Field(u32),
}

/// Whose fault an exception is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// The caller asked for something that cannot be done.
    Client,
    /// The server could not do what it should.
    #[default]
    Server,
}

/// Whether to try again after an exception.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails again.
    #[default]
    Never,
    /// The call may be repeated at once.
    Safe,
    /// The call may be repeated after a while.
    Later,
}

/// What a value must satisfy.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// `@len`: characters, bytes or elements; bounds inclusive.
    Len {
        /// At least.
        min: u64,
        /// At most.
        max: Option<u64>,
    },
    /// `@range`: bounds in the type of the value.
    Range {
        /// The lower bound, inclusive.
        min: Option<Value>,
        /// The upper bound.
        max: Option<Value>,
        /// Whether the upper bound is allowed itself.
        inclusive: bool,
    },
    /// `@pattern`: the whole string matches.
    Pattern(String),
    /// `@unique`: no two elements of the list are equal.
    Unique,
    /// `@each`: every element (or map value) satisfies these.
    Each(Vec<Constraint>),
}

/// A declared annotation.
#[derive(Clone, Debug)]
pub struct AnnotationDecl {
    /// Words for what it may stand on.
    pub targets: Vec<String>,
    /// Its arguments.
    pub fields: Vec<AnnotationField>,
}

/// An argument of a declared annotation.
#[derive(Clone, Debug)]
pub struct AnnotationField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What it is when it is not given; `optional` arguments are absent then.
    pub default: Option<Value>,
}
