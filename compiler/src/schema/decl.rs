//! Declarations, and the kinds that are short: constants, aliases, annotations.

use std::sync::Arc;

use super::{
    Annotations, Constraint, Enum, Exception, Frozen, NamespaceId, Service, Struct, Type, Union,
    Value,
};
use crate::source::Span;

/// A declaration.
#[derive(Clone, Debug)]
pub struct Decl {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its name.
    pub name: String,
    /// Span of the name.
    pub span: Span,
    /// Its span without doc comment and annotations.
    pub whole: Span,
    /// Its documentation in Markdown.
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
    /// Its value, which fits the type.
    pub value: Value,
    /// Constraints from the aliases of its type, which the value satisfies.
    pub constraints: Vec<Constraint>,
}

/// A transparent alias.
#[derive(Clone, Debug)]
pub struct Typedef {
    /// Its target.
    pub ty: Type,
    /// Constraints from its annotations.
    pub constraints: Vec<Constraint>,
}

/// A distinct type with the encoding of another.
#[derive(Clone, Debug)]
pub struct Newtype {
    /// The type inside.
    pub ty: Type,
    /// Its span.
    pub ty_span: Span,
    /// What its values must satisfy.
    pub constraints: Vec<Constraint>,
}

/// A declared annotation.
#[derive(Clone, Debug)]
pub struct AnnotationDecl {
    /// What it may annotate, as words.
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
    /// The value when it is not given. Arguments with an `optional` type are absent then.
    pub default: Option<Value>,
}
