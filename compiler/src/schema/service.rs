//! Services and their methods.

use std::sync::Arc;

use super::{Annotations, DeclId, Field, ServiceId, Type};
use crate::source::Span;

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The services it extends, without cycles.
    pub bases: Vec<ServiceId>,
    /// Its own methods, in source order.
    pub methods: Vec<Method>,
    /// Reserved method names.
    pub reserved: Vec<String>,
    /// What identifies the service on the wire: `namespace.Name`, or its `@wire_name`.
    pub wire_name: String,
}

/// A method.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// Span of the name.
    pub span: Span,
    /// Its span without doc comment and annotations.
    pub whole: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// What identifies it within its service on the wire.
    pub wire_name: String,
    /// No answer is sent.
    pub oneway: bool,
    /// Changes nothing; implies `idempotent`.
    pub readonly: bool,
    /// May be executed more than once.
    pub idempotent: bool,
    /// Nanoseconds: `@timeout` of the method. If it has none and no streams, that of its service.
    pub timeout: Option<i64>,
    /// Its parameters in source order, except a stream.
    pub params: Vec<Field>,
    /// Its last parameter, if that is a stream.
    pub param_stream: Option<Stream>,
    /// Its result; `None` for `void`.
    pub result: Option<Type>,
    /// Span of the result, including `void` and streams.
    pub result_span: Span,
    /// Its result, if that is a stream.
    pub result_stream: Option<Stream>,
    /// What it throws.
    pub throws: Throws,
}

/// A stream of values.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Name of the parameter; empty for a result.
    pub name: String,
    /// Span of the name. For a result, span of the type.
    pub span: Span,
    /// Id of the parameter; 1 for a result.
    pub id: u16,
    /// Documentation of the parameter; none for a result.
    pub doc: Option<String>,
    /// Annotations of the parameter; none for a result.
    pub annotations: Arc<Annotations>,
    /// Its element type.
    pub ty: Type,
    /// Span of that type.
    pub ty_span: Span,
    /// Errors of the stream itself.
    pub throws: Throws,
}

/// What a method or stream throws.
#[derive(Clone, Debug)]
pub enum Throws {
    /// No declared errors.
    Nothing,
    /// A union of exceptions: [`super::DeclKind::Union`] with `thrown` set.
    Union(DeclId),
    /// A list of exceptions, in source order.
    List(Vec<Field>),
}
