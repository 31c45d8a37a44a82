//! One server of a pool: its connection, how busy it is, and how it has been doing. What its source says of it, which may change, is
//! not here.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use tokio::time::Instant;

use crate::random;
use crate::transport::Remote;
use crate::{Code, Reached, Reply, Result, Status};

/// One server of a pool.
pub(crate) struct Member {
    pub(super) address: Arc<str>,
    pub(super) remote: Remote,
    pub(super) hash: u64,
    judge: Weak<dyn Judge>,
    load: AtomicUsize,
    /// Failures in a row.
    failures: AtomicU32,
    /// When the first of them ended: milliseconds since `born`.
    since: AtomicU64,
    /// When the last trial began.
    tried: AtomicU64,
    /// How long it has lately answered nobody before it answered somebody after all, in milliseconds.
    pause: AtomicU64,
    born: Instant,
}

/// How long a server must have answered nothing before calls whose time was over are held against it: callers may be in more haste than
/// any server, and a server that is well answers others meanwhile. At least twice as long as it was seen to take for that.
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

    /// A call has ended: well, or with a failure of the server.
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

    /// Whether a failure says that the server is not well, where it has answered nobody since then.
    fn is_telling(&self, code: Code, since: &AtomicU64) -> bool {
        let silent = self.now().saturating_sub(since.load(Ordering::Relaxed));
        let usual = self.pause.load(Ordering::Relaxed) * 2;
        code != Code::DeadlineExceeded || silent >= usual.clamp(*SILENCE.start(), *SILENCE.end())
    }

    /// Failures are counted from the beginning. How long that took is what it takes, unless it was left alone meanwhile.
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

    /// Milliseconds since it was made.
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

/// Who decides what becomes of a server. A trait, so that connections, which tell how calls end, bring a balancer only
/// into programs that have one.
pub(super) trait Judge: Send + Sync {
    fn judge(&self, member: &Arc<Member>, sign: Sign);
}

/// How a server is doing.
pub(super) enum Sign {
    /// So many calls have failed in a row, and whether the last one says that the server is not well.
    Failed { in_a_row: u32, is_telling: bool },
    /// The call that was its trial has gone well.
    Passed,
    /// It has not.
    FailedAgain,
    /// Nobody knows how it would have ended.
    GivenUp,
}

/// A call at a server. It counts as long as this lives, and its end says how the server is doing.
pub(crate) struct Ticket {
    member: Arc<Member>,
    /// The call that decides whether an ejected server comes back.
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

    /// The call that finds out whether a server is well again.
    pub(super) fn of_trial(member: Arc<Member>) -> Self {
        member.tried.store(member.now(), Ordering::Relaxed);
        Self::new(member, true)
    }

    pub(super) fn member(&self) -> &Arc<Member> {
        &self.member
    }

    /// The call is over. A connection that `ends_well`, for its age or because its server stops, ends what goes on for too long on it: that
    /// says nothing of the server.
    pub(crate) fn end(mut self, result: &Result<Reply>, ends_well: bool) {
        let failed = result.as_ref().err();
        if ends_well && failed.is_some_and(|status| status.code() == Code::Unavailable) {
            return;
        }
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

/// Whether a status says that the server is not well, rather than the call. A server that turned the call away before
/// it began is busy or goes away in good order.
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
