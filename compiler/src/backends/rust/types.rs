//! Maps schema types to Rust types.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::scope::Scope;
use super::{hints, names};
use crate::schema::{Field, Scalar, Type};

/// Which types share memory with the message that they are decoded from, instead of copying.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shared {
    /// `string` is `SharedStr` instead of `String`.
    pub strings: bool,
    /// `bytes` is `Bytes` instead of `Vec<u8>`.
    pub bytes: bool,
}

impl Scope<'_> {
    /// The Rust type of `ty`.
    pub(super) fn ty(&self, ty: &Type) -> Code {
        match ty {
            Type::Optional(inner) => optional(self.ty(inner)),
            Type::Scalar(Scalar::String) if self.shared.strings => code!("::sinew::SharedStr"),
            Type::Scalar(Scalar::Bytes) if self.shared.bytes => code!("::sinew::Bytes"),
            Type::Scalar(scalar) => self::scalar(*scalar),
            Type::List(element) => {
                code!("::std::vec::Vec<$element>", element = self.ty(element))
            }
            Type::Set(element) => {
                code!(
                    "::std::collections::BTreeSet<$element>",
                    element = self.ty(element)
                )
            }
            Type::Map(key, value) => code!(
                "::std::collections::BTreeMap<$key, $value>",
                key = self.ty(key),
                value = self.ty(value),
            ),
            Type::Array(element, count) => {
                code!("[$element; $count]", element = self.ty(element), count)
            }
            Type::Named(decl, args) => {
                code!(
                    "$path$args",
                    path = self.path(*decl),
                    args = self.args(args)
                )
            }
            Type::Param(n) => code!("$name", name = self.param(*n)),
        }
    }

    /// The Rust type of a field, including its box and its hints.
    pub(super) fn field_ty(&self, field: &Field) -> Code {
        let hints = &field.annotations.rust;
        if let Some(path) = hints.ty.as_ref().and_then(|hint| hints::path(&hint.text)) {
            return around(&field.ty, path);
        }
        let inner = field.ty.unwrap_optional();
        let plain = match hints.hash_map {
            true => self.hashed(inner),
            false => self.ty(inner),
        };
        match field.boxed {
            true => around(&field.ty, code!("::std::boxed::Box<$plain>", plain)),
            false => around(&field.ty, plain),
        }
    }

    /// The type of an argument that can be any string.
    pub(super) fn text_argument(&self) -> Code {
        let text = self.ty(&Type::Scalar(Scalar::String));
        code!("impl ::core::convert::Into<$text>", text)
    }

    /// `<A, B>`, or nothing.
    fn args(&self, args: &[Type]) -> Code {
        if args.is_empty() {
            return Code::new();
        }
        let args = Code::joined(", ", args.iter().map(|arg| self.ty(arg)));
        code!("<$args>", args)
    }

    /// A map or set in its hashed variant.
    fn hashed(&self, ty: &Type) -> Code {
        match ty {
            Type::Set(element) => {
                code!(
                    "::std::collections::HashSet<$element>",
                    element = self.ty(element)
                )
            }
            Type::Map(key, value) => code!(
                "::std::collections::HashMap<$key, $value>",
                key = self.ty(key),
                value = self.ty(value),
            ),
            Type::Optional(_)
            | Type::Scalar(_)
            | Type::List(_)
            | Type::Array(..)
            | Type::Named(..)
            | Type::Param(_) => self.ty(ty),
        }
    }

    fn param(&self, n: u32) -> Ident {
        names::type_param(
            self.params()
                .get(n as usize)
                .expect("the schema counts type parameters"),
        )
    }
}

/// `Option<inner>` if `ty` is optional, else `inner`.
fn around(ty: &Type, inner: Code) -> Code {
    match ty.is_optional() {
        true => optional(inner),
        false => inner,
    }
}

fn optional(inner: Code) -> Code {
    code!("::core::option::Option<$inner>", inner)
}

/// The Rust type of a scalar.
pub(super) fn scalar(scalar: Scalar) -> Code {
    match scalar {
        Scalar::Bool => code!("bool"),
        Scalar::I8 => code!("i8"),
        Scalar::I16 => code!("i16"),
        Scalar::I32 => code!("i32"),
        Scalar::I64 => code!("i64"),
        Scalar::I128 => code!("i128"),
        Scalar::U8 => code!("u8"),
        Scalar::U16 => code!("u16"),
        Scalar::U32 => code!("u32"),
        Scalar::U64 => code!("u64"),
        Scalar::U128 => code!("u128"),
        Scalar::F32 => code!("f32"),
        Scalar::F64 => code!("f64"),
        Scalar::String => code!("::std::string::String"),
        Scalar::Bytes => code!("::std::vec::Vec<u8>"),
        Scalar::Uuid => code!("::sinew::Uuid"),
        Scalar::Timestamp => code!("::sinew::Timestamp"),
        Scalar::Duration => code!("::sinew::Duration"),
        Scalar::Date => code!("::sinew::Date"),
        Scalar::Decimal => code!("::sinew::Decimal"),
    }
}
