//! Finds out whether a stream is held up by its window rather than by a busy line or a slow sender.

use std::time::Duration;

/// How often in a row the line must have run dry. Once may have been a lost packet.
const OFTEN: u8 = 2;

/// What has arrived on a stream since its sender last had to wait for credit. If the piece after such a wait is late,
/// the line was idle while the sender waited, and a larger window would have filled it. On a line that is always busy a
/// larger window would only make others wait longer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Drought {
    /// When the last piece arrived.
    last: Duration,
    /// When the last piece arrived that had to wait, and how many bytes have arrived since.
    since: Duration,
    bytes: u64,
    /// How many such pieces in a row were late.
    times: u8,
}

impl Drought {
    /// A piece has arrived, for which its sender `waited` or did not.
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

    /// Compares the time before this piece with its share, by bytes, of the whole time since the last wait. It is late
    /// if the difference is more than a quarter of the whole time.
    fn is_late(&self, bytes: usize, now: Duration) -> bool {
        let gap = now.saturating_sub(self.last).as_nanos();
        let all = now.saturating_sub(self.since).as_nanos();
        let (piece, total) = (bytes as u128, u128::from(self.bytes));
        4 * gap * total > all * (4 * piece + total)
    }

    /// Whether the line runs dry. This resets the count, so it has to be observed again.
    pub(super) fn take(&mut self) -> bool {
        let is_dry = self.times >= OFTEN;
        if is_dry {
            self.times = 0;
        }
        is_dry
    }
}
