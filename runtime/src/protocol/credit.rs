//! Credit for what this side receives: given back when it is used up, in halves of the window. Beside that, one call at
//! a time may send ahead of its credit: up to the end of a message that is too large for what credit there is, and that
//! somebody waits for. So readers who wait never wait for each other, and what a connection buffers of streams is at most
//! its window and one message.

use super::calls::{Call, CallId};
use super::connection::{Connection, Role};
use super::fields::put_number;
use super::flow::{FRAGMENT, Late, Receiving, Stream, leave};
use super::frame::{Draft, Flags, Kind};
use super::methods::MethodIndex;

/// Who waits for how many more bytes of a stream: for those that are missing of a message of which there is a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// A reader here.
    Reader(usize),
    /// The peer that the stream is passed on to. That one lets it go ahead there, and everybody else waits for it meanwhile.
    Peer(usize),
}

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
        let much = receive.due >= receive.window / 2;
        if much && !receive.ended && !std::mem::replace(&mut receive.queued, true) {
            self.flow.credits.push(id);
        }
        if is_done && self.flow.ahead == Some(id) {
            self.end_ahead();
        }
    }

    /// Somebody waits for more of this call's stream; for no more bytes if nobody does.
    pub fn waits(&mut self, id: CallId, waits: Waits) {
        let (missing, is_passed_on) = match waits {
            Waits::Reader(missing) => (missing, false),
            Waits::Peer(missing) => (missing, true),
        };
        if let Some(stream) = self.calls.stream(id) {
            stream.receive.wanted = stream.receive.position.saturating_add(missing as u64);
            stream.receive.is_passed_on = is_passed_on;
            self.let_ahead(id);
        }
    }

    /// Sees to it that what somebody waits for can come: on the credit that there is, else ahead of it. Who has its turn to go
    /// ahead later, or may need it once others have taken the credit of the connection, is in the queue.
    fn let_ahead(&mut self, id: CallId) {
        let is_scarce = self.is_scarce();
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
        let allowed = receive.ahead.saturating_sub(receive.position);
        if allowed >= missing.min(FRAGMENT as u64) {
            return;
        }
        let has_credit = missing <= (receive.credit + receive.due) as u64;
        let goes_on = has_credit && !is_scarce && !receive.is_passed_on;
        match self.flow.ahead {
            // Others wait for the one that goes ahead, and may take what credit there is now: it goes so to its end.
            Some(leader) if leader == id => {}
            None if !goes_on => leave(&mut self.flow.ahead_next, id),
            Some(_) | None => {
                if !self.flow.ahead_next.contains(&id) {
                    self.flow.ahead_next.push_back(id);
                }
                return;
            }
        }
        self.flow.ahead = Some(id);
        // Beyond what may come on credit: the peer may have sent that by the time that it reads this.
        let more = receive.credit + receive.window;
        receive.ahead = receive.position + missing.min(more as u64);
        let ahead = receive.ahead;
        let mut draft = Draft::new(&mut self.out);
        put_number(ahead, draft.buffer());
        draft.finish(Kind::Credit, Flags::LEAD, id);
    }

    /// Server: nobody reads the stream of this call any more, nor what has come of it; its client need not send the rest.
    pub fn stop(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        let receive = &mut stream.receive;
        if std::mem::replace(&mut receive.stopped, true) {
            return;
        }
        self.flow.due += std::mem::take(&mut receive.held);
        if !receive.ended {
            Draft::new(&mut self.out).finish(Kind::Credit, Flags::STOP, id);
        }
        self.leave_ahead(id);
    }

    /// Whether there is credit to send.
    pub(super) fn has_credits(&self) -> bool {
        let due = !self.flow.credits.is_empty() || self.flow.due > 0 && self.is_connection_due();
        due && self.closed().is_none()
    }

    /// Appends the credit that is to be given back.
    pub(super) fn put_credits(&mut self) {
        if !self.has_credits() {
            return;
        }
        let most = self
            .limits
            .max_stream_window
            .min(self.limits.connection_window);
        let mut ids = std::mem::take(&mut self.flow.credits);
        for id in ids.drain(..) {
            let Some(stream) = self.calls.stream(id) else {
                continue;
            };
            let receive = &mut stream.receive;
            receive.queued = false;
            let credit = receive.take_due(most);
            if credit > 0 && !receive.ended && !receive.stopped {
                receive.credit += credit;
                self.put_credit(Flags::NONE, id, credit);
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
        self.leave_ahead(id);
    }

    /// Nobody waits for this call's stream any more.
    pub(super) fn leave_ahead(&mut self, id: CallId) {
        leave(&mut self.flow.ahead_next, id);
        if self.flow.ahead == Some(id) {
            self.end_ahead();
        }
    }

    /// No call goes ahead any more: the next one may that needs it.
    fn end_ahead(&mut self) {
        self.flow.ahead = None;
        for _ in 0..self.flow.ahead_next.len() {
            if self.flow.ahead.is_none()
                && let Some(next) = self.flow.ahead_next.pop_front()
            {
                self.let_ahead(next);
            }
        }
    }

    /// Credit of the connection was taken. While there was enough nobody had to go ahead.
    pub(super) fn credit_taken(&mut self) {
        if self.flow.ahead.is_none() && !self.flow.ahead_next.is_empty() && self.is_scarce() {
            self.end_ahead();
        }
    }

    /// Others may take what credit of the connection there is before a stream has its turn.
    fn is_scarce(&self) -> bool {
        self.flow.receive_credit + self.flow.due < self.limits.connection_window / 2
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

impl Receiving {
    /// Takes what is to be given back. If nothing but the window holds up the stream, that doubles, up to `most`: the line runs dry
    /// while its sender waits, and its reader has read most of what has come, or waits for more.
    fn take_due(&mut self, most: usize) -> usize {
        let due = std::mem::take(&mut self.due);
        let keeps_up = self.held <= due / 2 || self.wanted > self.position;
        if due == 0 || !keeps_up || !self.drought.take() {
            return due;
        }
        let more = self.window.min(most.saturating_sub(self.window));
        self.window += more;
        due + more
    }
}
