//! Trait implementations that are similar for many types.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::names;

/// `Ord` with this body of `cmp`, and `PartialOrd`. `params` are the type parameters with bounds.
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

/// `Debug` of a struct with these fields, each with whether it is redacted.
pub(super) fn redacted_debug(
    params: &Code,
    self_ty: &Code,
    ident: &Ident,
    fields: impl Iterator<Item = (Ident, bool)>,
) -> Code {
    let fields = fields.map(|(name, is_hidden)| {
        let text = names::plain(&name);
        match is_hidden {
            true => code!(".field($text, &::sinew::codegen::Redacted)", text),
            false => code!(".field($text, &self.$name)", text, name),
        }
    });
    code!(
        "
        impl$params ::core::fmt::Debug for $self_ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct($name)
                    $fields
                    .finish()
            }
        }
        ",
        params,
        self_ty,
        name = names::plain(ident),
        fields = Code::lines(fields),
    )
}

/// The `Message` implementation of a type. `params` are its type parameters with bounds.
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

/// What differs between `Union` implementations.
pub(super) struct UnionParts {
    pub(super) full_name: String,
    /// The descriptions of the variants.
    pub(super) variants: Code,
    /// The ids of the variants, and the blank value of each.
    pub(super) blanks: Vec<(u16, Code)>,
    /// Whether any variant has a payload.
    pub(super) has_payloads: bool,
    /// The match arm for other ids.
    pub(super) otherwise: Code,
    /// The match arms that decode the payload of a variant.
    pub(super) reads: Code,
    /// Further items, such as `NESTED` and `check`.
    pub(super) nested: Option<Code>,
    pub(super) check: Option<Code>,
}

/// The `Union` implementation of a type.
pub(super) fn union(params: &Code, self_ty: &Code, parts: UnionParts) -> Code {
    code!(
        "
        impl$params ::sinew::codegen::Union for $self_ty {
            const NAME: &'static str = $full_name;
            const VARIANTS: &'static [::sinew::codegen::Variant] = &[
                $variants
            ];
            $nested

            fn choose(&mut self, $id: u16) -> bool {
                $choose
            }

            fn read(
                &mut self,
                payload: ::sinew::codegen::ReadPayload<'_, '_>,
            ) -> ::sinew::codegen::Result<()> {
                match self {
                    $reads
                }
            }

            $check
        }
        ",
        params,
        self_ty,
        full_name = parts.full_name,
        variants = parts.variants,
        nested = parts.nested,
        id = match parts.blanks.is_empty() {
            true => code!("_"),
            false => code!("id"),
        },
        choose = choose(&parts),
        reads = parts.reads,
        check = parts.check,
    )
}

fn choose(parts: &UnionParts) -> Code {
    let arms = parts.blanks.iter();
    let arms = arms.map(|(id, blank)| code!("$id => choose(self, || $blank),", id, blank));
    let arms = Code::lines(arms);
    let otherwise = &parts.otherwise;
    code!(
        "
        use ::sinew::codegen::$imports;
        $choice
        ",
        imports = match parts.has_payloads {
            true => code!("{blank, choose}"),
            false => code!("choose"),
        },
        choice = match arms.is_empty() {
            true => code!("$otherwise", otherwise),
            false => code!(
                "
                match id {
                    $arms
                    _ => $otherwise,
                }
                ",
                arms,
                otherwise,
            ),
        },
    )
}

/// The blank value of an open union.
pub(super) fn blank_unrecognized() -> Code {
    code!("Self::Unrecognized(::sinew::UnknownVariant::blank())")
}

/// Sets an open union to an unknown variant.
pub(super) fn choose_unrecognized() -> Code {
    code!(
        "choose(self, || $unrecognized)",
        unrecognized = blank_unrecognized(),
    )
}

/// The match arm that keeps an unknown variant.
pub(super) fn keep_unrecognized() -> Code {
    code!("Self::Unrecognized(unknown) => payload.keep(unknown),")
}

/// The `Wire` implementation of a union, with these bodies of `blank` and `put`.
pub(super) fn union_wire(params: &Code, self_ty: &Code, blank: &Code, put: &Code) -> Code {
    code!(
        "
        impl$params ::sinew::codegen::Wire for $self_ty {
            const MIN: u32 = 16;

            ::sinew::codegen::union!();

            fn blank() -> Self {
                $blank
            }

            fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                $put
            }
        }
        ",
        params,
        self_ty,
        blank,
        put,
    )
}

/// The bound on type parameters in every implementation of `Wire`.
pub(super) fn wire_bound() -> Code {
    code!("::sinew::codegen::Wire")
}
