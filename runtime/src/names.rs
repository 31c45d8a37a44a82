//! How are the values of an enum called? Names are texts and texts are values here; which there are, generated code says.

use core::borrow::Borrow;
use core::fmt;
use core::str::FromStr;

use crate::Invalid;
use crate::codegen::Transparent;

/// What is the same for the names of all enums. An open one has no name for some of its numbers.
#[doc(hidden)]
#[macro_export]
macro_rules! __names {
    ($openness:ident $type:ident = $full:literal; $($value:ident = $name:literal,)*) => {
        impl $type {
            /// All values with their names in the schema; behind them the second names that some of them have.
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

/// What a value is called.
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

/// Writes the number of a value that has no name.
pub fn number_of<T>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result
where
    T: Transparent<Inner: fmt::Display>,
{
    let number = value.inner();
    fmt::Display::fmt(Borrow::borrow(&number), f)
}

/// The value of the type called `full` that is called `text`, or has this number.
///
/// # Errors
/// If there is none.
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
