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
    /// What the aliases of its type demand; it satisfies that.
    pub constraints: Vec<Constraint>,
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
