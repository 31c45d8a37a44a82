//! How much a driver does before other tasks get their turn.

use std::time::Duration;

use tokio::time::Instant;

/// How long one poll may take. The clock is read once per `FRAMES` frames.
const SHARE: Duration = Duration::from_micros(200);
const FRAMES: usize = 128;
/// How many frames a read counts as, since refused and skipped input costs time too.
const READ: usize = 4;
/// Bytes of large or unpacked frames in one poll: their readers should consume them while they are in the cache.
const BYTES: usize = 64 << 10;

/// What is left for the current poll.
pub(super) struct Share {
    /// Frames until the clock is read again.
    pub(super) frames: usize,
    bytes: usize,
    until: Duration,
}

impl Share {
    pub(super) fn from(now: Duration) -> Self {
        Self {
            frames: FRAMES,
            bytes: BYTES,
            until: now + SHARE,
        }
    }

    pub(super) fn has_read(&mut self) {
        self.frames = self.frames.saturating_sub(READ);
    }

    /// A frame of this size was taken out or unpacked. It may still be handled.
    pub(super) fn has_taken(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
        if self.bytes == 0 {
            self.frames = 1;
        }
    }

    /// Reads the clock. Returns whether there is time for more.
    pub(super) fn goes_on(&mut self, started: Instant) -> bool {
        let goes_on = self.bytes > 0 && started.elapsed() < self.until;
        self.frames = if goes_on { FRAMES } else { 0 };
        goes_on
    }
}
