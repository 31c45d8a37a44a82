//! Implementations of traits that are alike for many types, from what differs.

use super::code::{Code, code};

/// `Ord` from the body of `cmp`, and `PartialOrd` from it; `params` are the type parameters with bounds.
pub(super) fn total_order(params: &Code, self_ty: &Code, comparison: &Code) -> Code {
    code!(
        "
        impl$params ::core::cmp::PartialOrd for $self_ty {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }

        impl$params ::core::cmp::Ord for $self_ty {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                $comparison
            }
        }
        ",
        params,
        self_ty,
        comparison,
    )
}

/// The `Message` implementation of a type; `params` are its type parameters with bounds.
pub(super) fn message(params: &Code, self_ty: &Code) -> Code {
    if params.is_empty() {
        return code!("::sinew::codegen::message!($self_ty);", self_ty);
    }
    code!(
        "
        impl$params ::sinew::codegen::Message for $self_ty {
            fn shape() -> &'static ::sinew::codegen::Shape {
                ::sinew::codegen::shape_of::<Self>()
            }
        }
        ",
        params,
        self_ty,
    )
}

/// The `Union` implementation of a type with these descriptions of variants.
pub(super) fn union_description(
    params: &Code,
    self_ty: &Code,
    full_name: &str,
    variants: Code,
) -> Code {
    code!(
        "
        impl$params ::sinew::codegen::Union for $self_ty {
            const NAME: &'static str = $full_name;
            const VARIANTS: &'static [::sinew::codegen::Variant] = &[
                $variants
            ];
        }
        ",
        params,
        self_ty,
        full_name,
        variants,
    )
}

/// What stands in for a value of an open union that could not be read.
pub(super) fn blank_unrecognized() -> Code {
    code!("Self::Unrecognized(::sinew::UnknownVariant::blank())")
}

/// The `Wire` implementation of a union, from the bodies of `blank`, `put` and `get_planned`.
pub(super) fn union_wire(
    params: &Code,
    self_ty: &Code,
    blank: &Code,
    put: &Code,
    get: &Code,
) -> Code {
    code!(
        "
        impl$params ::sinew::codegen::Wire for $self_ty {
            const MIN: u32 = 16;

            fn ty() -> ::sinew::codegen::Type {
                ::sinew::codegen::Type::union::<Self>()
            }

            fn blank() -> Self {
                $blank
            }

            fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                $put
            }

            fn get_planned(
                input: &mut ::sinew::codegen::Decoder<'_>,
                plan: &::sinew::codegen::Plan,
                _: u64,
            ) -> ::sinew::codegen::Result<Self> {
                $get
            }
        }
        ",
        params,
        self_ty,
        blank,
        put,
        get,
    )
}

/// The bound on type parameters in every implementation for the wire.
pub(super) fn wire_bound() -> Code {
    code!("::sinew::codegen::Wire")
}
