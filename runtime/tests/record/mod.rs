//! Structs for tests in one line each: what the compiler would generate for them, as a macro.

/// `record! { Name { 1: required field: Type, 2: default other: Type = value } }`; `optional` fields are `Option`s.
macro_rules! record {
    ($($name:ident { $($id:literal: $presence:ident $field:ident: $type:ty $(= $default:expr)?),* $(,)? })*) => {$(
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $name { $(pub(crate) $field: $type),* }

        impl ::sinew::codegen::Record for $name {
            const NAME: &'static str = concat!("test.", stringify!($name));
            const FIELDS: &'static [::sinew::codegen::Field] =
                &[$(::sinew::codegen::Field::new::<$type>($id, stringify!($field))),*];

            const HEADER: u32 = 0 $(+ <$type as ::sinew::codegen::Wire>::BITS)*;

            #[allow(unused_variables, reason = "structs without fields")]
            fn read(&mut self, fields: &mut ::sinew::codegen::Fields<'_, '_, '_>) {
                $({
                    let place = concat!(stringify!($name), ".", stringify!($field));
                    self.$field = record!(@$presence fields, $id, place $(, $default)?);
                })*
            }
        }

        impl ::sinew::codegen::Wire for $name {
            const MIN: u32 = {
                let (header, body) = (
                    0 $(+ <$type as ::sinew::codegen::Wire>::BITS)*,
                    0 $(+ <$type as ::sinew::codegen::Wire>::MIN - <$type as ::sinew::codegen::Wire>::BITS)*,
                );
                let all = (header as u32).div_ceil(8) * 8 + body;
                if all == 0 { 8 } else { all }
            };

            ::sinew::codegen::record!();

            #[allow(unused_mut, unused_assignments, reason = "structs without fields")]
            fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                let (mut bits, mut at) = (0, 0);
                $(
                    bits |= ::sinew::codegen::bits(&self.$field) << at;
                    at += <$type as ::sinew::codegen::Wire>::BITS;
                )*
                if at > 0 {
                    out.header(at, bits);
                }
                $(out.put(&self.$field);)*
                if <Self as ::sinew::codegen::Record>::FIELDS.is_empty() {
                    out.empty();
                }
            }

            fn blank() -> Self {
                Self { $($field: ::sinew::codegen::blank(),)* }
            }
        }

        impl ::sinew::codegen::Message for $name {
            fn shape() -> &'static ::sinew::codegen::Shape {
                static SHAPE: ::sinew::codegen::ShapeCell = ::sinew::codegen::ShapeCell::new();
                SHAPE.of::<Self>()
            }
        }
    )*};
    (@required $fields:ident, $id:literal, $place:ident) => {
        $fields.required($id, $place)
    };
    (@optional $fields:ident, $id:literal, $place:ident) => {
        $fields.optional($id, $place)
    };
    (@default $fields:ident, $id:literal, $place:ident, $default:expr) => {
        $fields.or($id, $place, || $default)
    };
}

pub(crate) use record;
