//! Views: structs that borrow their texts and bytes from the message that they are read from.
//!
//! A struct is seen if it has a text, bytes, or a struct that is seen, and no type parameters. All else is read as its
//! own value, in a view too.

use std::collections::BTreeSet;

use super::code::{Code, code};
use super::header::Header;
use super::record::Record;
use super::scope::Scope;
use super::{constraints, facts, names, wire};
use crate::order;
use crate::schema::{
    Constraint, Decl, DeclId, DeclKind, Field, Namespace, Scalar, Schema, Type, Value, by_id,
};
use proc_macro2::Ident;

/// Which structs have views.
pub(super) struct Views {
    seen: Vec<bool>,
    /// By namespace, the names of its types, which no view may have.
    taken: Vec<BTreeSet<String>>,
}

impl Views {
    /// Looks through all declarations, inner types first.
    pub(super) fn of(schema: &Schema) -> Self {
        let edges: Vec<Vec<usize>> = schema
            .decls()
            .map(|(_, decl)| facts::mentioned(&decl.kind))
            .collect();
        let mut views = Self {
            seen: vec![false; edges.len()],
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
        views
    }

    /// The view of a declaration, or that it is seen as it is.
    pub(super) fn items(&self, scope: Scope<'_>, id: DeclId) -> Vec<Code> {
        let decl = scope.schema.decl(id);
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
        let mut items = vec![view.definition(), view.debug(), view.impl_look()];
        items.extend(view.validate());
        items
    }

    /// `OrderView`, with underscores behind it if there is such a type; `SelfView` for `Self_`.
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

    /// Whether a field is seen, and not read as its own value.
    fn sees(&self, field: &Field) -> bool {
        let hints = &field.annotations.rust;
        let is_plain = hints.ty.is_none() && !hints.hash_map;
        // Whether elements are unique is found out by their encoding, which views have none of.
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

/// A type that is read as its own value, in a view too.
fn as_it_is(decl: &Decl) -> Code {
    code!(
        "::sinew::codegen::seen_as_it_is!($ident);",
        ident = names::type_of(decl)
    )
}

/// The default of a field in a view, if it is a text, bytes, or nothing at all.
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

/// The view of a struct.
struct View<'a> {
    record: Record<'a>,
    ident: Ident,
    views: &'a Views,
}

impl View<'_> {
    fn definition(&self) -> Code {
        let record = &self.record;
        let doc = format!(
            "A [`{}`] as it is seen in a message, from which texts and bytes are borrowed.",
            record.ident
        );
        let fields = record.fields.iter().map(|field| {
            let ty = match self.views.sees(field) {
                true => self.field_ty(field),
                false => record.scope.field_ty(field),
            };
            code!("pub $name: $ty,", name = names::field(field), ty)
        });
        let debug = match record.is_redacted() {
            true => Code::new(),
            false => code!("Debug, "),
        };
        code!(
            "
            $doc
            #[derive(Clone, $debug PartialEq)]
            pub struct $ident<'a> {
                $fields
            }
            ",
            doc = super::docs::attributes(&doc),
            debug,
            ident = self.ident,
            fields = Code::lines(fields),
        )
    }

    fn debug(&self) -> Code {
        match self.record.is_redacted() {
            true => self.record.redacted(
                &Code::new(),
                &code!("$name<'_>", name = self.ident),
                &self.ident,
            ),
            false => Code::new(),
        }
    }

