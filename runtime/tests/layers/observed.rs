//! Observers: one begin and one end per call, on the client and on the server.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sinew::layer::{self, Begun, End, Ended, Observe};
use sinew::{Channel, Code, Ctx, Limits, Server, Service};

use crate::flow::{Flow, FlowClient};
use crate::probe::{Probe, ProbeClient, Running};

/// Records what it is told.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Observe for Log {
    fn begin(&self, call: &Begun<'_>) {
        let tenant = call.metadata.get("tenant").unwrap_or("nobody");
        self.note(format!("{} for {tenant}", call.method.name()));
    }

    fn end(&self, call: &Ended<'_>) {
        let end = match call.end {
            End::Answered => "answered".to_owned(),
            End::Failed(status) => format!("{:?}", status.code()),
            End::Cancelled => "cancelled".to_owned(),
            _ => unreachable!("there is no other end"),
        };
        self.note(format!("{} {end}", call.method.name()));
    }
}

impl Log {
    fn note(&self, line: String) {
        self.lines().push(line);
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines())
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().expect("no test panics while it writes")
    }
}

/// The same calls, whoever observes.
async fn calls(client: &ProbeClient, probe: &Probe) {
    let echo = client.echo("x").meta("tenant", "acme");
    echo.await.expect("an echo comes back");
    client.divide(1, 0).await.expect_err("a declared exception");
    client.boom().await.expect_err("a panic");
    let waiting = tokio::spawn(client.wait().owned());
    probe.began(1).await;
    waiting.abort();
    probe.gone(1).await;
}

const SEEN: [&str; 8] = [
    "echo for acme",
    "echo answered",
    "divide for nobody",
    "divide answered",
    "boom for nobody",
    "boom Internal",
    "wait for nobody",
    "wait cancelled",
];

#[tokio::test]
async fn a_channel_tells_of_each_call() {
    for remote in [true, false] {
        let (probe, log) = (Probe::default(), Log::default());
        let server = Running::start(probe.clone(), Limits::default()).await;
        let plain = match remote {
            true => server.client().await,
            false => ProbeClient::new(probe.clone()),
        };
        let client = ProbeClient::new(plain.channel.observe(log.clone()));
        calls(&client, &probe).await;
        assert_eq!(log.taken(), SEEN, "remote: {remote}");
        // Below a layer, where calls are boxed, it is told the same.
        let below = client
            .channel
            .layer(|call, next| async move { next.run(call).await });
        ProbeClient::new(below).echo("x").await.unwrap();
        assert_eq!(log.taken(), ["echo for nobody", "echo answered"]);
    }
}

#[tokio::test]
async fn a_server_tells_of_each_call() {
    let (probe, log) = (Probe::default(), Log::default());
    let server = Running::start(probe.clone().observe(log.clone()), Limits::default()).await;
    calls(&server.client().await, &probe).await;
    assert_eq!(log.taken(), SEEN);
}

/// A call that is dropped because of its deadline was not given up.
#[tokio::test(start_paused = true)]
async fn a_server_tells_of_calls_that_run_out_of_time() {
    let (probe, log) = (Probe::default(), Log::default());
    let client = ProbeClient::new(probe.clone().observe(log.clone()));
    let call = client.wait().timeout(Duration::from_secs(1));
    let failed = call.await.expect_err("nobody releases it");
    assert_eq!(failed.code(), Code::DeadlineExceeded);
    probe.gone(1).await;
    let seen = ["wait for nobody", "wait DeadlineExceeded"];
    assert_eq!(log.taken(), seen);
}

/// Nor was one that its caller drops at the deadline, like a handler that makes calls for its own caller.
#[tokio::test]
async fn a_channel_tells_of_calls_that_are_dropped_when_their_time_is_over() {
    let (probe, log) = (Probe::default(), Log::default());
    let server = Running::start(probe.clone(), Limits::default()).await;
    let connected = server.client().await.channel;
    let here = Channel::new(probe.clone());
    for (count, channel) in [(1, connected), (2, here)] {
        let client = ProbeClient::new(channel.observe(log.clone()));
        let outer = Ctx::new().with_timeout(Duration::from_millis(20));
        let deadline = outer.deadline().expect("it has one");
        let call = client.wait().within(&outer);
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(deadline) => {}
            answered = call => drop(answered),
        }
        probe.gone(count).await;
        let seen = ["wait for nobody", "wait DeadlineExceeded"];
        assert_eq!(log.taken(), seen);
    }
}

