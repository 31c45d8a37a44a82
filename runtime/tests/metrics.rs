//! Figures of calls, as a recorder sees them.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "rpc/probe.rs"]
mod probe;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Recorder,
    SharedString, Unit,
};
use probe::{Probe, ProbeClient, other_client};
use sinew::layer::Metrics;
use sinew::{Connect, Server};

/// Keeps all figures by their names and labels.
#[derive(Clone, Default)]
struct Figures(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    units: BTreeMap<String, Option<Unit>>,
    sums: BTreeMap<String, f64>,
    records: BTreeMap<String, Vec<f64>>,
}

/// One figure.
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
    tokio::spawn(server.run_until(std::future::pending::<()>()));

    for _ in 0..3 {
        client.echo("x").await.unwrap();
    }
    client.divide(1, 0).await.expect_err("a declared exception");
    other_client(&client.channel)
        .await
        .expect_err("nobody serves it");
    let waiting = tokio::spawn(client.wait().owned().into_future());
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
    // A client knows what it calls; what it makes up does not become a label of the server's figures.
    assert_eq!(
        kept.sums["sinew.client.calls test.Other/ask UNIMPLEMENTED"],
        1.0
    );
    assert_eq!(kept.sums["sinew.server.calls _OTHER UNIMPLEMENTED"], 1.0);
}
