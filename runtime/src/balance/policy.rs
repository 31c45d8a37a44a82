//! The interface of policies, which choose the server for a call.

use std::fmt;
use std::sync::Arc;

use super::member::Member;
use crate::discover::Endpoint;
use crate::{Metadata, MethodRef};

/// Chooses the server for each call.
///
/// It runs for every call, so it should be quick and must not wait. Servers that cannot be reached, are ejected, or
/// were used by an earlier attempt of the same call are not among the candidates, as long as there are others. A panic
/// ends the call that asks.
pub trait Policy: Send + Sync + 'static {
    /// The place of the chosen one in `candidates`. There is at least one; they are in order of priority, then address.
    fn pick(&self, call: &Asked<'_>, candidates: &[Candidate]) -> usize;

    /// Whether a call should wait for a chosen server that is not connected, rather than go to one that is: `true`
    /// where it matters which server gets which call. Default `false`.
    fn waits(&self) -> bool {
        false
    }
}

/// What a policy may know about a call.
#[derive(Debug)]
#[non_exhaustive]
pub struct Asked<'a> {
    /// What is called.
    pub method: &'a MethodRef,
    /// The request's metadata.
    pub metadata: &'a Metadata,
}

/// A server that a call may go to.
#[derive(Clone)]
pub struct Candidate {
    /// What the source says about it.
    pub(super) endpoint: Endpoint,
    pub(super) member: Arc<Member>,
}

impl Candidate {
    /// `host:port`.
    pub fn address(&self) -> &str {
        self.endpoint.address()
    }

    /// Its share of the calls, as set by its source.
    pub fn weight(&self) -> u32 {
        self.endpoint.weight()
    }

    /// 0 is first.
    pub fn priority(&self) -> u32 {
        self.endpoint.priority()
    }

    /// Calls of this client that the server has not yet answered.
    pub fn in_flight(&self) -> usize {
        self.member.load()
    }

    /// A number derived from the address, the same in every process.
    pub fn hash(&self) -> u64 {
        self.member.hash
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("address", &self.address())
            .field("weight", &self.weight())
            .field("priority", &self.priority())
            .field("in_flight", &self.in_flight())
            .finish()
    }
}
