//! Checks that no two Rust items in a scope have the same name.
//!
//! Names that clash in every language have been reported before. These are clashes of generated names: `Foo` with a
//! client beside `FooClient`, modules beside services, a method `new` beside `new`.

use std::collections::BTreeMap;

use super::super::construct::has_required_struct;
use super::super::{flags, names};
use super::claims::Claims;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::schema::{
    Decl, DeclId, DeclKind, Enum, Exception, Field, Method, Payload, Schema, Service, ServiceId,
    Struct, Throws, Union,
};

pub(super) fn check(schema: &Schema, mocks: bool, sink: &mut Sink) {
    check_modules(schema, mocks, sink);
    for (id, decl) in schema.decls() {
        check_members(schema, id, decl, sink);
        check_parameters(decl, sink);
    }
}

/// Checks the items of all modules at once, because namespaces may share a module, or one may be named after another's
/// item.
fn check_modules(schema: &Schema, mocks: bool, sink: &mut Sink) {
    let mut scopes: BTreeMap<String, Claims> = BTreeMap::new();
    for namespace in schema.namespaces() {
        let Some(first) = namespace.decls.first() else {
            continue;
        };
        let span = match &namespace.annotations.rust.module {
            Some(hint) => hint.span,
            None => schema.decl(*first).span,
        };
        let mut path = String::new();
        for module in names::modules(namespace) {
            let claims = scopes.entry(path.clone()).or_default();
            let what = format!("namespace `{}`", namespace.name());
            claims.module(&module.to_string(), span, what);
            path.push_str(&format!("{module}::"));
        }
        let claims = scopes.entry(path.clone()).or_default();
        for id in &namespace.decls {
            claim_items(schema, *id, mocks, claims);
        }
    }
    scopes.into_values().for_each(|claims| claims.report(sink));
}

