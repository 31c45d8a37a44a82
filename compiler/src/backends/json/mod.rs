//! The whole schema as one JSON file, for other tools and for people who compare schemas.
//!
//! Members stand in a fixed order; those that say nothing are left out. Names are
//! full (`shop.Order`), numbers beyond 53 bits are texts.

mod annotations;
mod decls;
mod services;
mod types;
mod values;

use super::{Backend, GeneratedFile};
use crate::diagnostics::Sink;
use crate::json::{Json, Object};
use crate::schema::{Namespace, Schema};
use crate::source::SourceMap;

/// The version of the format, as the file says it.
const FORMAT: u32 = 1;

/// The JSON backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonSchema;

impl Backend for JsonSchema {
    fn name(&self) -> &'static str {
        "json"
    }

    /// Says nothing: JSON takes every schema.
    fn check(&self, _: &Schema, _: &mut Sink) {}

    fn generate(&self, schema: &Schema, sources: &SourceMap) -> Vec<GeneratedFile> {
        let namespaces = schema.namespaces().iter();
        let namespaces: Vec<Object> = namespaces.map(|n| namespace(schema, sources, n)).collect();
        let root = Object::new("format", FORMAT).with("namespaces", namespaces);
        vec![GeneratedFile {
            path: "schema.json".to_owned(),
            text: Json::from(root).print(),
        }]
    }
}

fn namespace(schema: &Schema, sources: &SourceMap, namespace: &Namespace) -> Object {
    let files = namespace
        .files
        .iter()
        .map(|file| sources.file(*file).import_path());
    let decls = namespace
        .decls
        .iter()
        .map(|id| decls::decl(schema, schema.decl(*id)));
    Object::new("name", namespace.name())
        .with_some("doc", namespace.doc.as_deref())
        .with_some(
            "annotations",
            annotations::object(schema, &namespace.annotations),
        )
        .with("files", files.collect::<Vec<_>>())
        .with("declarations", decls.collect::<Vec<_>>())
}
