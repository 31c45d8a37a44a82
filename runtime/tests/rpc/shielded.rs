//! Work that must be finished even if its call is over. The clock is simulated.

use std::io;
use std::time::Duration;

use sinew::layer::Next;
use sinew::{Accept, Call, Channel, Limits, Peer, Server};
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::probe::{Probe, ProbeClient};

const SECOND: Duration = Duration::from_secs(1);

/// Connections within this process.
struct Pipes(mpsc::Receiver<DuplexStream>);

impl Accept for Pipes {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        match self.0.recv().await {
            Some(pipe) => Ok((pipe, Peer::unknown())),
            None => std::future::pending().await,
        }
    }
}

/// How long a server takes to stop if its handler has shielded this much work for a caller that has given up.
async fn stopping(work: Duration, drain: Duration) -> Duration {
    let mut limits = Limits::default();
    limits.drain = drain;
    let shielding = move |call: Call, next: Next| async move {
        call.cx.shield(tokio::time::sleep(work)).await;
        next.run(call).await
    };
    let (pipes, taken) = mpsc::channel(1);
    let server = Server::new().limits(limits).add(Probe::default());
    let listening = server.layer(shielding).listen(Pipes(taken));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(listening.expect("it needs no address").run_until(stopped));
    let (ours, theirs) = tokio::io::duplex(4096);
    pipes.send(theirs).await.expect("the server runs");
    let channel = Channel::over(ours);
    let call = ProbeClient { channel }.echo("x").timeout(SECOND).owned();
    assert!(call.await.is_err());
    let told = Instant::now();
    stop.send(()).expect("the server runs");
    serving.await.expect("it does not panic");
    told.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_waits_for_it_for_the_limit_drain() {
    let took = stopping(11 * SECOND, 20 * SECOND).await;
    assert!((10 * SECOND..11 * SECOND).contains(&took), "{took:?}");
    for drain in [20 * SECOND, SECOND, Duration::ZERO] {
        let took = stopping(500 * SECOND, drain).await;
        assert!((drain..drain + SECOND).contains(&took), "{took:?}");
    }
}
