//! Replies and statuses on their way out, and the checks that all output has to pass.

use std::time::Duration;

use super::calls::{Call, CallId};
use super::close::Close;
use super::connection::Connection;
use super::fields::put_bytes;
use super::frame::{Draft, Flags, Header, Kind};
use super::shapes::Of;
use super::{metadata, status};
use crate::status::too_large;
use crate::wire::Output;
use crate::{Metadata, Reached, Status};

/// Why a reply was not sent. Its call is still open and needs [`Connection::fail`].
#[derive(Debug)]
pub enum ReplyError<E> {
    /// This reply may not be sent.
    Refused(Status),
    /// The reply could not be encoded.
    Encode(E),
}

impl Connection {
    /// Server: answers a call with the reply that `body` appends in the shape `shape`.
    ///
    /// # Errors
    /// See [`ReplyError`]; nothing is sent then.
    pub fn reply<E>(
        &mut self,
        id: CallId,
        shape: &[u8],
        metadata: &Metadata,
        now: Duration,
        body: impl FnOnce(&mut Output) -> Result<(), E>,
    ) -> Result<(), ReplyError<E>> {
        let Some(call) = self.calls.get(id).filter(|_| self.closed().is_none()) else {
            return Ok(());
        };
        if call.oneway {
            self.end(id, now, Flags::NONE, |_| {});
            return Ok(());
        }
        metadata.check(&self.limits).map_err(ReplyError::Refused)?;
        let method = call.method;
        let define = self.methods.differs(Of::Replies, method, shape);
        let (largest, waiting) = (self.largest(), self.waiting());
        let mut draft = Draft::new(&mut self.out);
        if define {
            put_bytes(shape, draft.buffer());
        }
        put_metadata(metadata, draft.buffer());
        body(draft.out).map_err(ReplyError::Encode)?;
        check_size(&draft, largest).map_err(ReplyError::Refused)?;
        let waiting = waiting + Header::SIZE + draft.length();
        let limit = self.limits.reply_bytes;
        if waiting > limit {
            return Err(ReplyError::Refused(unread(waiting, limit)));
        }
        let start = draft.finish(
            Kind::Done,
            Flags::DEFINE
                .when(define)
                .and(Flags::METADATA.when(!metadata.is_empty())),
            id,
        );
        self.pack(start, method);
        if define {
            self.methods.tell(Of::Replies, method, shape, &self.limits);
        }
        self.leave(id, now);
        Ok(())
    }

    /// Server: answers a call with a status.
    pub fn fail(&mut self, id: CallId, status: &Status, now: Duration) {
        let Some(call) = self.calls.get(id).filter(|_| self.closed().is_none()) else {
            return;
        };
        let longest = self.longest_message();
        match call.oneway {
            true => self.end(id, now, Flags::NONE, |_| {}),
            false => self.end(id, now, Flags::STATUS, |out| {
                status::put(status, longest, out);
            }),
        }
    }

    /// How long the message of a status may be: the frame must not be larger than the peer accepts.
    fn longest_message(&self) -> usize {
        let fits = self.largest().saturating_sub(status::FIXED);
        self.limits.status_message.min(fits)
    }

    /// Answers a call that never began. Such answers are limited.
    pub(super) fn refuse(
        &mut self,
        id: CallId,
        status: &Status,
        now: Duration,
    ) -> Result<(), Close> {
        let total = self.meters.errors_total.saturating_add(1);
        self.meters.errors_total = total;
        let often = !self.meters.errors.take(now, self.limits.errors, 10);
        if often || total > self.limits.errors_total {
            return Err(Close::excess("too many calls that had to be refused"));
        }
        self.count_control()?;
        let longest = self.longest_message();
        let mut draft = Draft::new(&mut self.out);
        status::put(status, longest, draft.buffer());
        draft.finish(Kind::Done, Flags::STATUS, id);
        Ok(())
    }

    /// Must be called whenever a call is over.
    pub(super) fn call_ended(&mut self, call: &Call, now: Duration) {
        if !call.cancelled {
            self.meters.cancels.completed();
        }
        if self.calls.in_flight() == 0 {
            self.clock.idle = Some(now);
        }
        self.close_if_drained();
    }

    /// The largest payload that this side may send, in bytes.
    pub fn largest(&self) -> usize {
        self.peer
            .message
            .min(self.limits.message)
            .min(Header::MAX_LENGTH)
    }

    /// The largest message of a stream that this side accepts, in bytes.
    pub fn largest_taken(&self) -> usize {
        self.limits.message
    }

    fn end(&mut self, id: CallId, now: Duration, flags: Flags, payload: impl FnOnce(&mut Vec<u8>)) {
        let mut draft = Draft::new(&mut self.out);
        payload(draft.buffer());
        draft.finish(Kind::Done, flags, id);
        self.leave(id, now);
    }

    fn leave(&mut self, id: CallId, now: Duration) {
        if let Some(call) = self.calls.remove(id) {
            self.forget_stream(id, &call);
            self.call_ended(&call, now);
        }
    }
}

#[inline]
pub(super) fn put_metadata(metadata: &Metadata, out: &mut Vec<u8>) {
    if !metadata.is_empty() {
        metadata::put(metadata, out);
    }
}

#[inline]
pub(super) fn check_size(draft: &Draft<'_>, largest: usize) -> Result<(), Status> {
    match draft.length() {
        size if size <= largest => Ok(()),
        size => Err(too_large(size as u64, largest)),
    }
}

fn unread(waiting: usize, limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "the client has {waiting} bytes of replies to read with this one, the limit `reply_bytes` is {limit}"
    ))
    .with_reached(Reached::Yes)
}
