//! The task that asks a source for servers and tells the pool.

use std::sync::Weak;
use std::time::Duration;

use super::pool::Shared;
use crate::discover::Source;
use crate::report::{self, About};
use crate::{Backoff, Phase, Reached, Status};

/// Pauses after failures of a source, which may fail at once.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));

/// Tells the pool of each set until the pool is gone. Failures and empty sets change nothing.
pub(super) async fn run(mut source: impl Source, pool: Weak<Shared>) {
    let mut failures = 0;
    loop {
        let found = source.next().await;
        let Some(pool) = pool.upgrade() else {
            return;
        };
        let status = match found {
            Ok(endpoints) if !endpoints.is_empty() => {
                failures = 0;
                pool.update(endpoints);
                continue;
            }
            Ok(_) => names_none(),
            Err(status) => status,
        };
        let about = About::default().failed(&status);
        report::warn(&"a source of servers fails; the known ones stay", about);
        pool.fail(status);
        drop(pool);
        failures += 1;
        tokio::time::sleep(PAUSES.half_jitter(failures)).await;
    }
}

fn names_none() -> Status {
    Status::unavailable("the source of servers names none")
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}