/// Checks type parameters against the generic type, which would shadow one of the same name.
fn check_parameters(decl: &Decl, sink: &mut Sink) {
    let params = match &decl.kind {
        DeclKind::Struct(kind) => &kind.params,
        DeclKind::Union(kind) => &kind.params,
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Newtype(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Frozen(_)
        | DeclKind::Exception(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => return,
    };
    let mut claims = Claims::default();
    let hint = decl.annotations.rust.name.as_ref();
    let span = hint.map_or(decl.span, |hint| hint.span);
    for param in params {
        claims.ty(param, decl.span, format!("type parameter `{param}`"));
    }
    let what = format!("{} `{}`", decl.kind.word(), decl.name);
    claims.ty(&names::type_of(decl).to_string(), span, what);
    claims.report(sink);
}

fn claim_items(schema: &Schema, id: DeclId, mocks: bool, claims: &mut Claims) {
    let decl = schema.decl(id);
    let what = || format!("{} `{}`", decl.kind.word(), decl.name);
    match &decl.kind {
        DeclKind::Const(_) => {
            claims.value(&names::constant(decl).to_string(), decl.span, what());
            if decl.annotations.example {
                claims.value(&names::example_test(decl).to_string(), decl.span, what());
            }
        }
        DeclKind::Service(_) => {
            for name in [
                names::type_of(decl),
                names::client(decl),
                names::server(decl),
            ] {
                claims.ty(&name.to_string(), decl.span, what());
            }
            if mocks {
                claims.ty(&names::mock(decl).to_string(), decl.span, what());
            }
            if !schema.all_methods(ServiceId(id)).is_empty() {
                let module = names::service_module(decl).to_string();
                claims.ty(&module, decl.span, what());
            }
        }
        DeclKind::Newtype(_) | DeclKind::Flags(_) => {
            let name = names::type_of(decl).to_string();
            claims.value(&name, decl.span, what());
            claims.ty(&name, decl.span, what());
        }
        DeclKind::Struct(Struct { fields, .. }) | DeclKind::Exception(Exception { fields, .. }) => {
            let name = names::type_of(decl);
            claims.ty(&name.to_string(), decl.span, what());
            if has_required_struct(fields) {
                claims.ty(&names::required(&name).to_string(), decl.span, what());
            }
        }
        DeclKind::Enum(_) | DeclKind::Frozen(_) | DeclKind::Union(_) => {
            claims.ty(&names::type_of(decl).to_string(), decl.span, what());
        }
        DeclKind::Typedef(_) | DeclKind::Annotation(_) => {}
    }
}

fn check_members(schema: &Schema, id: DeclId, decl: &Decl, sink: &mut Sink) {
    match &decl.kind {
        DeclKind::Struct(kind) => check_fields(&kind.fields, sink),
        DeclKind::Exception(kind) => check_fields(&kind.fields, sink),
        DeclKind::Frozen(kind) => {
            let mut claims = Claims::default();
            for field in &kind.fields {
                let name = names::frozen_field(field).to_string();
                claims.value(&name, field.span, format!("`{}`", field.name));
            }
            claims.report(sink);
        }
        DeclKind::Enum(kind) => check_enum(decl, kind, sink),
        DeclKind::Flags(kind) => check_flags(decl, kind, sink),
        DeclKind::Union(kind) => check_union(decl, kind, sink),
        DeclKind::Service(kind) => check_service(schema, ServiceId(id), kind, sink),
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Newtype(_)
        | DeclKind::Annotation(_) => {}
    }
}

fn check_fields(fields: &[Field], sink: &mut Sink) {
    fields_of(fields).report(sink);
}

fn fields_of(fields: &[Field]) -> Claims {
    let mut claims = Claims::default();
    for field in fields {
        let name = names::field(field).to_string();
        claims.value(&name, field.span, format!("`{}`", field.name));
    }
    claims
}

fn check_enum(decl: &Decl, kind: &Enum, sink: &mut Sink) {
    let mut claims = Claims::default();
    if !kind.closed {
        claims.generated("Unrecognized", decl.span, "the variant for unknown numbers");
    }
    claims.generated("NAMES", decl.span, "the names of all values");
    for value in &kind.values {
        let name = match value.alias_of {
            Some(_) => names::associated(value),
            None => names::enum_value(value),
        };
        claims.value(&name.to_string(), value.span, format!("`{}`", value.name));
    }
    claims.report(sink);
}

fn check_flags(decl: &Decl, kind: &Enum, sink: &mut Sink) {
    let mut claims = Claims::default();
    claims.generated("NAMES", decl.span, "the names of all flags");
    for function in flags::FUNCTIONS {
        claims.generated(function, decl.span, "a function of all flags");
    }
    for flag in &kind.values {
        let name = names::associated(flag).to_string();
        claims.value(&name, flag.span, format!("`{}`", flag.name));
    }
    claims.report(sink);
}

fn check_union(decl: &Decl, kind: &Union, sink: &mut Sink) {
    let mut claims = Claims::default();
    if !kind.closed || kind.thrown {
        claims.generated("Unrecognized", decl.span, "the variant for unknown ids");
    }
    if kind.thrown {
        claims.generated("Status", decl.span, "the variant for failed calls");
    }
    for variant in &kind.variants {
        let name = names::variant(variant).to_string();
        claims.value(&name, variant.span, format!("`{}`", variant.name));
        match &variant.payload {
            Payload::Unit | Payload::Typed { .. } => {}
            Payload::Struct(fields) => check_fields(fields, sink),
        }
    }
    claims.report(sink);
}

fn check_service(schema: &Schema, id: ServiceId, kind: &Service, sink: &mut Sink) {
    let span = schema.decl(id.decl()).span;
    let mut claims = Claims::default();
    claims.generated("new", span, "the constructor of the client");
    claims.generated("connect", span, "the constructor of the client");
    check_inherited(schema, id, kind, sink);
    let mut module = Claims::default();
    for (owner, method) in schema.all_methods(id) {
        if owner != id {
            let of = &schema.decl(owner.decl()).name;
            let what = || format!("method `{}` of `{of}`", method.name);
            claims.inherited(&names::method(method).to_string(), method.span, what());
            module.inherited(
                &names::method_static(method).to_string(),
                method.span,
                what(),
            );
        }
    }
    for method in &kind.methods {
        let what = || format!("method `{}`", method.name);
        claims.value(&names::method(method).to_string(), method.span, what());
        module.value(
            &names::method_static(method).to_string(),
            method.span,
            what(),
        );
        module.ty(&names::request(method).to_string(), method.span, what());
        check_params(method, sink);
        match &method.throws {
            Throws::Nothing | Throws::Union(_) => {}
            Throws::List(list) => {
                module.ty(&names::error(method).to_string(), method.span, what());
                check_throws(method, list, sink);
            }
        }
        if let Some(Throws::List(list)) = method.result_stream.as_ref().map(|s| &s.throws) {
            module.ty(
                &names::stream_error(method).to_string(),
                method.span,
                what(),
            );
            check_throws(method, list, sink);
        }
    }
    claims.report(sink);
    module.report(sink);
}

/// Checks methods of different bases. What one base inherits from another is reported there.
fn check_inherited(schema: &Schema, id: ServiceId, kind: &Service, sink: &mut Sink) {
    let known = |one: ServiceId, other: ServiceId| {
        kind.bases.iter().any(|base| {
            let has = |owner| owner == *base || schema.all_bases(*base).contains(&owner);
            has(one) && has(other)
        })
    };
    let mut seen: BTreeMap<String, (ServiceId, &Method)> = BTreeMap::new();
    let methods = schema.all_methods(id).into_iter();
    for (owner, method) in methods.filter(|(owner, _)| *owner != id) {
        let name = names::method(method).to_string();
        match seen.get(&name) {
            None => _ = seen.insert(name, (owner, method)),
            Some((first, _)) if known(*first, owner) => {}
            Some((first, other)) => {
                let of = |owner: ServiceId| &schema.decl(owner.decl()).name;
                let what = [(of(*first), *other), (of(owner), method)];
                let service = schema.decl(id.decl());
                sink.push(inherited_clash(service, &name, what));
            }
        }
    }
}

fn check_params(method: &Method, sink: &mut Sink) {
    let mut claims = fields_of(&method.params);
    if let Some(stream) = &method.param_stream {
        let name = names::stream(stream).to_string();
        claims.value(&name, stream.span, format!("`{}`", stream.name));
    }
    claims.report(sink);
}

fn check_throws(method: &Method, list: &[Field], sink: &mut Sink) {
    let mut claims = Claims::default();
    claims.generated("Unrecognized", method.span, "the variant for unknown ids");
    claims.generated("Status", method.span, "the variant for failed calls");
    for field in list {
        let name = names::thrown(field).to_string();
        claims.value(&name, field.span, format!("`{}`", field.name));
    }
    claims.report(sink);
}

fn inherited_clash(service: &Decl, name: &str, methods: [(&String, &Method); 2]) -> Diagnostic {
    let [(first, one), (second, other)] = methods;
    Diagnostic::new(
        Code::RustNameClash,
        service.span,
        format!(
            "method `{}` of `{first}` and method `{}` of `{second}` both generate the Rust item `{name}`",
            one.name, other.name
        ),
        "inherits both",
    )
    .with_label(one.span, format!("becomes `{name}`"))
    .with_label(other.span, format!("also becomes `{name}`"))
    .with_help("give one of them another name in Rust: `@rust.name(\"…\")`")
}
