//! The receiving half of a stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Duplex;
use super::answer::Answer;
use super::inbox::{Blame, Inbox, Next, cut_off};
use super::pipe::{End, Pipe};
use super::tx::incomplete;
use crate::body::{Arrived, Written};
use crate::outcome::MethodError;
use crate::transport::Flight;
use crate::wire::{DecodeError, Shape, Wire};
use crate::with_metadata::beside;
use crate::{Metadata, Method, Reply, Result, Status};

/// Receives the messages of a stream.
///
/// At a client, dropping it cancels the call. In a handler, dropping it tells the client to send no more.
pub struct Rx<T, E = Status> {
    duplex: Arc<Duplex>,
    inbox: Inbox,
    ours: &'static Shape,
    /// In a handler: the client's call has been accepted.
    accepted: bool,
    /// In a client: the metadata so far.
    metadata: Metadata,
    source: Source<E>,
    message: PhantomData<fn() -> T>,
}

enum Source<E> {
    /// In a handler: the client's messages.
    Client,
    /// In a client: the server's messages, then the call's answer.
    Server(Answer, &'static Method, Finish<E>),
    /// In a client whose call was over before the first message.
    Ended(E),
    /// Nothing more will come.
    Over,
}

/// Turns a call's answer into the end of its stream.
pub(super) type Finish<E> = fn(&'static Method, Result<Reply>, Option<&Flight>) -> Result<(), E>;

impl<T: Wire> Rx<T> {
    pub(super) fn of_server(duplex: &Arc<Duplex>, ours: &'static Shape) -> Self {
        Self::new(duplex, ours, Metadata::new(), Source::Client)
    }
}

impl<T: Wire, E: MethodError> Rx<T, E> {
    pub(super) fn of_client(
        duplex: &Arc<Duplex>,
        method: &'static Method,
        metadata: Metadata,
        answer: Answer,
        finish: Finish<E>,
    ) -> Self {
        let ours = method.down().shape();
        let source = Source::Server(answer, method, finish);
        Self::new(duplex, ours, metadata, source)
    }

    /// A stream whose call was over before the first message.
    pub(super) fn ended(
        duplex: &Arc<Duplex>,
        method: &'static Method,
        metadata: Metadata,
        result: Result<(), E>,
    ) -> Self {
        let source = match result {
            Ok(()) => Source::Over,
            Err(error) => Source::Ended(error),
        };
        Self::new(duplex, method.down().shape(), metadata, source)
    }

    fn new(
        duplex: &Arc<Duplex>,
        ours: &'static Shape,
        metadata: Metadata,
        source: Source<E>,
    ) -> Self {
        Self {
            duplex: duplex.clone(),
            inbox: Inbox::new(),
            ours,
            accepted: false,
            metadata,
            source,
            message: PhantomData,
        }
    }

    /// The next message; `None` once the stream has ended normally. Dropping the future loses nothing.
    ///
    /// In a handler the first call to this accepts the client's call.
    ///
    /// # Errors
    /// Why the stream did not end normally: a declared exception, or a status. After that there is only `None`.
    pub async fn recv(&mut self) -> Result<Option<T>, E> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// As [`Self::recv`], for hand-written futures, and to make this a stream of the crate `futures`:
    /// `stream::poll_fn(move |cx| rx.poll_recv(cx).map(Result::transpose))`.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>, E>> {
        let pipe = match self.source {
            Source::Client => {
                if !std::mem::replace(&mut self.accepted, true) {
                    self.duplex.accept();
                }
                &self.duplex.up
            }
            Source::Server(..) => &self.duplex.down,
            Source::Ended(_) | Source::Over => return Poll::Ready(self.last()),
        };
        let ours = self.ours;
        let decode = |theirs: Option<&Written>, message: Arrived<'_>| {
            let theirs = theirs.expect("the shape of a message comes before it");
            theirs.decode(ours, message)
        };
        let next = match ready!(self.inbox.poll_next(pipe, cx, decode)) {
            Next::Message(Ok(message)) => Ok(Some(message)),
            Next::Message(Err(error)) => Err(self.fail(undecodable(error))),
            Next::Wrong(wrong) => Err(self.fail(|blame| wrong.status(blame))),
            Next::End(end) => return self.poll_end(end, cx),
        };
        Poll::Ready(next)
    }

    /// At a client, the metadata that the handler set with [`Ctx::reply_meta`](crate::Ctx::reply_meta) before it
    /// accepted the call, and once the stream is over, also what it set after that. A stream that has ended with a
    /// [`Status`] has no more at its end. In a handler there is none.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Whether the connection is about to end: the server shuts down, or the connection has reached its limit
    /// `max_age`. The stream continues for at most the server's limit `drain`, so a client that wants more begins
    /// another call, which goes to a server that stays. In a handler this is the same as
    /// [`Ctx::is_draining`](crate::Ctx::is_draining).
    pub fn is_draining(&self) -> bool {
        self.duplex.is_draining()
    }

