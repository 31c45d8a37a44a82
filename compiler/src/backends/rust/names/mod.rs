//! The names of all items in generated Rust. No other module makes names.
//!
//! The style depends on the kind of item; `@rust.name` overrides it. `spelling` turns names into identifiers.

mod spelling;

use proc_macro2::Ident;

use spelling::{beside, ident, module, shouty, snake, upper_camel, with_suffix};
pub(super) use spelling::{is_usable, plain};

use crate::schema::{
    Annotations, Decl, EnumValue, Field, FrozenField, Method, Namespace, Scalar, Stream, Variant,
};

/// The Rust type of a declaration.
pub(super) fn type_of(decl: &Decl) -> Ident {
    named(&decl.annotations, &decl.name, upper_camel)
}

/// The Rust constant of a declaration.
pub(super) fn constant(decl: &Decl) -> Ident {
    named(&decl.annotations, &decl.name, shouty)
}

/// The test of a constant that is an example.
pub(super) fn example_test(decl: &Decl) -> Ident {
    let name = snake(rust_name(&decl.annotations, &decl.name));
    with_suffix(&name, "_round_trips")
}

/// The struct with the required fields of this struct or exception.
pub(super) fn required(record: &Ident) -> Ident {
    beside(record, "Required")
}

/// The client of a service.
pub(super) fn client(service: &Decl) -> Ident {
    beside(&type_of(service), "Client")
}

/// The server of a service.
pub(super) fn server(service: &Decl) -> Ident {
    beside(&type_of(service), "Server")
}

/// The mock of a service.
pub(super) fn mock(service: &Decl) -> Ident {
    beside(&type_of(service), "Mock")
}

/// The module of items that belong to single methods of a service.
pub(super) fn service_module(service: &Decl) -> Ident {
    module(&plain(&type_of(service)))
}

/// A method of a service.
pub(super) fn method(method: &Method) -> Ident {
    named(&method.annotations, &method.name, snake)
}

/// The static that describes a method.
pub(super) fn method_static(method: &Method) -> Ident {
    shouty(rust_name(&method.annotations, &method.name))
}

/// The parameter struct of a method.
pub(super) fn request(method: &Method) -> Ident {
    of_method(method, "Request")
}

/// The view of a method's parameter struct.
pub(super) fn request_view(method: &Method) -> Ident {
    of_method(method, "RequestView")
}

/// The error enum of a method with a `throws` list.
pub(super) fn error(method: &Method) -> Ident {
    of_method(method, "Error")
}

/// The error enum of a stream with a `throws` list.
pub(super) fn stream_error(method: &Method) -> Ident {
    of_method(method, "StreamError")
}

/// A parameter that is a stream.
pub(super) fn stream(stream: &Stream) -> Ident {
    named(&stream.annotations, &stream.name, snake)
}

/// A field or parameter.
pub(super) fn field(field: &Field) -> Ident {
    named(&field.annotations, &field.name, snake)
}

/// A member of a frozen struct.
pub(super) fn frozen_field(field: &FrozenField) -> Ident {
    named(&field.annotations, &field.name, snake)
}

/// The variant of an error enum for one entry of a `throws` list.
pub(super) fn thrown(field: &Field) -> Ident {
    named(&field.annotations, &field.name, upper_camel)
}

/// A variant of a union.
pub(super) fn variant(variant: &Variant) -> Ident {
    named(&variant.annotations, &variant.name, upper_camel)
}

/// A value of an enum.
pub(super) fn enum_value(value: &EnumValue) -> Ident {
    named(&value.annotations, &value.name, upper_camel)
}

/// An alias of an enum value, or a flag: an associated constant.
pub(super) fn associated(value: &EnumValue) -> Ident {
    named(&value.annotations, &value.name, shouty)
}

/// A derive macro of Rust.
pub(super) fn derive(name: &str) -> Ident {
    ident(name)
}

/// The method that returns the number of an enum value: `as_u32`.
pub(super) fn number(base: Scalar) -> Ident {
    ident(&format!("as_{}", base.word()))
}

/// The variable for a field of a struct variant: a letter and the field's id, so it is unique in the variant.
pub(super) fn binding(letter: char, field: &Field) -> Ident {
    ident(&format!("{letter}{}", field.id))
}

/// A type parameter.
pub(super) fn type_param(name: &str) -> Ident {
    upper_camel(name)
}

/// The modules of a namespace, outermost first.
pub(super) fn modules(namespace: &Namespace) -> Vec<Ident> {
    let hint = namespace.annotations.rust.module.as_ref();
    let written: Vec<&str> = match hint {
        Some(hint) => hint.text.split("::").map(str::trim).collect(),
        None => namespace.segments.iter().map(String::as_str).collect(),
    };
    nested(written)
}

/// The default modules of a namespace with these segments.
pub(super) fn modules_of(segments: &[String]) -> Vec<Ident> {
    nested(segments.iter().map(String::as_str).collect())
}

fn nested(written: Vec<&str>) -> Vec<Ident> {
    let mut modules: Vec<Ident> = written.into_iter().map(module).collect();
    if let Some(outermost) = modules.first_mut()
        && CRATES.contains(&outermost.to_string().as_str())
    {
        *outermost = with_suffix(outermost, "_");
    }
    modules
}

/// The file of a namespace: its modules, joined by dots.
pub(super) fn file(namespace: &Namespace) -> String {
    let modules: Vec<String> = modules(namespace).iter().map(plain).collect();
    match modules.join(".").as_str() {
        "mod" => "r#mod.rs".to_owned(),
        name => format!("{name}.rs"),
    }
}

/// `wanted`, with enough trailing `_` to differ from all of `taken`.
pub(super) fn free(wanted: &str, taken: &[Ident]) -> Ident {
    let mut name = ident(wanted);
    while taken.contains(&name) {
        name = with_suffix(&name, "_");
    }
    name
}

fn of_method(method: &Method, suffix: &str) -> Ident {
    beside(
        &upper_camel(rust_name(&method.annotations, &method.name)),
        suffix,
    )
}

/// The name in `@rust.name`, else that in the schema.
fn rust_name<'a>(annotations: &'a Annotations, name: &'a str) -> &'a str {
    hinted(annotations).unwrap_or(name)
}

fn named(annotations: &Annotations, name: &str, spell: fn(&str) -> Ident) -> Ident {
    hinted(annotations).map_or_else(|| spell(name), ident)
}

/// The name in `@rust.name`. Ignores invalid ones, which are errors, because later checks need names, too.
fn hinted(annotations: &Annotations) -> Option<&str> {
    let hint = annotations.rust.name.as_ref()?;
    let usable = is_usable(&hint.text).then_some(hint.text.as_str())?;
    Some(usable.strip_prefix("r#").unwrap_or(usable))
}

/// Crates that a module at the root would shadow.
const CRATES: [&str; 4] = ["alloc", "core", "sinew", "std"];
