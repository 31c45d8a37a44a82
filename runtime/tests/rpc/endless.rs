//! Limits that mean "for ever", and the largest values of others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::{Backoff, Channel, Code, Connect, Limits, Retries};

use crate::handlers::Scripted;
use crate::probe::{Probe, ProbeClient, Running};

/// All times without an end.
fn endless() -> Limits {
    let mut limits = Limits::default();
    for time in [
        &mut limits.dial,
        &mut limits.handshake,
        &mut limits.frame_time,
        &mut limits.frame_grace,
        &mut limits.write_stall,
        &mut limits.keepalive,
        &mut limits.keepalive_answer,
        &mut limits.server_idle,
        &mut limits.client_idle,
        &mut limits.stream_idle,
        &mut limits.drain,
        &mut limits.cancel_answer,
        &mut limits.spin,
        &mut limits.timeout,
        &mut limits.max_timeout,
    ] {
        *time = Duration::MAX;
    }
    limits.max_age = Some(Duration::MAX);
    limits
}

#[tokio::test]
async fn times_without_an_end_are_times() {
    let server = Running::start(Probe::default(), endless()).await;
    let connect = Connect::new().limits(endless());
    let channel = connect.lazily_to(server.address.clone());
    let client = ProbeClient { channel };
    // With its own timeout, so that the test ends in any case.
    let call = client.echo([1]).timeout(Duration::from_secs(60));
    assert_eq!(call.await.expect("a reply"), [1]);
    assert_eq!(client.echo([2]).await.expect("a reply"), [2]);
}

/// Before there is a connection, on it, and within a process.
#[tokio::test]
async fn a_call_that_may_take_for_ever_is_granted_what_its_server_grants() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let channel = Channel::lazy(&server.address);
    let client = ProbeClient { channel };
    for _ in 0..2 {
        let about = client.about().timeout(Duration::MAX).await;
        assert_eq!(about.expect("a reply").trim(), "300s");
    }
    let client = ProbeClient::new(Probe::default());
    let about = client.about().timeout(Duration::MAX).await;
    let left = about.expect("a reply");
    let left = left.trim().trim_end_matches('s').parse::<f64>();
    assert!(left.expect("seconds") > 1e9);
}

#[tokio::test]
async fn a_server_that_is_never_dialed_again_is_an_error_for_each_call() {
    let never = Backoff::new(Duration::MAX, Duration::MAX);
    let connect = Connect::new().reconnect(never).open_by(|_| async {
        let refused = std::io::ErrorKind::ConnectionRefused;
        Err::<tokio::io::DuplexStream, _>(refused.into())
    });
    let client = ProbeClient {
        channel: connect.lazily_to("nobody"),
    };
    for _ in 0..2 {
        let call = client.echo([]).timeout(Duration::from_secs(60));
        let status = call.await.expect_err("nobody is there");
        assert_eq!(status.code(), Code::Unavailable, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_is_dialed_again_at_once_is_an_error_for_each_call() {
    let dials = Arc::<AtomicUsize>::default();
    let counted = dials.clone();
    let at_once = Backoff::new(Duration::ZERO, Duration::ZERO);
    let connect = Connect::new().reconnect(at_once).open_by(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        let refused = std::io::ErrorKind::ConnectionRefused;
        async move { Err::<tokio::io::DuplexStream, _>(refused.into()) }
    });
    let channel = connect.lazily_to("nobody").retry(Retries::never());
    let client = ProbeClient { channel };
    for dialed in 1..=3 {
        let status = client.echo([]).await.expect_err("nobody is there");
        assert_eq!(status.code(), Code::Unavailable, "{status}");
        assert_eq!(dials.load(Ordering::SeqCst), dialed);
    }
}

#[tokio::test]
async fn a_reply_of_the_largest_size_is_sent_if_nothing_else_waits() {
    let mut limits = Limits::default();
    (limits.message, limits.reply_bytes) = (16 << 10, 0);
    let most = limits.message;
    let service = Scripted::new(|_, data: Vec<u8>| async move {
        let size = data.try_into().expect("a size");
        Ok(vec![1; usize::from_le_bytes(size)])
    });
    let server = Running::start(service, limits).await;
    let client = server.client().await;
    let mut refused = 0;
    for size in most - 32..=most {
        if let Err(status) = client.echo(size.to_le_bytes()).await {
            let text = status.to_string();
            assert!(text.contains("a message of "), "{text}");
            refused += 1;
        }
    }
    assert!((1..32).contains(&refused), "{refused} were refused");
}
