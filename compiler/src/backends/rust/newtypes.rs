//! `newtype`: tuple structs with one field, which is private if the newtype has constraints.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::enums::Transparent;
use super::scope::Scope;
use super::{attributes, constraints, names};
use crate::schema::{Decl, DeclId, Newtype, Scalar, Type};

/// The items of a newtype.
pub(super) fn items(scope: &Scope<'_>, id: DeclId, decl: &Decl, kind: &Newtype) -> Vec<Code> {
    let writer = Writer {
        scope,
        id,
        decl,
        kind,
        ident: names::type_of(decl),
        inner: scope.ty(&kind.ty),
    };
    let mut items = vec![writer.definition()];
    items.extend(match kind.constraints.is_empty() {
        true => writer.free_access(),
        false => writer.guarded_access(),
    });
    items.push(writer.inner_conversion());
    items.extend(writer.display());
    items.extend(writer.transparent());
    items
}

struct Writer<'a> {
    scope: &'a Scope<'a>,
    id: DeclId,
    decl: &'a Decl,
    kind: &'a Newtype,
    ident: Ident,
    inner: Code,
}

impl Writer<'_> {
    fn definition(&self) -> Code {
        let facts = self.scope.facts.get(self.id);
        let mut names = attributes::of_composite(facts, &[]);
        if facts.copy {
            names.insert(1, "Copy");
        }
        if !facts.ord && matches!(self.kind.ty, Type::Scalar(_)) {
            names.push("PartialOrd");
        }
        code!(
            "
            $head
            $derives
            pub struct $ident($public$inner);
            ",
            head = self.scope.item_head(self.decl),
            derives = attributes::derives(&names, &[], &self.decl.annotations),
            ident = self.ident,
            public = self.kind.constraints.is_empty().then(|| code!("pub ")),
            inner = self.inner,
        )
    }

    fn free_access(&self) -> Vec<Code> {
        let Self { ident, inner, .. } = self;
        vec![code!(
            "
            impl ::core::convert::From<$inner> for $ident {
                fn from(inner: $inner) -> Self {
                    Self(inner)
                }
            }
            ",
            inner,
            ident,
        )]
    }

    /// Constructor and accessors of a newtype with constraints.
    fn guarded_access(&self) -> Vec<Code> {
        vec![self.guarded_inherent(), self.try_from(), self.as_ref()]
    }

    fn guarded_inherent(&self) -> Code {
        let (argument, value) = match self.is_text() {
            true => (
                self.scope.text_argument(),
                code!("::core::convert::Into::into(inner)"),
            ),
            false => (self.inner.clone(), code!("inner")),
        };
        let checks = constraints::checks(
            self.scope,
            &self.decl.name,
            &self.kind.ty,
            &self.kind.constraints,
            code!("&self.0"),
        );
        code!(
            "
            impl $ident {
                /// Wraps `inner`.
                ///
                /// # Errors
                /// When the schema does not allow it.
                pub fn new(inner: $argument) -> ::core::result::Result<Self, ::sinew::Invalid> {
                    let value = Self($value);
                    value.validate()?;
                    ::core::result::Result::Ok(value)
                }

                /// The value inside.
                pub fn into_inner(self) -> $inner {
                    self.0
                }

                fn validate(&self) -> ::core::result::Result<(), ::sinew::Invalid> {
                    $checks
                    ::core::result::Result::Ok(())
                }
            }
            ",
            ident = self.ident,
            argument,
            value,
            inner = self.inner,
            checks,
        )
    }

    fn try_from(&self) -> Code {
        let Self { ident, inner, .. } = self;
        code!(
            "
            impl ::core::convert::TryFrom<$inner> for $ident {
                type Error = ::sinew::Invalid;

                fn try_from(inner: $inner) -> ::core::result::Result<Self, ::sinew::Invalid> {
                    Self::new(inner)
                }
            }
            ",
            inner,
            ident,
        )
    }

    fn as_ref(&self) -> Code {
        let (target, access) = match self.is_text() {
            true => (code!("str"), code!("self.0.as_str()")),
            false => (self.inner.clone(), code!("&self.0")),
        };
        code!(
            "
            impl ::core::convert::AsRef<$target> for $ident {
                fn as_ref(&self) -> &$target {
                    $access
                }
            }
            ",
            target,
            ident = self.ident,
            access,
        )
    }

    fn inner_conversion(&self) -> Code {
        let Self { ident, inner, .. } = self;
        code!(
            "
            impl ::core::convert::From<$ident> for $inner {
                fn from(value: $ident) -> Self {
                    value.0
                }
            }
            ",
            ident,
            inner,
        )
    }

    fn display(&self) -> Option<Code> {
        self.scope.facts.get(self.id).display.then(|| {
            code!(
                "
                impl ::core::fmt::Display for $ident {
                    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        ::core::fmt::Display::fmt(&self.0, f)
                    }
                }
                ",
                ident = self.ident,
            )
        })
    }

    fn transparent(&self) -> Vec<Code> {
        let wrap = match self.kind.constraints.is_empty() {
            true => code!("::core::result::Result::Ok(Self(inner))"),
            false => code!("Self::new(inner)"),
        };
        let transparent = Transparent {
            ident: &self.ident,
            inner: &self.inner,
            borrow: code!("&self.0"),
            argument: code!("inner"),
            wrap,
            blank: code!("Self(::sinew::codegen::blank())"),
            is_fixed: self.scope.facts.get(self.id).fixed,
        };
        transparent.items()
    }

    fn is_text(&self) -> bool {
        self.kind.ty == Type::Scalar(Scalar::String)
    }
}
