//! Spans around calls, as a subscriber sees them.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "streams/flow.rs"]
mod flow;
#[path = "rpc/probe.rs"]
mod probe;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use probe::{Probe, ProbeClient, Running, other_client};
use sinew::trace::{self, TraceContext};
use sinew::{Channel, Connect, Ctx, Limits, Listening, Metadata, Server, Service};
use tracing::Instrument;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// The spans that have ended, in order.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Span>>>);

#[derive(Clone, Default, Debug)]
struct Span {
    name: &'static str,
    fields: BTreeMap<&'static str, String>,
}

impl Visit for Span {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let mut span = Span {
            name: attributes.metadata().name(),
            ..Span::default()
        };
        attributes.record(&mut span);
        let known = cx.span(id).expect("the span is open");
        if let Some(parent) = known.parent() {
            span.fields.insert("parent", parent.name().to_owned());
        }
        known.extensions_mut().insert(span);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        let span = cx.span(id).expect("the span is open");
        if let Some(span) = span.extensions_mut().get_mut::<Span>() {
            values.record(span);
        }
    }

    fn on_close(&self, id: Id, cx: Context<'_, S>) {
        let span = cx.span(&id).expect("the span is open");
        let span = span.extensions().get::<Span>().cloned();
        self.0
            .lock()
            .expect("no test panics while it writes")
            .extend(span);
    }
}

impl Spans {
    /// Listens on this thread until the guard is dropped.
    fn watch(&self) -> tracing::subscriber::DefaultGuard {
        tracing::subscriber::set_default(tracing_subscriber::registry().with(self.clone()))
    }

    /// Removes and returns the spans with this name.
    fn take(&self, name: &str) -> Vec<Span> {
        let mut all = self.0.lock().expect("no test panics while it writes");
        all.extract_if(.., |span| span.name == name).collect()
    }
}

impl Span {
    /// The value of a field; empty if it has none.
    fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }
}

/// A server whose calls have spans, and a channel to it whose calls have spans.
async fn traced(probe: Probe) -> (Running, ProbeClient) {
    let server = Running::start(probe.observe(trace::Spans::server()), Limits::default()).await;
    let channel = server
        .client()
        .await
        .channel
        .observe(trace::Spans::client());
    (server, ProbeClient::new(channel))
}

#[tokio::test]
async fn a_call_has_a_span_on_both_sides_of_one_trace() {
    let spans = Spans::default();
    let _guard = spans.watch();
    let (server, client) = traced(Probe::default()).await;
    client.echo("x").await.unwrap();
    let [taken, made] = [
        spans.take("rpc.server").remove(0),
        spans.take("rpc.client").remove(0),
    ];
    for (span, kind) in [(&taken, "server"), (&made, "client")] {
        assert_eq!(span.get("otel.kind"), kind);
        assert_eq!(span.get("otel.name"), "test.Probe/echo");
        assert_eq!(span.get("rpc.method"), "test.Probe/echo");
        assert_eq!(span.get("rpc.system.name"), "sinew");
        assert_eq!(span.get("rpc.response.status_code"), "OK");
        assert_eq!(span.get("error.type"), "");
    }
    assert_eq!(taken.get("trace_id"), made.get("trace_id"));
    assert_eq!(taken.get("parent_span_id"), made.get("span_id"));
    assert_ne!(taken.get("span_id"), made.get("span_id"));
    assert_eq!(made.get("parent_span_id"), "");
    assert!(taken.get("client.address").starts_with("127.0.0.1:"));
    server.stopped().await;
}

