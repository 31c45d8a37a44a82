//! What a user may give to the runtime, each of which panics where a test has set a trap.

use std::fmt;
use std::future::pending;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use sinew::balance::{Asked, Candidate, Policy};
use sinew::discover::{Endpoint, Source};
use sinew::layer::{Begun, Ended, Observe};
use sinew::{Accept, Call, Channel, Peer, Reply, Result, Service};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::sync::mpsc;

/// A place where the runtime runs code of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    Accept,
    AcceptPolled,
    ServerRead,
    ServerWrite,
    ServerFlush,
    ServerShutdown,
    ServerDrop,
    Wrap,
    WrapPolled,
    Layer,
    LayerPolled,
    ValueDropped,
    Begin,
    End,
    Handler,
    HandlerPolled,
    HandlerDropped,
    ErrorDropped,
    Source,
    SourcePolled,
    Pick,
    Waits,
    Open,
    OpenPolled,
    Meta,
    ClientRead,
    ClientWrite,
    ClientFlush,
    ClientShutdown,
    ClientDrop,
    OwnLayer,
    OwnLayerPolled,
    OwnBegin,
    OwnEnd,
}

/// Where the next panic is.
#[derive(Clone, Default)]
pub(super) struct Trap(Arc<Mutex<Option<Site>>>);

impl Trap {
    pub(super) fn set(&self, site: Option<Site>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = site;
    }

    pub(super) fn is_set(&self, site: Site) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) == Some(site)
    }

    /// Code of a user runs here.
    pub(super) fn at(&self, site: Site) {
        if self.is_set(site) {
            self.set(None);
            panic!("a bug of the user's {site:?}");
        }
    }
}

/// Runs user code when it is dropped.
pub(super) struct Dropped(pub(super) Trap, pub(super) Site);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.at(self.1);
    }
}

impl fmt::Debug for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped")
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped")
    }
}

impl std::error::Error for Dropped {}

/// A transport of the user.
pub(super) struct Pipe {
    inner: DuplexStream,
    trap: Trap,
    /// Where it reads, writes, flushes and shuts down.
    sites: [Site; 4],
    _dropped: Dropped,
}

impl Pipe {
    pub(super) fn pair(trap: &Trap) -> (Self, Self) {
        use Site::{
            ClientDrop, ClientFlush, ClientRead, ClientShutdown, ClientWrite, ServerDrop,
            ServerFlush, ServerRead, ServerShutdown, ServerWrite,
        };
        let (near, far) = tokio::io::duplex(1 << 16);
        let pipe = |inner, sites, dropped| Self {
            inner,
            trap: trap.clone(),
            sites,
            _dropped: Dropped(trap.clone(), dropped),
        };
        let client = [ClientRead, ClientWrite, ClientFlush, ClientShutdown];
        let server = [ServerRead, ServerWrite, ServerFlush, ServerShutdown];
        (
            pipe(near, client, ClientDrop),
            pipe(far, server, ServerDrop),
        )
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.trap.at(self.sites[0]);
        Pin::new(&mut self.inner).poll_read(cx, into)
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.trap.at(self.sites[1]);
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.trap.at(self.sites[2]);
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.trap.at(self.sites[3]);
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// A listener of the user. Its connections wait in the queue while it panics.
pub(super) struct Pipes(pub(super) mpsc::UnboundedReceiver<Pipe>, pub(super) Trap);

impl Accept for Pipes {
    type Io = Pipe;

    fn accept(&mut self) -> impl Future<Output = io::Result<(Pipe, Peer)>> + Send {
        self.1.at(Site::Accept);
        async {
            self.1.at(Site::AcceptPolled);
            match self.0.recv().await {
                Some(pipe) => Ok((pipe, Peer::unknown())),
                None => pending().await,
            }
        }
    }
}

/// A service around all others.
pub(super) struct Wrapped(pub(super) Channel, pub(super) Trap);

impl Service for Wrapped {
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply>> + Send {
        self.1.at(Site::Wrap);
        async {
            self.1.at(Site::WrapPolled);
            self.0.call(call).await
        }
    }
}

/// Observes calls, at the server or at the client.
pub(super) struct Observer(pub(super) Trap, pub(super) [Site; 2]);

impl Observe for Observer {
    fn begin(&self, _: &Begun<'_>) {
        self.0.at(self.1[0]);
    }

    fn end(&self, _: &Ended<'_>) {
        self.0.at(self.1[1]);
    }
}

/// The only server.
pub(super) struct Here(pub(super) Trap);

impl Source for Here {
    fn next(&mut self) -> impl Future<Output = Result<Vec<Endpoint>>> + Send {
        self.0.at(Site::Source);
        async {
            self.0.at(Site::SourcePolled);
            Ok(["one", "two"].map(Endpoint::new).into())
        }
    }
}

/// Chooses the first server.
pub(super) struct First(pub(super) Trap);

impl Policy for First {
    fn pick(&self, _: &Asked<'_>, _: &[Candidate]) -> usize {
        self.0.at(Site::Pick);
        0
    }

    fn waits(&self) -> bool {
        self.0.at(Site::Waits);
        true
    }
}
