//! What generated code calls. Nothing else imports this module, and people have no need to: what is in here follows the compiler, and is
//! no part of what stays the same between versions. Generated code names the version of its compiler, so that a runtime that does not
//! fit it is one clear error.

pub mod check;

/// Code of `sinew-compiler` 0.1 is taken. There is one for each version whose code is: those before 1.0 by their second number, then
/// those that brought something new.
pub const COMPILER_0_1: () = ();

pub use crate::__check_pattern as check_pattern;
pub use crate::__flags as flags;
pub use crate::__message as message;
pub use crate::__mocks as mocks;
pub use crate::__names as names;
pub use crate::__record as record;
pub use crate::__seen_as_it_is as seen_as_it_is;
pub use crate::__transparent as transparent;
pub use crate::__union as union;
pub use crate::exception::{Exception, unknown_error};
pub use crate::flags::{flags_called, names_of};
pub use crate::handler::{Answered, Handler, Lent, dispatch};
pub use crate::method::Method;
pub use crate::names::{number_of, value_called};
pub use crate::outcome::{ErrorEnum, MethodError};
#[cfg(feature = "pattern")]
pub use crate::pattern::Pattern;
pub use crate::redacted::Redacted;
pub use crate::reflect::Source;
pub use crate::service::{NamedService, no_such_method, reply, unimplemented};
pub use crate::streams::{Halves, Opens, ends_as_call, ends_as_stream, reply_stream};
use crate::types::Decimal;
pub use crate::wire::{
    DecodeError, Decoder, Encoder, Field, Fields, Frozen, FrozenReader, Layout, Look, Message,
    Part, Plan, ReadPayload, Record, Result, Room, Sequence, Shape, ShapeCell, Transparent, Type,
    Union, Variant, Wire, choose, fill_common_inner, inner_bits, inner_word, put_inner, shape_of,
    store_inner, unknown_value,
};
pub use bytes::Bytes;

/// A field of type `T`.
pub const fn field<T: Wire>(id: u16, name: &'static str) -> Field {
    Field::new::<T>(id, name)
}

/// An initial value to decode into.
#[inline]
pub fn blank<T: Wire>() -> T {
    T::blank()
}

/// The header bits of a value.
#[inline]
pub fn bits<T: Wire>(value: &T) -> u64 {
    value.bits()
}

/// A decimal that the schema's compiler has checked.
pub const fn decimal(coefficient: i128, scale: u8) -> Decimal {
    Decimal::new(coefficient, scale).expect("the compiler checked the scale")
}

/// Checks that an example of a schema comes back from its encoding.
///
/// # Panics
/// If it does not.
pub fn assert_round_trip<T: Message>(example: &T) {
    let bytes = crate::encode(example).expect("an example can be encoded");
    let back: T = crate::decode(&bytes).expect("an example can be decoded");
    let again = crate::encode(&back).expect("what was decoded can be encoded");
    assert_eq!(again, bytes, "an example comes back with other bytes");
}

/// Implements `Message` for a type without type parameters, whose shape is built only once.
#[doc(hidden)]
#[macro_export]
macro_rules! __message {
    ($type:ty) => {
        impl $crate::codegen::Message for $type {
            fn shape() -> &'static $crate::codegen::Shape {
                static SHAPE: $crate::codegen::ShapeCell = $crate::codegen::ShapeCell::new();
                SHAPE.of::<Self>()
            }
        }
    };
}

/// The parts of `Wire` that are the same for every `Record`.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    () => {
        $crate::__composite!(record);
    };
}

/// The parts of `Wire` that are the same for every `Union`.
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    () => {
        $crate::__composite!(union);
    };
}

/// The parts of `Wire` that are the same for records and unions, which are decoded in place.
///
/// Not a blanket implementation, which would overlap with the one for boxes.
#[doc(hidden)]
#[macro_export]
macro_rules! __composite {
    ($kind:ident) => {
        fn ty() -> $crate::codegen::Type {
            $crate::codegen::Type::$kind::<Self>()
        }

        #[inline]
        fn get_planned(
            input: &mut $crate::codegen::Decoder<'_>,
            plan: &$crate::codegen::Plan,
            _: u64,
        ) -> $crate::codegen::Result<Self> {
            let mut value = $crate::codegen::blank::<Self>();
            input.$kind(&mut value, plan)?;
            ::core::result::Result::Ok(value)
        }

        #[inline]
        fn fill(
            &mut self,
            input: &mut $crate::codegen::Decoder<'_>,
            bits: u64,
        ) -> $crate::codegen::Result<()> {
            $crate::codegen::Wire::fill_planned(self, input, $crate::codegen::Plan::same(), bits)
        }

        #[inline]
        fn fill_common(
            &mut self,
            input: &mut $crate::codegen::Decoder<'_>,
            bits: u64,
        ) -> $crate::codegen::Result<bool> {
            $crate::codegen::Wire::fill(self, input, bits)?;
            ::core::result::Result::Ok(true)
        }

        fn fill_planned(
            &mut self,
            input: &mut $crate::codegen::Decoder<'_>,
            plan: &$crate::codegen::Plan,
            _: u64,
        ) -> $crate::codegen::Result<()> {
            input.$kind(self, plan)
        }
    };
}

/// Includes mocks, which need the feature `testing`.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __mocks {
    ($($item:item)*) => {
        $($item)*
    };
}

/// Leaves mocks out, so that only `[dev-dependencies]` need the feature.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mocks {
    ($($item:tt)*) => {};
}

/// Checks a `@pattern` in a function that returns `Result<_, Invalid>`.
#[cfg(feature = "pattern")]
#[doc(hidden)]
#[macro_export]
macro_rules! __check_pattern {
    ($place:literal, $pattern:literal, $value:expr) => {{
        static PATTERN: $crate::codegen::Pattern = $crate::codegen::Pattern::new($pattern);
        PATTERN.check($place, $value)?;
    }};
}

/// Reports that a `@pattern` needs the feature `pattern`.
#[cfg(not(feature = "pattern"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __check_pattern {
    ($place:literal, $pattern:literal, $value:expr) => {
        compile_error!("`@pattern` needs the feature `pattern` of the crate `sinew`")
    };
}
