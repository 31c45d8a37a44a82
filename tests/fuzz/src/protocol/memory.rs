//! Checks that a peer can make one side keep only a bounded amount of memory, counted after each step.

use std::alloc::System;
use std::sync::{LazyLock, Mutex, PoisonError};

use sinew::Limits;
use sinew_promises::memory::{Count, Meter};
use tracking_allocator::Allocator;

use super::side::Side;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

static METER: LazyLock<Mutex<Meter>> = LazyLock::new(Mutex::default);

/// Runs code whose memory is counted.
pub(super) fn counted<T>(run: impl FnOnce(&Count<'_>) -> T) -> T {
    // A finding is a panic, after which the meter may still be in use.
    let mut meter = METER.lock().unwrap_or_else(PoisonError::into_inner);
    run(&meter.count())
}

/// Checks that no more is allocated than the limits add up to, besides the bytes in transit.
pub(super) fn check(count: &Count<'_>, side: &Side) {
    let (live, most) = (count.live(), most(side.limits()) + side.on_the_way());
    assert!(live > 0, "nothing is counted");
    assert!(live <= most, "{live} of {most} bytes are kept");
}

/// How much one side may keep, as the page about operations adds it up. The owners here keep no requests.
fn most(limits: &Limits) -> usize {
    /// Maps of calls and methods, and the owner's state for each.
    const TABLES: usize = 16 << 10;
    const BATCH: usize = 64 << 10;
    let received = limits.connection_window + limits.message + (64 << 10);
    let queued = limits.calls * (limits.stream_queue + limits.message);
    let statuses = limits.calls * limits.status_message;
    let written = limits.reply_bytes.max(limits.out_queue) + limits.message + statuses + BATCH;
    // A growing buffer has room for up to twice its contents.
    2 * (received + queued + written + 2 * limits.method_bytes) + TABLES
}
