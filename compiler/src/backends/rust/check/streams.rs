//! Methods with streams are left out of the Rust code; this says so.

use super::super::services;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::schema::{DeclKind, Method, Schema};

pub(super) fn check(schema: &Schema, sink: &mut Sink) {
    for (_, decl) in schema.decls() {
        if let DeclKind::Service(service) = &decl.kind {
            let left_out = service.methods.iter().filter(|m| !services::is_written(m));
            left_out.for_each(|method| sink.push(stream_left_out(method)));
        }
    }
}

fn stream_left_out(method: &Method) -> Diagnostic {
    Diagnostic::new(
        Code::StreamLeftOut,
        method.span,
        format!("method `{}` is left out of the Rust code", method.name),
        "has a stream",
    )
    .with_note("streams are part of the language but not supported by this compiler version yet")
}
