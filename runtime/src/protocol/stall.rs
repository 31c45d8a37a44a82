//! Whether the peer reads what it is sent, and fast enough.

use std::time::Duration;

use super::connection::Connection;

/// A peer that does not read fast enough to be without bytes to read.
#[derive(Debug)]
pub(super) struct Stall {
    pub(super) since: Duration,
    /// So many bytes it has read since.
    pub(super) read: usize,
}

impl Connection {
    /// So many of the bytes that [`Self::transmit`] gave are written; 0 says that the transport takes none now.
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

    /// When the peer must have read more.
    pub(super) fn stall_end(&self) -> Option<Duration> {
        let stall = self.clock.stalled.as_ref()?;
        Some(stall.since.saturating_add(self.limits.write_stall))
    }

    /// Bytes that a peer must read within `write_stall`.
    fn least_read(&self) -> usize {
        let bytes = self.limits.write_stall.as_secs_f64() * f64::from(self.limits.write_rate);
        // What is more than there can be becomes as much as there can be.
        (bytes as usize).max(1)
    }
}
