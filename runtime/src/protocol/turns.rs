//! Streams on their way out: calls take turns of one fragment's size, and only while little else waits to be written,
//! so that a large message holds up neither the other calls nor the frames of the connection.

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

/// Bytes waiting to be written that are enough for one write: streams add nothing to them.
pub(super) const BATCH: usize = 64 << 10;

/// How a client's stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// That was all.
    Finished,
    /// That was not all, but nothing more comes.
    Broken,
}

impl Connection {
    /// A call has something to send: a message, or the end of its stream. It is due with [`Self::next_turn`].
    pub fn queue(&mut self, id: CallId) {
        let Some(stream) = self.calls.stream(id) else {
            return;
        };
        stream.send.blocked = false;
        if !stream.send.ended && !std::mem::replace(&mut stream.send.queued, true) {
            self.flow.turns.push_back(id);
        }
    }

    /// The call whose turn it is to send; `None` if there is none, or enough waits to be written.
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

    /// Sends a frame of what the call has and takes it off `messages`, which are in `shape`. `end` comes behind the last
    /// of them. What is left has its next turn in time.
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

    /// Server: tells the client that its call is accepted, with this beside it, unless it is accepted already.
    ///
    /// # Errors
    /// Why this metadata may not be sent; the call is not accepted then.
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

    /// Sends one frame of the messages; `false` if there is no credit.
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

    /// Bytes of the largest piece that may go now: what is left of a batch if no other call has something to send. What is
    /// compressed goes in pieces that a peer takes however much they shrink.
    fn most(&self, packs: bool) -> usize {
        let most = match self.flow.turns.is_empty() && !packs {
            true => BATCH.saturating_sub(self.out.len()) + FRAGMENT,
            false => FRAGMENT,
        };
        most.min(self.largest())
    }

    /// Takes the credit for the next piece, of `most` bytes; gives how many it has, and the flags of its frame. With nothing
    /// of the next message sent, a piece is not cut to what little credit there is: more is on its way as soon as the peer
    /// has read what it has, and messages that come in one piece are not copied.
    fn charge(&mut self, id: CallId, messages: &Messages, most: usize) -> Option<(usize, Flags)> {
        let (connection, window) = (self.flow.send_credit, self.peer.stream_window);
        let wanted = messages.left().len().min(most);
        let send = &mut self.calls.stream(id)?.send;
        let ahead = send.ahead.saturating_sub(send.position);
        let (size, flags) = if ahead > 0 {
            let ahead = usize::try_from(ahead).unwrap_or(usize::MAX);
            (wanted.min(ahead), Flags::AHEAD)
        } else {
            let little = !send.cut && send.credit < wanted.min(window / 2);
            if send.credit == 0 || little {
                (send.blocked, send.waited, send.dry) = (true, true, None);
                return None;
            }
            if connection == 0 {
                send.dry = None;
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
        send.cut = match messages.has_parts() {
            true => {
                send.passed.pass(&messages.left()[..size]);
                send.passed.missing() > 0
            }
            false => size < messages.len(),
        };
        if !send.cut {
            send.dry = None;
        }
        Some((size, flags.and(Flags::WAITED.when(waited))))
    }

    /// Bytes that the peer waits for, and lets go ahead of their credit: at most the rest of a message that is passed on, and of
    /// which a part was sent, nor more than a message may have here.
    pub(crate) fn awaited(&mut self, id: CallId) -> usize {
        let most = self.limits.message as u64;
        let Some(stream) = self.calls.stream(id) else {
            return 0;
        };
        let send = &stream.send;
        let ahead = send.ahead.saturating_sub(send.position);
        ahead.min(send.passed.missing()).min(most) as usize
    }

    /// Tells the peer the shape of the messages, unless it knows.
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

    /// Client: all is sent that is here. The rest of a message that is passed on must come in time: what it holds at the peer, the
    /// calls of others need too.
    fn await_rest(&mut self, id: CallId, now: Duration) {
        let patience = self.limits.frame_time;
        let is_client = self.role == Role::Client;
        let Some(stream) = self.calls.stream(id).filter(|_| is_client) else {
            return;
        };
        let send = &mut stream.send;
        if send.passed.missing() == 0 || send.dry.is_some() {
            return;
        }
        send.dry = Some((now, send.position));
        if stream.accepted {
            let deadline = stream.deadline(None, patience);
            self.calls.set_deadline(id, deadline);
        }
    }

    /// Something of the stream is on its way; the first that a server sends accepts the call.
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

    /// From now on the call may last.
    pub(super) fn stream_accepted(&mut self, id: CallId) {
        let idle = self.stream_idle();
        if let Some(stream) = self.calls.stream(id) {
            let deadline = stream.deadline(idle, self.limits.frame_time);
            self.calls.set_deadline(id, deadline);
        }
    }

    /// How long a stream may be without a frame: the server's rule.
    pub(super) fn stream_idle(&self) -> Option<Duration> {
        (self.role == Role::Server).then_some(self.limits.stream_idle)
    }
}
