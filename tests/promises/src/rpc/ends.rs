//! Compares how calls ended with the servers' ledger: what a client was told must be true.

use std::collections::BTreeMap;
use std::time::Duration;

use sinew::{Code, Reached, Status};
use tokio::time::Instant;

use super::report::Section;
use crate::idl::trial::LedgerClient;

/// How one call ended.
#[derive(Clone, Debug)]
pub struct End {
    id: u64,
    idempotent: bool,
    /// Its result.
    pub result: Result<(), (Reached, Code)>,
    /// How long it took beyond its deadline.
    overrun: Duration,
}

/// Makes one call of the ledger service and returns how it ended. Calls with an even id must not run twice.
pub async fn call(client: LedgerClient, id: u64, work_us: u32, timeout: Duration) -> End {
    let begun = Instant::now();
    let idempotent = id % 2 == 1;
    let result = match idempotent {
        true => client.again(id, work_us).timeout(timeout).await,
        false => client.once(id, work_us).timeout(timeout).await,
    };
    let overrun = begun.elapsed().saturating_sub(timeout);
    let result = match result {
        Ok(answer) => {
            assert_eq!(answer, id, "the answer is that of the call");
            Ok(())
        }
        Err(status) => Err(kind(&status)),
    };
    End {
        id,
        idempotent,
        result,
        overrun,
    }
}

fn kind(status: &Status) -> (Reached, Code) {
    let expected = [
        Code::Unavailable,
        Code::DeadlineExceeded,
        Code::Cancelled,
        Code::ResourceExhausted,
    ];
    assert!(expected.contains(&status.code()), "{status:?}");
    (status.reached(), status.code())
}

/// The calls of a trial.
#[derive(Debug, Default)]
pub struct Ends(Vec<End>);

impl Ends {
    /// Adds calls.
    pub fn extend(&mut self, ends: impl IntoIterator<Item = End>) {
        self.0.extend(ends);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares what was said about each call with how often it has begun, and adds the figures to `section`.
    ///
    /// # Panics
    /// Something that was said is wrong, or a call that must not run twice did.
    pub fn judge(&self, begun: &BTreeMap<u64, u32>, section: &mut Section) {
        let times = |end: &End| begun.get(&end.id).copied().unwrap_or(0);
        for end in &self.0 {
            let (id, times) = (end.id, times(end));
            match end.result {
                Ok(()) => assert!(times > 0, "call {id} was answered and never ran"),
                Err((Reached::No, _)) => {
                    assert_eq!(times, 0, "call {id} ran, and it was said that it did not")
                }
                Err((Reached::Yes, _)) => assert!(
                    times > 0,
                    "call {id} did not run, and it was said that it did"
                ),
                Err((Reached::Maybe, _)) => {}
            }
            assert!(end.idempotent || times < 2, "call {id} ran {times} times");
        }
        let count = |fits: &dyn Fn(&End) -> bool| self.0.iter().filter(|end| fits(end)).count();
        section.count("calls", self.len());
        section.count("ended ok", count(&|end| end.result.is_ok()));
        let reached =
            |wanted| count(&|end| matches!(end.result, Err((reached, _)) if reached == wanted));
        section.count("ended not executed", reached(Reached::No));
        section.count("ended maybe executed", reached(Reached::Maybe));
        section.count("ended by the server", reached(Reached::Yes));
        let late = |end: &End| matches!(end.result, Err((_, Code::DeadlineExceeded)));
        section.count("of those at the deadline", count(&late));
        section.count("said not executed, and in the ledger", 0);
        section.count("executed twice", 0);
        section.count(
            "executed again, being idempotent",
            count(&|end| times(end) > 1),
        );
        let overrun = self
            .0
            .iter()
            .map(|end| end.overrun)
            .max()
            .unwrap_or_default();
        section.add(
            "longest beyond a deadline, ms",
            overrun.as_secs_f64() * 1000.0,
        );
    }
}
