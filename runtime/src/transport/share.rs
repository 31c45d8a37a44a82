//! How much a driver does before the other tasks of its thread get their turn.

use std::time::Duration;

use tokio::time::Instant;

/// How long one poll goes on. It looks at the clock after so many frames.
const SHARE: Duration = Duration::from_micros(200);
const FRAMES: usize = 128;
/// Frames that a read counts as: what is refused or skipped costs time too.
const READ: usize = 4;
/// Bytes of large frames, and of what was compressed, in one poll: those who get them can use them up while they are in the cache.
const BYTES: usize = 64 << 10;

/// What one poll may still do.
pub(super) struct Share {
    /// Frames until it looks at the clock.
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

    /// A frame of so many bytes was taken out, or unpacked; it may still be used.
    pub(super) fn has_taken(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
        if self.bytes == 0 {
            self.frames = 1;
        }
    }

    /// Looks at the clock: whether there is time for more.
    pub(super) fn goes_on(&mut self, started: Instant) -> bool {
        let goes_on = self.bytes > 0 && started.elapsed() < self.until;
        self.frames = if goes_on { FRAMES } else { 0 };
        goes_on
    }
}
