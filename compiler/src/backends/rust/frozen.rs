//! `frozen struct`: `#[repr(C)]`, `Copy`, members of fixed width.

use super::code::{Code, code};
use super::scope::Scope;
use super::{attributes, names, traits};
use crate::schema::{Decl, DeclId, Frozen, MOST_ARGUMENTS};

/// The items of a frozen struct.
pub(super) fn items(scope: &Scope<'_>, id: DeclId, decl: &Decl, kind: &Frozen) -> Vec<Code> {
    let mut items = vec![definition(scope, id, decl, kind)];
    items.extend(constructor(scope, decl, kind));
    items.extend(redacted_debug(decl, kind));
    items.push(impl_frozen(scope, decl, kind));
    items.push(impl_wire(scope, id, decl, kind));
    items
}

fn definition(scope: &Scope<'_>, id: DeclId, decl: &Decl, kind: &Frozen) -> Code {
    let by_hand = attributes::by_hand(is_redacted(decl, kind), false);
    let mut derived = attributes::of_composite(scope.facts.get(id), &by_hand);
    derived.insert(1, "Copy");
    let members = kind.fields.iter().map(|field| {
        let head = scope.member_head(field.doc.as_deref(), &field.annotations);
        let (name, ty) = (names::frozen_field(field), scope.ty(&field.ty));
        Code::lines([head, code!("pub $name: $ty,", name, ty)])
    });
    code!(
        "
        $head
        $derives
        #[repr(C)]
        pub struct $ident {
            $members
        }
        ",
        head = scope.item_head(decl),
        derives = attributes::derives(&derived, &by_hand, &decl.annotations),
        ident = names::type_of(decl),
        members = Code::lines(members),
    )
}

/// Whether `Debug` redacts something.
fn is_redacted(decl: &Decl, kind: &Frozen) -> bool {
    let mut fields = kind.fields.iter();
    decl.annotations.sensitive || fields.any(|field| field.annotations.sensitive)
}

fn redacted_debug(decl: &Decl, kind: &Frozen) -> Option<Code> {
    let fields = kind.fields.iter().map(|field| {
        let is_hidden = decl.annotations.sensitive || field.annotations.sensitive;
        (names::frozen_field(field), is_hidden)
    });
    let ident = names::type_of(decl);
    let self_ty = code!("$ident", ident = &ident);
    is_redacted(decl, kind).then(|| traits::redacted_debug(&Code::new(), &self_ty, &ident, fields))
}

fn constructor(scope: &Scope<'_>, decl: &Decl, kind: &Frozen) -> Option<Code> {
    if kind.fields.is_empty() || kind.fields.len() > MOST_ARGUMENTS {
        return None;
    }
    let arguments = kind.fields.iter().map(|field| {
        let (name, ty) = (names::frozen_field(field), scope.ty(&field.ty));
        code!("$name: $ty", name, ty)
    });
    let fields = kind
        .fields
        .iter()
        .map(|field| code!("$name,", name = names::frozen_field(field)));
    Some(code!(
        "
        impl $ident {
            /// Takes all members.
            pub const fn new($arguments) -> Self {
                Self {
                    $fields
                }
            }
        }
        ",
        ident = names::type_of(decl),
        arguments = Code::list(arguments),
        fields = Code::lines(fields),
    ))
}

fn impl_frozen(scope: &Scope<'_>, decl: &Decl, kind: &Frozen) -> Code {
    let fields = || kind.fields.iter();
    let layouts = fields().map(|field| {
        code!(
            "<$ty as ::sinew::codegen::Frozen>::LAYOUT,",
            ty = scope.ty(&field.ty)
        )
    });
    let puts =
        fields().map(|field| code!("out.put(self.$name);", name = names::frozen_field(field)));
    let gets = fields().map(|field| {
        let place = format!("{}.{}", decl.name, field.name);
        code!(
            "$name: input.get($place)?,",
            name = names::frozen_field(field),
            place
        )
    });
    code!(
        "
        impl ::sinew::codegen::Frozen for $ident {
            const LAYOUT: ::sinew::codegen::Layout = ::sinew::codegen::Layout::Struct(&[
                $layouts
            ]);

            #[inline(always)]
            fn store(&self, out: &mut ::sinew::codegen::Room<'_>) {
                $puts
            }

            #[inline(always)]
            fn load(input: &mut ::sinew::codegen::FrozenReader<'_>) -> ::sinew::codegen::Result<Self> {
                ::core::result::Result::Ok(Self {
                    $gets
                })
            }
        }
        ",
        ident = names::type_of(decl),
        layouts = Code::lines(layouts),
        puts = Code::lines(puts),
        gets = Code::lines(gets),
    )
}

fn impl_wire(scope: &Scope<'_>, id: DeclId, decl: &Decl, kind: &Frozen) -> Code {
    let blanks = kind.fields.iter().map(|field| {
        code!(
            "$name: ::sinew::codegen::blank(),",
            name = names::frozen_field(field)
        )
    });
    code!(
        "
        impl ::sinew::codegen::Wire for $ident {
            const MIN: u32 = $min;

            fn ty() -> ::sinew::codegen::Type {
                ::sinew::codegen::Type::frozen::<Self>()
            }

            fn blank() -> Self {
                Self {
                    $blanks
                }
            }

            fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                out.frozen(self);
            }

            fn put_all(values: &[Self], out: &mut ::sinew::codegen::Encoder) {
                out.frozen_all(values);
            }

            fn get(input: &mut ::sinew::codegen::Decoder<'_>, _: u64) -> ::sinew::codegen::Result<Self> {
                input.frozen()
            }

            fn fill_all(
                values: &mut ::std::vec::Vec<Self>,
                input: &mut ::sinew::codegen::Decoder<'_>,
                count: usize,
            ) -> ::sinew::codegen::Result<()> {
                input.frozen_all(values, count)
            }

            fn get_planned(
                input: &mut ::sinew::codegen::Decoder<'_>,
                plan: &::sinew::codegen::Plan,
                _: u64,
            ) -> ::sinew::codegen::Result<Self> {
                input.frozen_planned(plan)
            }
        }
        ",
        ident = names::type_of(decl),
        min = scope.facts.get(id).min_bits,
        blanks = Code::lines(blanks),
    )
}
