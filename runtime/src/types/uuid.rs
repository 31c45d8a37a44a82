//! `uuid`: 128 bits, in network order.

use super::ParseError;
use core::fmt;
use core::str::FromStr;

/// A universally unique identifier. Ordered by its bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// The identifier that is all zero.
    pub const NIL: Self = Self([0; 16]);

    /// An identifier of its bytes, in the order in which they are printed.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// An identifier of a number, the first printed digit being the most significant.
    pub const fn from_u128(number: u128) -> Self {
        Self(number.to_be_bytes())
    }

    /// The bytes, in the order in which they are printed.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The number, the first printed digit being the most significant.
    pub const fn as_u128(self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Uuid {
    type Err = ParseError;

    /// Reads 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        const EXPECTED: ParseError =
            ParseError::new("a uuid such as 67e55044-10b1-426f-9247-bb680e5fe0c8");
        let mut number = 0_u128;
        if text.len() != 36 {
            return Err(EXPECTED);
        }
        for (index, character) in text.bytes().enumerate() {
            let dash = matches!(index, 8 | 13 | 18 | 23);
            if dash != (character == b'-') {
                return Err(EXPECTED);
            }
            if !dash {
                let digit = char::from(character).to_digit(16).ok_or(EXPECTED)?;
                number = number << 4 | u128::from(digit);
            }
        }
        Ok(Self::from_u128(number))
    }
}

impl From<u128> for Uuid {
    fn from(number: u128) -> Self {
        Self::from_u128(number)
    }
}

impl From<Uuid> for u128 {
    fn from(uuid: Uuid) -> Self {
        uuid.as_u128()
    }
}

impl From<[u8; 16]> for Uuid {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl From<Uuid> for [u8; 16] {
    fn from(uuid: Uuid) -> Self {
        uuid.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let text = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let uuid: Uuid = text.parse().unwrap();
        assert_eq!(uuid.to_string(), text);
        assert_eq!(uuid.to_bytes()[0], 0x67);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "67e5504410b1426f9247bb680e5fe0c8",
            "67e55044-10b1-426f-9247-bb680e5fe0cg",
            "67e55044-10b1-426f-9247+bb680e5fe0c8",
            "67e55044-10b1-426f-9247-bb680e5fe0\u{e9}",
        ] {
            assert!(text.parse::<Uuid>().is_err(), "{text}");
        }
    }
}
