//! One server of a pool: its connection, its load, and its health. What the source says about it may change and is not
//! here.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use tokio::time::Instant;

use crate::random;
use crate::transport::Remote;
use crate::{Code, Reached, Reply, Result, Status};

/// One server of a pool. The counters are heuristics, and each stands alone, so relaxed accesses are enough.
pub(crate) struct Member {
    pub(super) address: Arc<str>,
    pub(super) remote: Remote,
    pub(super) hash: u64,
    judge: Weak<dyn Judge>,
    load: AtomicUsize,
    /// Consecutive failures.
    failures: AtomicU32,
    /// When the first of them ended, in milliseconds since `born`.
    since: AtomicU64,
    /// When the last trial began, likewise.
    tried: AtomicU64,
    /// The longest recent time, in milliseconds, in which it answered nobody but then did answer.
    pause: AtomicU64,
    born: Instant,
}

/// How long a server must have answered nothing before timeouts are held against it: callers may set deadlines too
/// short for any server, but a healthy one answers others meanwhile. At least twice the longest such pause that was
/// seen.
const SILENCE: RangeInclusive<u64> = 100..=2_000;

impl Member {
    pub(super) fn new(address: Arc<str>, remote: Remote, judge: Weak<dyn Judge>) -> Arc<Self> {
        Arc::new(Self {
            hash: random::hash(address.as_bytes()),
            address,
            remote,
            judge,
            load: AtomicUsize::new(0),
            failures: AtomicU32::new(0),
            since: AtomicU64::new(0),
            tried: AtomicU64::new(0),
            pause: AtomicU64::new(0),
            born: Instant::now(),
        })
    }

    /// Calls in flight.
    pub(super) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    /// Records the end of a call: success, or a failure of the server.
    fn record(self: &Arc<Self>, failed: Option<Code>, trial: bool) {
        match failed {
            None => {
                if self.failures.load(Ordering::Relaxed) != 0 {
                    self.answer_after_failures(trial);
                }
                if trial {
                    self.tell(Sign::Passed);
                }
            }
            Some(code) if trial => self.tell(match self.is_telling(code, &self.tried) {
                true => Sign::FailedAgain,
                false => Sign::GivenUp,
            }),
            Some(code) => self.tell(self.one_more(code)),
        }
    }

    fn one_more(&self, code: Code) -> Sign {
        let before = self.failures.fetch_add(1, Ordering::Relaxed);
        if before == 0 {
            self.since.store(self.now(), Ordering::Relaxed);
        }
        Sign::Failed {
            in_a_row: before.saturating_add(1),
            is_telling: self.is_telling(code, &self.since),
        }
    }

    /// Whether this failure, with no answer since, means that the server is unhealthy.
    fn is_telling(&self, code: Code, since: &AtomicU64) -> bool {
        let silent = self.now().saturating_sub(since.load(Ordering::Relaxed));
        let usual = self.pause.load(Ordering::Relaxed) * 2;
        code != Code::DeadlineExceeded || silent >= usual.clamp(*SILENCE.start(), *SILENCE.end())
    }

    /// Resets the count of failures. The time until this answer is the server's pause, unless it was out of rotation
    /// meanwhile.
    #[cold]
    fn answer_after_failures(&self, trial: bool) {
        if !trial {
            let silent = self
                .now()
                .saturating_sub(self.since.load(Ordering::Relaxed));
            let before = self.pause.load(Ordering::Relaxed);
            self.pause
                .store(silent.max(before - before / 8), Ordering::Relaxed);
        }
        self.failures.store(0, Ordering::Relaxed);
    }

    /// Milliseconds since `born`.
    fn now(&self) -> u64 {
        self.born.elapsed().as_millis() as u64
    }

    fn tell(self: &Arc<Self>, sign: Sign) {
        if let Some(judge) = self.judge.upgrade() {
            judge.judge(self, sign);
        }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("address", &self.address)
            .field("load", &self.load())
            .finish_non_exhaustive()
    }
}

/// Decides what happens to a server. It is a trait so that connections, which report how calls end, do not pull the
/// balancer into programs that do not use one.
pub(super) trait Judge: Send + Sync {
    fn judge(&self, member: &Arc<Member>, sign: Sign);
}

/// A sign of a server's health.
pub(super) enum Sign {
    /// A call has failed, the `in_a_row`th in succession. `is_telling`: it means that the server is unhealthy.
    Failed { in_a_row: u32, is_telling: bool },
    /// The trial call has succeeded.
    Passed,
    /// The trial call has failed.
    FailedAgain,
    /// The trial call was abandoned, so nobody knows.
    GivenUp,
}

/// A call at a server. It counts towards the load until this is dropped, and its end is a sign of health.
pub(crate) struct Ticket {
    member: Arc<Member>,
    /// Whether this call decides if an ejected server comes back.
    trial: bool,
    told: bool,
}

impl Ticket {
    pub(super) fn new(member: Arc<Member>, trial: bool) -> Self {
        member.load.fetch_add(1, Ordering::Relaxed);
        Self {
            member,
            trial,
            told: false,
        }
    }

    /// A trial call, which finds out whether a server has recovered.
    pub(super) fn of_trial(member: Arc<Member>) -> Self {
        member.tried.store(member.now(), Ordering::Relaxed);
        Self::new(member, true)
    }

    pub(super) fn member(&self) -> &Arc<Member> {
        &self.member
    }

    /// The call has ended with this, which says something about the server. It says nothing if it is dropped.
    pub(crate) fn end(mut self, result: &Result<Reply>) {
        let failed = result.as_ref().err();
        self.told = true;
        let failed = failed.filter(|status| is_the_servers_fault(status));
        self.member.record(failed.map(Status::code), self.trial);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.member.load.fetch_sub(1, Ordering::Relaxed);
        if self.trial && !self.told {
            self.member.tell(Sign::GivenUp);
        }
    }
}

/// Whether a status is a sign of an unhealthy server rather than of a bad call. A server that refuses calls before they
/// begin is busy or shutting down.
fn is_the_servers_fault(status: &Status) -> bool {
    status.reached() != Reached::No
        && match status.code() {
            Code::Unavailable
            | Code::DeadlineExceeded
            | Code::Internal
            | Code::Unknown
            | Code::DataLoss => true,
            Code::Cancelled
            | Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::ResourceExhausted
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unimplemented
            | Code::Unauthenticated => false,
        }
}
