//! Streams on their way out. Calls take turns of one fragment each, and only while little output is waiting. So a large
//! message holds up neither other calls nor the frames of the connection.

use std::time::Duration;

use super::calls::CallId;
use super::connection::{Connection, Role};
use super::flow::FRAGMENT;
use super::frame::{Draft, Flags, Header, Kind};
use super::messages::Messages;
use super::methods::MethodIndex;
use super::send::{check_size, put_metadata};
use super::shapes::Of;
use crate::{Metadata, Status};

/// This much waiting output is enough for one write, so streams add no more.
pub(super) const BATCH: usize = 64 << 10;

/// How a client's stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was sent.
    Finished,
    /// Not everything was sent, but nothing more will be.
    Broken,
}

impl Connection {
    /// A call has something to send: a message, or the end of its stream. [`Self::next_turn`] will return it.
    pub fn queue(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        stream.send.blocked = false;
        if !stream.send.ended && !std::mem::replace(&mut stream.send.queued, true) {
            self.flow.turns.push_back(id);
        }
    }

    /// The call whose turn it is to send. `None` if there is none, or if enough output is waiting.
    pub fn next_turn(&mut self) -> Option<CallId> {
        while self.out.len() < BATCH && self.closed().is_none() {
            let id = self.flow.turns.pop_front()?;
            let Some(stream) = self.calls.stream(id) else {
                continue;
            };
            stream.send.queued = false;
            return Some(id);
        }
        None
    }

    /// Sends one frame of `messages`, which are in `shape`, and removes what was sent. `end` follows the last of them.
    /// If something is left, the call is queued again.
    pub fn send_turn(
        &mut self,
        id: CallId,
        shape: &[u8],
        messages: &mut Messages,
        end: Option<Ending>,
        now: Duration,
    ) {
        if !messages.is_empty() && !self.send_piece(id, shape, messages, now) {
            return;
        }
        match end {
            _ if !messages.is_empty() => self.queue(id),
            Some(end) => self.send_end(id, end),
            None if messages.has_parts() => self.await_rest(id, now),
            None => {}
        }
    }

    /// Server: accepts a call with this metadata, unless it is accepted already.
    ///
    /// # Errors
    /// Why this metadata may not be sent. The call is not accepted then.
    pub fn accept(&mut self, id: CallId, metadata: &Metadata, now: Duration) -> Result<(), Status> {
        metadata.check(&self.limits)?;
        if self.calls.stream(id).is_none_or(|stream| stream.accepted) {
            return Ok(());
        }
        let largest = self.largest();
        let mut draft = Draft::new(&mut self.out);
        put_metadata(metadata, draft.buffer());
        check_size(&draft, largest)?;
        draft.finish(Kind::Head, Flags::METADATA.when(!metadata.is_empty()), id);
        self.sent(id, now);
        Ok(())
    }

    /// Sends one frame of the messages. `false` if there is no credit.
    fn send_piece(
        &mut self,
        id: CallId,
        shape: &[u8],
        messages: &mut Messages,
        now: Duration,
    ) -> bool {
        let Some((_, method)) = self.calls.stream_of(id) else {
            return false;
        };
        let packs = self.packs(method);
        let Some((size, flags)) = self.charge(id, messages, self.most(packs)) else {
            return false;
        };
        self.send_shape(id, method, shape);
        if !packs && size == messages.copied() && self.out.is_empty() {
            messages.hand_over(Header::new(size, Kind::Data, flags, id), &mut self.out);
        } else {
            let mut draft = Draft::new(&mut self.out);
            draft.buffer().extend_from_slice(&messages.left()[..size]);
            messages.advance(size);
            let start = draft.finish(Kind::Data, flags, id);
            self.pack(start, method);
        }
        self.sent(id, now);
        true
    }

    /// The largest piece that may be sent now: a call that is alone may fill the batch. A piece that is compressed is
    /// small enough for any peer, whatever its ratio.
    fn most(&self, packs: bool) -> usize {
        let most = match self.flow.turns.is_empty() && !packs {
            true => BATCH.saturating_sub(self.out.len()) + FRAGMENT,
            false => FRAGMENT,
        };
        most.min(self.largest())
    }

