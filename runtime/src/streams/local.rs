//! A call with streams that is not on a connection: it goes to a service in this process, or is on its way to a
//! connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep};

use super::watched::Attempt;
use super::{Duplex, Streams, answered};
use crate::bounded::Bounded;
use crate::layer::Next;
use crate::status::deadline_passed;
use crate::{Call, Channel, Ctx, Metadata, Reply, Result, Status};

/// Such a call. Enforces that it is accepted in time, and ends its streams when it ends.
pub(super) struct Attended {
    call: Bounded,
    duplex: Arc<Duplex>,
    opening: Option<Pin<Box<Sleep>>>,
    /// Observers of the call, if this may be one of several attempts.
    watched: Option<Attempt>,
}

impl Attended {
    /// A call through `channel`, which does nothing until it is polled.
    pub(super) fn new(
        channel: &Channel,
        streams: &Streams,
        deadline: Option<Instant>,
        metadata: Metadata,
        call: impl FnOnce(Ctx) -> Call,
    ) -> Self {
        let duplex = streams.duplex().clone();
        let opening = duplex.opening.map(tokio::time::sleep_until);
        Self {
            call: Bounded::new(deadline, metadata, |cx| {
                Box::pin(Next::by_name(channel.clone()).run(call(cx)))
            }),
            duplex,
            opening: opening.map(Box::pin),
            watched: None,
        }
    }

    /// The same as one attempt of an observed call.
    pub(super) fn watched(mut self, watched: Option<Attempt>) -> Self {
        self.watched = watched;
        self
    }

    fn poll_call(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let _entered = self.watched.as_ref().and_then(Attempt::enter);
        Pin::new(&mut self.call).poll(cx)
    }

    /// Tells observers how the call has ended, unless it may be tried again.
    fn tell(&mut self, failed: Option<&Status>) {
        if let Some(watched) = &mut self.watched
            && (failed.is_none() || self.duplex.down.is_opened())
        {
            watched.end(failed);
        }
    }

    /// Whether the server should have accepted the call by now and has not.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(opening) = &mut self.opening else {
            return false;
        };
        if self.duplex.down.is_opened() {
            self.opening = None;
            return false;
        }
        opening.as_mut().poll(cx).is_ready()
    }
}

impl Future for Attended {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let this = &mut *self;
        let result = match this.poll_call(cx) {
            Poll::Ready(result) => result,
            Poll::Pending if this.is_late(cx) => Err(deadline_passed()),
            Poll::Pending => return Poll::Pending,
        };
        let status = result.as_ref().err().cloned();
        this.tell(status.as_ref());
        this.duplex.over(&status.unwrap_or_else(answered));
        Poll::Ready(result)
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        if let Some(watched) = &self.watched {
            let _entered = watched.enter();
            self.call.give_up();
        }
        self.duplex.over(&answered());
    }
}
