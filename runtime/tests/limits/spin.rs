//! How long a connection busy-polls, observed by its transport.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use sinew::{Connect, Limits, Server};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

use super::probe::{Probe, ProbeClient};
use super::{Case, limits, run};

pub const CASES: &[Case] = &[("spin", spin)];

fn spin() {
    let spinning = limits(|l| l.spin = Duration::from_millis(1));
    let [client, server] = looks(Limits::default());
    let [spinning_client, spinning_server] = looks(spinning);
    assert!(spinning_client > client, "{spinning_client} of {client}");
    assert!(spinning_server > server, "{spinning_server} of {server}");
}

/// How often client and server poll their transports for input during one call that waits.
fn looks(limits: Limits) -> [usize; 2] {
    let asked: [Arc<AtomicUsize>; 2] = Default::default();
    let count = || [0, 1].map(|side: usize| asked[side].load(Ordering::Relaxed));
    run(async {
        tokio::time::pause();
        let (ours, theirs) = duplex(1 << 10);
        let [ours, theirs] =
            [(ours, 0), (theirs, 1)].map(|(io, side): (_, usize)| Counted(io, asked[side].clone()));
        let probe = Probe::default();
        let server = Server::new().limits(limits.clone()).add(probe.clone());
        tokio::spawn(server.serve_connection(theirs));
        let client = ProbeClient::new(Connect::new().limits(limits).over(ours));
        let (waiting, releasing) = (client.wait(), async {
            probe.began(1).await;
            // The clock advances once nobody polls any more.
            tokio::time::sleep(Duration::from_secs(1)).await;
            let looked = count();
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(count(), looked, "it sleeps in the end");
            probe.inner.release.notify_waiters();
        });
        let (waited, ()) = tokio::join!(waiting, releasing);
        waited.expect("it was released");
    });
    count()
}

/// A transport that counts how often it is polled for input.
struct Counted(DuplexStream, Arc<AtomicUsize>);

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
