//! The frames of calls as they arrive: CALL and CANCEL at a server, DONE at a client.

use std::time::Duration;

use super::calls::{Call, CallId};
use super::close::Close;
use super::connection::Connection;
use super::event::{Arrival, Event, Outcome};
use super::fields::Fields;
use super::flow::{Late, Stream};
use super::frame::{Flags, Header};
use super::methods::{Definition, MethodIndex};
use super::receive::Step;
use super::shapes::Of;
use super::{metadata, status};
use crate::status::{deadline_passed, given_up};
use crate::{Metadata, Reached, Status};

impl Connection {
    #[inline(never)]
    pub(super) fn take_call<'a>(
        &mut self,
        header: Header,
        payload: &'a [u8],
        now: Duration,
        event: &mut Option<Event<'a>>,
    ) -> Result<(), Close> {
        let (id, flags) = (header.call, header.flags);
        self.claim(id, flags)?;
        if self.drain.refuses_calls() {
            *event = self.take_call_after_goaway()?;
            return Ok(());
        }
        let mut fields = Fields::new(payload);
        let (method, usable) = self.take_method(flags, &mut fields)?;
        let timeout = Duration::from_micros(fields.number()?).min(self.limits.max_timeout);
        let stream = self.take_lifetime(flags, &mut fields, now)?;
        let metadata = metadata::of(flags, &mut fields, &self.limits)?;
        self.meters.idle_frames = 0;
        let ordinal = self.calls.opened;
        self.calls.opened += 1;
        let admitted = usable
            .and_then(|()| self.room_for_call(stream.is_some(), payload.len()))
            .and_then(|()| in_time(timeout))
            .and(metadata);
        let metadata = match admitted {
            Ok(metadata) => metadata,
            Err(status) => {
                *event = self.turn_away(id, method, stream, status, now)?;
                return Ok(());
            }
        };
        let answered = now.saturating_add(timeout);
        let (streams, ends) = match &stream {
            None => (false, Some(answered)),
            Some(stream) => (true, stream.ends),
        };
        let deadline = ends.map_or(answered, |ends| ends.min(answered));
        self.clock.idle = None;
        self.calls.insert(
            id,
            Call {
                ordinal,
                method,
                deadline,
                oneway: flags.has(Flags::ONEWAY),
                cancelled: false,
                bytes: payload.len(),
                stream,
            },
        );
        *event = Some(Event::Call(Arrival {
            id,
            method,
            deadline: ends,
            streams,
            metadata,
            body: fields.rest(),
        }));
        Ok(())
    }

    /// Claims the id of a call.
    #[inline(always)]
    fn claim(&mut self, id: CallId, flags: Flags) -> Result<(), Close> {
        let allowed = Flags::DEFINE.and(Flags::METADATA);
        let allowed = allowed.and(Flags::ONEWAY).and(Flags::STREAMS);
        if !flags.within(allowed) {
            return Err(Close::protocol("a call with flags that are not known"));
        }
        self.calls.claim(id, &self.limits)?;
        self.flow.forget_late(id);
        Ok(())
    }

    /// The method of a call, and whether it may be called.
    #[inline(always)]
    fn take_method(
        &mut self,
        flags: Flags,
        fields: &mut Fields<'_>,
    ) -> Result<(MethodIndex, Result<(), Status>), Close> {
        if flags.has(Flags::DEFINE) {
            let index = self.methods.next();
            let definition = fields.by(Definition::get)?;
            return Ok((index, self.methods.define(&definition, &self.limits)?));
        }
        match self.methods.at(fields.number()?) {
            Some((index, true)) => Ok((index, Ok(()))),
            Some((index, false)) => Ok((index, Err(unusable()))),
            None => Err(Close::protocol("a method is not defined")),
        }
    }

    /// Refuses a call. If it has streams, the client may already have sent messages on them.
    #[cold]
    fn turn_away<'a>(
        &mut self,
        id: CallId,
        method: MethodIndex,
        stream: Option<Box<Stream>>,
        status: Status,
        now: Duration,
    ) -> Step<'a> {
        if let Some(stream) = stream {
            let late = Late {
                credit: stream.receive.credit,
                ahead: 0,
                method,
            };
            self.flow.set_late(id, late);
        }
        self.refuse(id, &status.with_reached(Reached::No), now)
            .map(|()| None)
    }

    /// The streams of a call, if it has any.
    #[inline(always)]
    fn take_lifetime(
        &self,
        flags: Flags,
        fields: &mut Fields<'_>,
        now: Duration,
    ) -> Result<Option<Box<Stream>>, Close> {
        if !flags.has(Flags::STREAMS) {
            return Ok(None);
        }
        let (send, receive) = (self.peer.stream_window, self.limits.stream_window);
        if send == 0 || flags.has(Flags::ONEWAY) {
            return Err(Close::protocol("a call with streams that it cannot have"));
        }
        let ends = match fields.number()? {
            0 => None,
            lifetime => Some(now.saturating_add(Duration::from_micros(lifetime))),
        };
        Ok(Some(Box::new(Stream::new(ends, now, send, receive))))
    }

    /// A call with streams can last, so its request cannot simply wait for room: above the limit it is refused.
    #[inline]
    fn room_for_call(&self, streams: bool, bytes: usize) -> Result<(), Status> {
        let most = self.limits.request_bytes;
        if streams && self.calls.stream_bytes() + bytes > most {
            return Err(Status::resource_exhausted(format!(
                "more than {most} bytes of requests in flight on one connection: the limit `request_bytes`"
            )));
        }
        let limit = self.limits.calls;
        if self.calls.in_flight() < limit {
            return Ok(());
        }
        Err(Status::resource_exhausted(format!(
            "more than {limit} calls in flight on one connection: the limit `calls`"
        )))
    }

    #[inline(never)]
    pub(super) fn take_done<'a>(
        &mut self,
        header: Header,
        payload: &'a [u8],
        now: Duration,
        event: &mut Option<Event<'a>>,
    ) -> Result<(), Close> {
        if !header
            .flags
            .within(Flags::DEFINE.and(Flags::METADATA).and(Flags::STATUS))
        {
            return Err(Close::protocol("a reply with flags that are not known"));
        }
        // The call is only ended once the whole frame has proved valid. If it has not, the connection ends, and the
        // call with it, unanswered.
        let call = self.calls.get(header.call).ok_or_else(no_call)?;
        let (method, oneway) = (call.method, call.oneway);
        let mut fields = Fields::new(payload);
        let shape = if header.flags.has(Flags::DEFINE) {
            Some(fields.by(Fields::bytes)?)
        } else {
            None
        };
        let metadata = metadata::of(header.flags, &mut fields, &self.limits)?;
        let (metadata, unfit) = match metadata {
            Ok(metadata) => (metadata, None),
            Err(status) => (Metadata::new(), Some(metadata::unfit(status))),
        };
        let result = match (header.flags.has(Flags::STATUS), unfit) {
            (true, _) => Err(status::get(fields, &self.limits)?),
            (false, None) => Ok(fields.rest()),
            (false, Some(status)) => Err(status),
        };
        if let Some(shape) = shape {
            self.methods
                .hear(Of::Replies, method, shape, &self.limits)?;
        }
        if result.is_ok() && !oneway && !self.methods.is_heard(Of::Replies, method) {
            return Err(Close::protocol("a reply before its shape"));
        }
        self.end_call(header.call, now)?;
        *event = Some(Event::Done(Outcome {
            id: header.call,
            method,
            shape,
            metadata,
            result,
        }));
        Ok(())
    }

    #[inline(always)]
    pub(super) fn end_call(&mut self, id: CallId, now: Duration) -> Result<Call, Close> {
        let call = self.calls.release(id).ok_or_else(no_call)?;
        self.meters.idle_frames = 0;
        self.forget_stream(id, &call);
        self.call_ended(&call, now);
        Ok(call)
    }

    /// Whether the server has accepted this call with streams. Cancelling such a call is normal: the client has had
    /// what it wanted of it.
    pub(super) fn was_accepted(&mut self, id: CallId) -> bool {
        self.calls.stream(id).is_some_and(|stream| stream.accepted)
    }

    pub(super) fn take_cancel<'a>(
        &mut self,
        header: Header,
        payload: &[u8],
        now: Duration,
    ) -> Step<'a> {
        if header.flags != Flags::NONE || !payload.is_empty() {
            return Err(Close::protocol("a cancel with flags or a payload"));
        }
        let runs = self.calls.cancel(header.call, Duration::MAX);
        if !runs || !self.was_accepted(header.call) {
            let count = self.meters.cancels.cancel(runs, now, self.limits.cancels);
            self.gave_up(count, "too many cancels", now)?;
        }
        if !runs {
            return Ok(None);
        }
        self.discard(header.call);
        Ok(Some(Event::Cancelled(header.call, given_up())))
    }
}

/// A call whose deadline has passed on arrival does not begin.
fn in_time(timeout: Duration) -> Result<(), Status> {
    match timeout.is_zero() {
        true => Err(deadline_passed()),
        false => Ok(()),
    }
}

fn unusable() -> Status {
    Status::invalid_argument("the method was refused when it was defined")
}

fn no_call() -> Close {
    Close::protocol("a reply to no call")
}
