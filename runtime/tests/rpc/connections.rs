//! Connections that end, are reopened, or are not TCP.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sinew::balance::Balancer;
use sinew::discover::List;
use sinew::{Channel, Code, Connect, Limits, Phase, Reached, Retries, Server, Status};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::probe::{Probe, ProbeClient, Running};

#[tokio::test]
async fn a_server_that_stops_finishes_what_is_in_flight() {
    let probe = Probe::default();
    let mut server = Running::start(probe.clone(), Limits::default()).await;
    let client = server.client().await;
    let waiting: Vec<_> = (0..5)
        .map(|_| tokio::spawn(client.wait().owned()))
        .collect();
    probe.began(5).await;

    server.stop();
    // Sooner or later new calls are refused; each that is not refused is answered.
    let refused = loop {
        match client.echo("still there?").await {
            Ok(echo) => assert_eq!(echo, b"still there?"),
            Err(status) => break status,
        }
    };
    assert_eq!(
        (refused.code(), refused.reached()),
        (Code::Unavailable, Reached::No),
        "{refused}"
    );
    assert_eq!(
        probe.inner.gone.load(std::sync::atomic::Ordering::SeqCst),
        0
    );
    probe.inner.release.notify_waiters();
    for call in waiting {
        call.await.unwrap().expect("a call in flight finishes");
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_client_whose_calls_may_not_wait_connects() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let mut limits = Limits::default();
    limits.waiting = 0;
    let client = server.client_with(limits).await;
    assert_eq!(client.echo("1").await.unwrap(), b"1");
}

#[tokio::test]
async fn a_channel_connects_again_after_its_server_came_back() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let client = server.client().await;
    client.echo("1").await.unwrap();
    let port = server.stopped().await;

    let status = client.echo("2").await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::No)
    );
    assert_eq!(status.peer(), Some(&*port.address));

    let server = Server::new().add(Probe::default());
    tokio::spawn(server.listen(port.listen()).unwrap().run());
    assert_eq!(client.echo("3").await.unwrap(), b"3");
}

#[tokio::test]
async fn a_lazy_channel_connects_with_the_first_call() {
    let channel = Channel::lazy("127.0.0.1:1");
    let status = ProbeClient { channel }.echo("").await.unwrap_err();
    assert_eq!(
        (status.code(), status.phase()),
        (Code::Unavailable, Some(Phase::Dial))
    );
    let server = Running::start(Probe::default(), Limits::default()).await;
    let client = ProbeClient {
        channel: Channel::lazy(server.address.clone()),
    };
    assert_eq!(client.echo("now").await.unwrap(), b"now");
}

#[tokio::test]
async fn an_address_may_be_one_of_the_standard_library() {
    let any: SocketAddr = "[::1]:0".parse().unwrap();
    let server = Server::new().add(Probe::default());
    let listening = server.bind(any).await.unwrap();
    let address: SocketAddr = listening.local_addr().parse().unwrap();
    tokio::spawn(listening.run());
    let balanced = Balancer::new(List::new([address])).channel();
    for channel in [
        Channel::connect(address).await.unwrap(),
        Channel::lazy(address),
        balanced,
    ] {
        assert_eq!(ProbeClient { channel }.echo("here").await.unwrap(), b"here");
    }
}

#[tokio::test]
async fn what_is_no_address_is_said_to_be_none() {
    for text in [
        "localhost",
        "http://127.0.0.1:7000",
        "tcp://[::1",
        ":7000",
        "localhost:x",
        "unix:",
    ] {
        let status = Channel::connect(text).await.unwrap_err();
        let why = "an address is `host:port` or `unix:/path`";
        assert_eq!(
            (status.code(), status.phase(), status.message()),
            (
                Code::InvalidArgument,
                Some(Phase::Resolve),
                &*format!("cannot connect: {why}")
            )
        );
        assert_eq!(status.peer(), Some(text), "{status}");
        assert_eq!(status.retry_after(), None, "it will never be one");
        let status = Server::new().bind(text).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let expected = format!("cannot listen on `{text}`: {why}");
        assert_eq!(status.message(), expected);
    }
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let status = Server::new().bind(&address).await.unwrap_err();
    assert!(status.message().contains(&address), "{status}");
}

#[tokio::test]
async fn calls_on_a_broken_connection_say_that_they_may_have_run() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = ProbeClient {
        channel: Channel::lazy(listener.local_addr().unwrap().to_string()),
    };
    let call = tokio::spawn(client.divide(1, 1).owned());
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut seen = Vec::new();
    while !seen.windows(6).any(|bytes| bytes == b"divide") {
        assert_ne!(stream.read_buf(&mut seen).await.unwrap(), 0);
    }
    drop(stream);
    let crate::probe::DivideError::Status(status) = call.await.unwrap().unwrap_err() else {
        panic!("a status")
    };
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::Maybe),
        "{status}"
    );
}

