//! Operations of flags, and their names. Generated code lists the flags.

use core::borrow::Borrow;

use crate::Invalid;
use crate::codegen::Transparent;

/// What all flag types have in common: they are sets of bits, some of which have names.
#[doc(hidden)]
#[macro_export]
macro_rules! __flags {
    ($openness:ident $type:ident($base:ty) = $full:literal; $($flag:ident = $name:literal,)*) => {
        impl $type {
            /// All flags with their names in the schema.
            pub const NAMES: &'static [(&'static str, Self)] = &[$(($name, Self::$flag)),*];

            /// No flags.
            pub const fn empty() -> Self {
                Self(0)
            }

            /// All flags that have a name.
            pub const fn all() -> Self {
                Self(0 $(| Self::$flag.0)*)
            }

            $crate::__flags_from_bits!($openness $base);

            /// The bits of the flags.
            pub const fn bits(self) -> $base {
                self.0
            }

            /// Whether no flag is set.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Whether all flags of `other` are set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether any flag of `other` is set.
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// The flags of both.
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// These flags without those of `other`.
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            /// Sets the flags of `other`.
            pub const fn insert(&mut self, other: Self) {
                self.0 |= other.0;
            }

            /// Takes the flags of `other` away.
            pub const fn remove(&mut self, other: Self) {
                self.0 &= !other.0;
            }

            /// Sets those flags of `other` that are not set, and takes the rest of them away.
            pub const fn toggle(&mut self, other: Self) {
                self.0 ^= other.0;
            }

            /// Sets the flags of `other`, or takes them away.
            pub const fn set(&mut self, other: Self, is_set: bool) {
                match is_set {
                    true => self.insert(other),
                    false => self.remove(other),
                }
            }

            /// Each named flag that is set, then all remaining bits together.
            pub fn iter(self) -> impl ::core::iter::Iterator<Item = Self> {
                let mut names = Self::NAMES.iter();
                let mut rest = self;
                ::core::iter::from_fn(move || {
                    // If a bit has two names the first counts, and names for several bits never do.
                    let mut flags = names.by_ref().map(|(_, flag)| *flag);
                    let next = flags.find(|flag| flag.0.is_power_of_two() && rest.contains(*flag));
                    let next = next.unwrap_or(rest);
                    rest.remove(next);
                    (!next.is_empty()).then_some(next)
                })
            }
        }

        $crate::__flags_operators! { $type
            BitOr bitor BitOrAssign bitor_assign |one, other| one.0 | other.0,
            BitAnd bitand BitAndAssign bitand_assign |one, other| one.0 & other.0,
            BitXor bitxor BitXorAssign bitxor_assign |one, other| one.0 ^ other.0,
            Sub sub SubAssign sub_assign |one, other| one.0 & !other.0,
        }

        /// All flags that have a name and are not set.
        impl ::core::ops::Not for $type {
            type Output = Self;

            fn not(self) -> Self {
                Self::all().without(self)
            }
        }

        impl ::core::iter::FromIterator<Self> for $type {
            fn from_iter<I: ::core::iter::IntoIterator<Item = Self>>(flags: I) -> Self {
                flags.into_iter().fold(Self::empty(), Self::union)
            }
        }

        /// As `READ | WRITE`, with the names of the schema, then the bits without a name as a number.
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

        /// From names of the schema or numbers, separated by `|`.
        impl ::core::str::FromStr for $type {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::Invalid> {
                $crate::codegen::flags_called(Self::NAMES, text, $full)
            }
        }
    };
}

/// Which bits are allowed.
#[doc(hidden)]
#[macro_export]
macro_rules! __flags_from_bits {
    (open $base:ty) => {
        /// The flags with these bits; bits without a name are kept.
        pub const fn from_bits(bits: $base) -> Self {
            Self(bits)
        }
    };
    (closed $base:ty) => {
        /// The flags with these bits; `None` if one of them has no name.
        pub const fn from_bits(bits: $base) -> ::core::option::Option<Self> {
            match bits & !Self::all().0 {
                0 => ::core::option::Option::Some(Self(bits)),
                _ => ::core::option::Option::None,
            }
        }
    };
}

/// Operators on two sets, defined by their effect on the bits.
#[doc(hidden)]
#[macro_export]
macro_rules! __flags_operators {
    ($type:ident $($op:ident $function:ident $assign:ident $assigns:ident
        |$one:ident, $other:ident| $bits:expr,)*) => {$(
        impl ::core::ops::$op for $type {
            type Output = Self;

            fn $function(self, $other: Self) -> Self {
                let $one = self;
                Self($bits)
            }
        }

        impl ::core::ops::$assign for $type {
            fn $assigns(&mut self, other: Self) {
                *self = ::core::ops::$op::$function(*self, other);
            }
        }
    )*};
}

/// The names of the flags that are set, and the remaining bits as a number.
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
        // If a bit has two names the first counts, and names for several bits never do.
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

/// A number written as `12` or `0xC`.
fn number_called(text: &str) -> Option<u128> {
    match text.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
