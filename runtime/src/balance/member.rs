//! One server of a pool: its connection, how busy it is, and how it has been doing.

use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use super::pool::Shared;
use crate::discover::Endpoint;
use crate::random;
use crate::transport::Remote;
use crate::{Code, Reached, Reply, Result, Status};

/// One server of a pool.
pub(crate) struct Member {
    pub(super) endpoint: Endpoint,
    pub(super) remote: Arc<Remote>,
    pub(super) hash: u64,
    pool: Weak<Shared>,
    load: AtomicUsize,
    /// Failures in a row.
    failures: AtomicU32,
}

impl Member {
    pub(super) fn new(endpoint: Endpoint, remote: Arc<Remote>, pool: Weak<Shared>) -> Arc<Self> {
        Arc::new(Self {
            hash: random::hash(endpoint.address().as_bytes()),
            endpoint,
            remote,
            pool,
            load: AtomicUsize::new(0),
            failures: AtomicU32::new(0),
        })
    }

    /// Calls in flight.
    pub(super) fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    fn record(self: &Arc<Self>, failed: bool, trial: bool) {
        let in_a_row = match failed {
            true => self.failures.fetch_add(1, Ordering::Relaxed) + 1,
            false if self.failures.load(Ordering::Relaxed) == 0 => 0,
            false => {
                self.failures.store(0, Ordering::Relaxed);
                0
            }
        };
        if !failed && !trial {
            return;
        }
        let Some(pool) = self.pool.upgrade() else {
            return;
        };
        match (trial, failed) {
            (true, false) => pool.readmit(self),
            (true, true) => pool.eject_again(self),
            (false, _) if pool.eject.is_enough(in_a_row) => {
                if pool.eject(self) {
                    self.failures.store(0, Ordering::Relaxed);
                }
            }
            (false, _) => {}
        }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("endpoint", &self.endpoint)
            .field("load", &self.load())
            .finish_non_exhaustive()
    }
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
        let failed = result.as_ref().is_err_and(is_the_servers_fault);
        self.member.record(failed, self.trial);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.member.load.fetch_sub(1, Ordering::Relaxed);
        if self.trial
            && !self.told
            && let Some(pool) = self.member.pool.upgrade()
        {
            pool.try_again(&self.member);
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
