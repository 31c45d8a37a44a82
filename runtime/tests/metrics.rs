//! Metrics of calls, as a recorder sees them.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "rpc/probe.rs"]
mod probe;

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Recorder,
    SharedString, Unit,
};
use probe::{EchoRequest, NoRequest, Probe, ProbeClient, other_client};
use sinew::balance::{Balancer, Eject, RoundRobin};
use sinew::discover::List;
use sinew::layer::Metrics;
use sinew::{Backoff, Channel, Connect, Method, Retries, Server, Status, Unary};

/// Stores all metrics by name and labels.
#[derive(Clone, Default)]
struct Figures(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    units: BTreeMap<String, Option<Unit>>,
    sums: BTreeMap<String, f64>,
    records: BTreeMap<String, Vec<f64>>,
}

/// One metric.
struct Figure {
    of: Figures,
    key: String,
}

impl Figures {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().expect("no test panics while it counts")
    }

    fn figure(&self, key: &Key) -> Arc<Figure> {
        let labels = key
            .labels()
            .filter(|label| label.key() != "rpc.system.name");
        let labels: Vec<&str> = labels.map(|label| label.value()).collect();
        assert_eq!(
            key.labels().next().map(|label| label.value()),
            Some("sinew")
        );
        Arc::new(Figure {
            of: self.clone(),
            key: format!("{} {}", key.name(), labels.join(" ")),
        })
    }

    fn unit(&self, key: &KeyName, unit: Option<Unit>) {
        self.kept().units.insert(key.as_str().to_owned(), unit);
    }

    fn sum(&self, key: &str) -> f64 {
        self.kept().sums.get(key).copied().unwrap_or(f64::NAN)
    }
}

impl Figure {
    fn add(&self, value: f64) {
        *self.of.kept().sums.entry(self.key.clone()).or_default() += value;
    }
}

impl CounterFn for Figure {
    fn increment(&self, value: u64) {
        self.add(value as f64);
    }

    fn absolute(&self, _: u64) {
        unreachable!("counters are counted up");
    }
}

impl GaugeFn for Figure {
    fn increment(&self, value: f64) {
        self.add(value);
    }

    fn decrement(&self, value: f64) {
        self.add(-value);
    }

    fn set(&self, _: f64) {
        unreachable!("gauges go up and down");
    }
}

impl HistogramFn for Figure {
    fn record(&self, value: f64) {
        let mut kept = self.of.kept();
        kept.records
            .entry(self.key.clone())
            .or_default()
            .push(value);
    }
}

impl Recorder for Figures {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.unit(&key, unit);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.unit(&key, unit);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.unit(&key, unit);
    }

    fn register_counter(&self, key: &Key, _: &metrics::Metadata<'_>) -> Counter {
        Counter::from_arc(self.figure(key))
    }

    fn register_gauge(&self, key: &Key, _: &metrics::Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.figure(key))
    }

    fn register_histogram(&self, key: &Key, _: &metrics::Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.figure(key))
    }
}

