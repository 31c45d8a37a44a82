//! Views: structs that borrow strings and bytes from the message that they are decoded from.
//!
//! A struct can have a view if it has no type parameters, and has a string, bytes, or a struct with a view. Everything
//! else in a view is an owned value. Views are also generated for requests that handlers borrow.

mod sight;
mod view;

use std::collections::BTreeSet;

use super::code::{Code, code};
use super::names;
use super::record::Record;
use super::scope::Scope;
use crate::order;
use crate::schema::{
    Constraint, Decl, DeclId, DeclKind, Field, Method, Namespace, Scalar, Schema, Type, Value,
    mentioned, named_in,
};
use proc_macro2::Ident;
pub(super) use sight::Sight;
use view::View;

/// Which structs can have views.
pub(super) struct Views {
    seen: Vec<bool>,
    /// Which of these are generated.
    wanted: Vec<bool>,
    /// The names of types in each namespace, which views must not have.
    taken: Vec<BTreeSet<String>>,
}

impl Views {
    /// Examines all declarations, inner types first. Generates either `all` views, or those for requests that handlers
    /// borrow.
    pub(super) fn of(schema: &Schema, all: bool) -> Self {
        let edges: Vec<Vec<usize>> = schema
            .decls()
            .map(|(_, decl)| mentioned(&decl.kind))
            .collect();
        let mut views = Self {
            seen: vec![false; edges.len()],
            wanted: vec![all; edges.len()],
            taken: schema
                .namespaces()
                .iter()
                .map(|namespace| taken(schema, namespace))
                .collect(),
        };
        let decls: Vec<&Decl> = schema.decls().map(|(_, decl)| decl).collect();
        for group in order::groups(&edges) {
            let is_seen = |index: &usize| views.is_seen_itself(decls[*index]);
            if group.iter().any(is_seen) {
                for index in group {
                    views.seen[index] = can_be_seen(decls[index]);
                }
            }
        }
        views.want_lent(schema, &edges);
        views
    }

    /// Marks views for borrowed requests, and for the structs inside them.
    fn want_lent(&mut self, schema: &Schema, edges: &[Vec<usize>]) {
        let services = schema.decls().filter_map(|(_, decl)| match &decl.kind {
            DeclKind::Service(service) => Some(service),
            DeclKind::Struct(_)
            | DeclKind::Union(_)
            | DeclKind::Const(_)
            | DeclKind::Typedef(_)
            | DeclKind::Newtype(_)
            | DeclKind::Enum(_)
            | DeclKind::Flags(_)
            | DeclKind::Frozen(_)
            | DeclKind::Exception(_)
            | DeclKind::Annotation(_) => None,
        });
        let methods = services.flat_map(|service| &service.methods);
        let lent = methods.filter(|method| self.lends(method));
        let mut open: Vec<usize> = lent
            .flat_map(|method| &method.params)
            .filter(|param| self.sees(param))
            .flat_map(|param| named_in(&param.ty))
            .collect();
        while let Some(index) = open.pop() {
            if self.seen[index] && !self.wanted[index] {
                self.wanted[index] = true;
                open.extend(&edges[index]);
            }
        }
    }

    /// Whether the handler of a method borrows its request.
    pub(super) fn lends(&self, method: &Method) -> bool {
        method.annotations.rust.lent
            && method.param_stream.is_none()
            && method.result_stream.is_none()
            && method.params.iter().any(|param| self.sees(param))
    }

    /// The view of a method's request.
    pub(super) fn request(&self, method: &Method, record: Record<'_>) -> Vec<Code> {
        let view = View {
            ident: names::request_view(method),
            record,
            views: self,
        };
        view.items()
    }

