//! Where the message boundaries are in a stream that is relayed, whose sender sees only pieces. Knows lengths, not
//! credit.

use super::first::{NoMessage, length};

/// The position of a stream within its current message.
#[derive(Clone, Debug, Default)]
pub(super) struct Boundaries {
    /// The bytes so far of a length that is not yet complete.
    begun: [u8; 9],
    has: usize,
    /// How many bytes of the current message are still to come.
    rest: u64,
}

impl Boundaries {
    /// The stream continues with this piece. After an invalid length the reader gives up, so what follows no longer
    /// matters.
    pub(super) fn advance(&mut self, mut piece: &[u8]) {
        while let Some((first, behind)) = piece.split_first() {
            let within = self.rest.min(piece.len() as u64);
            if within > 0 {
                self.rest -= within;
                piece = &piece[within as usize..];
                continue;
            }
            piece = behind;
            if self.has == 0 && first & 1 == 0 {
                self.rest = u64::from(first >> 1);
                continue;
            }
            self.begun[self.has] = *first;
            self.has += 1;
            match length(&self.begun[..self.has]) {
                Ok((_, rest)) => (self.has, self.rest) = (0, rest),
                Err(NoMessage::Missing(_)) => {}
                Err(NoMessage::TooLarge(_) | NoMessage::Malformed) => self.has = 0,
            }
        }
    }

    /// How many bytes are missing, at least, from a message of which a part has passed.
    pub(super) fn missing(&self) -> u64 {
        match length(&self.begun[..self.has]) {
            Err(NoMessage::Missing(missing)) if self.has > 0 => missing as u64,
            Ok(_) | Err(_) => self.rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::Messages;
    use super::*;

    #[test]
    fn what_is_missing_is_known_behind_each_byte() {
        let (mut messages, mut ends) = (Messages::default(), vec![0]);
        for size in [0, 1, 63, 200, 20_000, 0] {
            messages.push_bytes(&vec![0xff; size]);
            ends.push(messages.len());
        }
        let bytes = messages.left();
        for step in [1, 2, 3, 7, 1000] {
            let (mut boundaries, mut gone) = (Boundaries::default(), 0);
            for piece in bytes.chunks(step) {
                boundaries.advance(piece);
                gone += piece.len();
                let (is_end, missing) = (ends.contains(&gone), boundaries.missing() as usize);
                assert_eq!(missing == 0, is_end, "behind {gone} bytes");
                assert!(ends.iter().any(|end| *end >= gone + missing));
            }
        }
    }

    #[test]
    fn any_bytes_are_accepted() {
        let mut boundaries = Boundaries::default();
        boundaries.advance(&[0xff; 9]);
        boundaries.advance(&[1, 0, 0xff]);
        assert!(boundaries.missing() > 0);
        boundaries.advance(&[0x55; 1000]);
    }
}
