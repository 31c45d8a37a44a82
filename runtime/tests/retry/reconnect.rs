//! Servers that are away for a while: dials that fail are paced, and calls say so or wait.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sinew::codegen::{Method, NamedService};
use sinew::{
    Call, Channel, Code, Connect, Limits, Phase, Reached, Reply, Result, Retries, Server, Service,
    Status,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::probe::port::Port;
use crate::probe::{Probe, ProbeClient, Running};

/// A channel behind a port of its own.
pub struct Relay(pub Channel);

impl NamedService for Relay {
    const NAMES: &'static [&'static str] = &["test.Probe"];
    const METHODS: &'static [&'static Method] = &[];
}

impl Service for Relay {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        self.0.call(call).await
    }
}

#[tokio::test(start_paused = true)]
async fn calls_fail_fast_while_it_is_too_early_to_dial_again() {
    let port = Port::free();
    let channel = Channel::lazy(&port.address).retry(Retries::never());
    let client = ProbeClient { channel };
    let dialed = client.echo("x").await.unwrap_err();
    // The server is back, but nobody looks yet.
    let server = Server::new().add(Probe::default());
    tokio::spawn(server.listen(port.listen()).unwrap().run());
    let too_early = client.echo("x").await.unwrap_err();
    for status in [dialed, too_early] {
        assert_eq!(
            (status.code(), status.reached(), status.phase()),
            (Code::Unavailable, Reached::No, Some(Phase::Dial)),
            "{status}"
        );
        let wait = status.retry_after().expect("it says when to come back");
        assert!(wait <= Duration::from_millis(100), "{wait:?}");
    }
    tokio::time::advance(Duration::from_millis(100)).await;
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}

#[tokio::test]
async fn a_call_waits_out_the_pause_and_finds_the_server_that_came_back() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let client = server.client().await;
    let port = server.stopped().await;
    client.divide(1, 1).await.unwrap_err();
    let server = Server::new().add(Probe::default());
    tokio::spawn(server.listen(port.listen()).unwrap().run());
    // Not an idempotent method: it was never sent.
    assert_eq!(client.divide(4, 2).await.unwrap(), 2);
}

#[tokio::test]
async fn those_who_wait_for_a_dial_share_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let accepted = Arc::new(AtomicUsize::new(0));
    let counted = accepted.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(Server::new().add(Probe::default()).serve_connection(stream));
        }
    });
    let client = ProbeClient {
        channel: Channel::lazy(address),
    };
    // One gives up before there is a connection; the others get it all the same.
    let mut hasty = Box::pin(client.echo("x"));
    assert!(poll_once(hasty.as_mut()).await.is_none());
    drop(hasty);
    let calls: Vec<_> = (0..50)
        .map(|_| tokio::spawn(client.echo("x").owned()))
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), b"x");
    }
    assert_eq!(accepted.load(Ordering::SeqCst), 1);
}

/// Polls once.
async fn poll_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        let polled = std::pin::Pin::new(&mut future).poll(cx);
        std::task::Poll::Ready(match polled {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

/// A preface and a hello that states nothing.
const GREETING: [u8; 16] = [
    0xf5, b's', b'n', b'w', 1, 1, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0,
];

#[tokio::test(start_paused = true)]
async fn a_peer_that_says_hello_and_leaves_is_dialed_ever_more_seldom() {
    leaves(&GREETING).await;
}

#[tokio::test(start_paused = true)]
async fn so_is_one_that_leaves_before() {
    leaves(&[]).await;
}

async fn leaves(greeting: &'static [u8]) {
    let dials = Arc::new(AtomicUsize::new(0));
    let counted = dials.clone();
    let connect = Connect::new().open_by(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            let (near, mut far) = tokio::io::duplex(1 << 10);
            tokio::spawn(async move { far.write_all(greeting).await });
            Ok(near)
        }
    });
    let channel = connect.lazily_to("the moon").retry(Retries::never());
    let client = ProbeClient { channel };
    // One connection may be met when its server leaves: it is the second that counts.
    for dialed in 2..=6 {
        for _ in 0..20 {
            let status = client.echo("x").await.expect_err("it leaves");
            assert_eq!(status.code(), Code::Unavailable, "{status}");
        }
        assert_eq!(dials.load(Ordering::SeqCst), dialed);
        let too_early = client.echo("x").await.expect_err("it leaves");
        let wait = too_early.retry_after().expect("it says when to come back");
        // At least half of 100 ms, which have doubled with each failure.
        assert!(
            wait >= Duration::from_millis(50 << (dialed - 1)),
            "{wait:?}"
        );
        tokio::time::advance(wait).await;
    }
}

#[tokio::test]
async fn transports_of_the_users_own_are_opened_again() {
    let opened = Arc::new(AtomicUsize::new(0));
    let probe = Probe::default();
    let (count, served) = (opened.clone(), probe.clone());
    let connect = Connect::new().open_by(move |address| {
        assert_eq!(&*address, "the moon");
        let turn = count.fetch_add(1, Ordering::SeqCst);
        let probe = served.clone();
        async move {
            if turn == 0 {
                return Err(std::io::ErrorKind::HostUnreachable.into());
            }
            let (near, far) = tokio::io::duplex(1 << 10);
            tokio::spawn(async move {
                let connection = Server::new().add(probe.clone()).serve_connection(far);
                tokio::select! {
                    () = connection => {}
                    // The first connection breaks with its first waiting call.
                    () = probe.began(1), if turn == 1 => {}
                }
            });
            Ok(near)
        }
    });
    let client = ProbeClient {
        channel: connect.lazily_to("the moon"),
    };
    // The first dial fails, and the call waits for the second.
    assert_eq!(client.echo("x").await.unwrap(), b"x");
    let status = client.wait().await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached(), status.peer()),
        (Code::Unavailable, Reached::Maybe, Some("the moon"))
    );
    assert_eq!(client.echo("x").await.unwrap(), b"x");
    assert_eq!(opened.load(Ordering::SeqCst), 3);
}

/// Refuses all calls.
struct Away;

impl Service for Away {
    async fn call(&self, _: Call) -> Result<Reply, Status> {
        Err(Status::unavailable("away for lunch"))
    }
}

/// There is nothing to wait with before another attempt.
#[test]
fn a_call_outside_a_runtime_ends_with_the_failure_of_its_first_attempt() {
    let channel = Channel::new(Away).retry(Retries::new());
    let client = ProbeClient { channel };
    let mut call = pin!(client.echo("x"));
    let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Err(status)) = polled else {
        panic!("{polled:?}");
    };
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert_eq!(status.message(), "away for lunch");
}
