//! Starting calls without boxing them.

use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use crate::body::Outgoing;
use crate::streams::Streams;
use crate::transport::Flight;
use crate::{Metadata, MethodRef, Result, Status};

/// A call to start; everything is borrowed.
#[doc(hidden)]
pub struct Start<'a> {
    pub(crate) method: &'a MethodRef,
    /// The timeout, from now.
    pub(crate) timeout: Duration,
    /// When the call must be over in any case.
    pub(crate) deadline: Option<Instant>,
    pub(crate) metadata: &'a Metadata,
    /// The head of the request's shape.
    pub(crate) head: &'a [u8],
    pub(crate) request: &'a mut dyn Outgoing,
    /// The call's streams, if it has any.
    pub(crate) streams: Option<&'a Streams>,
    /// Whom to wake when a [`Flight`] is over, unless it is polled before.
    pub(crate) waker: Option<&'a Waker>,
    /// Whether it may be sent ahead of the server's hello, which may never come.
    pub(crate) goes_ahead: bool,
    /// The caller's end of the call once it is on a connection, written where it stays.
    pub(crate) flight: &'a mut Option<Flight>,
    /// Set if the connection has no room for another method; a new one would have.
    pub(crate) worn: Option<Status>,
}

impl Start<'_> {
    /// Whether nobody waits for a result.
    pub(crate) fn is_oneway(&self) -> bool {
        self.method.known().is_some_and(|method| method.is_oneway())
    }
}

/// The state of a call after trying to start it.
#[doc(hidden)]
pub enum Started {
    /// It is on a connection: see `Start::flight`.
    Flight,
    /// It is over: it has failed, or was sent and has no result.
    Over(Result),
    /// It needs [`Service::call`].
    Later,
}
