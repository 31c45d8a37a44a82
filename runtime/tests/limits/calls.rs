//! Limits of clients and servers as a whole, over real connections.

use sinew::balance::Balancer;
use sinew::discover::{Endpoint, List, Source};
use sinew::{
    Channel, Code, Connect, DecodeError, DecodeErrorKind, Reached, Retries, Server, Status,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::flow::{Flow, Running as FlowRunning};
use super::probe::{Probe, ProbeClient, Running};
use super::{Case, limits, run};

pub const CASES: &[Case] = &[
    ("waiting", || {
        waiting();
        waiting_for_a_dial();
        waiting_for_servers();
    }),
    ("servers", servers),
    ("connections", connections),
    ("connections_per_ip", connections_per_ip),
    ("handshakes", handshakes),
    ("server_calls", server_calls),
    ("value_bytes", value_bytes),
];

fn waiting() {
    run(async {
        let probe = Probe::default();
        let server = Running::start(probe.clone(), limits(|l| l.calls = 1)).await;
        let client = server.client_with(limits(|l| l.waiting = 1)).await;
        let first = tokio::spawn(client.wait().owned());
        probe.began(1).await;
        let mut second = client.echo("waits");
        assert!(futures_poll(&mut second).await.is_none());
        let status = client
            .echo("one too many")
            .await
            .expect_err("no room to wait");
        assert_eq!(
            (status.code(), status.reached()),
            (Code::ResourceExhausted, Reached::No)
        );
        probe.inner.release.notify_waiters();
        first.await.expect("no panic").expect("released");
        assert_eq!(second.await.expect("room at last"), b"waits");
    });
}

/// Those that wait for the same dial count as well, except for the one that has started it.
fn waiting_for_a_dial() {
    run(async {
        let (answer, answered) = tokio::sync::oneshot::channel::<()>();
        let answered = std::sync::Mutex::new(Some(answered));
        let dialed_late = Connect::new().open_by(move |_| {
            let answered = answered.lock().expect("no panic").take();
            let (ours, theirs) = tokio::io::duplex(4096);
            tokio::spawn(Server::new().add(Probe::default()).serve_connection(theirs));
            async move {
                answered.expect("one dial is enough").await.expect("soon");
                Ok(ours)
            }
        });
        let channel = dialed_late.limits(limits(|l| l.waiting = 1));
        let channel = channel.lazily_to("a pipe").retry(Retries::never());
        let client = ProbeClient { channel };
        let (mut first, mut second) = (client.echo("dials"), client.echo("waits"));
        assert!(futures_poll(&mut first).await.is_none());
        assert!(futures_poll(&mut second).await.is_none());
        let status = client.echo("one too many").await.expect_err("no room");
        assert_eq!(
            (status.code(), status.reached()),
            (Code::ResourceExhausted, Reached::No)
        );
        answer.send(()).expect("it is waited for");
        let (first, second) = tokio::join!(first, second);
        assert_eq!(first.expect("room at last"), b"dials");
        assert_eq!(second.expect("room at last"), b"waits");
    });
}

/// Nobody knows yet where the servers are.
fn waiting_for_servers() {
    run(async {
        let server = Running::start(Probe::default(), limits(|_| {})).await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let balancer = Balancer::new(Told(Some(told))).limits(limits(|l| l.waiting = 1));
        let pool = balancer.pool();
        let client = ProbeClient::new(pool.channel().retry(Retries::never()));
        let mut first = client.echo("waits");
        assert!(futures_poll(&mut first).await.is_none());
        let status = client.echo("one too many").await.expect_err("no room");
        assert_eq!(
            (status.code(), status.reached()),
            (Code::ResourceExhausted, Reached::No)
        );
        // This is not a call.
        let mut each = Box::pin(pool.each());
        assert!(futures_poll(&mut each).await.is_none());
        let known = vec![Endpoint::from(&*server.address)];
        tell.send(known).expect("it is waited for");
        assert_eq!(first.await.expect("room at last"), b"waits");
        assert_eq!(each.await.expect("they are known").len(), 1);
    });
}

/// Names the servers once.
struct Told(Option<tokio::sync::oneshot::Receiver<Vec<Endpoint>>>);

impl Source for Told {
    async fn next(&mut self) -> Result<Vec<Endpoint>, Status> {
        match self.0.take() {
            Some(told) => Ok(told.await.expect("the test goes on")),
            None => std::future::pending().await,
        }
    }
}

/// The output of a future if it is ready in its first poll.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|cx| match std::pin::Pin::new(&mut *future).poll(cx) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

fn servers() {
    run(async {
        let address = "[::1]:3";
        for (named, good) in [
            (&[address, address, "[::1]:1"][..], true),
            (&[address, "[::1]:1", "[::1]:2"], false),
        ] {
            let two = limits(|l| l.servers = 2);
            let balancer = Balancer::new(List::new(named.iter().copied())).limits(two);
            let each = balancer.pool().each().await;
            match good {
                true => assert_eq!(each.expect("two servers").len(), 2),
                false => {
                    let status = each.expect_err("three servers");
                    let why = "the source of servers names 3, the limit `servers` is 2";
                    assert!(status.message().contains(why), "{status}");
                    assert_eq!(
                        (status.code(), status.reached()),
                        (Code::Unavailable, Reached::No)
                    );
                }
            }
        }
    });
}

fn connections() {
    run(async {
        let server = Running::start(Probe::default(), limits(|l| l.connections = 1)).await;
        let first = server.client().await;
        let address = server.address.clone();
        let second = tokio::spawn(async move { Channel::connect(address).await });
        for _ in 0..20 {
            first
                .echo("served")
                .await
                .expect("the first connection is served");
        }
        assert!(!second.is_finished());
        drop(first);
        second
            .await
            .expect("no panic")
            .expect("served once the first has gone");
    });
}

fn connections_per_ip() {
    run(async {
        let two = limits(|l| l.connections_per_ip = Some(2));
        let server = Running::start(Probe::default(), two).await;
        let (first, second) = (server.client().await, server.client().await);
        let status = Channel::connect(server.address.clone())
            .await
            .expect_err("one too many");
        assert_eq!(
            (status.code(), status.reached()),
            (Code::ResourceExhausted, Reached::No)
        );
        let why = "too many connections from this address, the limit `connections_per_ip` is 2";
        assert!(status.message().contains(why), "{status}");
        for client in [&first, &second] {
            client.echo("served").await.expect("those before it stay");
        }
        drop(first);
        // The server notices in its own time that the first connection is gone.
        while let Err(status) = Channel::connect(server.address.clone()).await {
            assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        }
        second.echo("served").await.expect("the second stays");
    });
}

fn handshakes() {
    run(async {
        let server = Running::start(Probe::default(), limits(|l| l.handshakes = 1)).await;
        let mut silent = TcpStream::connect(&server.address)
            .await
            .expect("connected");
        silent.write_all(&[0xf5]).await.expect("half a preface");
        let mut other = TcpStream::connect(&server.address)
            .await
            .expect("connected");
        assert_eq!(
            silent.read(&mut [0]).await.unwrap_or(0),
            0,
            "the oldest is closed"
        );
        let client = server.client().await;
        assert_eq!(other.read(&mut [0]).await.unwrap_or(0), 0);
        client
            .echo("hello")
            .await
            .expect("whoever says hello is served");
        let _third = TcpStream::connect(&server.address)
            .await
            .expect("connected");
        client
            .echo("hello")
            .await
            .expect("whoever has said hello stays");

        let one_of_two = limits(|l| (l.handshakes, l.connections_per_ip) = (2, Some(1)));
        let server = Running::start(Probe::default(), one_of_two).await;
        let connect = || async { TcpStream::connect(&server.address).await.expect("taken") };
        let mut slow = connect().await;
        let mut refused = connect().await;
        for _ in 0..3 {
            let next = connect().await;
            let end = refused.read(&mut [0]).await.unwrap_or(0);
            assert_eq!(end, 0, "who is turned away goes first");
            refused = next;
        }
        slow.write_all(b"\xf5snw\x01\x01\0\0").await.expect("sent");
        let mut answer = [0; 4];
        slow.read_exact(&mut answer).await.expect("still there");
        assert_eq!(&answer, b"\xf5snw");
    });
}

fn server_calls() {
    run(async {
        let probe = Probe::default();
        let server = Running::start(probe.clone(), limits(|l| l.server_calls = 1)).await;
        let (one, other) = (server.client().await, server.client().await);
        let waiting = tokio::spawn(one.wait().owned());
        probe.began(1).await;
        let status = other.echo("shed").await.expect_err("one too many");
        assert_eq!(
            (status.code(), status.reached()),
            (Code::ResourceExhausted, Reached::No)
        );
        probe.inner.release.notify_waiters();
        waiting.await.expect("no panic").expect("released");
        other.echo("fine").await.expect("room again");
    });
}

/// Values are measured where they are decoded: requests and streamed messages at the server, replies and streamed
/// messages at the client.
fn value_bytes() {
    run(async {
        let small = || limits(|l| l.value_bytes = 10);
        let server = Running::start(Probe::default(), small()).await;
        let client = server.client().await;
        client.echo("ten bytes!").await.expect("at the limit");
        let refused = client.echo("ten bytes?!").await.expect_err("above it");
        assert_eq!(
            (refused.code(), refused.reached()),
            (Code::InvalidArgument, Reached::No)
        );
        assert_eq!(decoded(&refused), None, "the client is told in words");

        let server = Running::start(Probe::default(), limits(|_| {})).await;
        let client = server.client_with(small()).await;
        client.echo("ten bytes!").await.expect("at the limit");
        let lost = client.echo("ten bytes?!").await.expect_err("above it");
        assert_eq!(
            (lost.code(), lost.peer(), decoded(&lost)),
            (
                Code::Internal,
                Some(&*server.address),
                Some(DecodeErrorKind::Budget)
            )
        );
        client.echo("goes on").await.expect("the connection does");
        let lazy = || Connect::new().limits(small()).lazily_to(&server.address);
        let layered = || lazy().layer(|call, next| async move { next.run(call).await });
        for channel in [lazy(), layered(), layered().limit(1)] {
            let client = ProbeClient::new(channel);
            let lost = client.echo("ten bytes?!").await.expect_err("above it");
            assert_eq!(lost.peer(), Some(&*server.address), "{lost}");
        }

        let server = FlowRunning::start(Flow::default(), small()).await;
        let client = server.client().await;
        let (mut words, mut loud) = client.shout("").await.expect("begins");
        words.send("ten bytes!".into()).await.expect("at the limit");
        assert_eq!(
            loud.recv().await.expect("a message").as_deref(),
            Some("TEN BYTES!")
        );
        words.send("ten bytes?!".into()).await.expect("is sent");
        let broken = loud.recv().await.expect_err("above it");
        assert_eq!(broken.code(), Code::InvalidArgument);

        let client = server.client_with(small()).await;
        let (mut words, mut loud) = client.shout("!").await.expect("begins");
        words.send("ten bytes!".into()).await.expect("is sent");
        let broken = loud.recv().await.expect_err("above it");
        assert_eq!(
            (broken.code(), broken.peer(), decoded(&broken)),
            (
                Code::Internal,
                Some(&*server.address),
                Some(DecodeErrorKind::Budget)
            )
        );
    });
}

/// Why a message could not be decoded.
fn decoded(status: &Status) -> Option<DecodeErrorKind> {
    let source = std::error::Error::source(status)?;
    let error = source.downcast_ref::<DecodeError>();
    error.map(DecodeError::kind)
}
