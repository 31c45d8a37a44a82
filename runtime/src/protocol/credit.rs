//! Credit for what this side receives: given back when it is used up, in halves of the window. Beside that, one call at
//! a time may send ahead of its credit: up to the end of a message that is too large for what credit there is, and that
//! somebody waits for. So readers who wait never wait for each other, and what a connection buffers of streams is at most
//! its window and one message.

use super::calls::{Call, CallId};
use super::connection::{Connection, Role};
use super::fields::put_number;
use super::flow::{FRAGMENT, Late, Stream, leave};
use super::frame::{Draft, Flags, Kind};
use super::methods::MethodIndex;

/// Bytes beyond its credit that a call may send ahead at once.
const AHEAD: u64 = 4 * FRAGMENT as u64;

impl Connection {
    /// So many bytes of a call's stream are used up.
    pub fn used(&mut self, id: CallId, bytes: usize) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        let receive = &mut stream.receive;
        if receive.stopped {
            return;
        }
        let ahead = receive.ahead_held.min(bytes);
        receive.ahead_held -= ahead;
        receive.held = receive.held.saturating_sub(bytes - ahead);
        receive.due += bytes - ahead;
        self.flow.due += bytes - ahead;
        let is_done = receive.ahead_held == 0 && receive.ahead <= receive.position;
        let much = receive.due >= self.limits.stream_window / 2;
        if much && !receive.ended && !std::mem::replace(&mut receive.queued, true) {
            self.flow.credits.push(id);
        }
        if is_done {
            self.end_ahead(id);
        }
    }

    /// Somebody waits for so many more bytes of this call's stream: the rest of a message of which a part is here.
    pub fn reader_waits(&mut self, id: CallId, missing: usize) {
        if let Some(stream) = self.calls.stream(id) {
            stream.receive.wanted = stream.receive.position + missing as u64;
            self.let_ahead(id);
        }
    }

    /// Sees to it that what somebody waits for can come: on the credit that there is, else ahead of it.
    fn let_ahead(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        let receive = &mut stream.receive;
        let missing = receive.wanted.saturating_sub(receive.position);
        if receive.stopped || receive.ended || missing == 0 {
            return;
        }
        if missing > receive.credit as u64 && receive.due > 0 && !receive.queued {
            receive.queued = true;
            self.flow.credits.push(id);
        }
        let goes_on = missing <= (receive.credit + receive.due) as u64
            && self.flow.receive_credit + self.flow.due >= self.limits.connection_window / 2;
        let allowed = receive.ahead.saturating_sub(receive.position);
        let leads = self.flow.ahead == Some(id);
        // Others wait for the one that goes ahead, and may take what credit there is now: it goes so to its end.
        if goes_on && !leads || allowed >= missing.min(FRAGMENT as u64) {
            return;
        }
        if self.flow.ahead.is_some() && !leads {
            if !self.flow.ahead_next.contains(&id) {
                self.flow.ahead_next.push_back(id);
            }
            return;
        }
        self.flow.ahead = Some(id);
        // Beyond what may come on credit: the peer may have sent that by the time that it reads this.
        receive.ahead = receive.position + missing.min(receive.credit as u64 + AHEAD);
        let ahead = receive.ahead;
        let mut draft = Draft::new(&mut self.out);
        put_number(ahead, draft.buffer());
        draft.finish(Kind::Credit, Flags::LEAD, id);
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
    #[inline]
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
                ahead: receive.ahead.saturating_sub(receive.position),
                method,
            };
            self.flow.set_late(id, late);
        }
        if stream.send.queued {
            leave(&mut self.flow.turns, id);
            leave(&mut self.flow.starved, id);
        }
        if receive.queued {
            self.flow.credits.retain(|other| *other != id);
        }
        self.end_ahead(id);
    }

    /// The call need not send ahead any more; the next one may.
    pub(super) fn end_ahead(&mut self, id: CallId) {
        leave(&mut self.flow.ahead_next, id);
        if self.flow.ahead == Some(id) {
            self.flow.ahead = None;
            while self.flow.ahead.is_none()
                && let Some(next) = self.flow.ahead_next.pop_front()
            {
                self.let_ahead(next);
            }
        }
    }

    /// A peer without any credit is not kept waiting for half a window: parts of messages may hold the rest.
    fn is_connection_due(&self) -> bool {
        self.flow.due >= self.limits.connection_window / 2 || self.flow.receive_credit == 0
    }

    fn put_credit(&mut self, flags: Flags, id: CallId, credit: usize) {
        let mut draft = Draft::new(&mut self.out);
        put_number(credit as u64, draft.buffer());
        draft.finish(Kind::Credit, flags, id);
    }
}