    /// How handlers see their parameters, in the types of this scope.
    pub(super) fn in_handlers<'a>(&'a self, scope: &'a Scope<'a>) -> Sight<'a> {
        Sight {
            scope,
            views: self,
            is_named: false,
        }
    }

    /// The view of a declaration, or an implementation that uses the owned type in views.
    pub(super) fn items(&self, scope: Scope<'_>, id: DeclId) -> Vec<Code> {
        let decl = scope.schema.decl(id);
        if !self.wanted[id.0 as usize] {
            return Vec::new();
        }
        let kind = match &decl.kind {
            DeclKind::Struct(kind) if self.seen[id.0 as usize] => kind,
            DeclKind::Struct(kind) if kind.params.is_empty() => return vec![as_it_is(decl)],
            DeclKind::Union(kind) if kind.params.is_empty() => return vec![as_it_is(decl)],
            DeclKind::Frozen(_) | DeclKind::Exception(_) => return vec![as_it_is(decl)],
            DeclKind::Struct(_)
            | DeclKind::Union(_)
            | DeclKind::Const(_)
            | DeclKind::Typedef(_)
            | DeclKind::Newtype(_)
            | DeclKind::Enum(_)
            | DeclKind::Flags(_)
            | DeclKind::Service(_)
            | DeclKind::Annotation(_) => return Vec::new(),
        };
        let record = Record::of(scope, id, decl, &kind.fields);
        let view = View {
            ident: self.ident(decl),
            record,
            views: self,
        };
        view.items()
    }

    /// `OrderView`, with trailing underscores if that is taken; `SelfView` for `Self_`.
    fn ident(&self, decl: &Decl) -> Ident {
        let ident = names::type_of(decl);
        let mut name = match ident == "Self_" {
            true => "SelfView".to_owned(),
            false => format!("{ident}View"),
        };
        while self.taken[decl.namespace.0 as usize].contains(&name) {
            name.push('_');
        }
        Ident::new(&name, ident.span())
    }

    fn is_seen_itself(&self, decl: &Decl) -> bool {
        let DeclKind::Struct(kind) = &decl.kind else {
            return false;
        };
        can_be_seen(decl) && kind.fields.iter().any(|field| self.sees(field))
    }

    /// Whether a field is borrowed in a view.
    fn sees(&self, field: &Field) -> bool {
        let hints = &field.annotations.rust;
        let is_plain = hints.ty.is_none() && !hints.hash_map;
        // `@unique` compares elements by their encoding, which views do not have.
        let is_unique = field.constraints.contains(&Constraint::Unique);
        let has_value = field.default.is_none() || seen_default(field).is_some();
        is_plain && !is_unique && has_value && self.is_seen(&field.ty)
    }

    fn is_seen(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => matches!(scalar, Scalar::String | Scalar::Bytes),
            Type::Optional(inner) | Type::List(inner) | Type::Array(inner, _) => {
                self.is_seen(inner)
            }
            Type::Set(element) => is_text(element),
            Type::Map(key, value) => {
                let value_is_seen = self.is_seen(value);
                let is_scalar = |ty: &Type| matches!(ty, Type::Scalar(_));
                is_scalar(key)
                    && (is_text(key) || value_is_seen)
                    && (is_scalar(value) || value_is_seen)
            }
            Type::Named(id, _) => self.seen[id.0 as usize],
            Type::Param(_) => false,
        }
    }
}

/// A type that is also an owned value in views.
fn as_it_is(decl: &Decl) -> Code {
    code!(
        "::sinew::codegen::seen_as_it_is!($ident);",
        ident = names::type_of(decl)
    )
}

/// The default of a field in a view, if it is a string, bytes, or absent.
fn seen_default(field: &Field) -> Option<Code> {
    match (&field.ty, field.default.as_ref()?) {
        (Type::Scalar(Scalar::String), Value::String(text)) => Some(code!("$text", text)),
        (Type::Scalar(Scalar::Bytes), Value::Bytes(bytes)) => Some(code!("$bytes", bytes)),
        (Type::List(_) | Type::Set(_), Value::List(items)) if items.is_empty() => {
            Some(code!("::std::vec::Vec::new()"))
        }
        (Type::Map(..), Value::Map(entries)) if entries.is_empty() => {
            Some(code!("::std::vec::Vec::new()"))
        }
        _ => None,
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(Scalar::String | Scalar::Bytes))
}

fn can_be_seen(decl: &Decl) -> bool {
    match &decl.kind {
        DeclKind::Struct(kind) => kind.params.is_empty(),
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Newtype(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Frozen(_)
        | DeclKind::Union(_)
        | DeclKind::Exception(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => false,
    }
}

/// The names of the types of a namespace.
fn taken(schema: &Schema, namespace: &Namespace) -> BTreeSet<String> {
    let decls = namespace.decls.iter();
    decls
        .map(|decl| names::type_of(schema.decl(*decl)).to_string())
        .collect()
}
