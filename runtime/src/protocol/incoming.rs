//! The frames of streams as they arrive: DATA, HEAD.

use std::time::Duration;

use super::calls::CallId;
use super::close::Close;
use super::connection::{Connection, Role};
use super::event::Event;
use super::fields::Fields;
use super::flow::Receiving;
use super::frame::{Flags, Header};
use super::metadata;
use super::methods::MethodIndex;
use super::receive::Step;
use super::shapes::Of;
use super::turns::Ending;

/// The next piece of a stream.
#[derive(Debug)]
pub struct Data<'a> {
    /// The call.
    pub id: CallId,
    /// A piece of the stream's [`Messages`](super::Messages), which may begin and end anywhere. The messages are in the
    /// shape that was current when the stream began.
    pub payload: &'a [u8],
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
        if !flags.within(Flags::AHEAD.and(Flags::WAITED)) || payload.is_empty() {
            return Err(Close::protocol(
                "data without a byte, or with flags that do not go together",
            ));
        }
        let (cost, ahead) = (payload.len(), flags.has(Flags::AHEAD));
        if !ahead {
            let left = self.flow.receive_credit.checked_sub(cost);
            self.flow.receive_credit = left.ok_or_else(|| beyond("connection"))?;
        }
        self.meters.idle_frames = 0;
        let Some((stream, method)) = self.calls.stream_of(id) else {
            return self.take_late(id, cost, ahead);
        };
        let receive = &mut stream.receive;
        if receive.ended {
            return Err(Close::protocol("data after the end of its stream"));
        }
        if !self.methods.is_heard(Of::Messages, method) {
            return Err(Close::protocol("a message before its shape"));
        }
        receive.take(cost, ahead)?;
        receive.drought.came(cost, flags.has(Flags::WAITED), now);
        stream.active = now;
        if receive.stopped {
            self.flow.due += if ahead { 0 } else { cost };
            return Ok(None);
        }
        match ahead {
            true => receive.ahead_held += cost,
            false => receive.held += cost,
        }
        self.note_accepted(id);
        self.credit_taken();
        Ok(Some(Event::Data(Data { id, payload })))
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
        let metadata = metadata::of(header.flags, &mut fields, &self.limits)?;
        let metadata = metadata.map_err(metadata::unfit);
        let id = header.call;
        let stream = self.calls.stream(id).filter(|stream| !stream.accepted);
        let stream = stream.ok_or_else(|| Close::protocol("a head of no stream, or too late"))?;
        if !fields.is_empty() {
            return Err(Close::protocol("a head is malformed"));
        }
        stream.active = now;
        self.note_accepted(id);
        let is_wanted = self.calls.get(id).is_some_and(|call| !call.cancelled);
        Ok(Some(match metadata {
            Err(status) if is_wanted => {
                self.cancel(id, now);
                Event::GivenUp(id, status)
            }
            Ok(_) | Err(_) => Event::Accepted(id, metadata.unwrap_or_default()),
        }))
    }

    fn take_shape<'a>(&mut self, id: CallId, shape: &'a [u8]) -> Step<'a> {
        self.no_progress()?;
        let method = match self.calls.stream_of(id) {
            Some((_, method)) => Some(method),
            None => self.late(id).map(|late| late.method),
        };
        let method: MethodIndex = method.ok_or_else(no_stream)?;
        self.methods
            .hear(Of::Messages, method, shape, &self.limits)?;
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
        if std::mem::replace(&mut receive.ended, true) {
            return Err(Close::protocol("a stream that ends twice"));
        }
        receive.ahead = receive.position;
        let is_used_up = receive.ahead_held == 0;
        stream.active = now;
        if is_used_up {
            self.leave_ahead(id);
        }
        let ending = match header.flags == Flags::BROKEN {
            true => Ending::Broken,
            false => Ending::Finished,
        };
        Ok(Some(Event::Ended(id, ending)))
    }

    /// DATA for a call that is over here, although its client may not know yet.
    fn take_late<'a>(&mut self, id: CallId, cost: usize, ahead: bool) -> Step<'a> {
        let late = self.late(id).ok_or_else(no_stream)?;
        let left = match ahead {
            true => late
                .ahead
                .checked_sub(cost as u64)
                .map(|left| late.ahead = left),
            false => late.credit.checked_sub(cost).map(|left| late.credit = left),
        };
        left.ok_or_else(|| beyond("call"))?;
        self.flow.due += if ahead { 0 } else { cost };
        Ok(None)
    }

    /// Another frame for a call that is over here, although its client may not know yet. It breaks a rule if it comes
    /// from a server, which knows which calls it has answered, or if the call in flight has no streams.
    pub(super) fn take_stale<'a>(&mut self, id: CallId) -> Step<'a> {
        let was_here = self.calls.was_used(id) && self.calls.get(id).is_none();
        match self.role {
            Role::Server if was_here => self.no_progress().map(|()| None),
            Role::Server | Role::Client => Err(no_stream()),
        }
    }

    fn late(&mut self, id: CallId) -> Option<&mut super::flow::Late> {
        self.flow.late.get_mut(id.index())?.as_mut()
    }

    /// In a client: the first frame of the answer accepts the call.
    fn note_accepted(&mut self, id: CallId) {
        let is_client = self.role == Role::Client;
        if let Some(stream) = self.calls.stream(id)
            && is_client
            && !std::mem::replace(&mut stream.accepted, true)
        {
            self.stream_accepted(id);
        }
    }

    /// Nothing more is sent or read for this call.
    pub(super) fn discard(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        stream.send.ended = true;
        if !std::mem::replace(&mut stream.receive.stopped, true) {
            let receive = &mut stream.receive;
            self.flow.due += std::mem::take(&mut receive.held);
            self.leave_ahead(id);
        }
    }
}

impl Receiving {
    /// Uses credit for a piece, unless it came ahead of its credit.
    fn take(&mut self, cost: usize, ahead: bool) -> Result<(), Close> {
        self.position += cost as u64;
        let good = match ahead {
            true => self.position <= self.ahead,
            false => self.credit >= cost,
        };
        if !good {
            return Err(beyond("call"));
        }
        self.credit -= if ahead { 0 } else { cost };
        Ok(())
    }
}

fn beyond(whose: &str) -> Close {
    Close::excess(format!("data beyond the credit of the {whose}"))
}

pub(super) fn no_stream() -> Close {
    Close::protocol("a frame of a stream that is not there")
}