    fn impl_look(&self) -> Code {
        code!(
            "
            impl ::sinew::codegen::Look for $self_ty {
                type View<'a> = $ident<'a>;

                fn look<'a>(
                    input: &mut ::sinew::codegen::Decoder<'a>,
                    _: u64,
                ) -> ::sinew::codegen::Result<$ident<'a>> {
                    $look
                }

                fn look_planned<'a>(
                    input: &mut ::sinew::codegen::Decoder<'a>,
                    plan: &::sinew::codegen::Plan,
                    _: u64,
                ) -> ::sinew::codegen::Result<$ident<'a>> {
                    $planned
                }
            }
            ",
            self_ty = self.record.self_ty(),
            ident = self.ident,
            look = self.nested(self.look()),
            planned = self.nested(self.look_planned()),
        )
    }

    fn validate(&self) -> Option<Code> {
        let Record { scope, place, .. } = &self.record;
        let validate = constraints::validate(scope, place, self.record.fields)?;
        Some(code!(
            "
            impl $ident<'_> {
                $validate
            }
            ",
            ident = self.ident,
            validate,
        ))
    }

    /// What is given for a `value` that was read.
    fn result(&self) -> Code {
        let mut fields = self.record.fields.iter();
        match fields.all(|field| field.constraints.is_empty()) {
            true => code!("::core::result::Result::Ok(value)"),
            false => code!(
                "input.validated(value, $ident::validate)",
                ident = self.ident
            ),
        }
    }

    fn nested(&self, body: Code) -> Code {
        match self.record.facts.recursive {
            true => wire::nested(code!("input"), body),
            false => body,
        }
    }

    fn look(&self) -> Code {
        let scope = &self.record.scope;
        let header = Header::of(scope, self.record.fields);
        let members = by_id(self.record.fields).into_iter().map(|field| {
            let place = self.place(field);
            let name = names::field(field);
            let bits = header.bits_of(field);
            let value = match self.views.sees(field) {
                true => code!(
                    "input.look::<$ty>($place, $bits)?",
                    ty = self.read_ty(field),
                    place,
                    bits,
                ),
                false => scope.same_field(field, &place, bits),
            };
            code!("$name: $value,", name, value)
        });
        code!(
            "
            $header
            let value = $ident {
                $members
            };
            $result
            ",
            header = header.read(),
            ident = self.ident,
            members = Code::lines(members),
            result = self.result(),
        )
    }

    fn look_planned(&self) -> Code {
        let members = by_id(self.record.fields).into_iter().map(|field| {
            let (name, id, place) = (names::field(field), field.id, self.place(field));
            let ty = || self.read_ty(field);
            let value = match (self.views.sees(field), field.ty.is_optional()) {
                (true, _) if field.default.is_some() => code!(
                    "fields.look_or::<$ty>($id, $place, || $default)?",
                    ty = ty(),
                    id,
                    place,
                    default = seen_default(field).unwrap_or_default(),
                ),
                (true, true) => {
                    code!(
                        "fields.look_optional::<$ty>($id, $place)?",
                        ty = ty(),
                        id,
                        place
                    )
                }
                (true, false) => {
                    code!(
                        "fields.look_required::<$ty>($id, $place)?",
                        ty = ty(),
                        id,
                        place
                    )
                }
                (false, _) => self.record.scope.planned_field(field, &self.record.place),
            };
            code!("$name: $value,", name, value)
        });
        code!(
            "
            let mut fields = input.fields(plan)?;
            let value = $ident {
                $members
            };
            fields.finish()?;
            $result
            ",
            ident = self.ident,
            members = Code::lines(members),
            result = self.result(),
        )
    }

    fn place(&self, field: &Field) -> String {
        format!("{}.{}", self.record.place, field.name)
    }

    fn field_ty(&self, field: &Field) -> Code {
        let plain = self.seen_ty(field.ty.unwrap_optional());
        wrapped(field, plain)
    }

    /// What is read for a field: its own type, but for bytes.
    fn read_ty(&self, field: &Field) -> Code {
        let plain = self.source_ty(field.ty.unwrap_optional());
        wrapped(field, plain)
    }

    /// What a type is in a view.
    fn seen_ty(&self, ty: &Type) -> Code {
        let scope = &self.record.scope;
        match ty {
            Type::Scalar(Scalar::String) => code!("&'a str"),
            Type::Scalar(Scalar::Bytes) => code!("&'a [u8]"),
            Type::Optional(inner) => optional(self.seen_ty(inner)),
            Type::List(element) | Type::Set(element) => {
                code!("::std::vec::Vec<$element>", element = self.seen_ty(element))
            }
            Type::Array(element, count) => {
                code!("[$element; $count]", element = self.seen_ty(element), count)
            }
            Type::Map(key, value) => code!(
                "::std::vec::Vec<($key, $value)>",
                key = self.seen_ty(key),
                value = self.seen_ty(value),
            ),
            Type::Named(id, _) if self.views.seen[id.0 as usize] => {
                let decl = scope.schema.decl(*id);
                let path = scope.path_to(decl, &self.views.ident(decl));
                code!("$path<'a>", path)
            }
            Type::Scalar(_) | Type::Named(..) | Type::Param(_) => scope.ty(ty),
        }
    }

    /// The type that knows how to look.
    fn source_ty(&self, ty: &Type) -> Code {
        match ty {
            Type::Scalar(Scalar::Bytes) => code!("::sinew::codegen::Bytes"),
            Type::Optional(inner) => optional(self.source_ty(inner)),
            Type::List(element) => {
                code!(
                    "::std::vec::Vec<$element>",
                    element = self.source_ty(element)
                )
            }
            Type::Set(element) => code!(
                "::std::collections::BTreeSet<$element>",
                element = self.source_ty(element)
            ),
            Type::Array(element, count) => {
                code!(
                    "[$element; $count]",
                    element = self.source_ty(element),
                    count
                )
            }
            Type::Map(key, value) => code!(
                "::std::collections::BTreeMap<$key, $value>",
                key = self.source_ty(key),
                value = self.source_ty(value),
            ),
            Type::Scalar(_) | Type::Named(..) | Type::Param(_) => self.record.scope.ty(ty),
        }
    }
}

fn optional(inner: Code) -> Code {
    code!("::core::option::Option<$inner>", inner)
}

/// With the box and the option of a field.
fn wrapped(field: &Field, plain: Code) -> Code {
    let plain = match field.boxed {
        true => code!("::std::boxed::Box<$plain>", plain),
        false => plain,
    };
    match field.ty.is_optional() {
        true => optional(plain),
        false => plain,
    }
}
