//! What a connection goes through before it is served: the handshake of TLS, if the server has that.

use std::sync::Arc;

use tokio::time::Instant;

use crate::channel::BoxFuture;
use crate::peer::Peer;
use crate::transport::{Carrier, Entrance, Shared, serve};

/// How connections are let in.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate {
    #[cfg(feature = "rustls")]
    pub(super) tls: Option<crate::tls::Acceptor>,
}

impl Gate {
    /// Serves one connection until it ends. For its hello the client has the limit `handshake`, that of TLS included.
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

/// Makes the handshake; `None` if that fails, takes too long, or the server stops.
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
    // A client may be done, and have called, before this side is.
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

/// What `work` gives, unless this ends before.
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
