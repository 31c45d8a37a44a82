//! Calls of a client on their way out: opening and cancelling.

use std::time::Duration;

use super::calls::{Call, CallId};
use super::close::Close;
use super::connection::{Connection, Phase, Role};
use super::fields::put_number;
use super::flow::Stream;
use super::frame::{Draft, Flags, Kind};
use super::methods::{Definition, MethodIndex, Unfit};
use super::send::{check_size, put_metadata};
use crate::wire::Output;
use crate::{Metadata, Reached, Status};

/// A call to open.
#[derive(Clone, Copy, Debug)]
pub struct Open<'a> {
    /// The method: its index if this connection knows it, else its definition.
    pub method: Result<MethodIndex, Definition<'a>>,
    /// The timeout, from now. If the call has streams, it is the time for the server to accept it.
    pub timeout: Duration,
    /// The metadata of the request.
    pub metadata: &'a Metadata,
    /// Whether nobody waits for a result.
    pub oneway: bool,
    /// Whether what this side sends for the method is never compressed.
    pub sensitive: bool,
    /// How long the streams may last, if the call has any.
    pub streams: Option<Lifetime>,
}

/// How long a call with streams may take from now; `None` is for ever.
pub type Lifetime = Option<Duration>;

/// Why a call was not opened; no part of it is sent.
#[derive(Debug)]
pub enum OpenError<E> {
    /// As many calls are in flight as the peer accepts, or too much output is waiting: try again once there is
    /// [`Connection::room`].
    Full,
    /// The connection takes no more calls, or has ended.
    Closing,
    /// The connection has no room for another method; a new one would have.
    Worn(Status),
    /// This call may not be sent.
    Refused(Status),
    /// The request could not be encoded.
    Encode(E),
}

