//! The task that asks a source for servers and tells the pool.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Weak;
use std::task::Poll;
use std::time::Duration;

use super::pool::Shared;
use crate::discover::{Endpoint, Source};
use crate::report::{self, About};
use crate::{Backoff, Phase, Reached, Result, Status};

/// Pauses after failures of a source, which may fail at once.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
/// The pause after a set, for a source that never waits.
const PAUSE: Duration = Duration::from_millis(10);

/// Tells the pool of each set until the pool is gone. Failures and empty sets change nothing.
pub(super) async fn run(mut source: impl Source, pool: Weak<Shared>) {
    let mut failures = 0;
    loop {
        let found = ask(&mut source).await;
        let Some(pool) = pool.upgrade() else {
            return;
        };
        let pause = match found.and_then(|endpoints| pool.update(endpoints)) {
            Ok(()) => {
                failures = 0;
                PAUSE
            }
            Err(status) => {
                let about = About::default().failed(&status);
                report::warn(&"a source of servers fails; the known ones stay", about);
                pool.fail(status);
                failures += 1;
                PAUSES.half_jitter(failures)
            }
        };
        drop(pool);
        tokio::time::sleep(pause).await;
    }
}

/// The next set. A source that panics has failed, and is asked again.
async fn ask(source: &mut impl Source) -> Result<Vec<Endpoint>> {
    let mut next = pin!(async { source.next().await });
    let found = poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| next.as_mut().poll(cx)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(unusable("the source of servers has panicked"))))
    });
    match found.await? {
        endpoints if endpoints.is_empty() => Err(unusable("the source of servers names none")),
        endpoints => Ok(endpoints),
    }
}

fn unusable(why: &'static str) -> Status {
    Status::unavailable(why)
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}
