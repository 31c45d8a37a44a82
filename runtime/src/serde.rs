//! How do the value types of the language go through serde? As the texts that they are parsed from, so that what is derived for generated
//! types works for all their fields. Feature `serde`.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use ::serde::de::{Error, Visitor};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Date, Decimal, Duration, ParseError, SharedStr, Timestamp, UnknownValue, UnknownVariant, Uuid,
};

macro_rules! as_texts {
    ($($type:ty: $expected:literal;)*) => {$(
        /// As the text that it is displayed as.
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        /// From a text.
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                input.deserialize_str(Text { expected: $expected, value: PhantomData })
            }
        }
    )*};
}

as_texts! {
    Date: "a date such as 2026-01-31";
    Decimal: "a decimal as a string, such as \"19.90\"";
    Duration: "a duration such as 1h30m";
    Timestamp: "a timestamp such as 2026-01-31T10:00:00Z";
    Uuid: "a uuid such as 67e55044-10b1-426f-9247-bb680e5fe0c8";
}

/// Reads a text as the value that it stands for.
struct Text<T> {
    expected: &'static str,
    value: PhantomData<T>,
}

impl<T: FromStr<Err = ParseError>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

impl Serialize for SharedStr {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for SharedStr {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input).map(Self::from)
    }
}

/// As its number.
impl<T: Copy + Serialize> Serialize for UnknownValue<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(out)
    }
}

/// Never: only the type that it belongs to knows which numbers have no name. To read such types from their numbers, give them
/// `#[serde(from = "u32")]`.
impl<'de, T> Deserialize<'de> for UnknownValue<T> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a number without a name is not read"))
    }
}

/// As its id. What it holds is not written: nobody here knows what it is.
impl Serialize for UnknownVariant {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u16(self.id())
    }
}

/// Never: an id is not all that it held.
impl<'de> Deserialize<'de> for UnknownVariant {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a variant without a name is not read"))
    }
}
