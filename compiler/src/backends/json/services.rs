//! Services and their methods.

use super::annotations;
use super::decls::fields;
use super::types::spelled;
use crate::json::{Json, Object};
use crate::schema::{Method, Schema, Service, Stream, Throws};

/// The members of services only.
pub(super) fn service(schema: &Schema, service: &Service) -> Object {
    let bases = service
        .bases
        .iter()
        .map(|base| schema.full_name(base.decl()));
    let methods = service.methods.iter().map(|m| method(schema, m));
    Object::new("wire_name", service.wire_name.as_str())
        .with_some("extends", bases.collect::<Vec<_>>())
        .with("methods", methods.collect::<Vec<_>>())
        .with_some("reserved", service.reserved.clone())
}

fn method(schema: &Schema, method: &Method) -> Object {
    let timeout = method.timeout.map(|nanos| Json::Text(format!("{nanos}ns")));
    Object::new("name", method.name.as_str())
        .with("wire_name", method.wire_name.as_str())
        .with_some("oneway", method.oneway)
        .with_some("readonly", method.readonly)
        .with_some("idempotent", method.idempotent)
        .with_some("timeout", timeout)
        .with_some("parameters", fields(schema, &[], &method.params))
        .with_some(
            "parameter_stream",
            method.param_stream.as_ref().map(|s| stream(schema, s)),
        )
        .with_some(
            "result",
            method.result.as_ref().map(|ty| spelled(schema, &[], ty)),
        )
        .with_some(
            "result_stream",
            method.result_stream.as_ref().map(|s| stream(schema, s)),
        )
        .with_some("throws", throws(schema, &method.throws))
        .with_some("doc", method.doc.as_deref())
        .with_some(
            "annotations",
            annotations::object(schema, &method.annotations),
        )
}

fn stream(schema: &Schema, stream: &Stream) -> Object {
    Object::new("id", stream.id)
        .with_some("name", stream.name.as_str())
        .with("type", spelled(schema, &[], &stream.ty))
        .with_some("throws", throws(schema, &stream.throws))
        .with_some("doc", stream.doc.as_deref())
        .with_some(
            "annotations",
            annotations::object(schema, &stream.annotations),
        )
}

fn throws(schema: &Schema, throws: &Throws) -> Json {
    match throws {
        Throws::Nothing => Json::Null,
        Throws::Union(id) => schema.full_name(*id).into(),
        Throws::List(list) => fields(schema, &[], list),
    }
}