/// A connection to a server whose calls are logged.
fn watched(server: Server, limits: Limits, log: &Log) -> Channel {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = server.limits(limits).observe(log.clone());
    tokio::spawn(server.serve_connection(theirs));
    Channel::over(ours)
}

/// A call that the server itself ends was not given up: observers are told what the client is told.
#[tokio::test(start_paused = true)]
async fn a_server_tells_of_calls_that_it_ends_because_it_stops() {
    let mut limits = Limits::default();
    limits.max_age = Some(Duration::from_secs(10));
    limits.drain = Duration::from_secs(10);
    let (probe, log) = (Probe::default(), Log::default());
    let plain = Server::new().add(probe.clone());
    let layered = Server::new()
        .add(probe.clone())
        .layer(|call, next| next.run(call));
    let watched_within = || probe.clone().observe(log.clone());
    let limited = Server::new().add(watched_within().limit(10));
    let elsewhere = watched_within().layer(layer::spawned).layer(layer::spawned);
    for (count, (server, times)) in [
        (plain, 1),
        (layered, 1),
        (limited, 2),
        (Server::new().add(elsewhere), 2),
    ]
    .into_iter()
    .enumerate()
    {
        let client = ProbeClient::new(watched(server, limits.clone(), &log));
        let call = client.wait().timeout(Duration::from_secs(100));
        let failed = call.await.expect_err("nobody releases it");
        assert_eq!(failed.code(), Code::Unavailable);
        probe.gone(count + 1).await;
        let seen = [
            vec!["wait for nobody"; times],
            vec!["wait Unavailable"; times],
        ];
        assert_eq!(log.taken(), seen.concat());
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_tells_of_streams_that_it_ends() {
    let mut limits = Limits::default();
    limits.stream_idle = Duration::from_secs(10);
    let log = Log::default();
    let server = Server::new().add(Flow::default());
    let client = FlowClient::new(watched(server, limits, &log));
    let call = client.hold(true).timeout(Duration::from_secs(100));
    let (_tx, mut rx) = call.await.expect("it is accepted");
    let failed = rx.recv().await.expect_err("nothing moves");
    assert_eq!(failed.code(), Code::DeadlineExceeded);
    assert_eq!(log.taken(), ["hold for nobody", "hold DeadlineExceeded"]);
}

/// Panics when a call of Mallory begins.
struct Fragile;

impl Observe for Fragile {
    fn begin(&self, call: &Begun<'_>) {
        assert_ne!(call.metadata.get("tenant"), Some("mallory"));
    }
}

#[tokio::test]
async fn an_observer_that_panics_ends_its_call_only() {
    let probe = Probe::default();
    let observed = probe.clone().observe(Fragile);
    let layered = probe
        .clone()
        .layer(|call, next| next.run(call))
        .observe(Fragile);
    for server in [
        Running::start(observed, Limits::default()).await,
        Running::start(layered, Limits::default()).await,
    ] {
        let client = server.client().await;
        let failed = client.echo("x").meta("tenant", "mallory").await;
        assert_eq!(failed.expect_err("it panics").code(), Code::Internal);
        let next = client.echo("y").await;
        assert_eq!(next.expect("the connection goes on"), b"y");
    }
}

#[tokio::test]
async fn observers_before_one_that_panics_are_told_of_the_end() {
    let (log, behind) = (Log::default(), Log::default());
    let channel = ProbeClient::new(Probe::default()).channel;
    let channel = channel.observe(log.clone()).observe(Fragile);
    let client = ProbeClient::new(channel.observe(behind.clone()));
    let call = client.echo("x").meta("tenant", "mallory").owned();
    let ended = tokio::spawn(call).await;
    assert!(ended.expect_err("it panics").is_panic());
    assert_eq!(log.taken(), ["echo for mallory", "echo Internal"]);
    assert!(behind.taken().is_empty(), "it was never told of the call");
}

/// Panics when a call ends, however it ends.
struct Bitter;

impl Observe for Bitter {
    fn end(&self, call: &Ended<'_>) {
        panic!("{} has ended", call.method.name());
    }
}

#[tokio::test]
async fn an_observer_that_panics_at_the_end_of_a_call_changes_nothing() {
    for remote in [true, false] {
        let (probe, log) = (Probe::default(), Log::default());
        let observed = || probe.clone().observe(Bitter);
        let server = Running::start(observed(), Limits::default()).await;
        let plain = match remote {
            true => server.client().await,
            false => ProbeClient::new(observed()),
        };
        let channel = plain.channel.observe(Bitter).observe(log.clone());
        calls(&ProbeClient::new(channel), &probe).await;
        assert_eq!(log.taken(), SEEN, "remote: {remote}");
    }
}
