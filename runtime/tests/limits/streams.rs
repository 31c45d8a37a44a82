//! Limits of streams.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sinew::protocol::CallId;
use sinew::{Code, Limits};

use super::flow::{Flow, FlowInner, Running, collect};
use super::flows::FlowPair;
use super::pair::{Pair, Told};
use super::{Case, limits, run};

pub const CASES: &[Case] = &[
    ("stream_window", stream_window),
    ("max_stream_window", max_stream_window),
    ("connection_window", connection_window),
    ("stream_queue", stream_queue),
    ("stream_idle", stream_idle),
];

/// A server that sends more than `limits` allow on each of some calls, to a client that does not read.
fn unread(limits: &Limits, calls: usize) -> (FlowPair, Vec<CallId>) {
    let mut pair = FlowPair::new(Pair::open(limits, &Limits::default()));
    let ids: Vec<CallId> = (0..calls)
        .map(|_| pair.pair.stream("flow", None).expect("a call with streams"))
        .collect();
    pair.exchange();
    for id in &ids {
        for _ in 0..100 {
            pair.server.push(&mut pair.pair.server, *id, &[0; 1 << 10]);
        }
    }
    pair.exchange();
    (pair, ids)
}

fn stream_window() {
    let limits = limits(|l| l.stream_window = 20 << 10);
    let (mut pair, ids) = unread(&limits, 1);
    assert_eq!(pair.client.held(), 20 << 10);
    // Half of it comes back at once, smaller amounts later.
    let held = pair.client.held.get_mut(&ids[0]).expect("it has messages");
    let used: usize = (0..9).map(|_| held.pop()).sum();
    pair.pair.client.core.used(ids[0], used);
    pair.exchange();
    assert_eq!(pair.client.held(), (20 << 10) - used);
    let held = pair.client.held.get_mut(&ids[0]).expect("it has messages");
    let used = held.pop();
    pair.pair.client.core.used(ids[0], used);
    pair.exchange();
    assert_eq!(pair.client.held(), 20 << 10);
}

/// If the line runs dry while the sender waits, the window grows up to the limit and no further: a reader that sleeps
/// then holds that much.
fn max_stream_window() {
    let limits = limits(|l| l.max_stream_window = 320 << 10);
    let (mut pair, ids) = unread(&limits, 1);
    for _ in 0..10 {
        pair.client.read(&mut pair.pair.client, ids[0]);
        for _ in 0..400 {
            let server = &mut pair.pair.server;
            pair.server.push(server, ids[0], &[0; 1 << 10]);
        }
        pair.pair.now += Duration::from_millis(50);
        pair.exchange();
    }
    // Less than half a window is given back with what comes next.
    let held = pair.client.held() >> 10;
    assert!((300..=320).contains(&held), "{held} KiB are here");
}

fn connection_window() {
    let limits = limits(|l| l.connection_window = 150 << 10);
    let (mut pair, ids) = unread(&limits, 3);
    assert_eq!(pair.client.held(), 150 << 10);
    for id in &ids {
        pair.client.read(&mut pair.pair.client, *id);
    }
    pair.exchange();
    // The rest of one message came ahead, for a waiting reader.
    let held = pair.client.held();
    assert!(
        (150 << 10..=151 << 10).contains(&held),
        "{held} bytes are here"
    );
}

/// A sender gets ahead of a reader that does not read by what the two sides buffer, then it waits.
fn stream_queue() {
    let sent = |queue: usize| async move {
        let flow = Flow::default();
        let server = Running::start(flow.clone(), limits(|l| l.stream_queue = queue)).await;
        let client = server.client().await;
        let mut blobs = client.blobs(1 << 10, 1000).await.expect("it is accepted");
        // The window is the client's, the queue the server's; the last message exceeds it. A rest of the window may be
        // too small for what is in the queue.
        let window = Limits::default().stream_window >> 10;
        let ahead = window..=window + (queue >> 10) + 2;
        let sent = |inner: &FlowInner| ahead.contains(&inner.sent.load(Ordering::SeqCst));
        flow.until(&sent).await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(sent(&flow.inner));
        assert_eq!(collect(&mut blobs).await.0.len(), 1000);
        drop(client);
        server.stopped().await;
    };
    run(sent(8 << 10));
    run(sent(40 << 10));
}

fn stream_idle() {
    let second = Duration::from_secs(1);
    let limits = limits(|l| l.stream_idle = 60 * second);
    let mut pair = FlowPair::new(Pair::open(&Limits::default(), &limits));
    let id = pair.pair.stream("flow", None).expect("a call with streams");
    pair.exchange();
    pair.server.push(&mut pair.pair.server, id, b"one");
    pair.exchange();
    // Any message keeps it alive, whoever sends it.
    pair.pair.now = 50 * second;
    pair.client.push(&mut pair.pair.client, id, b"two");
    pair.exchange();
    assert!(pair.pair.server.tick(60 * second).is_empty());
    assert!(
        pair.pair
            .server
            .tick(110 * second - Duration::from_nanos(1))
            .is_empty()
    );
    let told = pair.pair.server.tick(110 * second);
    assert!(
        matches!(&told[..], [Told::Cancelled(idle, status)]
            if *idle == id && status.code() == Code::DeadlineExceeded),
        "{told:?}"
    );
}
