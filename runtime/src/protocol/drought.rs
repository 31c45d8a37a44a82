//! Whether a stream waits for its window, or for something else: a line that carries no more, a sender that has no more.

use std::time::Duration;

/// How often in a row the line must have run dry. Once can be a packet that was lost.
const OFTEN: u8 = 2;

/// What has come of a stream since its sender last had to wait for credit. If that what came next was late, the line was
/// empty while the sender waited, and a larger window would have filled it. On a line that was busy all the time, a
/// larger window would only make others wait longer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Drought {
    /// When the last piece came.
    last: Duration,
    /// When the piece came for which the sender had waited last, and the bytes that have come since.
    since: Duration,
    bytes: u64,
    /// How often in a row such a piece was late.
    times: u8,
}

impl Drought {
    /// A piece has come, for which its sender may have `waited`.
    pub(super) fn came(&mut self, bytes: usize, waited: bool, now: Duration) {
        self.bytes += bytes as u64;
        if waited {
            let late = self.is_late(bytes, now);
            self.times = if late {
                self.times.saturating_add(1)
            } else {
                0
            };
            (self.since, self.bytes) = (now, 0);
        }
        self.last = now;
    }

    /// Whether the time before a piece of so many bytes was a quarter of all the time longer than its share of that.
    fn is_late(&self, bytes: usize, now: Duration) -> bool {
        let gap = now.saturating_sub(self.last).as_nanos();
        let all = now.saturating_sub(self.since).as_nanos();
        let (piece, total) = (bytes as u128, u128::from(self.bytes));
        4 * gap * total > all * (4 * piece + total)
    }

    /// Whether the line runs dry. It has to be seen anew after that.
    pub(super) fn take(&mut self) -> bool {
        let is_dry = self.times >= OFTEN;
        if is_dry {
            self.times = 0;
        }
        is_dry
    }
}
