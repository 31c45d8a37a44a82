//! CREDIT as it arrives: what this side may send. What this side grants is in `credit`.

use super::calls::CallId;
use super::close::Close;
use super::connection::{Connection, Role};
use super::event::Event;
use super::fields::Fields;
use super::flow::dequeue;
use super::frame::{Flags, Header};
use super::incoming::no_stream;
use super::receive::Step;

impl Connection {
    pub(super) fn take_credit<'a>(&mut self, header: Header, payload: &[u8]) -> Step<'a> {
        let id = header.call;
        if header.flags == Flags::STOP {
            return self.take_stop(id, payload);
        }
        if header.flags == Flags::LEAD {
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
            self.meters.idle_frames = 0;
            while let Some(id) = self.flow.starved.pop_front() {
                self.flow.turns.push_back(id);
            }
            return Ok(None);
        }
        if header.flags != Flags::NONE {
            return Err(Close::protocol("credit with flags that are not known"));
        }
        let Some(stream) = self.calls.stream(id) else {
            return self.take_stale(id);
        };
        let send = &mut stream.send;
        send.credit = more_credit(send.credit, credit, send.window)?;
        self.meters.idle_frames = 0;
        if std::mem::take(&mut stream.send.blocked) {
            self.queue(id);
        }
        Ok(None)
    }

    /// How far the stream may go ahead of its credit. It has no effect if the stream is already there.
    fn take_credit_ahead<'a>(&mut self, id: CallId, payload: &[u8]) -> Step<'a> {
        let mut fields = Fields::new(payload);
        let ahead = fields.number()?;
        if !fields.is_empty() {
            return Err(Close::protocol("credit that is malformed or none"));
        }
        let Some(stream) = self.calls.stream(id) else {
            return self.take_stale(id);
        };
        let send = &mut stream.send;
        if ahead <= send.position.max(send.ahead) {
            return self.no_progress().map(|()| None);
        }
        send.ahead = ahead;
        // A peer has no reason to extend this again before it has received some of what it allowed.
        let again = send.allowed_at.replace(send.position) == Some(send.position);
        if std::mem::take(&mut send.queued) {
            dequeue(&mut self.flow.starved, id);
            dequeue(&mut self.flow.turns, id);
        }
        self.queue(id);
        match again {
            true => self.no_progress().map(|()| None),
            false => Ok(None),
        }
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
}

fn more_credit(credit: usize, more: usize, window: usize) -> Result<usize, Close> {
    credit
        .checked_add(more)
        .filter(|sum| *sum <= window)
        .ok_or_else(|| Close::protocol("more credit than was ever used"))
}
