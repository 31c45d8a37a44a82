//! Callers that wait for room on a connection, in order of arrival.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use sinew::{Channel, Connect, Limits, Server, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::yield_now;

use crate::pair::{Side, Told, frame};
use crate::probe::{Probe, ProbeClient};

const CALLS: u8 = 6;

/// Each offer would make all of them try again, in vain and in another order.
#[tokio::test]
async fn who_waits_keeps_its_turn_however_often_the_server_changes_its_offer() {
    let (theirs, mut ours) = tokio::io::duplex(1 << 16);
    let client = ProbeClient::new(Channel::over(theirs));
    for number in 0..CALLS {
        tokio::spawn(client.echo([b'0' + number]).owned());
    }
    let mut limits = Limits::default();
    limits.calls = 1;
    let (mut server, mut seen) = (Side::server(&limits), Vec::new());
    let one_call = frame(11, 0, 0, &[2 << 1, 1 << 1, 1 << 1]);
    while seen.len() < CALLS.into() {
        let mut bytes = vec![0; 1 << 10];
        let read = ours.read(&mut bytes).await.expect("the client is there");
        assert_ne!(read, 0, "the client has gone");
        let told = server.feed(&bytes[..read], Duration::ZERO);
        ours.write_all(&server.take(Duration::ZERO)).await.unwrap();
        for told in told {
            let Told::Call { id, body, .. } = told else {
                continue;
            };
            seen.extend(body.iter().copied().filter(u8::is_ascii_digit));
            for _ in 0..3 {
                ours.write_all(&one_call).await.unwrap();
                // The client acts on it.
                for _ in 0..2 * CALLS {
                    yield_now().await;
                }
            }
            let no = Status::not_found("");
            server.core.fail(id, &no, Duration::ZERO);
        }
        ours.write_all(&server.take(Duration::ZERO)).await.unwrap();
    }
    assert_eq!(String::from_utf8_lossy(&seen), "012345");
}

/// A caller that was just answered runs before one that is told about the room this has made.
#[tokio::test]
async fn who_waits_is_before_those_who_call_again_and_again() {
    for (calls, bytes) in [(2, 32), (100, 100_000)] {
        let mut limits = Limits::default();
        limits.calls = calls;
        limits.out_queue = 100_000;
        let (near, far) = tokio::io::duplex(1 << 12);
        let server = Server::new().limits(limits.clone()).add(Probe::default());
        tokio::spawn(server.serve_connection(far));
        let client = ProbeClient::new(Connect::new().limits(limits).over(near));
        let made = Arc::new(AtomicUsize::new(0));
        for _ in 0..4 {
            let (client, made) = (client.clone(), made.clone());
            tokio::spawn(async move {
                for _ in 0..1_000 {
                    client.echo(vec![5; bytes]).await.expect("it answers");
                    made.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while made.load(Ordering::Relaxed) < 10 {
            yield_now().await;
        }
        // A task like theirs: the test itself gets its turn less often.
        let once = tokio::spawn(async move {
            for _ in 0..10 {
                let before = made.load(Ordering::Relaxed);
                client.echo("once").await.expect("it answers");
                let meanwhile = made.load(Ordering::Relaxed) - before;
                assert!(meanwhile <= 8, "{meanwhile} calls were before it");
            }
        });
        once.await.expect("it has its turn");
    }
}

/// A task may do something else meanwhile, even through another call, and poll the first one afterwards.
#[tokio::test(start_paused = true)]
async fn who_waits_and_is_not_polled_holds_up_nobody() {
    let mut limits = Limits::default();
    limits.calls = 1;
    let (near, far) = tokio::io::duplex(1 << 12);
    let server = Server::new().limits(limits).add(Probe::default());
    tokio::spawn(server.serve_connection(far));
    let client = ProbeClient::new(Channel::over(near));
    client.echo("hello").await.expect("it answers");
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(client.echo("later"))).collect();
    let first = tokio::spawn(client.echo("first").owned());
    yield_now().await;
    for call in &mut waiting {
        let polled = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
        assert!(polled, "it waits for the first");
    }
    first.await.unwrap().expect("it answers");
    for _ in 0..3 {
        client.echo("meanwhile").await.expect("it has its turn");
    }
    for call in waiting {
        call.await.expect("it still has its turn");
    }
}
