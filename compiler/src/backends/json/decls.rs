//! Declarations other than services.

use super::types::spelled;
use super::{annotations, services, values};
use crate::json::{Json, Object};
use crate::schema::{
    AnnotationDecl, Decl, DeclKind, Enum, Exception, Fault, Field, Frozen, MessagePart, Payload,
    Reserved, Retry, Schema, Union, Variant,
};

/// A declaration: common members, then those of its kind.
pub(super) fn decl(schema: &Schema, decl: &Decl) -> Object {
    let head = Object::new("kind", decl.kind.word())
        .with("name", decl.name.as_str())
        .with_some("doc", decl.doc.as_deref())
        .with_some("internal", decl.internal)
        .with_some(
            "annotations",
            annotations::object(schema, &decl.annotations),
        );
    head.and(body(schema, &decl.kind))
}

fn body(schema: &Schema, kind: &DeclKind) -> Object {
    match kind {
        DeclKind::Const(kind) => Object::new("type", spelled(schema, &[], &kind.ty))
            .with("value", values::json(schema, &kind.value)),
        DeclKind::Typedef(kind) => Object::new("type", spelled(schema, &[], &kind.ty)).with_some(
            "constraints",
            annotations::constraints(schema, &kind.constraints),
        ),
        DeclKind::Newtype(kind) => Object::new("type", spelled(schema, &[], &kind.ty)).with_some(
            "constraints",
            annotations::constraints(schema, &kind.constraints),
        ),
        DeclKind::Enum(kind) | DeclKind::Flags(kind) => enumeration(schema, kind),
        DeclKind::Struct(kind) => Object::default()
            .with_some("parameters", kind.params.clone())
            .with("fields", fields(schema, &kind.params, &kind.fields))
            .with_some("reserved", reserved(&kind.reserved)),
        DeclKind::Frozen(kind) => frozen(schema, kind),
        DeclKind::Union(kind) => union(schema, kind),
        DeclKind::Exception(kind) => exception(schema, kind),
        DeclKind::Service(kind) => services::service(schema, kind),
        DeclKind::Annotation(kind) => annotation(schema, kind),
    }
}

fn enumeration(schema: &Schema, kind: &Enum) -> Object {
    let values = kind.values.iter().map(|value| {
        let first = value.alias_of.and_then(|at| kind.values.get(at as usize));
        Object::new("name", value.name.as_str())
            .with("number", Json::Spelled(value.number.to_string()))
            .with_some("alias_of", first.map(|first| first.name.as_str()))
            .with_some("doc", value.doc.as_deref())
            .with_some(
                "annotations",
                annotations::object(schema, &value.annotations),
            )
    });
    Object::new("base", kind.base.word())
        .with_some("closed", kind.closed)
        .with("values", values.collect::<Vec<_>>())
        .with_some("reserved", reserved(&kind.reserved))
}

/// The fields of a struct, exception or variant, parameters, or a list of errors.
pub(super) fn fields(schema: &Schema, params: &[String], fields: &[Field]) -> Json {
    let fields = fields.iter().map(|field| {
        let default = field.default.as_ref().map(|v| values::json(schema, v));
        let head = Object::new("id", field.id)
            .with("name", field.name.as_str())
            .with("type", spelled(schema, params, &field.ty));
        let head = match default {
            Some(default) => head.with("default", default),
            None => head,
        };
        head.with_some(
            "constraints",
            annotations::constraints(schema, &field.constraints),
        )
        .with_some("doc", field.doc.as_deref())
        .with_some(
            "annotations",
            annotations::object(schema, &field.annotations),
        )
    });
    Json::List(fields.map(Json::from).collect())
}

fn frozen(schema: &Schema, kind: &Frozen) -> Object {
    let fields = kind.fields.iter().map(|field| {
        Object::new("name", field.name.as_str())
            .with("type", spelled(schema, &[], &field.ty))
            .with_some("doc", field.doc.as_deref())
            .with_some(
                "annotations",
                annotations::object(schema, &field.annotations),
            )
    });
    Object::new("size", kind.size).with("fields", fields.collect::<Vec<_>>())
}

fn union(schema: &Schema, kind: &Union) -> Object {
    let variants = kind
        .variants
        .iter()
        .map(|v| variant(schema, &kind.params, v));
    Object::default()
        .with_some("parameters", kind.params.clone())
        .with_some("closed", kind.closed)
        .with_some("thrown", kind.thrown)
        .with("variants", variants.collect::<Vec<_>>())
        .with_some("reserved", reserved(&kind.reserved))
}

fn variant(schema: &Schema, params: &[String], variant: &Variant) -> Object {
    let head = Object::new("id", variant.id).with("name", variant.name.as_str());
    let head = match &variant.payload {
        Payload::Unit => head,
        Payload::Typed {
            ty, constraints, ..
        } => head
            .with("type", spelled(schema, params, ty))
            .with_some("constraints", annotations::constraints(schema, constraints)),
        Payload::Struct(list) => head.with("fields", fields(schema, params, list)),
    };
    head.with_some("doc", variant.doc.as_deref()).with_some(
        "annotations",
        annotations::object(schema, &variant.annotations),
    )
}

fn exception(schema: &Schema, kind: &Exception) -> Object {
    let field_name = |at: u32| kind.fields.get(at as usize).map_or("", |f| f.name.as_str());
    let message = kind.message.as_ref().map(|parts| {
        let parts = parts.iter().map(|part| match part {
            MessagePart::Text(text) => Object::new("text", text.as_str()),
            MessagePart::Field(at) => Object::new("field", field_name(*at)),
        });
        parts.collect::<Vec<_>>()
    });
    let fault = match kind.fault {
        Fault::Client => "client",
        Fault::Server => "server",
    };
    let retry = match kind.retry {
        Retry::Never => "never",
        Retry::Safe => "safe",
        Retry::Later => "later",
    };
    Object::new("fault", fault)
        .with("retry", retry)
        .with_some("message", message)
        .with("fields", fields(schema, &[], &kind.fields))
        .with_some("reserved", reserved(&kind.reserved))
}

fn annotation(schema: &Schema, kind: &AnnotationDecl) -> Object {
    let fields = kind.fields.iter().map(|field| {
        Object::new("name", field.name.as_str())
            .with("type", spelled(schema, &[], &field.ty))
            .with_some(
                "default",
                field.default.as_ref().map(|v| values::json(schema, v)),
            )
    });
    Object::new("targets", kind.targets.clone()).with_some("fields", fields.collect::<Vec<_>>())
}

fn reserved(reserved: &Reserved) -> Object {
    let ranges = reserved.ranges.iter().map(|(first, last)| {
        let bounds = [first, last].map(|n| Json::Spelled(n.to_string()));
        Json::List(Vec::from(bounds))
    });
    Object::default()
        .with_some("names", reserved.names.clone())
        .with_some("ranges", ranges.collect::<Vec<_>>())
}
