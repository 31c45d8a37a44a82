//! Error enums: one for each method with a `throws` list, and one for each union in a `throws`.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::scope::Scope;
use super::traits::UnionParts;
use super::{docs, names, traits};
use crate::schema::{Decl, Field, Method, Payload, Type, Union};

/// The items of a union that a `throws` names.
pub(super) fn of_union(scope: Scope<'_>, decl: &Decl, kind: &Union) -> Vec<Code> {
    let thrown = kind
        .variants
        .iter()
        .filter_map(|variant| match &variant.payload {
            Payload::Typed { ty, .. } => Some(Thrown {
                id: variant.id,
                name: &variant.name,
                ident: names::variant(variant),
                ty,
                head: scope.member_head(variant.doc.as_deref(), &variant.annotations),
            }),
            Payload::Unit | Payload::Struct(_) => None,
        });
    ErrorEnum {
        scope,
        full_name: scope.full_name(decl),
        place: decl.name.clone(),
        ident: names::type_of(decl),
        head: scope.item_head(decl),
        thrown: thrown.collect(),
    }
    .items()
}

/// The items of the error enum of a method. `service` is the wire name of its service.
pub(super) fn of_method(
    scope: Scope<'_>,
    service: &str,
    method: &Method,
    list: &[Field],
) -> Vec<Code> {
    let full_name = format!("{service}.{}.throws", method.name);
    let head = format!("Why `{}` failed.", names::plain(&names::method(method)));
    of_list(scope, list, full_name, names::error(method), &head)
}

/// The items of the error enum of the server's stream.
pub(super) fn of_stream(
    scope: Scope<'_>,
    service: &str,
    method: &Method,
    list: &[Field],
) -> Vec<Code> {
    let full_name = format!("{service}.{}.stream.throws", method.name);
    let head = format!(
        "Why the stream of `{}` broke off.",
        names::plain(&names::method(method))
    );
    of_list(scope, list, full_name, names::stream_error(method), &head)
}

fn of_list(
    scope: Scope<'_>,
    list: &[Field],
    full_name: String,
    ident: Ident,
    head: &str,
) -> Vec<Code> {
    let thrown = list.iter().map(|field| Thrown {
        id: field.id,
        name: &field.name,
        ident: names::thrown(field),
        ty: &field.ty,
        head: scope.field_head(field),
    });
    ErrorEnum {
        scope,
        full_name,
        place: ident.to_string(),
        ident,
        head: docs::attributes(head),
        thrown: thrown.collect(),
    }
    .items()
}

struct ErrorEnum<'a> {
    scope: Scope<'a>,
    full_name: String,
    place: String,
    ident: Ident,
    head: Code,
    thrown: Vec<Thrown<'a>>,
}

/// One exception of an error enum.
struct Thrown<'a> {
    id: u16,
    name: &'a str,
    ident: Ident,
    ty: &'a Type,
    head: Code,
}

