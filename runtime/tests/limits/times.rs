//! Limits of time. The clock is a number here.

use std::time::Duration;

use sinew::protocol::{OpenError, Output, Reason};
use sinew::{Code, Connect, Limits, Metadata, Phase, Server};

use super::pair::{Pair, Side, Told, frame};
use super::probe::{Probe, ProbeClient, Running};
use super::{Case, limits, run};

pub const CASES: &[Case] = &[
    ("dial", dial),
    ("handshake", handshake),
    ("frame_time", frame_time),
    ("frame_grace", || {
        frame_pace(
            |l| l.frame_grace = Duration::from_secs(3),
            Duration::from_secs(3),
        )
    }),
    ("frame_rate", || {
        frame_pace(|l| l.frame_rate = 4, Duration::from_secs(5 + 1))
    }),
    ("write_stall", || write_stall(0, Duration::from_secs(4 + 7))),
    ("write_rate", write_rate),
    ("keepalive", keepalive),
    ("keepalive_answer", keepalive_answer),
    ("server_idle", server_idle),
    ("max_age", max_age),
    ("client_idle", client_idle),
    ("drain", drain),
    ("cancel_answer", cancel_answer),
    ("timeout", timeout),
    ("max_timeout", max_timeout),
];

const TICK: Duration = Duration::from_nanos(1);

fn reason(side: &Side) -> Option<Reason> {
    side.core.closed().map(|close| close.reason)
}

/// The side is well until just before `end`, and closed with `why` at it.
fn ends_at(side: &mut Side, end: Duration, why: Reason) {
    assert_eq!(side.core.poll_timeout(), Some(end));
    side.tick(end - TICK);
    assert_eq!(reason(side), None);
    side.tick(end);
    assert_eq!(reason(side), Some(why));
}

fn handshake() {
    let limits = limits(|l| l.handshake = Duration::from_secs(2));
    ends_at(
        &mut Side::server(&limits),
        Duration::from_secs(2),
        Reason::Timeout,
    );
    ends_at(
        &mut Side::client(&limits),
        Duration::from_secs(2),
        Reason::Timeout,
    );
    let mut half = Side::server(&limits);
    let client = Side::client(&limits).take(Duration::ZERO);
    half.feed(&client[..12], Duration::from_secs(1));
    ends_at(&mut half, Duration::from_secs(2), Reason::Timeout);
}

fn dial() {
    run(async {
        tokio::time::pause();
        for (takes, good) in [(2_999, true), (3_009, false)] {
            let connect = Connect::new().limits(limits(|l| l.dial = Duration::from_secs(3)));
            let connect = connect.open_by(move |_| async move {
                let (near, far) = tokio::io::duplex(1 << 10);
                tokio::time::sleep(Duration::from_millis(takes)).await;
                tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
                Ok(near)
            });
            let begun = tokio::time::Instant::now();
            let connected = connect.to("somewhere").await;
            assert_eq!(begun.elapsed().as_secs(), 3);
            let phase = connected.err().and_then(|status| status.phase());
            assert_eq!(phase, (!good).then_some(Phase::Dial));
        }
    });
}

fn frame_time() {
    let mut pair = Pair::open(
        &Limits::default(),
        &limits(|l| l.frame_time = Duration::from_secs(20)),
    );
    let big = frame(2, 1, 0, &[0; 200_000]);
    // Fast enough at first: 100 KiB pay for more than the whole time.
    pair.server.feed(&big[..100_000], Duration::from_secs(1));
    pair.server
        .feed(&big[100_000..100_001], Duration::from_secs(15));
    ends_at(&mut pair.server, Duration::from_secs(21), Reason::Timeout);
}

/// A frame of which five bytes have arrived.
fn frame_pace(change: impl FnOnce(&mut Limits), end: Duration) {
    let mut pair = Pair::open(&Limits::default(), &limits(change));
    pair.server
        .feed(&frame(2, 1, 0, &[0; 200])[..5], Duration::ZERO);
    let next = pair.server.core.poll_timeout().expect("a time");
    assert!(
        next >= end && next < end + Duration::from_secs(1),
        "{next:?}"
    );
    ends_at(&mut pair.server, next, Reason::Timeout);
}

/// A peer with 100 bytes to read takes half of them at 4 s; then it has until `end`.
fn write_stall(write_rate: u32, end: Duration) {
    let limits = limits(|l| {
        l.write_stall = Duration::from_secs(7);
        l.write_rate = write_rate;
    });
    let mut pair = Pair::open(&Limits::default(), &limits);
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.reply(id, &[0; 100]);
    let mut out = Output::default();
    pair.server.core.transmit(&mut out);
    pair.server.core.wrote(0, Duration::from_secs(1));
    pair.server.core.wrote(50, Duration::from_secs(4));
    ends_at(&mut pair.server, end, Reason::Timeout);
    assert!(pair.server.core.is_finished(), "nothing is waited for");
}

fn write_rate() {
    // 7 bytes per second over 7 s are 49 bytes, and 8 are 56.
    write_stall(7, Duration::from_secs(4 + 7));
    write_stall(8, Duration::from_secs(1 + 7));
    // A byte now and then is not enough, but everything there is always is.
    for (last, end) in [(1, Some(Reason::Timeout)), (1000, None)] {
        let patient = limits(|l| l.keepalive = Duration::from_secs(1000));
        let mut pair = Pair::open(&Limits::default(), &patient);
        let id = pair.call("a", b"").expect("a call");
        pair.exchange();
        pair.reply(id, &[0; 100]);
        pair.server.core.transmit(&mut Output::default());
        for second in 1..30 {
            pair.server.core.wrote(1, Duration::from_secs(second));
        }
        pair.server.core.wrote(last, Duration::from_secs(30));
        pair.server.tick(Duration::from_secs(31) - TICK);
        assert_eq!(reason(&pair.server), None);
        pair.server.tick(Duration::from_secs(31));
        assert_eq!(reason(&pair.server), end);
    }
}

