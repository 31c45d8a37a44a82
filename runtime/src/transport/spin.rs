//! Looking again and again for what comes next, for a short time, in place of sleeping: a core takes long to wake up.

use std::time::{Duration, Instant};

/// How long a connection looks before its task sleeps.
pub(super) struct Spin {
    most: Duration,
    /// Something has come or gone since it was asked last.
    pub(super) moved: bool,
    /// By the system's clock: a runtime whose clock is paused should not spin for ever.
    until: Option<Instant>,
}

impl Spin {
    pub(super) fn new(most: Duration) -> Self {
        Self {
            most,
            moved: false,
            until: None,
        }
    }

    /// Whether to look again.
    pub(super) fn goes_on(&mut self) -> bool {
        if self.most.is_zero() {
            return false;
        }
        let now = Instant::now();
        if std::mem::take(&mut self.moved) {
            self.until = now.checked_add(self.most);
        }
        self.until.is_some_and(|until| now < until)
    }
}
