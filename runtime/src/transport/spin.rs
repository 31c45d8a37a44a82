//! Looking again and again for what comes next, for a short time, in place of sleeping: a core takes long to wake up.

use std::time::{Duration, Instant};

/// Looks at a socket in a row, before other tasks have their turn. Without any, when only the runtime looks, a call over two cores
/// takes an eighth longer; with 32 it takes as long as with 8.
const LOOKS: usize = 8;
/// If a connection has not had its turn for so long, others are busy: it leaves looking to the runtime, which does so for all.
const BUSY: Duration = Duration::from_micros(10);

/// How long a connection looks before its task sleeps.
pub(super) struct Spin {
    most: Duration,
    /// Something has come or gone since it was asked last.
    moved: bool,
    /// By the system's clock: a runtime whose clock is paused should not spin for ever.
    until: Option<Instant>,
    /// When it was asked last.
    asked: Option<Instant>,
}

impl Spin {
    pub(super) fn new(most: Duration) -> Self {
        Self {
            most,
            moved: false,
            until: None,
            asked: None,
        }
    }

    /// Something has come or gone.
    pub(super) fn has_moved(&mut self) {
        self.moved = true;
    }

    /// A look has found something. If there may be `more`, the runtime is asked next, which then reads all of it.
    pub(super) fn has_read(&mut self, more: bool) {
        self.moved = true;
        if more {
            self.asked = None;
        }
    }

    /// How often to look before it is the turn of other tasks; `None` if it is time to sleep.
    pub(super) fn looks(&mut self) -> Option<usize> {
        if self.most.is_zero() {
            return None;
        }
        let now = Instant::now();
        if std::mem::take(&mut self.moved) {
            self.until = now.checked_add(self.most);
        }
        let asked = self.asked.replace(now);
        let is_busy = asked.is_none_or(|asked| now.duration_since(asked) > BUSY);
        let looks = if is_busy { 0 } else { LOOKS };
        self.until.filter(|until| now < *until).map(|_| looks)
    }
}