    /// Waits until [`Self::is_draining`]. Does not borrow the half, so you can use it with [`Self::recv`] in a
    /// `select!`.
    pub fn draining(&self) -> impl Future<Output = ()> + Send + 'static + use<T, E> {
        self.duplex.clone().draining()
    }

    fn poll_end(&mut self, end: End, cx: &mut Context<'_>) -> Poll<Result<Option<T>, E>> {
        let result = match &mut self.source {
            Source::Server(answer, method, finish) => {
                let mut reply = ready!(answer.poll(cx));
                self.metadata.append_all(beside(&mut reply));
                finish(method, reply, answer.flight())
            }
            Source::Client | Source::Ended(_) | Source::Over => match end {
                End::Finished => Ok(()),
                End::Broken => Err(E::from(incomplete())),
                End::Over(status) => Err(E::from(status)),
            },
        };
        let whole = match self.inbox.is_empty() {
            true => Ok(None),
            false => Err(self.fail(cut_off)),
        };
        self.source = Source::Over;
        Poll::Ready(result.and(whole))
    }

    fn last(&mut self) -> Result<Option<T>, E> {
        match std::mem::replace(&mut self.source, Source::Over) {
            Source::Ended(error) => Err(error),
            Source::Client | Source::Server(..) | Source::Over => Ok(None),
        }
    }

    /// An invalid message ends the stream and, in a client, the call.
    fn fail(&mut self, wrong: impl FnOnce(Blame) -> Status) -> E {
        let status = match &self.source {
            Source::Client => wrong(Status::invalid_argument),
            Source::Server(answer, ..) => Flight::name_at(answer.flight(), wrong(Status::internal)),
            Source::Ended(_) | Source::Over => wrong(Status::internal),
        };
        self.leave();
        E::from(status)
    }
}

impl<T, E> Rx<T, E> {
    /// Reads no more.
    fn leave(&mut self) {
        let unused = self.inbox.close();
        self.pipe().abandon(unused);
        self.source = Source::Over;
    }

    fn pipe(&self) -> &Pipe {
        match self.source {
            Source::Client => &self.duplex.up,
            Source::Server(..) | Source::Ended(_) | Source::Over => &self.duplex.down,
        }
    }
}

impl<T, E> Drop for Rx<T, E> {
    fn drop(&mut self) {
        match self.source {
            Source::Client | Source::Server(..) | Source::Ended(_) => self.leave(),
            Source::Over => {}
        }
    }
}

impl<T, E> fmt::Debug for Rx<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rx")
    }
}

fn undecodable(error: DecodeError) -> impl FnOnce(Blame) -> Status {
    move |blame| {
        let status = blame(format!(
            "a message of the stream cannot be decoded: {error}"
        ));
        status.with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Wake, Waker};

    use super::super::Streams;
    use super::super::inbox::TURN;
    use super::*;
    use crate::wire::shape_of;
    use crate::{Code, Limits};

    /// What a handler sees if this is its client's whole stream, with messages of up to 16 KiB.
    fn told(bytes: &[u8]) -> Result<Option<String>> {
        let streams = Streams::new(&Limits::default(), None);
        let ours = shape_of::<String>();
        let mut rx: Rx<String> = Rx::of_server(streams.duplex(), ours);
        let up = &streams.duplex().up;
        up.lock().largest = 16 << 10;
        let shape = Written::here(ours);
        up.receive(Arrived::part(bytes), Some(&shape), &mut Vec::new());
        up.end(End::Finished);
        match rx.poll_recv(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(told) => told,
            Poll::Pending => panic!("the stream has ended"),
        }
    }

    #[test]
    fn a_reader_of_many_small_messages_lets_others_have_their_turn() {
        struct Count(AtomicU32);
        impl Wake for Count {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let (streams, ours) = (Streams::new(&Limits::default(), None), shape_of::<String>());
        let mut rx: Rx<String> = Rx::of_server(streams.duplex(), ours);
        let (up, shape) = (&streams.duplex().up, Written::here(ours));
        let (empty, all) = (b"\x02\0", 3 * TURN + 1);
        let bytes = empty.repeat(all as usize);
        up.receive(Arrived::part(&bytes), Some(&shape), &mut Vec::new());
        let wakes = Arc::new(Count(AtomicU32::new(0)));
        let (waker, mut read) = (Waker::from(wakes.clone()), 0);
        for turn in 1..=3 {
            while let Poll::Ready(word) = rx.poll_recv(&mut Context::from_waker(&waker)) {
                assert_eq!(word.unwrap().as_deref(), Some(""));
                read += 1;
            }
            assert_eq!((read, wakes.0.load(Ordering::Relaxed)), (turn * TURN, turn));
        }
    }

    #[test]
    fn what_is_no_message_is_an_error_and_no_clean_end() {
        assert_eq!(told(b"\x06\x04hi").unwrap().as_deref(), Some("hi"));
        let broken = Code::InvalidArgument;
        let cases: [(&[u8], Code, &str); 6] = [
            (b"\x06\x04h", broken, "ends before it is whole"),
            (b"\x03", broken, "ends before it is whole"),
            (b"\x01\x00", broken, "has no length"),
            (b"\x06\x04h\xff", broken, "cannot be decoded"),
            (b"\x02\xff", broken, "cannot be decoded"),
            (b"\x0b\x00\x02", Code::ResourceExhausted, "of 16385 bytes"),
        ];
        for (bytes, code, text) in cases {
            let error = told(bytes).expect_err(text);
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}
