//! `Debug` of unions that contain something sensitive.

use super::super::code::{Code, code};
use super::super::names;
use super::{Writer, binding, bound};
use crate::schema::{Payload, Variant};

impl Writer<'_> {
    /// Whether anything must be redacted. Only fields of struct variants can be sensitive.
    pub(super) fn is_redacted(&self) -> bool {
        self.kind
            .variants
            .iter()
            .any(|variant| match &variant.payload {
                Payload::Unit | Payload::Typed { .. } => false,
                Payload::Struct(fields) => fields.iter().any(|field| field.annotations.sensitive),
            })
    }

    /// `Debug` that redacts sensitive fields.
    pub(super) fn redacted_debug(&self) -> Option<Code> {
        if !self.is_redacted() {
            return None;
        }
        let unrecognized = code!(
            "
            Self::Unrecognized(unknown) => {
                f.debug_tuple(\"Unrecognized\").field(unknown).finish()
            }
            "
        );
        Some(code!(
            "
            impl$params ::core::fmt::Debug for $self_ty {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self {
                        $arms
                        $unrecognized
                    }
                }
            }
            ",
            params = self.scope.generics(&code!("::core::fmt::Debug")),
            self_ty = self.self_ty(),
            arms = Code::lines(self.variants.iter().map(|variant| debug_arm(variant))),
            unrecognized = self.if_open(unrecognized),
        ))
    }
}

fn debug_arm(variant: &Variant) -> Code {
    let name = names::variant(variant);
    let text = names::plain(&name);
    match &variant.payload {
        Payload::Unit => code!("Self::$name => f.write_str($text),", name, text),
        Payload::Typed { .. } => {
            code!(
                "Self::$name(value) => f.debug_tuple($text).field(value).finish(),",
                name,
                text
            )
        }
        Payload::Struct(fields) => {
            let shown = fields
                .iter()
                .filter(|f| !f.annotations.sensitive)
                .map(bound);
            let parts = fields.iter().map(|field| {
                let text = names::plain(&names::field(field));
                match field.annotations.sensitive {
                    true => code!(".field($text, &::sinew::codegen::Redacted)", text),
                    false => code!(".field($text, $value)", text, value = binding(field)),
                }
            });
            code!(
                "
                Self::$name {$shown} => f
                    .debug_struct($text)
                    $parts
                    .finish(),
                ",
                name,
                shown = Code::fields(shown.chain([code!("..")])),
                text,
                parts = Code::lines(parts),
            )
        }
    }
}
