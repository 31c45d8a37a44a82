//! Counts what a peer may do only so often.

use std::time::Duration;

/// The payload of a ping and of its pong, in bytes.
pub(super) const PING: usize = 8;

/// A token bucket: `burst` at once, and `per_second` more every second.
#[derive(Clone, Debug, Default)]
pub(super) struct Bucket {
    spent: u32,
    refilled: Duration,
}

impl Bucket {
    /// Takes a token, or returns `false` if there is none.
    pub(super) fn take(&mut self, now: Duration, burst: u32, per_second: u32) -> bool {
        let seconds = now.saturating_sub(self.refilled).as_secs();
        // The fraction of a second that is left counts towards the next one, so a peer that keeps to the rate never
        // runs out.
        self.refilled += Duration::from_secs(seconds);
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        let refill = seconds.saturating_mul(per_second);
        self.spent = self.spent.saturating_sub(refill).saturating_add(1);
        self.spent <= burst
    }
}

/// Compares cancelled with completed calls, in windows of ten seconds. A call that times out counts as cancelled: a
/// client that sets tiny deadlines wastes as much work. Accepted streams do not count, since they have been of use.
#[derive(Clone, Debug, Default)]
pub(super) struct CancelMeter {
    window: Duration,
    cancels: u32,
    completed: u32,
    /// Calls that have timed out here and whose CANCEL may still arrive. They have been counted already.
    late: u32,
}

impl CancelMeter {
    const WINDOW: Duration = Duration::from_secs(10);

    pub(super) fn completed(&mut self) {
        self.completed = self.completed.saturating_add(1);
    }

    /// Counts a CANCEL for a call that is running (`runs`) or over.
    pub(super) fn cancel(&mut self, runs: bool, now: Duration, allowed: u32) -> Measure {
        if !runs && self.late > 0 {
            self.late -= 1;
            return Measure::Within;
        }
        self.count(now, allowed)
    }

    /// Counts a call that has timed out. Without a limit, only remembers that its CANCEL may still arrive.
    pub(super) fn expired(&mut self, now: Duration, allowed: Option<u32>) -> Measure {
        self.late = self.late.saturating_add(1);
        match allowed {
            Some(allowed) => self.count(now, allowed),
            None => Measure::Within,
        }
    }

    fn count(&mut self, now: Duration, allowed: u32) -> Measure {
        if now.saturating_sub(self.window) >= Self::WINDOW {
            (self.window, self.cancels, self.completed) = (now, 0, 0);
        }
        self.cancels = self.cancels.saturating_add(1);
        let allowed = allowed.saturating_add(self.completed);
        match self.cancels {
            cancels if cancels <= allowed => Measure::Within,
            cancels if cancels <= allowed.saturating_mul(2) => Measure::Above,
            _ => Measure::FarAbove,
        }
    }
}

/// How a count compares with its limit.
pub(super) enum Measure {
    /// At most the limit.
    Within,
    /// Above the limit, but at most twice as much.
    Above,
    FarAbove,
}

/// Everything that is counted about a peer.
#[derive(Clone, Debug, Default)]
pub(super) struct Meters {
    pub(super) cancels: CancelMeter,
    pub(super) pings: Bucket,
    pub(super) errors: Bucket,
    pub(super) errors_total: u32,
    /// How many frames in a row made no progress.
    pub(super) idle_frames: u32,
    /// Frames in the output that only answer the peer.
    pub(super) control_frames: usize,
    /// The payload of the last PONG among them.
    pub(super) pong: Option<[u8; PING]>,
    /// How many PONGs the peer owes. Those count as progress, since pings are limited too: a quiet connection may last.
    pub(super) pongs: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_keeps_to_the_rate_never_runs_out() {
        // Once a second, with the precision of real timers: every third one is late, the others are on time.
        for late in [0, 10, 400, 900] {
            let mut bucket = Bucket::default();
            for second in 1..1_000 {
                let late_now = if second % 3 == 1 { late } else { 0 };
                let now = Duration::from_millis(1_000 * second + late_now);
                assert!(bucket.take(now, 3, 1), "{late} ms late, second {second}");
            }
        }
    }

    #[test]
    fn whoever_is_faster_runs_out() {
        let mut bucket = Bucket::default();
        let mut times = (0..100).map(|half| Duration::from_millis(500 * half));
        let first = times.position(|now| !bucket.take(now, 10, 1));
        assert!(
            first.is_some_and(|first| (18..=22).contains(&first)),
            "{first:?}"
        );
    }

    #[test]
    fn no_count_overflows() {
        let mut bucket = Bucket {
            spent: u32::MAX,
            ..Bucket::default()
        };
        assert!(bucket.take(Duration::ZERO, u32::MAX, 1));
    }
}
