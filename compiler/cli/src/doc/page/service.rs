//! What is said of services and their methods.

use sinew_compiler::index::Declaration;
use sinew_compiler::schema::{DeclId, Method, Service, Stream, Throws};
use sinew_compiler::source::Span;

use super::super::site::Site;
use super::entry::{about, written};
use super::facts::{duration, links, words};
use super::table::{errors, parameters};
use super::{Cell, Entry, Fact};

/// What a service has from others, and its name on the wire if that is another.
pub(super) fn facts(site: &Site<'_>, id: DeclId) -> Vec<Fact> {
    let schema = site.schema;
    let Some((id, service)) = schema.services().find(|(service, _)| service.decl() == id) else {
        return Vec::new();
    };
    let here = schema.decl(id.decl()).span;
    let bases: Vec<Span> = service
        .bases
        .iter()
        .map(|it| schema.decl(it.decl()).span)
        .collect();
    let methods = schema.all_methods(id).into_iter();
    let inherited = methods.filter(|(owner, _)| *owner != id);
    let inherited: Vec<Span> = inherited.map(|(_, method)| method.span).collect();
    let mut facts: Vec<Fact> = links(site, "Extends", here, &bases).into_iter().collect();
    facts.extend(links(site, "Inherited", here, &inherited));
    if service.wire_name != schema.full_name(id.decl()) {
        facts.push(words("On the wire", &service.wire_name));
    }
    facts
}

/// The methods that a service declares itself.
pub(super) fn methods(site: &Site<'_>, service: &Service) -> Vec<Entry> {
    let methods = service.methods.iter();
    methods.filter_map(|it| method(site, it)).collect()
}

fn method(site: &Site<'_>, method: &Method) -> Option<Entry> {
    let declared = site.declared(method.span)?;
    let mut about = about(declared, &method.annotations);
    let marks = [
        (method.oneway, "oneway"),
        (method.readonly, "readonly"),
        (method.idempotent && !method.readonly, "idempotent"),
    ];
    about
        .marks
        .extend(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark));
    let thrown = match &method.throws {
        Throws::List(list) => errors(site, list),
        Throws::Nothing | Throws::Union(_) => None,
    };
    let params = parameters(site, &method.params, method.param_stream.as_ref());
    Some(Entry {
        target: site.target(method.span)?.clone(),
        name: method.name.clone(),
        kind: "method",
        about,
        idl: written(site, declared),
        tables: params.into_iter().chain(thrown).collect(),
        facts: facts_of(site, method, declared),
        methods: Vec::new(),
    })
}

fn facts_of(site: &Site<'_>, method: &Method, declared: &Declaration) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(ty) = declared
        .ty
        .filter(|_| method.result.is_some() || method.result_stream.is_some())
    {
        facts.push(Fact {
            label: "Returns",
            value: Cell::Code(vec![site.line(ty)]),
        });
    }
    let streams = [&method.param_stream, &method.result_stream]
        .into_iter()
        .flatten();
    let thrown = streams.map(|Stream { throws, .. }| throws);
    for throws in std::iter::once(&method.throws).chain(thrown) {
        if let Throws::Union(id) = throws {
            facts.extend(links(
                site,
                "Throws",
                method.span,
                &[site.schema.decl(*id).span],
            ));
        }
    }
    facts.extend(method.timeout.map(|it| words("Timeout", &duration(it))));
    if method.wire_name != method.name {
        facts.push(words("On the wire", &method.wire_name));
    }
    facts
}
