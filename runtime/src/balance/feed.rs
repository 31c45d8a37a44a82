//! The task that asks a source for servers and tells the pool. If its runtime ends, it continues in the next one that
//! uses the pool.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::pool::Shared;
use crate::caught::unless_panics;
use crate::channel::BoxFuture;
use crate::discover::{Endpoint, Source};
use crate::report::{self, About};
use crate::{Backoff, Phase, Reached, Result, Status};

/// The pauses from one question to the next after failures, which a source may report at once.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
/// The same after a set, for sources that never wait.
const PAUSE: Duration = Duration::from_millis(10);

/// Makes the task for a pool.
pub(super) type Begin = Box<dyn FnOnce(&Arc<Shared>) -> BoxFuture<()> + Send>;

/// Makes what makes the task for this source.
pub(super) fn of(source: impl Source) -> Begin {
    Box::new(|pool| {
        let feed = Feed {
            source: Some(source),
            pool: Arc::downgrade(pool),
        };
        Box::pin(feed.run(pool.gone.heard()))
    })
}

/// A source in use. If the task is dropped before the pool, as with its runtime, the source goes back to the pool.
struct Feed<S: Source> {
    source: Option<S>,
    pool: Weak<Shared>,
}

impl<S: Source> Feed<S> {
    async fn run(mut self, gone: impl Future<Output = ()>) {
        if let Some(source) = &mut self.source {
            let (mut gone, mut run) = (pin!(gone), pin!(run(source, &self.pool)));
            poll_fn(|cx| match gone.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => run.as_mut().poll(cx),
            })
            .await;
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

/// The next set. A panic counts as a failure.
async fn ask(source: &mut impl Source) -> Result<Vec<Endpoint>> {
    let found = unless_panics(async { source.next().await }).await;
    let found = found.unwrap_or_else(|| Err(unusable("the source of servers has panicked")));
    match found? {
        endpoints if endpoints.is_empty() => Err(unusable("the source of servers names none")),
        endpoints => Ok(endpoints),
    }
}

fn unusable(why: &'static str) -> Status {
    Status::unavailable(why)
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}
