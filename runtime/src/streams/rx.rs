//! The half of a stream that receives.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Duplex;
use super::answer::Answer;
use super::pipe::{End, Read};
use super::tx::incomplete;
use crate::body::{Arrived, EncodedShape};
use crate::outcome::MethodError;
use crate::protocol::Messages;
use crate::wire::{DecodeError, Shape, Wire};
use crate::with_metadata::beside;
use crate::{Metadata, Method, Reply, Result, Status};

/// Receives the messages of a stream.
///
/// At a client, dropping it cancels the call. In a handler, dropping it tells the client to send no more.
pub struct Rx<T, E = Status> {
    duplex: Arc<Duplex>,
    /// What was taken from the pipe and is not decoded yet, and its shape.
    taken: Messages,
    theirs: Option<Arc<EncodedShape>>,
    ours: &'static Shape,
    /// Charge of what was decoded since the pipe was told.
    used: usize,
    /// In a handler: the client knows that its call is accepted.
    accepted: bool,
    /// At a client: what came beside the messages so far.
    metadata: Metadata,
    source: Source<E>,
    message: PhantomData<fn() -> T>,
}

enum Source<E> {
    /// In a handler: the messages of the client.
    Client,
    /// At a client: the messages of the server, then the answer of the call.
    Server(Answer, &'static Method, Finish<E>),
    /// At a client whose call was over before anything came.
    Ended(E),
    /// Nothing comes any more.
    Over,
}

/// What the answer of a call says about the end of its stream.
pub(super) type Finish<E> = fn(&'static Method, Result<Reply>) -> Result<(), E>;

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

    /// A stream whose call was over before anything came.
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
            taken: Messages::default(),
            theirs: None,
            ours,
            used: 0,
            accepted: false,
            metadata,
            source,
            message: PhantomData,
        }
    }

    /// The next message; `None` once the stream has ended as it should. Dropping the future loses nothing.
    ///
    /// In a handler the first call of this accepts the client's call.
    ///
    /// # Errors
    /// Why the stream has ended otherwise: a declared exception, or a status. After that there is only `None`.
    pub async fn recv(&mut self) -> Result<Option<T>, E> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// As [`Self::recv`], for futures written by hand, and to make this a stream of the crate `futures`:
    /// `stream::poll_fn(move |cx| rx.poll_recv(cx).map(Result::transpose))`.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>, E>> {
        if let Source::Client = self.source
            && !std::mem::replace(&mut self.accepted, true)
        {
            self.duplex.accept();
        }
        loop {
            if let Some(message) = self.taken.first() {
                let decoded = decode(self.theirs.as_deref(), self.ours, message);
                self.used += self.taken.pop();
                self.give_back();
                return Poll::Ready(match decoded {
                    Ok(message) => Ok(Some(message)),
                    Err(error) => Err(self.fail(error)),
                });
            }
            if !matches!(self.source, Source::Client | Source::Server(..)) {
                return Poll::Ready(self.last());
            }
            let Self {
                duplex,
                taken,
                used,
                ..
            } = self;
            let pipe = match self.source {
                Source::Client => &duplex.up,
                Source::Server(..) | Source::Ended(_) | Source::Over => &duplex.down,
            };
            match ready!(pipe.poll_read(taken, used, cx)) {
                Read::Messages(shape) => self.theirs = shape,
                Read::End(end) => return self.poll_end(end, cx),
            }
        }
    }

    /// At a client, what the handler has said beside its messages with [`Ctx::reply_meta`](crate::Ctx::reply_meta): before it
    /// accepted the call, and once the stream is over, also what it said after that. A stream that has ended with a
    /// [`Status`] has no more at its end. In a handler there is none.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Whether the connection is about to end: the server shuts down, or the connection has come to its limit `max_age`. The
    /// stream goes on for at most the server's limit `drain`, so a client that wants more begins another call, and that goes to
    /// a server that stays. In a handler the same as [`Ctx::is_draining`](crate::Ctx::is_draining).
    pub fn is_draining(&self) -> bool {
        self.duplex.is_draining()
    }

    /// Waits until [`Self::is_draining`]. Does not borrow the half, so it goes well with [`Self::recv`] in a `select!`.
    pub fn draining(&self) -> impl Future<Output = ()> + Send + 'static + use<T, E> {
        self.duplex.clone().draining()
    }

    fn poll_end(&mut self, end: End, cx: &mut Context<'_>) -> Poll<Result<Option<T>, E>> {
        let result = match &mut self.source {
            Source::Server(answer, method, finish) => {
                let mut reply = ready!(answer.poll(cx));
                self.metadata.extend(beside(&mut reply));
                finish(method, reply).map(|()| None)
            }
            Source::Client | Source::Ended(_) | Source::Over => match end {
                End::Finished => Ok(None),
                End::Broken => Err(E::from(incomplete())),
                End::Over(status) => Err(E::from(status)),
            },
        };
        self.source = Source::Over;
        Poll::Ready(result)
    }

    fn last(&mut self) -> Result<Option<T>, E> {
        match std::mem::replace(&mut self.source, Source::Over) {
            Source::Ended(error) => Err(error),
            Source::Client | Source::Server(..) | Source::Over => Ok(None),
        }
    }

    /// A message that cannot be decoded ends the stream, and with it the call at a client.
    fn fail(&mut self, error: DecodeError) -> E {
        let message = format!("a message of the stream cannot be decoded: {error}");
        let status = match self.source {
            Source::Client => Status::invalid_argument(message),
            Source::Server(..) | Source::Ended(_) | Source::Over => Status::internal(message),
        };
        self.taken = Messages::default();
        self.source = Source::Over;
        E::from(status.with_source(error))
    }

    /// Lets the writer go on before everything at hand is used up.
    fn give_back(&mut self) {
        let pipe = match self.source {
            Source::Client => &self.duplex.up,
            Source::Server(..) | Source::Ended(_) | Source::Over => &self.duplex.down,
        };
        if self.used >= GIVE_BACK {
            pipe.give_back(&mut self.used);
        }
    }
}

/// Charge after which the writer is told, if the reader is not out of messages before.
const GIVE_BACK: usize = 16 << 10;

fn decode<T: Wire>(
    theirs: Option<&EncodedShape>,
    ours: &'static Shape,
    message: &[u8],
) -> Result<T, DecodeError> {
    theirs
        .expect("the shape of a message comes before it")
        .decode(ours, Arrived::part(message))
}

impl<T, E> Drop for Rx<T, E> {
    fn drop(&mut self) {
        let pipe = match self.source {
            Source::Client => &self.duplex.up,
            Source::Server(..) | Source::Ended(_) => &self.duplex.down,
            Source::Over => return,
        };
        pipe.abandon(self.used + self.taken.charge());
    }
}

impl<T, E> fmt::Debug for Rx<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rx")
    }
}
