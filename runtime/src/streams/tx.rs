//! The sending half of a stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::pipe::{End, Pipe};
use super::{Duplex, send_buffer};
use crate::body::Written;
use crate::wire::{Shape, Wire, encode_body};
use crate::{Result, Status};

/// Sends the messages of a stream.
///
/// A handler ends its stream by returning: cleanly with `Ok`, otherwise with the error. A client ends its stream with
/// [`Tx::finish`]; if it drops the half without that, the server is told that the stream is not complete.
pub struct Tx<T> {
    duplex: Arc<Duplex>,
    at: At,
    finished: bool,
    message: PhantomData<fn(T)>,
}

/// Which side sends.
#[derive(Clone, Copy)]
enum At {
    Client,
    Server,
}

impl<T: Wire> Tx<T> {
    pub(super) fn of_client(duplex: &Arc<Duplex>, shape: &'static Shape) -> Self {
        duplex.up.lock().shape = Some(Written::here(shape));
        Self::new(duplex, At::Client)
    }

    pub(super) fn of_server(duplex: &Arc<Duplex>, shape: &'static Shape) -> Self {
        duplex.down.lock().shape = Some(Written::here(shape));
        Self::new(duplex, At::Server)
    }

    fn new(duplex: &Arc<Duplex>, at: At) -> Self {
        Self {
            duplex: duplex.clone(),
            at,
            finished: false,
            message: PhantomData,
        }
    }

    /// Sends a message once there is room for it on this side. A sent message has not necessarily been read.
    ///
    /// Dropping the future before it is ready sends nothing. In a handler the first message accepts the call.
    ///
    /// # Errors
    /// Why the call is over, or why this message cannot be sent: it is too large
    /// ([`Code::ResourceExhausted`](crate::Code::ResourceExhausted)) or has no encoding. Also
    /// [`Code::Aborted`](crate::Code::Aborted) once the other side reads no more.
    pub async fn send(&mut self, message: T) -> Result<()> {
        self.send_ref(&message).await
    }

    /// As [`Self::send`], with a message that is used again, for another stream say.
    ///
    /// # Errors
    /// As for [`Self::send`].
    pub async fn send_ref(&mut self, message: &T) -> Result<()> {
        let encode = |out: &mut Vec<u8>| encode_body(message, out);
        poll_fn(|cx| match self.at {
            At::Client => self.duplex.up.poll_write(encode, |_| {}, cx),
            At::Server => send_buffer::poll_write(&self.duplex.down, encode, cx),
        })
        .await
    }

    /// Waits until there is room for a message, so that you can then decide what to send, for example the newest value.
    ///
    /// # Errors
    /// Why the call is over.
    pub async fn ready(&mut self) -> Result<()> {
        poll_fn(|cx| self.poll_ready(cx)).await
    }

    /// As [`Self::ready`], for hand-written futures.
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self.at {
            At::Client => self.duplex.up.poll_room(cx),
            At::Server => send_buffer::poll_room(&self.duplex.down, cx),
        }
    }

    /// In a handler, accepts the call before there is a message: the client stops waiting for the first answer. Reading
    /// from the client's stream and sending do that too.
    pub fn open(&mut self) {
        match self.at {
            At::Server => self.duplex.accept(),
            At::Client => {}
        }
    }

    /// Waits until nothing can be sent any more: the call is over, or the other side reads no more.
    pub async fn closed(&mut self) {
        poll_fn(|cx| self.pipe().poll_closed(cx)).await;
    }

    /// Whether the connection is about to end, as [`Rx::is_draining`](crate::Rx::is_draining) says.
    pub fn is_draining(&self) -> bool {
        self.duplex.is_draining()
    }

    /// Waits until [`Self::is_draining`]. Does not borrow the half.
    pub fn draining(&self) -> impl Future<Output = ()> + Send + 'static + use<T> {
        self.duplex.clone().draining()
    }

    /// At a client, ends the stream: this was all.
    pub fn finish(mut self) {
        self.end();
    }

    pub(super) fn end(&mut self) {
        if let (At::Client, false) = (self.at, self.finished) {
            self.finished = true;
            self.pipe().end(End::Finished);
        }
    }

    /// Whether the call is over.
    pub(super) fn is_over(&self) -> bool {
        let state = self.pipe().lock();
        state.is_over()
    }

    pub(super) fn duplex(&self) -> &Arc<Duplex> {
        &self.duplex
    }

    fn pipe(&self) -> &Pipe {
        match self.at {
            At::Client => &self.duplex.up,
            At::Server => &self.duplex.down,
        }
    }
}

impl<T> Drop for Tx<T> {
    fn drop(&mut self) {
        if let (At::Client, false) = (self.at, self.finished) {
            self.duplex.up.end(End::Broken);
        }
    }
}

impl<T> fmt::Debug for Tx<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}

/// For a reader whose writer was dropped.
pub(super) fn incomplete() -> Status {
    Status::cancelled("the sender of the stream has gone before its end")
}