#[tokio::test]
async fn a_call_within_another_is_below_it() {
    let spans = Spans::default();
    let _guard = spans.watch();
    let (_server, client) = traced(Probe::default()).await;
    let caller: TraceContext = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        .parse()
        .unwrap();
    let metadata = Metadata::from([
        (Metadata::TRACEPARENT, caller.to_string()),
        (Metadata::TRACESTATE, "rojo=1".to_owned()),
    ]);
    let cx = Ctx::new().with_metadata(metadata);
    let about = client.about().within(&cx).await.unwrap();
    let [taken, made] = [
        spans.take("rpc.server").remove(0),
        spans.take("rpc.client").remove(0),
    ];
    assert_eq!(made.get("trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(made.get("parent_span_id"), "00f067aa0ba902b7");
    assert_eq!(taken.get("parent_span_id"), made.get("span_id"));
    // The handler is in its server's span, so it passes that on.
    let here = format!(
        "traceparent=00-{}-{}-01",
        taken.get("trace_id"),
        taken.get("span_id")
    );
    assert!(about.contains(&here), "{about}");
    assert!(about.contains("tracestate=rojo=1"), "{about}");
}

#[tokio::test]
async fn a_malformed_trace_is_begun_anew() {
    let spans = Spans::default();
    let _guard = spans.watch();
    let client = ProbeClient::new(Probe::default().observe(trace::Spans::server()));
    let call = client
        .about()
        .meta("traceparent", "00-no-no-00")
        .meta("tracestate", "rojo=1");
    let about = call.await.unwrap();
    let taken = spans.take("rpc.server").remove(0);
    assert_eq!(taken.get("parent_span_id"), "");
    let here = format!(
        "traceparent=00-{}-{}-01",
        taken.get("trace_id"),
        taken.get("span_id")
    );
    assert!(about.contains(&here) && !about.contains("rojo"), "{about}");
}

#[tokio::test]
async fn failures_say_what_they_are() {
    let spans = Spans::default();
    let _guard = spans.watch();
    let (server, client) = traced(Probe::default()).await;
    client
        .divide(1, 0)
        .await
        .expect_err("a declared exception is an answer");
    client.boom().await.expect_err("a panic");
    let waiting = client.wait().timeout(std::time::Duration::from_millis(200));
    waiting.await.expect_err("it takes too long");
    let seen = |span: &Span| {
        let fields = [
            "rpc.method",
            "rpc.response.status_code",
            "error.type",
            "otel.status_code",
            "sinew.reached",
        ];
        fields.map(|field| span.get(field).to_owned()).join(" ")
    };
    let made: Vec<String> = spans.take("rpc.client").iter().map(seen).collect();
    assert_eq!(
        made,
        [
            "test.Probe/divide OK   ",
            "test.Probe/boom INTERNAL INTERNAL ERROR Yes",
            "test.Probe/wait DEADLINE_EXCEEDED DEADLINE_EXCEEDED ERROR Maybe",
        ]
    );
    server.stopped().await;
    let mut taken: Vec<String> = spans.take("rpc.server").iter().map(seen).collect();
    // Either the server's clock, or the client's cancel.
    let given_up = taken.pop().unwrap();
    let late = "test.Probe/wait DEADLINE_EXCEEDED DEADLINE_EXCEEDED ERROR ";
    assert!(
        [late, "test.Probe/wait CANCELLED   "].contains(&given_up.as_str()),
        "{given_up}"
    );
    assert_eq!(
        taken,
        [
            "test.Probe/divide OK   ",
            "test.Probe/boom INTERNAL INTERNAL ERROR ",
        ]
    );
}

#[tokio::test]
async fn calls_of_every_shape_are_made_within_the_span_of_their_caller() {
    let spans = Spans::default();
    let _guard = spans.watch();
    let client = ProbeClient::new(Channel::new(Probe::default()).observe(trace::Spans::client()));
    let flows =
        flow::FlowClient::new(Channel::new(flow::Flow::default()).observe(trace::Spans::client()));
    let work = async {
        client.echo([1]).await.unwrap();
        let mut numbers = flows.count(1, 2).await.unwrap();
        assert_eq!(flow::collect(&mut numbers).await.0, [1, 2]);
        flows.sum().await.unwrap().finish().await.unwrap();
    };
    work.instrument(tracing::info_span!("work")).await;
    let made = spans.take("rpc.client");
    let parents: Vec<_> = made.iter().map(|span| span.get("parent")).collect();
    assert_eq!(parents, ["work"; 3]);
}

#[tokio::test]
async fn a_span_lasts_as_long_as_the_streams_of_its_call() {
    let spans = Spans::default();
    let _guard = spans.watch();
    let service = flow::Flow::default().observe(trace::Spans::server());
    let (server, channel) = serve(Server::new().add(service)).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(server.run_until(stopped));
    let client = flow::FlowClient::new(channel.observe(trace::Spans::client()));
    // More than there is room for before somebody reads.
    let mut numbers = client.count(1_000, 100_000).await.unwrap();
    assert_eq!(numbers.recv().await.unwrap(), Some(1_000));
    assert!(spans.take("rpc.client").is_empty());
    let (rest, end) = flow::collect(&mut numbers).await;
    assert_eq!((rest.len(), end.is_ok()), (99_000, true));
    let made = spans.take("rpc.client").remove(0);
    drop(client);
    stop.send(()).unwrap();
    served.await.unwrap();
    let taken = spans.take("rpc.server").remove(0);
    assert_eq!(taken.get("parent_span_id"), made.get("span_id"));
    for span in [taken, made] {
        assert_eq!(span.get("rpc.method"), "test.Flow/count");
        assert_eq!(span.get("rpc.response.status_code"), "OK");
    }
}

async fn serve(server: Server) -> (Listening, Channel) {
    let server = server.bind("127.0.0.1:0").await.expect("a port is free");
    let address = server.local_addr().to_string();
    (server, Connect::new().lazily_to(address))
}

#[tokio::test]
async fn a_name_that_a_client_has_made_up_names_no_span() {
    let spans = Spans::default();
    let _guard = spans.watch();
    let (server, channel) = serve(
        Server::new()
            .add(Probe::default())
            .observe(trace::Spans::server()),
    )
    .await;
    tokio::spawn(server.run());
    other_client(&channel).await.expect_err("nobody serves it");
    ProbeClient::new(channel).echo("x").await.unwrap();
    let taken = spans.take("rpc.server");
    let names: Vec<&str> = taken.iter().map(|span| span.get("otel.name")).collect();
    assert_eq!(names, ["_OTHER", "test.Probe/echo"]);
    assert_eq!(taken[0].get("rpc.method"), "_OTHER");
    assert_eq!(taken[0].get("rpc.method_original"), "test.Other/ask");
    assert_eq!(taken[0].get("rpc.response.status_code"), "UNIMPLEMENTED");
}

/// Does not want spans.
struct Nothing;

impl<S: tracing::Subscriber> Layer<S> for Nothing {
    fn enabled(&self, _: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        false
    }
}

#[tokio::test]
async fn calls_whose_spans_nobody_wants_stay_as_they_are() {
    let nothing = tracing_subscriber::registry().with(Nothing);
    let _guard = tracing::subscriber::set_default(nothing);
    let server = Channel::new(Probe::default().observe(trace::Spans::server()));
    let client = ProbeClient::new(server.observe(trace::Spans::client()));
    let about = client.about().await.unwrap();
    assert!(!about.contains("traceparent"), "{about}");
}
