//! Semantic checks beyond names and types, one file for each.
//!
//! Reads what `resolve` produced and reports what is not allowed. Computes what depends on the whole schema (boxes,
//! sizes, thrown unions), and builds the [`Schema`] if there are no errors. Changes nothing else.

mod accepted;
mod advice;
pub(crate) mod annotations;
mod constraints;
mod enums;
mod exceptions;
mod frozen;
mod generics;
mod in_place;
mod keys;
mod lints;
mod members;
mod oneway;
mod recursion;
mod rename;
mod reserved;
mod services;
mod style;
mod usage;
mod wire_names;

use crate::diagnostics::Sink;
use crate::load::Loaded;
use crate::resolve::Resolved;
use crate::schema::{Namespace, Schema};
use crate::source::SourceMap;

/// Reports errors and lints. Returns the schema if there are no errors.
pub(crate) fn check(
    mut resolved: Resolved<'_>,
    loaded: &Loaded,
    sources: &SourceMap,
    sink: &mut Sink,
) -> Option<Schema> {
    members::check(&resolved, sink);
    enums::check(&resolved, sources, sink);
    annotations::check(&resolved, sink);
    generics::check(&resolved, sink);
    keys::check(&resolved, sink);
    frozen::check(&mut resolved, sink);
    exceptions::check(&mut resolved, sink);
    services::check(&resolved, sink);
    oneway::check(&resolved, sink);
    recursion::check(&mut resolved, sink);
    in_place::check(&mut resolved, sink);
    constraints::check(&resolved, sink);
    let broken = sink.has_errors();
    let mut lints = sink.take_lints();
    lints.append(&mut resolved.seen.lints);
    usage::check(&resolved, &mut lints);
    style::check(&resolved, &mut lints);
    rename::complete(&resolved, sources, &mut lints);
    advice::check(&resolved, sink.levels(), &mut lints);
    lints::report(loaded, lints, sink);
    // A lint at the level of errors does not make the schema invalid.
    (!broken).then(|| seal(resolved, loaded)).flatten()
}

fn seal(resolved: Resolved<'_>, loaded: &Loaded) -> Option<Schema> {
    let decls = resolved.decls.into_iter().collect::<Option<Vec<_>>>()?;
    let mut namespaces: Vec<Namespace> = Vec::new();
    for (position, names) in resolved.names.namespaces.iter().enumerate() {
        let files = || names.files.iter().map(|file| &resolved.names.files[*file]);
        let docs: Vec<&str> = files()
            .filter_map(|f| f.ast.doc.as_ref().map(|d| d.text.as_str()))
            .collect();
        namespaces.push(Namespace {
            segments: names.segments.clone(),
            doc: (!docs.is_empty()).then(|| docs.join("\n\n")),
            annotations: resolved.namespace_annotations[position].clone(),
            files: files().map(|f| f.ast.id).collect(),
            decls: Vec::new(),
        });
    }
    for (id, decl) in resolved.names.ids().zip(&decls) {
        namespaces[decl.namespace.0 as usize].decls.push(id);
    }
    Some(Schema {
        namespaces,
        decls,
        accepted: accepted::accepted(loaded),
    })
}
