//! Maps types of the schema to types of Rust.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::scope::Scope;
use super::{hints, names};
use crate::schema::{Field, Scalar, Type};

impl Scope<'_> {
    /// The Rust type of `ty`.
    pub(super) fn ty(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Optional(inner) => {
                let inner = self.ty(inner);
                quote!(::core::option::Option<#inner>)
            }
            Type::Scalar(scalar) => self::scalar(*scalar),
            Type::List(element) => {
                let element = self.ty(element);
                quote!(::std::vec::Vec<#element>)
            }
            Type::Set(element) => {
                let element = self.ty(element);
                quote!(::std::collections::BTreeSet<#element>)
            }
            Type::Map(key, value) => {
                let (key, value) = (self.ty(key), self.ty(value));
                quote!(::std::collections::BTreeMap<#key, #value>)
            }
            Type::Array(element, count) => {
                let element = self.ty(element);
                let count = Literal::u32_unsuffixed(*count);
                quote!([#element; #count])
            }
            Type::Named(decl, args) => {
                let path = self.path(*decl);
                let args = self.args(args);
                quote!(#path #args)
            }
            Type::Param(n) => self.param(*n).to_token_stream(),
        }
    }

    /// The Rust type of a field, with its box and its hints.
    pub(super) fn field_ty(&self, field: &Field) -> TokenStream {
        let hints = &field.annotations.rust;
        if let Some(path) = hints.ty.as_ref().and_then(hints::path) {
            return around(&field.ty, path.into_token_stream());
        }
        let inner = field.ty.unwrap_optional();
        let plain = match hints.hash_map {
            true => self.hashed(inner),
            false => self.ty(inner),
        };
        match field.boxed {
            true => around(&field.ty, quote!(::std::boxed::Box<#plain>)),
            false => around(&field.ty, plain),
        }
    }

    /// `<A, B>`, or nothing.
    fn args(&self, args: &[Type]) -> TokenStream {
        if args.is_empty() {
            return TokenStream::new();
        }
        let args = args.iter().map(|arg| self.ty(arg));
        quote!(<#(#args),*>)
    }

    /// A map or set with the collections that hash.
    fn hashed(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Set(element) => {
                let element = self.ty(element);
                quote!(::std::collections::HashSet<#element>)
            }
            Type::Map(key, value) => {
                let (key, value) = (self.ty(key), self.ty(value));
                quote!(::std::collections::HashMap<#key, #value>)
            }
            Type::Optional(_)
            | Type::Scalar(_)
            | Type::List(_)
            | Type::Array(..)
            | Type::Named(..)
            | Type::Param(_) => self.ty(ty),
        }
    }

    fn param(&self, n: u32) -> proc_macro2::Ident {
        names::type_param(
            self.params()
                .get(n as usize)
                .expect("the schema counts type parameters"),
        )
    }
}

/// `Option<inner>` where `ty` is optional, else `inner`.
fn around(ty: &Type, inner: TokenStream) -> TokenStream {
    match ty.is_optional() {
        true => quote!(::core::option::Option<#inner>),
        false => inner,
    }
}

/// The Rust type of a scalar.
pub(super) fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::Bool => quote!(bool),
        Scalar::I8 => quote!(i8),
        Scalar::I16 => quote!(i16),
        Scalar::I32 => quote!(i32),
        Scalar::I64 => quote!(i64),
        Scalar::I128 => quote!(i128),
        Scalar::U8 => quote!(u8),
        Scalar::U16 => quote!(u16),
        Scalar::U32 => quote!(u32),
        Scalar::U64 => quote!(u64),
        Scalar::U128 => quote!(u128),
        Scalar::F32 => quote!(f32),
        Scalar::F64 => quote!(f64),
        Scalar::String => quote!(::std::string::String),
        Scalar::Bytes => quote!(::std::vec::Vec<u8>),
        Scalar::Uuid => quote!(::sinew::Uuid),
        Scalar::Timestamp => quote!(::sinew::Timestamp),
        Scalar::Duration => quote!(::sinew::Duration),
        Scalar::Date => quote!(::sinew::Date),
        Scalar::Decimal => quote!(::sinew::Decimal),
    }
}
