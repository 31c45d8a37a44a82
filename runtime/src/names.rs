//! How are the values of an enum called, and flags? Names are texts and texts are values here; which there are, generated code says.

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

/// What is the same for the names of all flags.
#[doc(hidden)]
#[macro_export]
macro_rules! __names_of_flags {
    ($type:ident = $full:literal; $($flag:ident = $name:literal,)*) => {
        impl $type {
            /// All flags with their names in the schema.
            pub const NAMES: &'static [(&'static str, Self)] = &[$(($name, Self::$flag)),*];
        }

        /// As `READ | WRITE`, by the names in the schema; what has no name is a number behind them.
        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(&$crate::codegen::names_of(self, Self::NAMES))
            }
        }

        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, "{}({self})", ::core::stringify!($type))
            }
        }

        /// From names in the schema or numbers, with `|` between them.
        impl ::core::str::FromStr for $type {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::Invalid> {
                $crate::codegen::flags_called(Self::NAMES, text, $full)
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

/// The names of the flags that are set, and the number of what is left.
pub fn names_of<T>(flags: &T, names: &[(&str, T)]) -> String
where
    T: Transparent<Inner: Into<u128> + Copy>,
{
    let mut rest = bits_of(flags);
    let whole = names.iter().find(|(_, flags)| bits_of(flags) == rest);
    if let Some((name, _)) = whole.filter(|_| rest == 0) {
        return (*name).to_owned();
    }
    let mut parts = Vec::new();
    for (name, flag) in names {
        // Of two names for one bit the first is taken, and none that is for several.
        let bit = bits_of(flag);
        if bit.is_power_of_two() && rest & bit != 0 {
            parts.push((*name).to_owned());
            rest &= !bit;
        }
    }
    if rest != 0 || parts.is_empty() {
        parts.push(format!("{rest:#x}"));
    }
    parts.join(" | ")
}

/// The flags of the type called `full` that `text` lists.
///
/// # Errors
/// If a part of the text is neither a name nor a number, or the type is closed and has no name for one of the bits.
pub fn flags_called<T>(names: &[(&str, T)], text: &str, full: &'static str) -> Result<T, Invalid>
where
    T: Transparent<Inner: Into<u128> + TryFrom<u128> + Copy>,
{
    let parts = text.split('|').map(str::trim);
    let mut bits = parts.map(|part| match names.iter().find(|(name, _)| *name == part) {
        Some((_, flag)) => Some(bits_of(flag)),
        None => number_called(part),
    });
    let bits = bits.try_fold(0, |all, bits| Some(all | bits?));
    match bits.and_then(|bits| bits.try_into().ok()) {
        Some(bits) => T::wrap(bits),
        None => Err(Invalid::name(full, text)),
    }
}

fn bits_of<T>(flags: &T) -> u128
where
    T: Transparent<Inner: Into<u128> + Copy>,
{
    let bits = flags.inner();
    (*bits.borrow()).into()
}

/// The number that is written as `12` or as `0xC`.
fn number_called(text: &str) -> Option<u128> {
    match text.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
