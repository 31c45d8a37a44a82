//! The task that asks a source for servers and tells the pool. It begins where there is a runtime, and once that has ended it
//! begins again in another one.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Weak;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::pool::Shared;
use crate::caught::caught;
use crate::channel::BoxFuture;
use crate::discover::{Endpoint, Source};
use crate::report::{self, About};
use crate::{Backoff, Phase, Reached, Result, Status};

/// Between one time that a source is asked and the next, if it has failed, which it may do at once.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
/// The same after a set, for a source that never waits.
const PAUSE: Duration = Duration::from_millis(10);

/// Begins to ask a source, for a pool.
pub(super) type Begin = Box<dyn FnOnce(Weak<Shared>) -> BoxFuture<()> + Send>;

/// What begins to ask this source.
pub(super) fn of(source: impl Source) -> Begin {
    Box::new(|pool| {
        let source = Some(source);
        Box::pin(Feed { source, pool }.run())
    })
}

/// A source that is asked. When its task goes before the pool does, with the runtime, it is left to the pool.
struct Feed<S: Source> {
    source: Option<S>,
    pool: Weak<Shared>,
}

impl<S: Source> Feed<S> {
    async fn run(mut self) {
        if let Some(source) = &mut self.source {
            run(source, &self.pool).await;
        }
    }
}

impl<S: Source> Drop for Feed<S> {
    fn drop(&mut self) {
        if let (Some(source), Some(pool)) = (self.source.take(), self.pool.upgrade()) {
            pool.let_rest(of(source));
        }
    }
}

/// Tells the pool of each set until the pool is gone. Failures and empty sets change nothing.
async fn run(source: &mut impl Source, pool: &Weak<Shared>) {
    let mut failures = 0;
    loop {
        let asked = Instant::now();
        let found = ask(source).await;
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
        tokio::time::sleep_until(asked + pause).await;
    }
}

/// The next set. A source that panics has failed, and is asked again.
async fn ask(source: &mut impl Source) -> Result<Vec<Endpoint>> {
    let mut next = pin!(async { source.next().await });
    let found = poll_fn(|cx| {
        caught(|| next.as_mut().poll(cx))
            .unwrap_or_else(|| Poll::Ready(Err(unusable("the source of servers has panicked"))))
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
