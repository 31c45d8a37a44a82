//! Calls with streams of messages: what handlers and clients hold, and the pipes between them. Knows no connections;
//! `transport` moves messages between the two ends of a connection.

mod accept;
mod answer;
mod call;
#[cfg(feature = "dynamic")]
mod encoded;
mod ends;
mod inbox;
mod local;
mod opening;
mod outcome;
mod pipe;
#[cfg(feature = "testing")]
mod relay;
mod rx;
mod send_buffer;
mod tx;
mod upload;
mod watched;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;

use tokio::time::Instant;

use crate::watchers::{Watchers, Watching};
use crate::{Limits, Status};

pub use accept::{Halves, ends_as_call, ends_as_stream, reply_stream};
pub use call::{ManyMessages, Opens, Streaming};
#[cfg(feature = "dynamic")]
pub use encoded::{EncodedRx, EncodedTx};
pub use outcome::Failure;
pub(crate) use outcome::StreamOutcome;
pub(crate) use pipe::{End, Pipe};
#[cfg(feature = "testing")]
pub(crate) use relay::cut_after;
pub use rx::Rx;
pub(crate) use send_buffer::SendBuffer;
pub use tx::Tx;
pub use upload::{Finish, Upload};

/// The streams of a call, which its [`Body`](crate::Body) carries to whoever answers it.
#[derive(Clone)]
pub struct Streams(Arc<Duplex>);

/// Both directions of a call with streams. One that the method does not have stays empty.
pub(crate) struct Duplex {
    /// From the client to the server.
    pub(crate) up: Pipe,
    /// From the server to the client.
    pub(crate) down: Pipe,
    /// When the server must have accepted the call.
    pub(crate) opening: Option<Instant>,
    /// The call may be tried again, because nothing has used the streams yet.
    kept: AtomicBool,
    /// Client: the server has announced the end of the connection.
    leaving: AtomicBool,
    watchers: Watchers,
}

impl Streams {
    /// The streams of a new call. Each direction buffers at most a window and one message.
    pub(crate) fn new(limits: &Limits, opening: Option<Instant>) -> Self {
        let capacity = limits.stream_window;
        Self(Arc::new(Duplex {
            up: Pipe::new(capacity, limits.message),
            down: Pipe::new(capacity, limits.message),
            opening,
            kept: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            watchers: Watchers::default(),
        }))
    }

    /// From now on they may be used for several attempts, until something uses them.
    fn keep(&self) {
        self.0.kept.store(true, Ordering::Release);
    }

    /// Whether another attempt may use them.
    pub(crate) fn are_kept(&self) -> bool {
        self.0.kept.load(Ordering::Acquire)
    }

    /// A connection or a handler uses them from now on.
    pub(crate) fn taken(&self) {
        self.0.kept.store(false, Ordering::Release);
    }

    pub(crate) fn duplex(&self) -> &Arc<Duplex> {
        &self.0
    }
}

impl Duplex {
    /// The server has accepted the call.
    fn accept(&self) {
        self.down.open();
    }

    /// Client: the server has announced the end of the connection. Adds whom to wake.
    pub(crate) fn leave(&self, wakers: &mut Vec<Waker>) {
        self.leaving.store(true, Ordering::Release);
        wakers.extend(self.watchers.take());
    }

    /// Whether the connection is about to end, on either side.
    fn is_draining(&self) -> bool {
        match self.down.handler() {
            Some(handler) => handler.is_draining(),
            None => self.leaving.load(Ordering::Acquire),
        }
    }

    /// Waits until [`Self::is_draining`].
    fn draining(self: Arc<Self>) -> impl Future<Output = ()> + Send + 'static {
        let handler = self.down.handler().map(|handler| handler.draining());
        async move {
            match handler {
                Some(draining) => draining.await,
                None => self.until_leaving().await,
            }
        }
    }

    /// Client: waits until the server announces the end of the connection.
    fn until_leaving(self: Arc<Self>) -> Watching<Arc<Self>> {
        let is_leaving = |duplex: &Arc<Self>| duplex.leaving.load(Ordering::Acquire);
        Watching::new(self, |duplex| &duplex.watchers, is_leaving)
    }

    /// The call is over: nothing more can be written. What was written can still be read.
    pub(crate) fn over(&self, status: &Status) {
        let mut wakers = Vec::new();
        self.over_with(status, &mut wakers);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The same; adds whom to wake.
    pub(crate) fn over_with(&self, status: &Status, wakers: &mut Vec<Waker>) {
        self.up.end_with(End::Over(status.clone()), wakers);
        self.down.end_with(End::Over(status.clone()), wakers);
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streams")
    }
}

/// The status for streams of a call that has been answered.
pub(crate) fn answered() -> Status {
    Status::aborted("the call is over: its answer says why")
}