fn keepalive() {
    let mut pair = Pair::open(
        &Limits::default(),
        &limits(|l| l.keepalive = Duration::from_secs(3)),
    );
    assert_eq!(
        pair.server.core.poll_timeout(),
        Some(Duration::from_secs(3))
    );
    pair.server.tick(Duration::from_secs(3) - TICK);
    assert!(pair.server.take(pair.now).is_empty());
    pair.server.tick(Duration::from_secs(3));
    assert_eq!(pair.server.take(pair.now), frame(8, 0, 0, &[0; 8]));
    pair.server
        .feed(&frame(9, 0, 0, &[0; 8]), Duration::from_secs(4));
    assert_eq!(
        pair.server.core.poll_timeout(),
        Some(Duration::from_secs(7))
    );
}

fn keepalive_answer() {
    let mut pair = Pair::open(
        &Limits::default(),
        &limits(|l| l.keepalive_answer = Duration::from_secs(2)),
    );
    let pinged = Limits::default().keepalive;
    pair.server.tick(pinged);
    ends_at(
        &mut pair.server,
        pinged + Duration::from_secs(2),
        Reason::Timeout,
    );
}

fn client_idle() {
    let mut pair = Pair::open(
        &limits(|l| l.client_idle = Duration::from_secs(3)),
        &Limits::default(),
    );
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.now = Duration::from_secs(9);
    pair.reply(id, b"");
    pair.exchange();
    ends_at(&mut pair.client, Duration::from_secs(12), Reason::Idle);
}

fn max_age() {
    let mut pair = Pair::open(
        &Limits::default(),
        &limits(|l| l.max_age = Some(Duration::from_secs(5))),
    );
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.server.tick(Duration::from_secs(5) - TICK);
    assert!(!pair.server.core.is_draining());
    pair.now = Duration::from_secs(5);
    pair.server.tick(pair.now);
    pair.exchange();
    assert!(
        matches!(pair.call("a", b""), Err(OpenError::Closing)),
        "a new connection is better"
    );
    pair.reply(id, b"");
    pair.exchange();
    assert_eq!(
        (reason(&pair.server), reason(&pair.client)),
        (Some(Reason::Shutdown), Some(Reason::Shutdown))
    );
}

fn server_idle() {
    let mut pair = Pair::open(
        &Limits::default(),
        &limits(|l| l.server_idle = Duration::from_secs(3)),
    );
    pair.server.tick(Duration::from_secs(3) - TICK);
    assert!(!pair.server.core.is_draining());
    pair.now = Duration::from_secs(3);
    pair.server.tick(pair.now);
    pair.exchange();
    assert_eq!(
        (reason(&pair.server), reason(&pair.client)),
        (Some(Reason::Idle), Some(Reason::Idle))
    );
}

fn drain() {
    let mut pair = Pair::open(
        &Limits::default(),
        &limits(|l| l.drain = Duration::from_secs(4)),
    );
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.server
        .core
        .drain(Reason::Shutdown, "the end", pair.now);
    pair.exchange();
    assert!(pair.server.tick(Duration::from_secs(4) - TICK).is_empty());
    let told = pair.server.tick(Duration::from_secs(4));
    let [Told::Cancelled(cancelled, status)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((*cancelled, status.code()), (id, Code::Unavailable));
}

fn cancel_answer() {
    let mut pair = Pair::open(
        &limits(|l| l.cancel_answer = Duration::from_secs(4)),
        &Limits::default(),
    );
    let id = pair.call("a", b"").expect("a call");
    pair.exchange();
    pair.client.core.cancel(id, pair.now);
    pair.client.tick(Duration::from_secs(4) - TICK);
    let other = pair.call("a", b"").expect("the connection is good");
    pair.client.tick(Duration::from_secs(4));
    assert!(
        matches!(pair.call("a", b""), Err(OpenError::Closing)),
        "a new connection is better"
    );
    pair.exchange();
    assert_eq!(reason(&pair.client), None, "calls in flight finish");
    pair.reply(other, b"");
    pair.exchange();
    assert_eq!(reason(&pair.client), Some(Reason::Timeout));
}

fn timeout() {
    run(async {
        tokio::time::pause();
        let server = Running::start(Probe::default(), Limits::default()).await;
        let client = server
            .client_with(limits(|l| l.timeout = Duration::from_secs(3)))
            .await;
        for (client, expected) in [(client, 3), (ProbeClient::new(Probe::default()), 30)] {
            let begun = tokio::time::Instant::now();
            assert_eq!(
                client.wait().await.expect_err("late").code(),
                Code::DeadlineExceeded
            );
            assert_eq!(begun.elapsed().as_secs(), expected);
        }
    });
}

fn max_timeout() {
    let mut pair = Pair::open(
        &Limits::default(),
        &limits(|l| l.max_timeout = Duration::from_secs(5)),
    );
    for (asked, granted) in [(4, 4), (5, 5), (6, 5)] {
        pair.call_with("a", b"", Duration::from_secs(asked), &Metadata::new())
            .expect("a call");
        let (_, told) = pair.exchange();
        assert!(
            matches!(told[..], [Told::Call { deadline, .. }] if deadline == Some(Duration::from_secs(granted)))
        );
    }
}
