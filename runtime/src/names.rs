//! The names of enum values: from value to text and back. Generated code lists them.

use core::borrow::Borrow;
use core::fmt;
use core::str::FromStr;

use crate::Invalid;
use crate::codegen::Transparent;

/// What the names of all enums have in common. An open enum has numbers without names.
#[doc(hidden)]
#[macro_export]
macro_rules! __names {
    ($openness:ident $type:ident = $full:literal; $($value:ident = $name:literal,)*) => {
        impl $type {
            /// All values with their names in the schema; alternative names come last.
            pub const NAMES: &'static [(&'static str, Self)] = &[$(($name, Self::$value)),*];

            $crate::__name!($openness $($value = $name,)*);
        }

        /// As its name in the schema.
        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let name: ::core::option::Option<&str> = self.name().into();
                match name {
                    ::core::option::Option::Some(name) => f.pad(name),
                    ::core::option::Option::None => $crate::codegen::number_of(self, f),
                }
            }
        }

        /// From its name in the schema, or from its number.
        impl ::core::str::FromStr for $type {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::Invalid> {
                $crate::codegen::value_called(Self::NAMES, text, $full)
            }
        }
    };
}

/// The name of a value.
#[doc(hidden)]
#[macro_export]
macro_rules! __name {
    (open $($value:ident = $name:literal,)*) => {
        /// Its name in the schema; none for a number that the schema of this program does not name.
        pub const fn name(self) -> ::core::option::Option<&'static str> {
            match self {
                $(Self::$value => ::core::option::Option::Some($name),)*
                Self::Unrecognized(_) => ::core::option::Option::None,
            }
        }
    };
    (closed $($value:ident = $name:literal,)*) => {
        /// Its name in the schema.
        pub const fn name(self) -> &'static str {
            match self {
                $(Self::$value => $name,)*
            }
        }
    };
}

/// Writes the number of a value without a name.
pub fn number_of<T>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result
where
    T: Transparent<Inner: fmt::Display>,
{
    let number = value.inner();
    fmt::Display::fmt(Borrow::borrow(&number), f)
}

/// The value of the type `full` with the name or number `text`.
///
/// # Errors
/// There is none.
pub fn value_called<T>(names: &[(&str, T)], text: &str, full: &'static str) -> Result<T, Invalid>
where
    T: Transparent<Inner: FromStr> + Copy,
{
    if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
        return Ok(*value);
    }
    match text.parse() {
        Ok(number) => T::wrap(number),
        Err(_) => Err(Invalid::name(full, text)),
    }
}
