//! Flow control for what this side receives. Consumed credit is given back in amounts of half a window. In addition,
//! one stream at a time may go ahead of its credit: up to the end of a message that does not fit into the available
//! credit and that somebody waits for. So waiting readers never wait for each other, and a connection buffers at most
//! its window and one message of its streams.

use super::calls::{Call, CallId};
use super::connection::{Connection, Role};
use super::fields::put_number;
use super::flow::{FRAGMENT, Late, Receiving, Stream, dequeue};
use super::frame::{Draft, Flags, Kind};
use super::methods::MethodIndex;

/// Who waits for a stream, and for how many bytes: the rest of a message of which a part has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// A reader on this side.
    Reader(usize),
    /// The next server, to which the stream is relayed. It lets the stream go ahead there, so everybody else there is
    /// waiting for it.
    Peer(usize),
}

impl Connection {
    /// This many bytes of a call's stream have been consumed.
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

    /// Somebody waits for more of this call's stream, or nobody does any more if the number is 0.
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

    /// Makes sure that awaited bytes can arrive: on credit if there is enough, otherwise by letting the stream go
    /// ahead. A stream that must wait its turn, or that might have to go ahead once others have used the connection's
    /// credit, is queued.
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
            // Everybody else waits until the stream that goes ahead is through, and may use up the available credit
            // meanwhile. So it stays ahead to the end of its message.
            Some(leader) if leader == id => {}
            None if !goes_on => dequeue(&mut self.flow.ahead_next, id),
            Some(_) | None => {
                if !self.flow.ahead_next.contains(&id) {
                    self.flow.ahead_next.push_back(id);
                }
                return;
            }
        }
        self.flow.ahead = Some(id);
        // The position must lie beyond the stream's credit, which the peer may have used up by the time it reads this.
        let more = receive.credit + receive.window;
        receive.ahead = receive.position + missing.min(more as u64);
        let ahead = receive.ahead;
        let mut draft = Draft::new(&mut self.out);
        put_number(ahead, draft.buffer());
        draft.finish(Kind::Credit, Flags::LEAD, id);
    }

    /// Server: nobody will read the rest of this call's stream, nor what has arrived of it. The client need not send
    /// more.
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

    /// Whether there is credit to give back now.
    pub(super) fn has_credits(&self) -> bool {
        let due = !self.flow.credits.is_empty() || self.flow.due > 0 && self.is_connection_due();
        due && self.closed().is_none()
    }

    /// Appends the CREDIT frames that are due.
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

    /// A call is over: what is left of its streams will not be consumed.
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
            dequeue(&mut self.flow.turns, id);
            dequeue(&mut self.flow.starved, id);
        }
        if receive.queued {
            self.flow.credits.retain(|other| *other != id);
        }
        self.leave_ahead(id);
    }

    /// Nobody waits for this call's stream any more.
    pub(super) fn leave_ahead(&mut self, id: CallId) {
        dequeue(&mut self.flow.ahead_next, id);
        if self.flow.ahead == Some(id) {
            self.end_ahead();
        }
    }

    /// The stream that went ahead is through: lets the next one go ahead that needs to.
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

    /// A stream has used credit of the connection. As long as there was plenty, no stream had to go ahead.
    pub(super) fn credit_taken(&mut self) {
        if self.flow.ahead.is_none() && !self.flow.ahead_next.is_empty() && self.is_scarce() {
            self.end_ahead();
        }
    }

    /// Whether other streams could use up the connection's credit before a waiting stream gets any.
    fn is_scarce(&self) -> bool {
        self.flow.receive_credit + self.flow.due < self.limits.connection_window / 2
    }

    /// Normally half a window is given back at once. But parts of messages can hold the other half, so a peer without
    /// any credit gets what there is.
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
    /// Takes the credit to give back. The window doubles, up to `most`, if nothing else holds up the stream: the line
    /// is idle while its sender waits, and its reader has consumed most of what has arrived or waits for more.
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
