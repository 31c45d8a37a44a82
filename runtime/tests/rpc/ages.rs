//! Connections that are old, idle or silent. The clock is simulated.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::layer::Next;
use sinew::{Call, Channel, Code, Connect, Limits, Reached, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::probe::{Probe, ProbeClient};

const SECOND: Duration = Duration::from_secs(1);

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// A client whose connections are pipes to servers with these limits, and how many there were.
fn dialing(probe: &Probe, server: Limits) -> (ProbeClient, Arc<AtomicUsize>) {
    let dials = Arc::new(AtomicUsize::new(0));
    let (probe, counter) = (probe.clone(), dials.clone());
    let connect = Connect::new().open_by(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        let (ours, theirs) = tokio::io::duplex(4096);
        let server = Server::new().add(probe.clone()).limits(server.clone());
        tokio::spawn(server.serve_connection(theirs));
        async move { Ok(ours) }
    });
    let channel = connect.lazily_to("pipe");
    (ProbeClient { channel }, dials)
}

#[tokio::test(start_paused = true)]
async fn old_connections_are_replaced_and_no_call_fails() {
    let old = limits(|l| l.max_age = Some(60 * SECOND));
    let (client, dials) = dialing(&Probe::default(), old);
    for n in 0..600_u32 {
        client.echo(n.to_le_bytes()).await.unwrap();
        tokio::time::advance(SECOND).await;
    }
    let dials = dials.load(Ordering::SeqCst);
    assert!(
        (600 / 67..=600 / 53 + 1).contains(&dials),
        "{dials} connections in 600 s"
    );
}

#[tokio::test(start_paused = true)]
async fn handlers_see_that_their_connection_is_old_and_finish() {
    let begun = Instant::now();
    let wait = |call: Call, next: Next| async move {
        call.cx.draining().await;
        next.run(call).await
    };
    let server = Server::new().add(Probe::default()).layer(wait);
    let server = server.limits(limits(|l| l.max_age = Some(60 * SECOND)));
    let (ours, theirs) = tokio::io::duplex(4096);
    let serving = tokio::spawn(server.serve_connection(theirs));
    let client = ProbeClient {
        channel: Channel::over(ours),
    };
    let echo = client.echo("old").timeout(200 * SECOND).await.unwrap();
    assert_eq!(echo, b"old");
    let age = begun.elapsed();
    assert!((54 * SECOND..=67 * SECOND).contains(&age), "{age:?}");
    serving.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_client_leaves_and_comes_back() {
    let (client, dials) = dialing(&Probe::default(), Limits::default());
    for (pause, expected) in [(0, 1), (239, 1), (241, 2)] {
        tokio::time::sleep(pause * SECOND).await;
        client.echo("").await.unwrap();
        assert_eq!(dials.load(Ordering::SeqCst), expected);
    }
}

/// Copies both ways until it is told to stop; then it holds both ends open and sends nothing.
async fn proxy(mut left: DuplexStream, mut right: DuplexStream, stop: oneshot::Receiver<()>) {
    let copy = tokio::io::copy_bidirectional(&mut left, &mut right);
    tokio::select! {
        _ = copy => return,
        _ = stop => {}
    }
    // The writer is never told.
    let (mut a, mut b) = (Vec::new(), Vec::new());
    let _ = tokio::join!(left.read_to_end(&mut a), right.read_to_end(&mut b));
    let _ = left.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_falls_silent_is_noticed_on_both_sides() {
    let probe = Probe::default();
    let (ours, near) = tokio::io::duplex(4096);
    let (far, theirs) = tokio::io::duplex(4096);
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(proxy(near, far, stopped));
    let serving = tokio::spawn(Server::new().add(probe.clone()).serve_connection(theirs));
    let client = ProbeClient {
        channel: Channel::over(ours),
    };
    let call = tokio::spawn(client.wait().timeout(290 * SECOND).owned());
    probe.began(1).await;
    // A quiet connection is kept alive: both sides have pinged and answered for a while.
    tokio::time::sleep(200 * SECOND).await;
    assert!(!call.is_finished());

    let cut = Instant::now();
    stop.send(()).unwrap();
    let status = call.await.unwrap().unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::Maybe),
        "{status}"
    );
    assert!(cut.elapsed() <= 50 * SECOND, "{:?}", cut.elapsed());
    probe.gone(1).await;
    serving.await.unwrap();
    assert!(cut.elapsed() <= 55 * SECOND, "{:?}", cut.elapsed());
}