#[tokio::test]
async fn calls_are_counted_and_timed_on_both_sides() {
    let figures = Figures::default();
    let _guard = metrics::set_default_local_recorder(&figures);
    let probe = Probe::default();
    let server = Server::new().add(probe.clone()).observe(Metrics::server());
    let server = server.bind("127.0.0.1:0").await.unwrap();
    let channel = Connect::new().lazily_to(server.local_addr().to_string());
    let client = ProbeClient::new(channel.observe(Metrics::client()));
    tokio::spawn(server.run());

    for _ in 0..3 {
        client.echo("x").await.unwrap();
    }
    client.divide(1, 0).await.expect_err("a declared exception");
    other_client(&client.channel)
        .await
        .expect_err("nobody serves it");
    let waiting = tokio::spawn(client.wait().owned());
    probe.began(1).await;
    for side in ["client", "server"] {
        assert_eq!(figures.sum(&format!("sinew.{side}.active_calls ")), 1.0);
    }
    waiting.abort();
    probe.gone(1).await;
    client.echo("x").await.unwrap(); // the server has told of the end by then

    let kept = figures.kept();
    for side in ["client", "server"] {
        let calls = |what: &str| kept.sums[&format!("sinew.{side}.calls {what}")];
        assert_eq!(calls("test.Probe/echo OK"), 4.0);
        assert_eq!(calls("test.Probe/divide OK"), 1.0);
        assert_eq!(calls("test.Probe/wait CANCELLED"), 1.0);
        assert_eq!(kept.sums[&format!("sinew.{side}.active_calls ")], 0.0);
        let echoes = &kept.records[&format!("rpc.{side}.call.duration test.Probe/echo OK")];
        assert!(
            echoes.len() == 4 && echoes.iter().all(|seconds| (0.0..60.0).contains(seconds)),
            "{echoes:?}"
        );
        assert_eq!(
            kept.units[&format!("rpc.{side}.call.duration")],
            Some(Unit::Seconds)
        );
        assert_eq!(
            kept.units[&format!("sinew.{side}.calls")],
            Some(Unit::Count)
        );
    }
    // A client knows what it calls. A name that it makes up does not become a label of the server's metrics.
    assert_eq!(
        kept.sums["sinew.client.calls test.Other/ask UNIMPLEMENTED"],
        1.0
    );
    assert_eq!(kept.sums["sinew.server.calls _OTHER UNIMPLEMENTED"], 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_recorder_that_comes_later_is_told_within_a_second() {
    let client = ProbeClient {
        channel: Channel::new(Probe::default()).observe(Metrics::client()),
    };
    client.echo("nobody counts it").await.unwrap();
    let figures = Figures::default();
    let _guard = metrics::set_default_local_recorder(&figures);
    tokio::time::sleep(Duration::from_secs(1)).await; // the clock is a number here
    for _ in 0..2 {
        client.echo("x").await.unwrap();
    }
    assert_eq!(figures.sum("sinew.client.calls test.Probe/echo OK"), 2.0);
}

/// Between two dials.
const PAUSE: Duration = Duration::from_millis(20);

/// A client of a pipe to `service`, whose first dials fail.
fn piped(service: Probe, failures: usize) -> Connect {
    let left = Arc::new(AtomicUsize::new(failures));
    let connect = Connect::new().reconnect(Backoff::new(PAUSE, PAUSE));
    connect.open_by(move |_| {
        let (near, far) = tokio::io::duplex(1 << 16);
        let server = Server::new().add(service.clone());
        tokio::spawn(server.serve_connection(far));
        let fails = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        async move {
            match fails {
                Ok(_) => Err(io::ErrorKind::ConnectionRefused.into()),
                Err(_) => Ok(near),
            }
        }
    })
}

#[tokio::test(start_paused = true)]
async fn connections_dials_and_tries_are_counted() {
    let figures = Figures::default();
    let _guard = metrics::set_default_local_recorder(&figures);
    let _described = Metrics::client();
    let probe = Probe::default();
    let channel = piped(probe.clone(), 1).lazily_to("a pipe");
    let client = ProbeClient { channel };
    client.echo("x").await.unwrap();
    assert_eq!(figures.sum("sinew.client.dials failed"), 1.0);
    assert_eq!(figures.sum("sinew.client.dials connected"), 1.0);
    assert_eq!(figures.sum("sinew.client.retries test.Probe/echo"), 1.0);
    for side in ["client", "server"] {
        let active = format!("sinew.{side}.active_connections ");
        assert_eq!(figures.sum(&active), 1.0, "{side}");
    }
    drop(client);
    tokio::time::sleep(Duration::from_secs(5)).await; // the clock is a number here
    for side in ["client", "server"] {
        assert_eq!(
            figures.sum(&format!("sinew.{side}.active_connections ")),
            0.0
        );
        assert_eq!(
            figures.sum(&format!("sinew.{side}.connections shutdown")),
            1.0
        );
    }
    assert_eq!(
        figures.kept().units["sinew.client.dials"],
        Some(Unit::Count)
    );

    // Never answers, so the second attempt begins; then the budget does not allow a third.
    let policy = Retries::new()
        .budget(0.0, 1)
        .hedge(Duration::from_millis(10));
    let channel = piped(probe, 0).lazily_to("a pipe").retry(policy);
    static SLOW: Method = Method::unary::<NoRequest, (), Status>("test.Probe", "wait").readonly();
    for _ in 0..2 {
        let slow = Unary::<_, ()>::new(&channel, &SLOW, NoRequest {});
        slow.timeout(Duration::from_secs(1)).await.unwrap_err();
    }
    assert_eq!(figures.sum("sinew.client.hedges test.Probe/wait"), 1.0);
    let denied = "sinew.client.retries_denied test.Probe/wait";
    assert_eq!(figures.sum(denied), 1.0);
}

#[tokio::test(start_paused = true)]
async fn tries_that_are_not_paid_for_are_counted() {
    let figures = Figures::default();
    let _guard = metrics::set_default_local_recorder(&figures);
    // The free retry after a failed dial is not repeated, and nothing is saved up for another one.
    let channel = piped(Probe::default(), 2).lazily_to("a pipe");
    let channel = channel.retry(Retries::new().budget(0.0, 0));
    static ECHO: Method =
        Method::unary::<EchoRequest, Vec<u8>, Status>("test.Probe", "echo").idempotent();
    let echo = || {
        let data = b"x".to_vec();
        Unary::<_, Vec<u8>>::new(&channel, &ECHO, EchoRequest { data })
    };
    echo().await.expect_err("two dials have failed");
    assert_eq!(figures.sum("sinew.client.retries test.Probe/echo"), 1.0);
    let denied = "sinew.client.retries_denied test.Probe/echo";
    assert_eq!(figures.sum(denied), 1.0);
    tokio::time::sleep(PAUSE).await;
    echo().await.expect("the third dial succeeds");
    assert_eq!(figures.sum(denied), 1.0);
}

#[tokio::test(start_paused = true)]
async fn servers_that_are_left_alone_are_counted() {
    let figures = Figures::default();
    let _guard = metrics::set_default_local_recorder(&figures);
    let servers = Balancer::new(List::new(["one", "two", "three"]))
        .connect(piped(Probe::default(), 0))
        .policy(RoundRobin::new())
        .eject(Eject::new().after(1));
    let client = ProbeClient {
        channel: servers.channel().retry(Retries::never()),
    };
    let known = |state| figures.sum(&format!("sinew.client.servers {state}"));
    for _ in 0..9 {
        client.boom().await.unwrap_err();
    }
    // Never more than half of them.
    assert_eq!(figures.sum("sinew.client.ejections "), 1.0);
    assert_eq!((known("ready"), known("ejected")), (2.0, 1.0));
    // When its pause is over, a successful call brings it back.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(figures.sum("sinew.client.readmissions ").is_nan());
    for _ in 0..9 {
        client.echo("x").await.unwrap();
    }
    assert_eq!(figures.sum("sinew.client.readmissions "), 1.0);
    assert_eq!((known("ready"), known("ejected")), (3.0, 0.0));
    drop(client);
    assert_eq!((known("ready"), known("ejected")), (0.0, 0.0));

    let nobody = Balancer::new(List::new(["one", "two"])).connect(piped(Probe::default(), 2));
    let client = ProbeClient::new(nobody.channel().retry(Retries::never()));
    client.echo("x").await.unwrap_err();
    assert_eq!((known("ready"), known("unreachable")), (0.0, 2.0));
}

/// They are connections too, which end before they have said hello.
#[cfg(feature = "tls")]
#[tokio::test(start_paused = true)]
async fn handshakes_of_tls_that_fail_are_counted() {
    use sinew::tls::rustls::ServerConfig;
    use sinew::tls::rustls::server::ResolvesServerCertUsingSni;
    use tokio::io::{AsyncWriteExt, duplex};

    let figures = Figures::default();
    let _guard = metrics::set_default_local_recorder(&figures);
    let nobody = Arc::new(ResolvesServerCertUsingSni::new());
    let settings = ServerConfig::builder().with_no_client_auth();
    let settings = Arc::new(settings.with_cert_resolver(nobody));
    let serve = |io| Server::new().tls(settings.clone()).serve_connection(io);

    let (mut stranger, io) = duplex(1024);
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    serve(io).await;
    assert_eq!(figures.sum("sinew.server.connections tls"), 1.0);

    let (_silent, io) = duplex(1024);
    serve(io).await;
    assert_eq!(figures.sum("sinew.server.connections timeout"), 1.0);
    assert_eq!(figures.sum("sinew.server.active_connections "), 0.0);
}
