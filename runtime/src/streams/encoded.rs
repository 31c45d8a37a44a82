//! The halves of streams whose messages are known only at run time.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::time::Instant;
use tracing::Instrument;

use super::answer::Answer;
use super::inbox::{Inbox, Next, cut_off};
use super::local::Attended;
use super::pipe::End;
use super::{Duplex, Streams};
use crate::body::{Arrived, Written};
use crate::dynamic::{DynamicReply, Encoded, in_shape};
use crate::wire::EncodeError;
use crate::{Call, Channel, Ctx, Limits, Metadata, Result, Status};

/// Sends the messages of a client's stream. Dropping it without [`Self::finish`] tells the server that the stream is not complete.
pub struct EncodedTx {
    duplex: Arc<Duplex>,
    finished: bool,
}

impl EncodedTx {
    pub(crate) fn beside(rx: &EncodedRx, head: &[u8]) -> Self {
        rx.duplex.up.lock().shape = Some(in_shape(head));
        Self {
            duplex: rx.duplex.clone(),
            finished: false,
        }
    }

    /// Sends a message once there is room for it on this side: its body, in the shape given with the call.
    ///
    /// # Errors
    /// Why the call is over, or that the message is too large.
    pub async fn send(&mut self, body: &[u8]) -> Result<()> {
        let encode = |out: &mut Vec<u8>| -> std::result::Result<(), EncodeError> {
            out.extend_from_slice(body);
            Ok(())
        };
        poll_fn(|cx| self.duplex.up.poll_write(encode, |_| {}, cx)).await
    }

    /// Ends the stream: everything has been sent.
    pub fn finish(mut self) {
        self.finished = true;
        self.duplex.up.end(End::Finished);
    }
}

impl Drop for EncodedTx {
    fn drop(&mut self) {
        if !self.finished {
            self.duplex.up.end(End::Broken);
        }
    }
}

/// Receives the messages of a server's stream, and then the reply. Dropping it cancels the call.
pub struct EncodedRx {
    duplex: Arc<Duplex>,
    inbox: Inbox,
    /// Head of the shape of the last message received.
    head: Bytes,
    /// What the handler said before it accepted the call, if that was asked for.
    metadata: Metadata,
    answer: Answer,
    /// Set after an invalid message: nothing more is read.
    failed: Option<Status>,
    over: bool,
}

impl EncodedRx {
    pub(crate) fn begin(
        channel: Channel,
        deadline: Option<Instant>,
        metadata: Metadata,
        call: impl FnOnce(Ctx, Streams) -> Call,
    ) -> Self {
        let opening = Instant::now().checked_add(channel.timeout());
        let opening = opening.into_iter().chain(deadline).min();
        let streams = Streams::new(&Limits::default(), opening);
        let given = streams.clone();
        let attended = Attended::new(&channel, &streams, deadline, metadata, |cx| call(cx, given));
        Self {
            duplex: streams.duplex().clone(),
            inbox: Inbox::new(),
            head: Bytes::new(),
            metadata: Metadata::new(),
            answer: Answer::task(tokio::spawn(attended.in_current_span()), channel),
            failed: None,
            over: false,
        }
    }

    /// Waits until the server has accepted the call, and gives the metadata that its handler had set by then. `None` if
    /// the call ended before that; [`Self::finish`] has the reason, and what was set later. Dropping the future loses
    /// nothing.
    pub async fn accepted(&mut self) -> Option<&Metadata> {
        if !poll_fn(|cx| self.duplex.down.poll_opened(cx)).await {
            return None;
        }
        self.metadata.append_all(self.duplex.down.take_head());
        Some(&self.metadata)
    }

    /// The next message; `None` once there is no more, for which [`Self::finish`] has the reason. Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Option<Encoded> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Encoded>> {
        if self.over {
            return Poll::Ready(None);
        }
        let head = &mut self.head;
        let encoded = |theirs: Option<&Written>, message: Arrived<'_>| {
            let theirs = theirs.map_or(&[][..], Written::head);
            if *head != theirs {
                *head = Bytes::copy_from_slice(theirs);
            }
            Encoded {
                head: head.clone(),
                body: message.kept(),
            }
        };
        match ready!(self.inbox.poll_next(&self.duplex.down, cx, encoded)) {
            Next::Message(message) => return Poll::Ready(Some(message)),
            Next::Wrong(wrong) => self.failed = Some(wrong.status(Status::internal)),
            Next::End(_) => {}
        }
        self.over = true;
        Poll::Ready(None)
    }

    /// The reply, which comes at the end of the server's stream. Skips the messages that were not received.
    ///
    /// # Errors
    /// Why there is no reply. A declared exception is a reply, including those of the stream.
    pub async fn finish(mut self) -> Result<DynamicReply> {
        while self.recv().await.is_some() {}
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        // Why the call has ended is more important than that a message is incomplete.
        let reply = poll_fn(|cx| self.answer.poll(cx)).await?;
        match self.inbox.is_empty() {
            true => DynamicReply::of(reply),
            false => Err(cut_off(Status::internal)),
        }
    }
}

impl fmt::Debug for EncodedTx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodedTx")
    }
}

impl fmt::Debug for EncodedRx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodedRx")
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::super::inbox::TURN;
    use super::*;
    use crate::{Code, Router};

    /// A call that is only answered with a status.
    fn begun() -> EncodedRx {
        let channel = Channel::new(Router::new());
        let call = |cx, streams| Call {
            method: crate::MethodRef::defined("test".into(), "none".into(), None),
            cx,
            body: crate::Body::encoded(in_shape(b""), Default::default()).with_streams(streams),
        };
        EncodedRx::begin(channel, None, Metadata::new(), call)
    }

    #[tokio::test]
    async fn a_call_that_is_over_within_a_message_says_why() {
        let mut rx = begun();
        let (down, shape) = (&rx.duplex.down, in_shape(b""));
        down.receive(Arrived::part(b"\x06\0"), Some(&shape), &mut Vec::new());
        assert!(rx.recv().await.is_none());
        let error = rx.finish().await.expect_err("nobody has such a method");
        assert_eq!(error.code(), Code::Unimplemented, "{error}");
    }

    #[tokio::test]
    async fn a_reader_of_many_small_messages_lets_others_have_their_turn() {
        let mut rx = begun();
        let (empty, all) = (b"\x02\0", 3 * TURN + 1);
        let bytes = empty.repeat(all as usize);
        let (down, shape) = (&rx.duplex.down, in_shape(b""));
        down.receive(Arrived::part(&bytes), Some(&shape), &mut Vec::new());
        for _ in 0..3 {
            let mut read = 0;
            while let Poll::Ready(message) = rx.poll_recv(&mut Context::from_waker(Waker::noop())) {
                assert_eq!(message.expect("it is there").body, b"\0"[..]);
                read += 1;
            }
            assert_eq!(read, TURN);
        }
    }
}