impl ErrorEnum<'_> {
    fn items(mut self) -> Vec<Code> {
        let definition = self.definition();
        self.thrown.sort_by_key(|thrown| thrown.id);
        let mut items = vec![definition, self.display(), self.error()];
        items.extend(self.conversions());
        items.extend([
            self.error_enum(),
            self.impl_union(),
            self.impl_wire(),
            traits::message(&Code::new(), &self.self_ty()),
        ]);
        items
    }

    fn self_ty(&self) -> Code {
        code!("$ident", ident = self.ident)
    }

    fn definition(&self) -> Code {
        let thrown = self.thrown.iter().map(|thrown| {
            code!(
                "
                $head
                $ident($ty),
                ",
                head = thrown.head,
                ident = thrown.ident,
                ty = self.scope.ty(thrown.ty),
            )
        });
        code!(
            "
            $head
            #[derive(Clone, Debug)]
            #[non_exhaustive]
            pub enum $ident {
                $thrown
                /// An error that the schema of this program does not have.
                Unrecognized(::sinew::UnknownVariant),
                /// The call itself failed.
                Status(::sinew::Status),
            }
            ",
            head = self.head,
            ident = self.ident,
            thrown = Code::lines(thrown),
        )
    }

    fn display(&self) -> Code {
        let arms = self.thrown.iter().map(|thrown| {
            let variant = &thrown.ident;
            code!(
                "Self::$variant(error) => ::core::fmt::Display::fmt(error, f),",
                variant
            )
        });
        code!(
            "
            impl ::core::fmt::Display for $ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self {
                        $arms
                        Self::Unrecognized(unknown) => ::sinew::codegen::unknown_error(unknown, f),
                        Self::Status(status) => ::core::fmt::Display::fmt(status, f),
                    }
                }
            }
            ",
            ident = self.ident,
            arms = Code::lines(arms),
        )
    }

    fn error(&self) -> Code {
        code!(
            "
            impl ::core::error::Error for $ident {
                fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                    match self {
                        Self::Status(status) => ::core::error::Error::source(status),
                        _ => ::core::option::Option::None,
                    }
                }
            }
            ",
            ident = self.ident,
        )
    }

    /// `From` for `Status`, and for each exception that has a single variant.
    fn conversions(&self) -> Vec<Code> {
        let others = |ty: &Type| self.thrown.iter().filter(|other| other.ty == ty).count();
        let unique = self.thrown.iter().filter(|thrown| others(thrown.ty) == 1);
        let mut items: Vec<Code> = unique
            .map(|thrown| {
                code!(
                    "
                    impl ::core::convert::From<$ty> for $ident {
                        fn from(error: $ty) -> Self {
                            Self::$variant(error)
                        }
                    }
                    ",
                    ty = self.scope.ty(thrown.ty),
                    ident = self.ident,
                    variant = thrown.ident,
                )
            })
            .collect();
        items.push(code!(
            "
            impl ::core::convert::From<::sinew::Status> for $ident {
                fn from(status: ::sinew::Status) -> Self {
                    Self::Status(status)
                }
            }
            ",
            ident = self.ident,
        ));
        items
    }

    fn error_enum(&self) -> Code {
        code!(
            "
            impl ::sinew::codegen::ErrorEnum for $ident {
                fn into_status(self) -> ::core::result::Result<::sinew::Status, Self> {
                    match self {
                        Self::Status(status) => ::core::result::Result::Ok(status),
                        declared => ::core::result::Result::Err(declared),
                    }
                }
            }
            ",
            ident = self.ident,
        )
    }

    fn impl_union(&self) -> Code {
        let variants = self.thrown.iter().map(|thrown| {
            let Thrown { id, name, .. } = thrown;
            let ty = self.scope.ty(thrown.ty);
            code!(
                "::sinew::codegen::Variant::new::<$ty>($id, $name),",
                ty,
                id,
                name
            )
        });
        let blanks = self.thrown.iter();
        let blanks = blanks.map(|thrown| {
            (
                thrown.id,
                code!("Self::$name(blank())", name = thrown.ident),
            )
        });
        let reads = self.thrown.iter().map(|thrown| {
            let place = format!("{}.{}", self.place, thrown.name);
            code!(
                "Self::$name(error) => payload.fill(error, $place),",
                name = thrown.ident,
                place,
            )
        });
        let not_read = code!("Self::Status(_) => payload.unit(),");
        let parts = UnionParts {
            full_name: self.full_name.clone(),
            variants: Code::lines(variants),
            blanks: blanks.collect(),
            has_payloads: !self.thrown.is_empty(),
            otherwise: traits::choose_unrecognized(),
            reads: Code::lines(reads.chain([traits::keep_unrecognized(), not_read])),
            nested: None,
            check: None,
        };
        traits::union(&Code::new(), &self.self_ty(), parts)
    }

    fn impl_wire(&self) -> Code {
        let puts = self.thrown.iter().map(|thrown| {
            let (id, name) = (thrown.id, &thrown.ident);
            code!(
                "Self::$name(error) => out.variant::<Self, _>($id, error),",
                name,
                id
            )
        });
        let put = code!(
            "
            match self {
                $puts
                Self::Unrecognized(unknown) => out.unrecognized(unknown),
                Self::Status(_) => out.refuse(\"a status is not a value\"),
            }
            ",
            puts = Code::lines(puts),
        );
        traits::union_wire(
            &Code::new(),
            &self.self_ty(),
            &traits::blank_unrecognized(),
            &put,
        )
    }
}
