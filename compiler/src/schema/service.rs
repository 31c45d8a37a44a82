//! Services and their methods.

use std::sync::Arc;

use super::{Annotations, DeclId, Field, ServiceId, Type};
use crate::source::Span;

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The services it extends; no cycles.
    pub bases: Vec<ServiceId>,
    /// Its own methods in the order written.
    pub methods: Vec<Method>,
    /// Method names that may not be used.
    pub reserved: Vec<String>,
    /// What identifies the service on the wire: `namespace.Name`, or its `@wire_name`.
    pub wire_name: String,
}

/// A method.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// All of it, doc comment and annotations excluded.
    pub whole: Span,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its annotations.
    pub annotations: Arc<Annotations>,
    /// What identifies it on the wire within its service.
    pub wire_name: String,
    /// No answer is sent.
    pub oneway: bool,
    /// Changes nothing; implies `idempotent`.
    pub readonly: bool,
    /// May be executed more than once.
    pub idempotent: bool,
    /// `@timeout` of the method, or else of its service unless the method has streams, in nanoseconds.
    pub timeout: Option<i64>,
    /// Its parameters in the order written, the stream excluded.
    pub params: Vec<Field>,
    /// The stream of its last parameter.
    pub param_stream: Option<Stream>,
    /// Its result; `None` for `void`.
    pub result: Option<Type>,
    /// Where its result stands, `void` and streams included.
    pub result_span: Span,
    /// The stream it answers with.
    pub result_stream: Option<Stream>,
    /// What it throws.
    pub throws: Throws,
}

/// A stream of values.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Name of the parameter; empty for a result.
    pub name: String,
    /// Where its name stands; of a result, where its type does.
    pub span: Span,
    /// Id of the parameter; 1 for a result.
    pub id: u16,
    /// Documentation of the parameter; none for a result.
    pub doc: Option<String>,
    /// Annotations of the parameter; none for a result.
    pub annotations: Arc<Annotations>,
    /// What it carries.
    pub ty: Type,
    /// Where that type stands.
    pub ty_span: Span,
    /// Errors of the stream itself.
    pub throws: Throws,
}

/// What a method or stream throws.
#[derive(Clone, Debug)]
pub enum Throws {
    /// Nothing that is declared.
    Nothing,
    /// A union of exceptions: [`super::DeclKind::Union`] with `thrown` set.
    Union(DeclId),
    /// A list of exceptions, in the order written.
    List(Vec<Field>),
}
