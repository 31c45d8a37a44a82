//! The module of a service: parameter structs, error enums and descriptions of its methods.

use std::collections::BTreeMap;

use super::super::code::{Code, code};
use super::super::record::Record;
use super::super::{errors, names};
use super::{MethodWriter, Writer, streams};
use crate::schema::{ServiceId, Stream, Throws};

/// The module; `None` if it would be empty.
pub(super) fn module(writer: &Writer<'_>) -> Option<Code> {
    let own = writer.own().flat_map(|method| of_method(writer, &method));
    let items = Code::paragraphs(inherited(writer).into_iter().chain(own));
    (!items.is_empty()).then(|| {
        code!(
            "
            $doc
            pub mod $module {
                $items
            }
            ",
            doc = Code::doc(&format!(
                " The requests, errors and descriptions of the methods of {}.",
                writer.title()
            )),
            module = names::service_module(writer.decl),
            items,
        )
    })
}

/// Descriptions of inherited methods as methods of this service.
fn inherited(writer: &Writer<'_>) -> Vec<Code> {
    let schema = writer.scope.schema;
    let mut heirs: BTreeMap<ServiceId, Vec<&str>> = BTreeMap::new();
    for base in &writer.bases {
        let wire_name = &schema.service(*base).wire_name;
        for beneath in schema.all_bases(*base) {
            heirs.entry(beneath).or_default().push(wire_name);
        }
    }
    let scope = writer.scope.in_service();
    let inherited = writer.all().zip(&writer.methods);
    let inherited = inherited.filter(|(method, _)| method.is_inherited());
    let descriptions = inherited.map(|(method, (owner, _))| {
        let inside = MethodWriter {
            scope: &scope,
            ..method
        };
        let through = heirs.get(owner).map(|services| through(services));
        inherited_description(&writer.service.wire_name, &inside, through)
    });
    descriptions.collect()
}

/// `.through(&["shop.Admin"])`
fn through(services: &[&str]) -> Code {
    let services = services.iter().map(|name| code!("$name", name));
    code!(".through(&[$services])", services = Code::list(services))
}

fn inherited_description(
    wire_name: &str,
    method: &MethodWriter<'_>,
    through: Option<Code>,
) -> Code {
    let name = names::method_static(method.method);
    code!(
        "
        $doc
        pub static $name: ::sinew::codegen::Method =
            ::sinew::codegen::Method::inherited($wire_name, &$declared)$through;
        ",
        doc = Code::doc(&format!(
            " Describes `{}`, inherited from `{}`.",
            method.plain_name(),
            method.owner.name
        )),
        declared = method.path(&name),
        name,
        wire_name,
        through = Code::joined("", through),
    )
}

fn of_method(writer: &Writer<'_>, method: &MethodWriter<'_>) -> Vec<Code> {
    let scope = writer.scope.in_service();
    let inside = MethodWriter {
        scope: &scope,
        ..*method
    };
    let wire_name = &writer.service.wire_name;
    let mut items = request(writer, &inside);
    if let Throws::List(list) = &method.method.throws {
        items.extend(errors::of_method(scope, wire_name, method.method, list));
    }
    items.extend(streams::error_enum(&inside, wire_name));
    items.push(description(wire_name, &inside));
    items
}

/// The parameter struct, and its view if the handler borrows it.
fn request(writer: &Writer<'_>, method: &MethodWriter<'_>) -> Vec<Code> {
    let scope = *method.scope;
    let record = Record {
        scope,
        ident: names::request(method.method),
        full_name: format!("{}.{}", writer.service.wire_name, method.method.name),
        place: format!("{}.{}", writer.decl.name, method.method.name),
        fields: &method.method.params,
        annotations: &method.method.annotations,
        head: scope.params_head(
            &format!(" The parameters of `{}`.", method.plain_name()),
            &method.method.annotations,
        ),
        facts: scope.facts.of_fields(&method.method.params),
    };
    let mut items = record.parameters();
    if writer.is_served && method.is_lent() {
        items.extend(writer.views.request(method.method, record));
    }
    items
}

/// The static that describes the method to clients, servers and layers.
fn description(wire_name: &str, writer: &MethodWriter<'_>) -> Code {
    let method = writer.method;
    let error = match &method.throws {
        Throws::List(_) => code!("$name", name = names::error(method)),
        Throws::Nothing | Throws::Union(_) => writer.error(),
    };
    let timeout = method
        .timeout
        .and_then(|nanos| u64::try_from(nanos).ok())
        .map(|nanos| code!(".timeout($nanos)", nanos));
    let properties = [
        streams::takes(writer),
        method.readonly.then(|| code!(".readonly()")),
        method.idempotent.then(|| code!(".idempotent()")),
        method.oneway.then(|| code!(".oneway()")),
        timeout,
        is_secret(writer).then(|| code!(".sensitive()")),
    ];
    code!(
        "
        $doc
        pub static $name: ::sinew::codegen::Method =
            ::sinew::codegen::Method::$constructor($wire_name, $method_name)$properties;
        ",
        doc = Code::doc(&format!(" Describes `{}`.", writer.plain_name())),
        name = names::method_static(method),
        constructor = streams::constructor(writer, &names::request(method), &error),
        wire_name,
        method_name = method.wire_name,
        properties = Code::joined("", properties.into_iter().flatten()),
    )
}

/// Whether the method is `@sensitive`, or anything in its messages.
fn is_secret(writer: &MethodWriter<'_>) -> bool {
    let (method, facts) = (writer.method, writer.scope.facts);
    let thrown = |throws: &Throws| match throws {
        Throws::Nothing => false,
        Throws::Union(id) => facts.get(*id).secret,
        Throws::List(list) => list.iter().any(|field| facts.is_secret_field(field)),
    };
    let streamed = |stream: &Stream| {
        stream.annotations.sensitive || facts.is_secret(&stream.ty) || thrown(&stream.throws)
    };
    method.annotations.sensitive
        || method
            .params
            .iter()
            .any(|field| facts.is_secret_field(field))
        || method.result.as_ref().is_some_and(|ty| facts.is_secret(ty))
        || method.param_stream.as_ref().is_some_and(streamed)
        || method.result_stream.as_ref().is_some_and(streamed)
        || thrown(&method.throws)
}
