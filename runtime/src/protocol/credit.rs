//! Credit for what this side receives: given back when it is used up, in halves of the window. Beside that, one message
//! at a time that is too large for what credit there is, and that somebody waits for, gets credit of its own, which no
//! other can take. So readers who wait never wait for each other, and what a connection buffers of streams is at most its
//! window and one message.

use super::calls::{Call, CallId};
use super::connection::{Connection, Role};
use super::fields::put_number;
use super::flow::{FRAGMENT, LEAST, Late, Stream};
use super::frame::{Draft, Flags, Kind};
use super::methods::MethodIndex;

/// Credit that a message gets of its own at once.
const AHEAD: usize = 4 * FRAGMENT;

impl Connection {
    /// Messages of a call with this charge are used up.
    pub fn used(&mut self, id: CallId, charge: usize) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        let receive = &mut stream.receive;
        if receive.stopped {
            return;
        }
        let ahead = receive.ahead_held.min(charge);
        receive.ahead_held -= ahead;
        receive.held = receive.held.saturating_sub(charge - ahead);
        receive.due += charge - ahead;
        self.flow.due += charge - ahead;
        let is_done = receive.ahead_held == 0 && receive.ahead == 0;
        let much = receive.due >= self.limits.stream_window / 2;
        if much && !receive.ended && !std::mem::replace(&mut receive.queued, true) {
            self.flow.credits.push(id);
        }
        if is_done {
            self.end_ahead(id);
        }
    }

    /// Somebody waits for the message of which a part is here.
    pub fn reader_waits(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        let receive = &mut stream.receive;
        let window = self.limits.connection_window;
        let goes_on = receive.credit >= FRAGMENT && self.flow.receive_credit >= window / 2;
        if receive.stopped || receive.partial == 0 || goes_on || receive.ahead >= FRAGMENT {
            return;
        }
        if self.flow.ahead.is_some_and(|other| other != id) {
            if !self.flow.ahead_next.contains(&id) {
                self.flow.ahead_next.push_back(id);
            }
            return;
        }
        self.flow.ahead = Some(id);
        receive.ahead += AHEAD;
        let count = receive.count;
        let mut draft = Draft::new(&mut self.out);
        put_number(count, draft.buffer());
        put_number(AHEAD as u64, draft.buffer());
        draft.finish(Kind::Credit, Flags::MESSAGE, id);
    }

    /// Server: nobody reads the stream of this call any more; its client need not send the rest.
    pub fn stop(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        let receive = &mut stream.receive;
        if receive.ended || std::mem::replace(&mut receive.stopped, true) {
            return;
        }
        self.flow.due += std::mem::take(&mut receive.held);
        Draft::new(&mut self.out).finish(Kind::Credit, Flags::STOP, id);
        self.end_ahead(id);
    }

    /// Whether there is credit to send.
    pub(super) fn has_credits(&self) -> bool {
        !self.flow.credits.is_empty() || self.flow.due > 0 && self.is_connection_due()
    }

    /// Appends the credit that is to be given back.
    pub(super) fn put_credits(&mut self) {
        if self.closed().is_some() {
            return;
        }
        let mut ids = std::mem::take(&mut self.flow.credits);
        for id in ids.drain(..) {
            let Some(stream) = self.calls.stream(id) else {
                continue;
            };
            let receive = &mut stream.receive;
            receive.queued = false;
            let due = std::mem::take(&mut receive.due);
            if due > 0 && !receive.ended && !receive.stopped {
                receive.credit += due;
                self.put_credit(Flags::NONE, id, due);
            }
        }
        self.flow.credits = ids;
        if self.is_connection_due() {
            let due = std::mem::take(&mut self.flow.due);
            if due > 0 {
                self.flow.receive_credit += due;
                self.put_credit(Flags::CONNECTION, CallId::NONE, due);
            }
        }
    }

    /// A call with streams is over: nobody uses up what is left of it.
    pub(super) fn forget_stream(&mut self, id: CallId, call: &Call) {
        if let Some(stream) = &call.stream {
            self.forget(id, call.method, stream);
        }
    }

    fn forget(&mut self, id: CallId, method: MethodIndex, stream: &Stream) {
        let receive = &stream.receive;
        self.flow.due += receive.held;
        if self.role == Role::Server {
            let late = Late {
                credit: receive.credit,
                ahead: receive.ahead,
                method,
            };
            self.flow.set_late(id, Some(late));
        }
        if stream.send.queued {
            self.flow.turns.retain(|other| *other != id);
            self.flow.starved.retain(|other| *other != id);
        }
        if receive.queued {
            self.flow.credits.retain(|other| *other != id);
        }
        self.end_ahead(id);
    }

    /// The call needs no more credit ahead; the next one may have it.
    pub(super) fn end_ahead(&mut self, id: CallId) {
        self.flow.ahead_next.retain(|other| *other != id);
        if self.flow.ahead == Some(id) {
            self.flow.ahead = None;
            while let (None, Some(next)) = (self.flow.ahead, self.flow.ahead_next.pop_front()) {
                self.reader_waits(next);
            }
        }
    }

    /// A peer without any credit is not kept waiting for half a window: parts of messages may hold the rest.
    fn is_connection_due(&self) -> bool {
        self.flow.due >= self.limits.connection_window / 2 || self.flow.receive_credit < LEAST
    }

    fn put_credit(&mut self, flags: Flags, id: CallId, credit: usize) {
        let mut draft = Draft::new(&mut self.out);
        put_number(credit as u64, draft.buffer());
        draft.finish(Kind::Credit, flags, id);
    }
}
