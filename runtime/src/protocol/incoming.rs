//! The frames of streams as they arrive: DATA, HEAD and CREDIT.

use std::time::Duration;

use super::calls::CallId;
use super::close::Close;
use super::connection::{Connection, Event, Role};
use super::fields::Fields;
use super::flow::Receiving;
use super::frame::{Flags, Header};
use super::messages::charge;
use super::metadata;
use super::methods::MethodIndex;
use super::receive::Step;
use super::turns::Ending;
use crate::{Metadata, Status};

/// A message of a stream, or a part of it.
#[derive(Debug)]
pub struct Data<'a> {
    /// The call.
    pub id: CallId,
    /// The bytes, in the shape that the method's messages from the peer had when the stream began.
    pub payload: &'a [u8],
    /// What it costs until it is used up: see [`Connection::used`].
    pub charge: usize,
    /// The message goes on.
    pub more: bool,
}

impl Connection {
    pub(super) fn take_data<'a>(
        &mut self,
        header: Header,
        payload: &'a [u8],
        now: Duration,
    ) -> Step<'a> {
        let (id, flags) = (header.call, header.flags);
        if flags == Flags::DEFINE {
            return self.take_shape(id, payload);
        }
        if flags == Flags::END || flags == Flags::BROKEN {
            return self.take_end(header, payload, now);
        }
        if !flags.within(Flags::MORE.and(Flags::AHEAD)) {
            return Err(Close::protocol("data with flags that do not go together"));
        }
        let (more, cost) = (flags.has(Flags::MORE), charge(payload.len()));
        if more && payload.is_empty() {
            return Err(Close::protocol("a part of a message without a byte"));
        }
        let ahead = flags.has(Flags::AHEAD);
        if !ahead {
            let left = self.flow.receive_credit.checked_sub(cost);
            self.flow.receive_credit = left.ok_or_else(|| beyond("connection"))?;
        }
        self.meters.idle_frames = 0;
        let limit = self.limits.message;
        let Some((stream, method)) = self.calls.stream_of(id) else {
            return self.take_late(id, cost, ahead);
        };
        let receive = &mut stream.receive;
        if receive.ended {
            return Err(Close::protocol("data behind the end of its stream"));
        }
        if !self.methods.has_messages(method) {
            return Err(Close::protocol("a message before its shape"));
        }
        receive.take(cost, ahead)?;
        stream.active = now;
        let size = receive.count(payload.len(), more);
        if receive.stopped {
            self.flow.due += if ahead { 0 } else { cost };
            return Ok(None);
        }
        match ahead {
            true => receive.ahead_held += cost,
            false => receive.held += cost,
        }
        if size > limit {
            return Ok(self.refuse_message(id, size, now));
        }
        self.note_accepted(id);
        Ok(Some(Event::Data(Data {
            id,
            payload,
            charge: cost,
            more,
        })))
    }

    pub(super) fn take_head<'a>(
        &mut self,
        header: Header,
        payload: &[u8],
        now: Duration,
    ) -> Step<'a> {
        if !header.flags.within(Flags::METADATA) {
            return Err(Close::protocol("a head with flags that are not known"));
        }
        let mut fields = Fields::new(payload);
        let metadata = match header.flags.has(Flags::METADATA) {
            true => metadata::get(&mut fields, &self.limits)?.unwrap_or_default(),
            false => Metadata::new(),
        };
        let id = header.call;
        let stream = self.calls.stream(id).filter(|stream| !stream.accepted);
        let stream = stream.ok_or_else(|| Close::protocol("a head of no stream, or too late"))?;
        if !fields.is_empty() {
            return Err(Close::protocol("a head is malformed"));
        }
        stream.active = now;
        self.note_accepted(id);
        Ok(Some(Event::Accepted(id, metadata)))
    }

    pub(super) fn take_credit<'a>(&mut self, header: Header, payload: &[u8]) -> Step<'a> {
        let id = header.call;
        if header.flags == Flags::STOP {
            return self.take_stop(id, payload);
        }
        if header.flags == Flags::MESSAGE {
            return self.take_credit_ahead(id, payload);
        }
        let mut fields = Fields::new(payload);
        let credit = usize::try_from(fields.number()?).unwrap_or(usize::MAX);
        if !fields.is_empty() || credit == 0 {
            return Err(Close::protocol("credit that is malformed or none"));
        }
        if header.flags == Flags::CONNECTION && id == CallId::NONE {
            let window = self.peer.connection_window;
            self.flow.send_credit = more_credit(self.flow.send_credit, credit, window)?;
            while let Some(id) = self.flow.starved.pop_front() {
                self.flow.turns.push_back(id);
            }
            return Ok(None);
        }
        if header.flags != Flags::NONE {
            return Err(Close::protocol("credit with flags that are not known"));
        }
        let window = self.peer.stream_window;
        let Some(stream) = self.calls.stream(id) else {
            return self.take_stale(id);
        };
        stream.send.credit = more_credit(stream.send.credit, credit, window)?;
        if std::mem::take(&mut stream.send.blocked) {
            self.queue(id);
        }
        Ok(None)
    }

    /// Credit for one message: of no use once that is sent.
    fn take_credit_ahead<'a>(&mut self, id: CallId, payload: &[u8]) -> Step<'a> {
        let mut fields = Fields::new(payload);
        let (count, credit) = (fields.number()?, fields.number()?);
        if !fields.is_empty() || credit == 0 {
            return Err(Close::protocol("credit that is malformed or none"));
        }
        let Some(stream) = self.calls.stream(id) else {
            return self.take_stale(id);
        };
        if stream.send.count != count {
            return self.no_progress().map(|()| None);
        }
        let credit = usize::try_from(credit).unwrap_or(usize::MAX);
        stream.send.ahead = stream.send.ahead.saturating_add(credit);
        if std::mem::take(&mut stream.send.queued) {
            self.flow.starved.retain(|other| *other != id);
            self.flow.turns.retain(|other| *other != id);
        }
        self.queue(id);
        Ok(None)
    }

    fn take_shape<'a>(&mut self, id: CallId, shape: &'a [u8]) -> Step<'a> {
        self.no_progress()?;
        let method = match self.calls.stream_of(id) {
            Some((stream, method)) if stream.receive.partial == 0 => Some(method),
            Some(_) => return Err(Close::protocol("a shape within a message")),
            None => self.late(id).map(|late| late.method),
        };
        let method: MethodIndex = method.ok_or_else(no_stream)?;
        self.methods.define_messages(method, shape, &self.limits)?;
        Ok(Some(Event::Shape(method, shape)))
    }

    fn take_end<'a>(&mut self, header: Header, payload: &[u8], now: Duration) -> Step<'a> {
        if self.role == Role::Client || !payload.is_empty() {
            return Err(Close::protocol("an end of a stream that it cannot have"));
        }
        let id = header.call;
        let Some(stream) = self.calls.stream(id) else {
            return self.take_stale(id);
        };
        let receive = &mut stream.receive;
        if std::mem::replace(&mut receive.ended, true) || receive.partial > 0 {
            return Err(Close::protocol(
                "a stream that ends twice or within a message",
            ));
        }
        stream.active = now;
        let ending = match header.flags == Flags::BROKEN {
            true => Ending::Broken,
            false => Ending::Finished,
        };
        Ok(Some(Event::Ended(id, ending)))
    }

    fn take_stop<'a>(&mut self, id: CallId, payload: &[u8]) -> Step<'a> {
        if self.role == Role::Server || !payload.is_empty() {
            return Err(Close::protocol("a stop that is malformed or from a client"));
        }
        let stream = self.calls.stream(id).ok_or_else(no_stream)?;
        if std::mem::replace(&mut stream.send.ended, true) {
            return self.no_progress().map(|()| None);
        }
        Ok(Some(Event::Stopped(id)))
    }

    /// A message for a call that is over here, as its client may not know yet.
    fn take_late<'a>(&mut self, id: CallId, cost: usize, ahead: bool) -> Step<'a> {
        let late = self.late(id).ok_or_else(no_stream)?;
        let credit = match ahead {
            true => &mut late.ahead,
            false => &mut late.credit,
        };
        *credit = credit.checked_sub(cost).ok_or_else(|| beyond("call"))?;
        self.flow.due += if ahead { 0 } else { cost };
        Ok(None)
    }

    /// A frame for a call that is over here, as the peer may not know yet.
    fn take_stale<'a>(&mut self, id: CallId) -> Step<'a> {
        match self.calls.was_used(id) {
            true => self.no_progress().map(|()| None),
            false => Err(no_stream()),
        }
    }

    fn late(&mut self, id: CallId) -> Option<&mut super::flow::Late> {
        self.flow.late.get_mut(id.index())?.as_mut()
    }

    /// A client has seen the first frame of the answer.
    fn note_accepted(&mut self, id: CallId) {
        let is_client = self.role == Role::Client;
        if let Some(stream) = self.calls.stream(id)
            && is_client
            && !std::mem::replace(&mut stream.accepted, true)
        {
            self.stream_accepted(id);
        }
    }

    /// A message above the limit ends its call.
    fn refuse_message<'a>(&mut self, id: CallId, size: usize, now: Duration) -> Option<Event<'a>> {
        let limit = self.limits.message;
        let status = Status::resource_exhausted(format!(
            "a message of at least {size} bytes, the limit is {limit}"
        ));
        match self.role {
            Role::Server => {
                self.calls.cancel(id, Duration::MAX);
                self.discard(id);
                Some(Event::Cancelled(id, status))
            }
            Role::Client => {
                self.cancel(id, now);
                Some(Event::Failed(id, status))
            }
        }
    }

    /// Nobody here wants what still comes for a call, nor is anything more sent for it.
    pub(super) fn discard(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        stream.send.ended = true;
        if !std::mem::replace(&mut stream.receive.stopped, true) {
            let receive = &mut stream.receive;
            self.flow.due += std::mem::take(&mut receive.held);
            self.end_ahead(id);
        }
    }
}

impl Receiving {
    /// Takes the credit for a frame.
    fn take(&mut self, cost: usize, ahead: bool) -> Result<(), Close> {
        let credit = match ahead {
            true => &mut self.ahead,
            false => &mut self.credit,
        };
        *credit = credit.checked_sub(cost).ok_or_else(|| beyond("call"))?;
        Ok(())
    }

    /// Counts a message, or a part of it; gives its size so far.
    fn count(&mut self, bytes: usize, more: bool) -> usize {
        let size = self.partial + bytes;
        self.partial = if more { size } else { 0 };
        if !more {
            self.count += 1;
            self.ahead = 0;
        }
        size
    }
}

fn beyond(whose: &str) -> Close {
    Close::excess(format!("data beyond the credit of the {whose}"))
}

fn more_credit(credit: usize, more: usize, window: usize) -> Result<usize, Close> {
    credit
        .checked_add(more)
        .filter(|sum| *sum <= window)
        .ok_or_else(|| Close::protocol("more credit than was ever used"))
}

fn no_stream() -> Close {
    Close::protocol("a frame of a stream that is not there")
}