    /// Uses credit for the next piece of at most `most` bytes. Returns its size and the flags of its frame. Unless a
    /// message is already cut, it is not cut to fit a small rest of credit: the peer will soon grant more, and messages
    /// that arrive in one piece need not be copied.
    fn charge(&mut self, id: CallId, messages: &Messages, most: usize) -> Option<(usize, Flags)> {
        let (connection, window) = (self.flow.send_credit, self.peer.stream_window);
        let wanted = messages.left().len().min(most);
        let send = &mut self.calls.stream(id)?.send;
        let ahead = send.ahead.saturating_sub(send.position);
        let (size, flags) = if ahead > 0 {
            let ahead = usize::try_from(ahead).unwrap_or(usize::MAX);
            (wanted.min(ahead), Flags::AHEAD)
        } else {
            let little = !send.mid_message && send.credit < wanted.min(window / 2);
            if send.credit == 0 || little {
                (send.blocked, send.waited, send.rest_missing) = (true, true, None);
                return None;
            }
            if connection == 0 {
                send.rest_missing = None;
                send.queued = true;
                self.flow.starved.push_back(id);
                return None;
            }
            let size = wanted.min(send.credit).min(connection);
            send.credit -= size;
            self.flow.send_credit -= size;
            (size, Flags::NONE)
        };
        let waited = std::mem::take(&mut send.waited);
        if waited {
            send.may_get_more(self.peer.connection_window);
        }
        send.position += size as u64;
        send.mid_message = match messages.has_parts() {
            true => {
                send.boundaries.advance(&messages.left()[..size]);
                send.boundaries.missing() > 0
            }
            false => size < messages.len(),
        };
        if !send.mid_message {
            send.rest_missing = None;
        }
        Some((size, flags.and(Flags::WAITED.when(waited))))
    }

    /// How many bytes the peer waits for and lets go ahead of their credit: at most the rest of a relayed message that
    /// was sent in part, and at most the size limit of a message.
    pub(crate) fn awaited(&mut self, id: CallId) -> usize {
        let most = self.limits.message as u64;
        let Some(stream) = self.calls.stream(id) else {
            return 0;
        };
        let send = &stream.send;
        let ahead = send.ahead.saturating_sub(send.position);
        ahead.min(send.boundaries.missing()).min(most) as usize
    }

    /// Sends the shape of the messages, unless the peer knows it.
    fn send_shape(&mut self, id: CallId, method: MethodIndex, shape: &[u8]) {
        let stream = self.calls.stream(id);
        let begins = stream.is_some_and(|it| !std::mem::replace(&mut it.send.begun, true));
        if begins && self.methods.differs(Of::Messages, method, shape) {
            let mut draft = Draft::new(&mut self.out);
            draft.buffer().extend_from_slice(shape);
            draft.finish(Kind::Data, Flags::DEFINE, id);
            self.methods.tell(Of::Messages, method, shape, &self.limits);
        }
    }

    /// Client: everything here is sent. If that ends inside a message that is relayed, the rest must arrive in time:
    /// meanwhile it holds up the other calls at the peer.
    fn await_rest(&mut self, id: CallId, now: Duration) {
        let patience = self.limits.frame_time;
        let is_client = self.role == Role::Client;
        let Some(stream) = self.calls.stream(id).filter(|_| is_client) else {
            return;
        };
        let send = &mut stream.send;
        if send.boundaries.missing() == 0 || send.rest_missing.is_some() {
            return;
        }
        send.rest_missing = Some((now, send.position));
        if stream.accepted {
            let deadline = stream.deadline(None, patience);
            self.calls.set_deadline(id, deadline);
        }
    }

    /// A frame of the stream was sent. The first one from a server accepts the call.
    fn sent(&mut self, id: CallId, now: Duration) {
        let is_server = self.role == Role::Server;
        if let Some(stream) = self.calls.stream(id) {
            stream.active = now;
            if is_server && !std::mem::replace(&mut stream.accepted, true) {
                self.stream_accepted(id);
            }
        }
    }

    fn send_end(&mut self, id: CallId, end: Ending) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        if std::mem::replace(&mut stream.send.ended, true) || self.role == Role::Server {
            return;
        }
        let flags = match end {
            Ending::Finished => Flags::END,
            Ending::Broken => Flags::BROKEN,
        };
        Draft::new(&mut self.out).finish(Kind::Data, flags, id);
    }

    /// The call is accepted: from now on its lifetime counts instead of its timeout.
    pub(super) fn stream_accepted(&mut self, id: CallId) {
        let idle = self.stream_idle();
        if let Some(stream) = self.calls.stream(id) {
            let deadline = stream.deadline(idle, self.limits.frame_time);
            self.calls.set_deadline(id, deadline);
        }
    }

    /// How long a stream may be idle. Only servers enforce this.
    pub(super) fn stream_idle(&self) -> Option<Duration> {
        (self.role == Role::Server).then_some(self.limits.stream_idle)
    }
}
