//! What a connection goes through before it is served: the handshake of TLS, if the server has that.

use std::sync::Arc;

use tokio::time::Instant;

use crate::Service;
use crate::ctx::Peer;
use crate::transport::{Carrier, Entrance, Io, Shared, serve};

/// How connections are let in.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate {
    #[cfg(feature = "rustls")]
    pub(super) tls: Option<crate::tls::Acceptor>,
}

impl Gate {
    /// Serves one connection until it ends. For its hello the client has the limit `handshake`, that of TLS included.
    pub(super) async fn admit<S: Service>(
        self,
        carrier: Carrier,
        peer: Peer,
        shared: Arc<Shared<S>>,
        entrance: Entrance,
    ) {
        let begun = Instant::now();
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            let secured = Box::pin(secure(tls, carrier, peer, &shared, begun)).await;
            if let Some((stream, peer)) = secured {
                let carrier = Carrier::Tls(Box::new(stream));
                serve(carrier, peer, shared, entrance, begun).await;
            }
            return;
        }
        serve(carrier, peer, shared, entrance, begun).await;
    }

    /// The same for a transport of any type.
    pub(super) async fn admit_io<S: Service>(self, io: impl Io, shared: Arc<Shared<S>>) {
        let (begun, peer) = (Instant::now(), Peer::new(None));
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            if let Some((stream, peer)) = Box::pin(secure(tls, io, peer, &shared, begun)).await {
                serve(stream, peer, shared, Entrance::default(), begun).await;
            }
            return;
        }
        serve(io, peer, shared, Entrance::default(), begun).await;
    }
}

/// Makes the handshake; `None` if that fails, takes too long, or the server stops.
#[cfg(feature = "rustls")]
async fn secure<T: Io, S>(
    tls: &crate::tls::Acceptor,
    io: T,
    peer: Peer,
    shared: &Shared<S>,
    begun: Instant,
) -> Option<(tokio_rustls::TlsStream<T>, Peer)> {
    use std::future::{Future, pending, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    let address = peer
        .address()
        .unwrap_or("a transport without address")
        .to_owned();
    let mut drain = shared.drain.clone();
    let mut stops = pin!(async {
        if drain.wait_for(|draining| *draining).await.is_err() {
            pending::<()>().await;
        }
    });
    let mut accept = pin!(tokio::time::timeout_at(
        begun + shared.limits.handshake,
        tls.accept(io)
    ));
    let accepted = poll_fn(|cx| match stops.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => accept.as_mut().poll(cx).map(Some),
    });
    match accepted.await? {
        Ok(Ok((stream, identity))) => Some((stream, peer.identified(identity))),
        Ok(Err(error)) => {
            tracing::debug!(%error, address, "a TLS handshake has failed");
            None
        }
        Err(_) => {
            tracing::debug!(address, "a TLS handshake takes too long");
            None
        }
    }
}
