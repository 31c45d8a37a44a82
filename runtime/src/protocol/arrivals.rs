//! The frames of calls as they arrive: CALL and CANCEL at a server, DONE at a client.

use std::time::Duration;

use super::calls::{Call, CallId};
use super::close::Close;
use super::connection::{Arrival, Connection, Event, Outcome};
use super::fields::Fields;
use super::flow::{Late, Stream};
use super::frame::{Flags, Header};
use super::methods::{Definition, MethodIndex};
use super::receive::Step;
use super::{metadata, status};
use crate::{Metadata, Reached, Status};

/// The method of a call: its index, what defines it, and whether it may be called.
type Called<'a> = (MethodIndex, Option<Definition<'a>>, Result<(), Status>);

impl Connection {
    pub(super) fn take_call<'a>(
        &mut self,
        header: Header,
        payload: &'a [u8],
        now: Duration,
    ) -> Step<'a> {
        let id = header.call;
        let allowed = Flags::DEFINE.and(Flags::METADATA);
        let allowed = allowed.and(Flags::ONEWAY).and(Flags::STREAMS);
        if !header.flags.within(allowed) {
            return Err(Close::protocol("a call with flags that are not known"));
        }
        self.calls.claim(id, &self.limits)?;
        self.flow.set_late(id, None);
        if self.drain.is_final() {
            return self.no_progress().map(|()| None);
        }
        let mut fields = Fields::new(payload);
        let (method, definition, good) = self.take_method(header.flags, &mut fields)?;
        let timeout = Duration::from_micros(fields.number()?).min(self.limits.max_timeout);
        let stream = self.take_lifetime(header.flags, &mut fields, now)?;
        let metadata = match header.flags.has(Flags::METADATA) {
            true => metadata::get(&mut fields, &self.limits)?,
            false => Ok(Metadata::new()),
        };
        self.meters.idle_frames = 0;
        let ordinal = self.calls.opened;
        self.calls.opened += 1;
        let oneway = header.flags.has(Flags::ONEWAY);
        let (metadata, refused) = match good
            .and(self.room_for_call(stream.is_some(), payload.len()))
            .and(metadata)
        {
            Ok(metadata) => (metadata, None),
            Err(status) => (Metadata::new(), Some(status.with_reached(Reached::No))),
        };
        match (refused, definition) {
            (None, definition) => {
                let (mut deadline, bytes) = (now.saturating_add(timeout), payload.len());
                let mut ends = Some(deadline);
                if let Some(stream) = &stream {
                    ends = stream.ends;
                    deadline = ends.map_or(deadline, |ends| ends.min(deadline));
                }
                let streams = stream.is_some();
                self.clock.idle = None;
                self.calls.insert(
                    id,
                    Call {
                        ordinal,
                        method,
                        deadline,
                        wanted: true,
                        oneway,
                        cancelled: false,
                        bytes,
                        stream,
                    },
                );
                Ok(Some(Event::Call(Arrival {
                    id,
                    method,
                    definition,
                    deadline: ends,
                    streams,
                    metadata,
                    body: fields.rest(),
                })))
            }
            (Some(status), definition) => {
                if let Some(stream) = stream {
                    let credit = stream.receive.credit;
                    let late = Late {
                        credit,
                        ahead: 0,
                        method,
                    };
                    self.flow.set_late(id, Some(late));
                }
                self.refuse(id, &status, now)?;
                Ok(definition.map(|definition| Event::Defined(method, definition)))
            }
        }
    }

    fn take_method<'a>(
        &mut self,
        flags: Flags,
        fields: &mut Fields<'a>,
    ) -> Result<Called<'a>, Close> {
        if flags.has(Flags::DEFINE) {
            let definition = Definition::get(fields)?;
            let index = self.methods.next();
            let good = self.methods.define(&definition, &self.limits)?;
            return Ok((index, Some(definition), good));
        }
        let (index, usable) = self
            .methods
            .at(fields.number()?)
            .ok_or_else(|| Close::protocol("a method is not defined"))?;
        let good = usable
            .then_some(())
            .ok_or_else(|| Status::invalid_argument("the method was refused when it was defined"));
        Ok((index, None, good))
    }

    /// The streams of a call that has some.
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

    /// Requests of calls with streams stay for long, so those above the limit are refused instead of held back.
    fn room_for_call(&self, streams: bool, bytes: usize) -> Result<(), Status> {
        let most = self.limits.request_bytes;
        if streams && self.calls.stream_bytes() + bytes > most {
            return Err(Status::resource_exhausted(format!(
                "more than {most} bytes of requests in flight on one connection"
            )));
        }
        let limit = self.limits.calls;
        if self.calls.in_flight() < limit {
            return Ok(());
        }
        Err(Status::resource_exhausted(format!(
            "more than {limit} calls in flight on one connection"
        )))
    }

    pub(super) fn take_done<'a>(
        &mut self,
        header: Header,
        payload: &'a [u8],
        now: Duration,
    ) -> Step<'a> {
        if !header
            .flags
            .within(Flags::DEFINE.and(Flags::METADATA).and(Flags::STATUS))
        {
            return Err(Close::protocol("a reply with flags that are not known"));
        }
        // The call is over once all of this is sound: if it is not, the connection ends, and nobody knows more of the call.
        let call = self.calls.get(header.call).ok_or_else(no_call)?;
        let (method, oneway) = (call.method, call.oneway);
        let mut fields = Fields::new(payload);
        let shape = if header.flags.has(Flags::DEFINE) {
            Some(fields.bytes()?)
        } else {
            None
        };
        let metadata = match header.flags.has(Flags::METADATA) {
            true => metadata::get(&mut fields, &self.limits)?.unwrap_or_default(),
            false => Metadata::new(),
        };
        let result = match header.flags.has(Flags::STATUS) {
            true => Err(status::get(fields, &self.limits)?),
            false => Ok(fields.rest()),
        };
        if let Some(shape) = shape {
            self.methods.define_reply(method, shape, &self.limits)?;
        }
        if result.is_ok() && !oneway && !self.methods.has_reply(method) {
            return Err(Close::protocol("a reply before its shape"));
        }
        self.end_call(header.call, now)?;
        Ok(Some(Event::Done(Outcome {
            id: header.call,
            method,
            shape,
            metadata,
            result,
        })))
    }

    #[inline(always)]
    pub(super) fn end_call(&mut self, id: CallId, now: Duration) -> Result<Call, Close> {
        let call = self.calls.remove(id, true).ok_or_else(no_call)?;
        self.meters.idle_frames = 0;
        self.forget_stream(id, &call);
        self.call_ended(&call, now);
        Ok(call)
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
        if !self.meters.cancels.cancel(runs, now, self.limits.cancels) {
            return Err(Close::excess("too many cancels"));
        }
        if !runs {
            return Ok(None);
        }
        self.discard(header.call);
        Ok(Some(Event::Cancelled(
            header.call,
            Status::cancelled("the caller has given up"),
        )))
    }
}

fn no_call() -> Close {
    Close::protocol("a reply to no call")
}
