//! The places in a declaration that have a type, identified by what stays the same between versions.

use crate::schema::{Decl, DeclKind, Exception, Method, Payload, Struct, Throws, Type};

/// A place in a declaration that has a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place<'a> {
    Inside,
    Member(u16),
    /// A field of a variant.
    Inner(u16, u16),
    Position(usize),
    Parameter(&'a str, u16),
    Stream(&'a str),
    Result(&'a str),
    Error(&'a str, u16),
}

/// All such places in a declaration, with their types.
pub(super) fn places(decl: &Decl) -> Vec<(Place<'_>, &Type)> {
    let mut found = Vec::new();
    match &decl.kind {
        DeclKind::Newtype(it) => found.push((Place::Inside, &it.ty)),
        DeclKind::Const(it) => found.push((Place::Inside, &it.ty)),
        DeclKind::Typedef(it) => found.push((Place::Inside, &it.ty)),
        DeclKind::Struct(Struct { fields, .. }) | DeclKind::Exception(Exception { fields, .. }) => {
            found.extend(fields.iter().map(|f| (Place::Member(f.id), &f.ty)));
        }
        DeclKind::Frozen(it) => {
            let fields = it.fields.iter().enumerate();
            found.extend(fields.map(|(at, field)| (Place::Position(at), &field.ty)));
        }
        DeclKind::Union(it) => {
            for variant in &it.variants {
                match &variant.payload {
                    Payload::Unit => {}
                    Payload::Typed { ty, .. } => found.push((Place::Member(variant.id), ty)),
                    Payload::Struct(fields) => {
                        found.extend(
                            fields
                                .iter()
                                .map(|f| (Place::Inner(variant.id, f.id), &f.ty)),
                        );
                    }
                }
            }
        }
        DeclKind::Service(it) => it
            .methods
            .iter()
            .for_each(|method| in_method(method, &mut found)),
        DeclKind::Enum(_) | DeclKind::Flags(_) | DeclKind::Annotation(_) => {}
    }
    found
}

fn in_method<'a>(method: &'a Method, found: &mut Vec<(Place<'a>, &'a Type)>) {
    let name = method.wire_name.as_str();
    found.extend(
        method
            .params
            .iter()
            .map(|f| (Place::Parameter(name, f.id), &f.ty)),
    );
    found.extend(
        method
            .param_stream
            .iter()
            .map(|stream| (Place::Stream(name), &stream.ty)),
    );
    let result = method
        .result
        .iter()
        .chain(method.result_stream.iter().map(|stream| &stream.ty));
    found.extend(result.map(|ty| (Place::Result(name), ty)));
    if let Throws::List(errors) = &method.throws {
        found.extend(errors.iter().map(|f| (Place::Error(name, f.id), &f.ty)));
    }
}
