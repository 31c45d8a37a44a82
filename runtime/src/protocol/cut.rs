//! How far a stream that is passed on is within a message: who sends it sees pieces only. Knows lengths, no credit.

use super::first::{NoMessage, length};

/// Where in its messages a stream is.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut {
    /// What has gone of a length that is not whole.
    begun: [u8; 9],
    has: usize,
    /// Bytes of the message to come, as its length says.
    rest: u64,
}

impl Cut {
    /// The stream goes on with this piece. Where something is no length its reader gives up, so it matters no more what comes.
    pub(super) fn pass(&mut self, mut piece: &[u8]) {
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

    /// Bytes that are missing for sure of a message of which a part has gone.
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
            let (mut cut, mut gone) = (Cut::default(), 0);
            for piece in bytes.chunks(step) {
                cut.pass(piece);
                gone += piece.len();
                let (is_end, missing) = (ends.contains(&gone), cut.missing() as usize);
                assert_eq!(missing == 0, is_end, "behind {gone} bytes");
                assert!(ends.iter().any(|end| *end >= gone + missing));
            }
        }
    }

    #[test]
    fn any_bytes_pass() {
        let mut cut = Cut::default();
        cut.pass(&[0xff; 9]);
        cut.pass(&[1, 0, 0xff]);
        assert!(cut.missing() > 0);
        cut.pass(&[0x55; 1000]);
    }
}
