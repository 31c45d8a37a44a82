//! Reads and writes the fields inside a frame: numbers and length-prefixed bytes.

use super::close::Close;

/// The unread rest of a frame's payload.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(payload: &'a [u8]) -> Self {
        Self(payload)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that is left.
    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn byte(&mut self) -> Result<u8, Close> {
        Ok(self.take(1)?[0])
    }

    /// A prefix varint in its shortest form: the low one-bits of the first byte count the bytes that follow it.
    #[inline]
    pub(super) fn number(&mut self) -> Result<u64, Close> {
        match self.0 {
            [first, rest @ ..] if first & 1 == 0 => {
                self.0 = rest;
                Ok(u64::from(first >> 1))
            }
            [first, ..] => self.by(|fields| fields.wide(first.trailing_ones() as usize)),
            [] => Err(malformed()),
        }
    }

    /// Reads on with a function that is seldom called. It gets a copy, so that `self` can stay in registers.
    #[inline(always)]
    pub(super) fn by<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let mut copy = Self(self.0);
        let found = read(&mut copy);
        self.0 = copy.0;
        found
    }

    /// A number with `more` bytes after the first.
    fn wide(&mut self, more: usize) -> Result<u64, Close> {
        let all = self.0;
        let bytes = self.take(more + 1)?;
        let value = match all.first_chunk() {
            // A single load: assembling the value from bytes would stall on store forwarding.
            Some(wide) if more < 8 => {
                let behind = 8 * (7 - more);
                u64::from_le_bytes(*wide) << behind >> behind >> (more + 1)
            }
            _ => {
                let mut wide = [0; 16];
                wide[..=more].copy_from_slice(bytes);
                let wide = u128::from_le_bytes(wide) >> (more + 1).min(8);
                u64::try_from(wide).expect("as many bits as bytes are marks")
            }
        };
        if value >> (7 * more) == 0 {
            return Err(malformed());
        }
        Ok(value)
    }

    /// A length, then that many bytes.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Close> {
        let length = self.number()?;
        self.take(usize::try_from(length).map_err(|_| malformed())?)
    }

    /// A length, then that many bytes of UTF-8.
    pub(super) fn text(&mut self) -> Result<&'a str, Close> {
        std::str::from_utf8(self.bytes()?).map_err(|_| malformed())
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Close> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(malformed)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Bytes of the longest number.
pub(super) const WIDEST: usize = 9;

/// Appends a number as a prefix varint.
#[inline]
pub(super) fn put_number(value: u64, out: &mut Vec<u8>) {
    match value < 0x80 {
        true => out.push((value as u8) << 1),
        false => put_wide(value, out),
    }
}

fn put_wide(value: u64, out: &mut Vec<u8>) {
    let (bytes, width) = number(value);
    let end = out.len() + width;
    // Copying a constant number of bytes takes two stores; what is too much is cut off.
    out.extend_from_slice(&bytes);
    out.truncate(end);
}

/// A number as a prefix varint, and how many of the bytes are used.
#[inline]
pub(super) fn number(value: u64) -> ([u8; WIDEST], usize) {
    let mut bytes = [0xff; WIDEST];
    let bits = 64 - (value | 1).leading_zeros() as usize;
    let more = (bits - 1) / 7;
    if more >= 8 {
        bytes[1..].copy_from_slice(&value.to_le_bytes());
        return (bytes, WIDEST);
    }
    let marked = (value << (more + 1)) | ((1 << more) - 1);
    bytes[..8].copy_from_slice(&marked.to_le_bytes());
    (bytes, more + 1)
}

/// Appends a length, then the bytes.
pub(super) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_number(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn malformed() -> Close {
    Close::protocol("a frame is malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_and_only_their_shortest_form_is_read() {
        for shift in 0..64 {
            for value in [(1u64 << shift) - 1, 1 << shift, u64::MAX >> shift] {
                let mut bytes = Vec::new();
                put_number(value, &mut bytes);
                let mut fields = Fields::new(&bytes);
                assert_eq!(fields.number().unwrap(), value);
                assert!(fields.is_empty());
                assert!(Fields::new(&bytes[..bytes.len() - 1]).number().is_err());
            }
        }
        assert!(Fields::new(&[0x01, 0x00]).number().is_err());
        assert!(
            Fields::new(&[0xff, 1, 0, 0, 0, 0, 0, 0, 0])
                .number()
                .is_err()
        );
    }
}
