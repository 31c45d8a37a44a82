//! Detects peers that do not read what they are sent, or read too slowly.

use std::time::Duration;

use super::connection::Connection;

/// Set while a peer does not catch up with the output.
#[derive(Debug)]
pub(super) struct Stall {
    pub(super) since: Duration,
    /// How many bytes it has read since.
    pub(super) read: usize,
}

impl Connection {
    /// This many of the bytes from [`Self::transmit`] are written; 0 means that the transport does not accept any now.
    pub fn wrote(&mut self, bytes: usize, now: Duration) {
        self.unwritten = self.unwritten.saturating_sub(bytes);
        if self.unwritten == 0 {
            self.clock.stalled = None;
            return;
        }
        let least = self.least_read();
        match &mut self.clock.stalled {
            Some(stall) if stall.read + bytes < least => stall.read += bytes,
            Some(_) | None => {
                self.clock.stalled = Some(Stall {
                    since: now,
                    read: 0,
                })
            }
        }
    }

    /// When the peer must have read the next bytes.
    pub(super) fn stall_end(&self) -> Option<Duration> {
        let stall = self.clock.stalled.as_ref()?;
        Some(stall.since.saturating_add(self.limits.write_stall))
    }

    /// How many bytes a peer must read within `write_stall`.
    fn least_read(&self) -> usize {
        let bytes = self.limits.write_stall.as_secs_f64() * f64::from(self.limits.write_rate);
        // The cast saturates.
        (bytes as usize).max(1)
    }
}