impl Connection {
    /// Client: opens a call. `body` appends the request in the shape of the method's definition.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open<E>(
        &mut self,
        call: Open<'_>,
        now: Duration,
        body: impl FnOnce(&mut Output) -> Result<(), E>,
    ) -> Result<(CallId, MethodIndex), OpenError<E>> {
        self.check_call(&call)?;
        let (method, definition) = self.find(call.method)?;
        let largest = self.largest();
        let opened = self.is_open();
        let id = self.calls.next_id();
        let mut draft = Draft::new(&mut self.out);
        match definition {
            Some(definition) => definition.put(draft.buffer()),
            None => put_number(u64::from(method.0), draft.buffer()),
        }
        put_number(micros(call.timeout), draft.buffer());
        if let Some(lifetime) = call.streams {
            put_number(lifetime.map_or(0, micros), draft.buffer());
        }
        put_metadata(call.metadata, draft.buffer());
        body(draft.out).map_err(OpenError::Encode)?;
        if let Err(status) = check_size(&draft, largest) {
            // Before its hello has arrived, nobody knows whether the peer accepts it: that is worth waiting for.
            return Err(match opened {
                true => refused(status),
                false => OpenError::Full,
            });
        }
        let flags = call.flags().and(Flags::DEFINE.when(definition.is_some()));
        let start = draft.finish(Kind::Call, flags, id);
        if let Some(definition) = definition {
            self.methods.add(&definition);
        }
        if call.sensitive {
            self.methods.keep_plain(method);
        }
        self.pack(start, method);
        self.enter(id, method, &call, now);
        Ok((id, method))
    }

    /// Whether a call may be opened now.
    #[inline]
    fn check_call<E>(&self, call: &Open<'_>) -> Result<(), OpenError<E>> {
        if !self.takes_calls() {
            return Err(OpenError::Closing);
        }
        // Whether the peer accepts streams is in its hello.
        if self.room() == 0 || call.streams.is_some() && !self.is_open() {
            return Err(OpenError::Full);
        }
        if call.streams.is_some() && self.peer.stream_window == 0 {
            return Err(refused(no_streams()));
        }
        let checked = call.metadata.check(&self.limits);
        checked.map_err(refused)
    }

    /// The index of a method, and its definition if it is new on this connection.
    #[inline]
    fn find<'a, E>(
        &self,
        method: Result<MethodIndex, Definition<'a>>,
    ) -> Result<(MethodIndex, Option<Definition<'a>>), OpenError<E>> {
        let definition = match method {
            Ok(index) => return Ok((index, None)),
            Err(definition) => definition,
        };
        if let Some(index) = self.methods.find(&definition) {
            return Ok((index, None));
        }
        match self.methods.check(&definition, &self.limits) {
            Ok(()) => Ok((self.methods.next(), Some(definition))),
            Err(Unfit::Always(status)) => Err(refused(status)),
            Err(Unfit::Here(status)) => Err(OpenError::Worn(unsent(status))),
        }
    }

    /// Client: gives up a call. Its id stays taken until the peer's DONE.
    pub fn cancel(&mut self, id: CallId, now: Duration) {
        if self.closed().is_none()
            && self
                .calls
                .cancel(id, now.saturating_add(self.limits.cancel_answer))
        {
            self.discard(id);
            self.put_frame(Kind::Cancel, id, |_| {});
            self.close_if_drained();
        }
    }

    /// Client: whether the time of an unanswered call is over. With streams that is the time until the server accepts
    /// the call, and then its lifetime.
    pub fn is_late(&self, id: CallId, now: Duration) -> bool {
        self.calls.get(id).is_some_and(|call| call.deadline <= now)
    }

    /// Client: whether the handler of an unanswered call can have begun.
    pub fn reached(&self, id: CallId) -> Reached {
        let is_foreign = self.closed().is_some_and(Close::is_foreign_peer);
        match self.calls.get(id) {
            Some(call) if call.ordinal >= self.transmitted || is_foreign => Reached::No,
            Some(_) | None => Reached::Maybe,
        }
    }

    /// Client: how many more calls may be opened now.
    pub fn room(&self) -> usize {
        match self.takes_calls() && !self.is_backed_up() {
            true => self.peer.calls.saturating_sub(self.calls.in_flight()),
            false => 0,
        }
    }

    fn takes_calls(&self) -> bool {
        self.role == Role::Client
            && !matches!(self.phase, Phase::Closed(_))
            && !self.drain.has_begun()
    }

    fn enter(&mut self, id: CallId, method: MethodIndex, call: &Open<'_>, now: Duration) {
        let ordinal = self.calls.opened;
        self.calls.opened += 1;
        self.clock.idle = None;
        let mut deadline = now.saturating_add(call.timeout);
        let stream = call.streams.map(|lifetime| {
            let ends = lifetime.map(|lifetime| now.saturating_add(lifetime));
            deadline = ends.map_or(deadline, |ends| ends.min(deadline));
            let (send, receive) = (self.peer.stream_window, self.limits.stream_window);
            Box::new(Stream::new(ends, now, send, receive))
        });
        self.calls.insert(
            id,
            Call {
                ordinal,
                method,
                deadline,
                oneway: call.oneway,
                cancelled: false,
                bytes: 0,
                stream,
            },
        );
    }
}

impl Open<'_> {
    #[inline]
    fn flags(&self) -> Flags {
        Flags::METADATA
            .when(!self.metadata.is_empty())
            .and(Flags::ONEWAY.when(self.oneway))
            .and(Flags::STREAMS.when(self.streams.is_some()))
    }
}

/// At least 1, since 0 has another meaning.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1)
}

fn no_streams() -> Status {
    Status::unimplemented("the peer takes no streams")
}

/// A refusal that would be the same on any other connection.
fn refused<E>(status: Status) -> OpenError<E> {
    OpenError::Refused(unsent(status).for_good())
}

fn unsent(status: Status) -> Status {
    status
        .with_reached(Reached::No)
        .with_phase(crate::Phase::Send)
}
