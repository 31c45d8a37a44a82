//! Busy-polling: looks for input for a short time instead of sleeping, because waking up a core takes long.

use std::time::{Duration, Instant};

/// How often to look at a socket in a row before other tasks get their turn. With 0, when only the runtime looks, a
/// call between two cores takes an eighth longer; 32 gains nothing over 8.
const LOOKS: usize = 8;
/// If this task was not polled for this long, other tasks are busy. Then only the runtime looks, for all of them.
const BUSY: Duration = Duration::from_micros(10);

/// How long a connection looks for input before its task sleeps.
pub(super) struct Spin {
    most: Duration,
    /// Whether anything was read or written since the last call of `looks`.
    moved: bool,
    /// By the system's clock: with a paused clock of tokio's it would spin for ever.
    until: Option<Instant>,
    /// When `looks` was last called.
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

    /// Something was read or written.
    pub(super) fn has_moved(&mut self) {
        self.moved = true;
    }

    /// A look has found input. If there may be `more`, the runtime polls next, and then everything is read.
    pub(super) fn has_read(&mut self, more: bool) {
        self.moved = true;
        if more {
            self.asked = None;
        }
    }

    /// How often to look before other tasks get their turn; `None` if it is time to sleep.
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
