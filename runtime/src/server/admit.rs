//! What a connection goes through before it is served: the TLS handshake, if the server uses TLS.

use std::sync::Arc;

use tokio::time::Instant;

use crate::channel::BoxFuture;
use crate::peer::Peer;
use crate::transport::{Carrier, Entrance, Shared, serve};

/// How connections are admitted.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate {
    #[cfg(feature = "rustls")]
    pub(super) tls: Option<crate::tls::Acceptor>,
}

impl Gate {
    /// Serves a connection until it ends. The limit `handshake` covers the TLS handshake and the client's hello
    /// together.
    pub(super) fn admit(
        &self,
        carrier: Carrier,
        peer: Peer,
        shared: Arc<Shared>,
        entrance: Entrance,
    ) -> BoxFuture<()> {
        let begun = Instant::now();
        #[cfg(feature = "rustls")]
        if let Some(tls) = self.tls.clone() {
            return Box::pin(async move {
                if let Some((carrier, peer)) = secure(&tls, carrier, peer, &shared, begun).await {
                    serve(carrier, peer, shared, entrance, begun).await;
                }
            });
        }
        serve(carrier, peer, shared, entrance, begun)
    }
}

/// Performs the TLS handshake. `None` if it fails or takes too long, or if the server stops.
#[cfg(feature = "rustls")]
async fn secure(
    tls: &crate::tls::Acceptor,
    carrier: Carrier,
    peer: Peer,
    shared: &Shared,
    begun: Instant,
) -> Option<(Carrier, Peer)> {
    use crate::figures::Open;
    use crate::protocol::{PREFACE_WAIT, Reason, Role};
    use crate::report::{self, About};

    let mut open = Open::new(Role::Server);
    let address = peer
        .address()
        .unwrap_or("a transport without address")
        .to_owned();
    let left = shared.limits.handshake.saturating_sub(begun.elapsed());
    let accept = tokio::time::timeout(left, tls.accept(carrier.inside()));
    // A client may have finished the handshake, and sent calls, before this side has.
    let stops = async {
        shared.drain.heard().await;
        tokio::time::sleep(PREFACE_WAIT).await;
    };
    let Some(accepted) = unless(stops, accept).await else {
        open.because(Reason::Shutdown);
        return None;
    };
    match accepted {
        Ok(Ok((stream, identity))) => {
            open.secured(true);
            let carrier = Carrier::other(stream);
            Some((carrier, peer.identified(identity)))
        }
        Ok(Err(error)) => {
            open.secured(false);
            let about = About::at(&address).failed(&error);
            report::debug(&"a TLS handshake has failed", about);
            None
        }
        Err(_) => {
            open.because(Reason::Timeout);
            report::debug(&"a TLS handshake takes too long", About::at(&address));
            None
        }
    }
}

/// The result of `work`, unless `ended` is ready first.
#[cfg(feature = "rustls")]
async fn unless<T>(ended: impl Future, work: impl Future<Output = T>) -> Option<T> {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    let (mut ended, mut work) = (pin!(ended), pin!(work));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Pending => ended.as_mut().poll(cx).map(|_| None),
        done => done.map(Some),
    })
    .await
}
