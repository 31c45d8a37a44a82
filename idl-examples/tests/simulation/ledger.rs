//! What the servers have done, what the clients were told, and whether that agrees.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use sinew::{Reached, Status};

/// Survives the servers, as a database would.
#[derive(Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<Entries>>);

#[derive(Default)]
pub(crate) struct Entries {
    /// How often each request was executed.
    done: BTreeMap<u64, u32>,
    told: Vec<Told>,
}

/// The result of a request, as a client has seen it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) request: u64,
    pub(crate) idempotent: bool,
    pub(crate) result: Result<(), String>,
    pub(crate) reached: Reached,
}

/// What has happened with all seeds.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    answered: u64,
    not_executed: u64,
    maybe_and_done: u64,
    maybe_and_not_done: u64,
    done_again: u64,
}

impl Ledger {
    /// Records that a handler runs. Returns how often it has run for this request.
    pub(crate) fn execute(&self, request: u64) -> u32 {
        let mut entries = self.entries();
        let times = entries.done.entry(request).or_default();
        *times += 1;
        *times
    }

    /// Records a client's result.
    pub(crate) fn tell(&self, request: u64, idempotent: bool, result: Result<(), Status>) {
        let reached = result
            .as_ref()
            .map_or_else(Status::reached, |()| Reached::Yes);
        let result = result.map_err(|status| format!("{:?}", status.code()));
        self.entries().told.push(Told {
            request,
            idempotent,
            result,
            reached,
        });
    }

    /// Everything that has happened, to compare runs.
    pub(crate) fn story(&self) -> (BTreeMap<u64, u32>, Vec<Told>) {
        let entries = self.entries();
        (entries.done.clone(), entries.told.clone())
    }

    /// Compares what clients were told with what was done.
    ///
    /// # Panics
    /// If a client was told something wrong.
    pub(crate) fn check(&self, seed: u64, totals: &mut Totals) {
        let entries = self.entries();
        for told in &entries.told {
            let times = entries.done.get(&told.request).copied().unwrap_or_default();
            assert!(
                told.idempotent || times <= 1,
                "seed {seed}: done {times} times: {told:?}"
            );
            totals.done_again += u64::from(times > 1);
            match (&told.result, told.reached) {
                (Ok(()), _) => {
                    assert!(times >= 1, "seed {seed}: answered and not done: {told:?}");
                    totals.answered += 1;
                }
                (Err(_), Reached::No) => {
                    assert_eq!(times, 0, "seed {seed}: denied and done: {told:?}");
                    totals.not_executed += 1;
                }
                (Err(_), Reached::Maybe | Reached::Yes) if times > 0 => totals.maybe_and_done += 1,
                (Err(_), Reached::Maybe | Reached::Yes) => totals.maybe_and_not_done += 1,
            }
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().expect("nothing panics while it writes")
    }
}

impl Totals {
    /// The sum of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            answered: self.answered + other.answered,
            not_executed: self.not_executed + other.not_executed,
            maybe_and_done: self.maybe_and_done + other.maybe_and_done,
            maybe_and_not_done: self.maybe_and_not_done + other.maybe_and_not_done,
            done_again: self.done_again + other.done_again,
        }
    }

    /// Whether every possible outcome has occurred.
    pub(crate) fn saw_everything(&self) -> bool {
        let Self {
            answered,
            not_executed,
            maybe_and_done,
            maybe_and_not_done,
            done_again,
        } = *self;
        [
            answered,
            not_executed,
            maybe_and_done,
            maybe_and_not_done,
            done_again,
        ]
        .iter()
        .all(|count| *count > 0)
    }
}
