//! One server of a pool: its connection, how busy it is, and how it has been doing. What its source says of it, which may change, is
//! not here.

use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

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
    born: Instant,
}

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
                    self.forgive();
                }
                if trial {
                    self.tell(Sign::Passed);
                }
            }
            Some(_) if trial => self.tell(Sign::FailedAgain),
            Some(code) => self.tell(self.one_more(code)),
        }
    }

    fn one_more(&self, code: Code) -> Sign {
        let now = self.born.elapsed().as_millis() as u64;
        let before = self.failures.fetch_add(1, Ordering::Relaxed);
        if before == 0 {
            self.since.store(now, Ordering::Relaxed);
        }
        let since = self.since.load(Ordering::Relaxed);
        Sign::Failed {
            in_a_row: before.saturating_add(1),
            code,
            silent: Duration::from_millis(now.saturating_sub(since)),
        }
    }

    fn tell(self: &Arc<Self>, sign: Sign) {
        if let Some(judge) = self.judge.upgrade() {
            judge.judge(self, sign);
        }
    }

    /// Counts failures from the beginning.
    pub(super) fn forgive(&self) {
        self.failures.store(0, Ordering::Relaxed);
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
    /// So many calls have failed in a row, the last one with this code; for so long none has gone well.
    Failed {
        in_a_row: u32,
        code: Code,
        silent: Duration,
    },
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

    pub(super) fn member(&self) -> &Arc<Member> {
        &self.member
    }

    /// The call is over.
    pub(crate) fn end(mut self, result: &Result<Reply>) {
        self.told = true;
        let failed = result.as_ref().err();
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
