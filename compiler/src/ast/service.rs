//! Services.

use super::{Annotation, Doc, Field, Ident, Path, Reserved, Type};
use crate::source::Span;

/// The body of a service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The services it extends.
    pub bases: Vec<Path>,
    /// Its methods.
    pub methods: Vec<Method>,
    /// Reserved names.
    pub reserved: Vec<Reserved>,
}

/// A method.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its doc comment.
    pub doc: Option<Doc>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// `oneway`, `readonly`, `idempotent`. The parser keeps at most one.
    pub modifiers: Vec<(MethodModifier, Span)>,
    /// Its result.
    pub result: MethodResult,
    /// Its name.
    pub name: Ident,
    /// Its parameters.
    pub params: Vec<Param>,
    /// What it throws.
    pub throws: Option<Throws>,
    /// The whole method.
    pub span: Span,
}

/// Modifiers of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodModifier {
    /// No answer is sent.
    Oneway,
    /// Changes nothing; may be retried and hedged.
    Readonly,
    /// May be executed more than once.
    Idempotent,
}

/// The result of a method.
#[derive(Clone, Debug)]
pub enum MethodResult {
    /// `void`
    Void(Span),
    /// One value or one stream.
    One(Flow),
}

/// A parameter of a method.
#[derive(Clone, Debug)]
pub struct Param {
    /// The field. For a stream, its type is the element type.
    pub field: Field,
    /// Set if the parameter is a stream.
    pub stream: Option<Stream>,
}

/// A type or a stream.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The type. For a stream, the element type.
    pub ty: Type,
    /// Set if it is a stream.
    pub stream: Option<Stream>,
}

/// `stream<T throws …>`
#[derive(Clone, Debug)]
pub struct Stream {
    /// Errors of the stream itself.
    pub throws: Option<Box<Throws>>,
    /// From `stream` to `>`.
    pub span: Span,
}

/// What follows `throws`.
#[derive(Clone, Debug)]
pub enum Throws {
    /// A union of exceptions. A single exception is accepted here; the checker reports it with a fix.
    Union(Path),
    /// `(1: A a, 2: B b)`
    List(Vec<Field>, Span),
}
