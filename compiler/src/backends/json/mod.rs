//! The whole schema as a JSON file, for other tools and for people who compare schemas.
//!
//! Members have a fixed order, and empty ones are left out. Names are full (`shop.Order`); numbers with more than 53
//! bits are strings.

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

/// The version of the format, which is part of the file.
const FORMAT: u32 = 1;

/// The JSON backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonSchema;

impl Backend for JsonSchema {
    fn name(&self) -> &'static str {
        "json"
    }

    /// Reports nothing: JSON can represent every schema.
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