/// Its first call is sent ahead of the peer's hello.
#[tokio::test]
async fn a_stranger_on_the_other_side_is_named_and_has_run_nothing() {
    for (answer, says) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "speaks HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x16", "speaks TLS"),
        (b"\xf5snw\x02\x03\0\0", "speaks versions 2 to 3"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                tokio::io::AsyncWriteExt::write_all(&mut stream, answer)
                    .await
                    .unwrap();
                tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
            }
        });
        let first = ProbeClient {
            channel: Channel::lazy(&address).retry(Retries::never()),
        };
        for status in [
            Channel::connect(&address).await.unwrap_err(),
            first.echo("x").await.unwrap_err(),
        ] {
            assert_eq!(
                (status.code(), status.phase(), status.reached()),
                (Code::Unavailable, Some(Phase::Handshake), Reached::No),
                "{status}"
            );
            assert!(status.message().contains(says), "{status}");
        }
    }
}

#[tokio::test]
async fn any_pipe_carries_calls() {
    let (ours, theirs) = tokio::io::duplex(64);
    let server = tokio::spawn(Server::new().add(Probe::default()).serve_connection(theirs));
    let client = ProbeClient {
        channel: Channel::over(ours),
    };
    let large = vec![5; 300_000];
    assert_eq!(client.echo(large.clone()).await.unwrap(), large);
    drop(client);
    server.await.unwrap();
}

/// A driver looks at the clock now and then. Input that it has read but not handled by then must not wait for more
/// input.
#[tokio::test(start_paused = true)]
async fn calls_that_come_all_at_once_are_all_answered() {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(Server::new().add(Probe::default()).serve_connection(theirs));
    let client = ProbeClient {
        channel: Channel::over(ours),
    };
    client.echo([0]).await.unwrap();
    let start = Instant::now();
    for count in 120..=240 {
        let calls = (0..count).map(|_| client.echo([5; 32]).owned());
        let calls: Vec<_> = calls.map(tokio::spawn).collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap(), [5; 32]);
        }
    }
    // The clock advances once nothing else happens.
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_handler_learns_that_its_client_has_gone() {
    let probe = Probe::default();
    let server = Running::start(probe.clone(), Limits::default()).await;
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn(Server::new().add(probe.clone()).serve_connection(theirs));
    let client = ProbeClient {
        channel: Channel::over(ours),
    };
    let call = tokio::spawn(client.wait().owned());
    probe.began(1).await;
    call.abort();
    drop(client);
    probe.gone(1).await;
    drop(server);
}

#[test]
fn a_status_is_one_pointer() {
    assert_eq!(size_of::<Status>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Status>>(), size_of::<usize>());
}

#[tokio::test]
async fn a_dial_that_panics_has_failed_and_the_next_one_may_do_better() {
    let first = AtomicBool::new(true);
    let connect = Connect::new().open_by(move |_| {
        assert!(!first.swap(false, Ordering::SeqCst), "the first dial");
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
        async move { Ok(near) }
    });
    let client = ProbeClient {
        channel: connect.lazily_to("a pipe"),
    };
    client.echo([]).await.expect("a reply");
}

#[tokio::test]
async fn what_a_client_says_of_itself_is_checked_before_it_is_sent() {
    let half = "x".repeat(5 << 10);
    for (key, value, code) in [
        ("Bad key", "x", Code::InvalidArgument),
        ("k", &half, Code::ResourceExhausted),
    ] {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        let client = ProbeClient {
            channel: Connect::new().meta(key, value).meta("l", value).over(ours),
        };
        let status = client.echo("x").await.expect_err("it cannot be said");
        assert_eq!(
            (status.code(), status.reached()),
            (code, Reached::No),
            "{status}"
        );
        let mut sent = Vec::new();
        theirs.read_to_end(&mut sent).await.expect("it is closed");
        assert!(sent.is_empty(), "{} bytes", sent.len());
    }
}

#[test]
fn a_dial_that_goes_with_its_runtime_has_failed_and_the_next_one_may_do_better() {
    let first = AtomicBool::new(true);
    let (began, begins) = std::sync::mpsc::channel();
    let connect = Connect::new().open_by(move |_| {
        let first = first.swap(false, Ordering::SeqCst);
        began.send(()).expect("the test waits");
        async move {
            if first {
                std::future::pending::<()>().await;
            }
            let (near, far) = tokio::io::duplex(1 << 16);
            tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
            Ok(near)
        }
    });
    let client = ProbeClient {
        channel: connect.lazily_to("a pipe"),
    };
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(1).enable_all().build().unwrap()
    };
    let (gone, stays) = (runtime(), runtime());
    gone.spawn(client.echo([1]).owned());
    begins.recv().expect("it is dialed");
    let waiting = stays.spawn(client.echo([2]).owned());
    drop(gone);
    assert_eq!(stays.block_on(waiting).unwrap().expect("a reply"), [2]);
}
