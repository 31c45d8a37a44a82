//! W3C Trace Context: valid `traceparent`s and `tracestate`s, and what is passed on from call to call.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "rpc/probe.rs"]
mod probe;

use probe::{Probe, ProbeClient, Running};
use sinew::trace::TraceContext;
use sinew::{Ctx, Limits, Metadata};

const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn a_trace_is_read_and_written_as_the_standard_has_it() {
    let trace: TraceContext = GOOD.parse().unwrap();
    assert_eq!(trace.trace_id(), 0x4bf92f3577b34da6a3ce929d0e0e4736);
    assert_eq!(trace.span_id(), 0x00f067aa0ba902b7);
    assert!(trace.is_sampled());
    assert_eq!(trace.to_string(), GOOD);

    let not_sampled = GOOD.replace("-01", "-00").parse::<TraceContext>().unwrap();
    assert!(!not_sampled.is_sampled());
    // Unknown flags are not passed on.
    let more_flags: TraceContext = GOOD.replace("-01", "-ff").parse().unwrap();
    assert_eq!(more_flags, trace);
}

#[test]
fn ids_are_written_in_lower_case_digits_and_read_again() {
    let mut id = 1_u128;
    for _ in 0..10_000 {
        id = id.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645) ^ id >> 61;
        let (span, sampled) = ((id >> 37) as u64, id & 1 == 1);
        let trace = TraceContext::new(id, span, sampled).expect("neither is zero");
        let text = format!("00-{id:032x}-{span:016x}-{:02x}", u8::from(sampled));
        assert_eq!(trace.to_string(), text);
        assert_eq!(text.parse(), Ok(trace));
    }
}

#[test]
fn what_later_versions_have_in_common_is_read() {
    let known: TraceContext = GOOD.parse().unwrap();
    let later = GOOD.replacen("00", "cc", 1);
    for text in [
        later.clone(),
        format!("{later}-what-the-future-will-be-like"),
        format!("{later}-"),
    ] {
        assert_eq!(text.parse(), Ok(known), "{text}");
    }
    for text in [
        format!("{later}.what-the-future-will-be-like"),
        format!("{later}1"),
        later[..54].to_owned(),
    ] {
        assert!(text.parse::<TraceContext>().is_err(), "{text}");
    }
}

#[test]
fn what_is_malformed_is_refused() {
    let malformed = [
        "",
        "00",
        "00-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        // Longer than version 00.
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        // The version that is forbidden, and invalid versions.
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-001",
        "CC-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        // Ids that are zero.
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        // Digits of the wrong kind or number.
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
        "00-.bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-010",
        "00-4bf92f3577b34da6a3ce929d0e0e47366-0f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b70-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.0",
        // Other separators.
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7 01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\u{e9}",
    ];
    for text in malformed {
        assert!(text.parse::<TraceContext>().is_err(), "{text}");
    }
}

#[test]
fn children_are_of_the_same_trace_and_roots_are_not() {
    let parent: TraceContext = GOOD.parse().unwrap();
    let child = parent.child();
    assert_eq!(child.trace_id(), parent.trace_id());
    assert_ne!(child.span_id(), parent.span_id());
    assert!(child.is_sampled());
    let (one, other) = (TraceContext::root(true), TraceContext::root(false));
    assert_ne!(one.trace_id(), other.trace_id());
    assert_eq!((one.is_sampled(), other.is_sampled()), (true, false));
    assert_eq!(TraceContext::new(0, 1, true), None);
    assert_eq!(TraceContext::new(1, 0, true), None);
}

/// What a handler that calls `.within(&cx)` passes on of this metadata.
async fn passed_on(client: &ProbeClient, metadata: &[(&str, &str)]) -> String {
    let mut held = Metadata::new();
    metadata
        .iter()
        .for_each(|(key, value)| held.append(*key, *value));
    let cx = Ctx::new().with_metadata(held);
    let about = client.about().within(&cx).await.expect("it answers");
    about
        .split_once(' ')
        .expect("time, then metadata")
        .1
        .to_owned()
}

#[tokio::test]
async fn a_trace_is_passed_on_as_it_came() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    for client in [server.client().await, ProbeClient::new(Probe::default())] {
        assert_eq!(
            passed_on(
                &client,
                &[
                    ("tenant", "acme"),
                    ("traceparent", GOOD),
                    ("tracestate", "rojo=1,congo=t61")
                ]
            )
            .await,
            format!("traceparent={GOOD} tracestate=rojo=1,congo=t61")
        );
        // A later version is not understood, and not changed either.
        let later = format!("{}-more", GOOD.replacen("00", "01", 1));
        assert_eq!(
            passed_on(&client, &[("traceparent", &later)]).await,
            format!("traceparent={later}")
        );
    }
}

#[tokio::test]
async fn a_malformed_trace_ends_here() {
    let client = ProbeClient::new(Probe::default());
    for parent in [
        GOOD.replace('a', "A"),
        GOOD.replacen("00", "ff", 1),
        "0".to_owned(),
    ] {
        let metadata = [
            ("traceparent", parent.as_str()),
            ("tracestate", "rojo=1"),
            ("baggage", "a=1"),
        ];
        assert_eq!(
            passed_on(&client, &metadata).await,
            "baggage=a=1",
            "{parent}"
        );
    }
    assert_eq!(passed_on(&client, &[("tracestate", "rojo=1")]).await, "");
    // Which of two would be the caller?
    assert_eq!(
        passed_on(&client, &[("traceparent", GOOD), ("traceparent", GOOD)]).await,
        ""
    );
}

#[tokio::test]
async fn a_malformed_state_does_not_take_the_trace_with_it() {
    let client = ProbeClient::new(Probe::default());
    let long = |length: usize| "z".repeat(length);
    let many = |count: usize| {
        let members: Vec<String> = (0..count).map(|n| format!("k{n}=1")).collect();
        members.join(",")
    };
    let good = [
        String::new(),
        "foo=1,bar=2".to_owned(),
        " foo=1 , \t,bar=2 ".to_owned(),
        "0foo=1,a/b=2,tenant@system=3,a-_*/@=4".to_owned(),
        "foo= leading and inner blanks".to_owned(),
        format!("{}=1", long(256)),
        format!("foo={}", long(256)),
        many(32),
    ];
    for state in good {
        let kept = format!("traceparent={GOOD} tracestate={state}");
        assert_eq!(
            passed_on(&client, &[("traceparent", GOOD), ("tracestate", &state)]).await,
            kept
        );
    }
    let bad = [
        "foo".to_owned(),
        "foo=".to_owned(),
        "=1".to_owned(),
        "foo =1".to_owned(),
        "FOO=1".to_owned(),
        "foo.bar=1".to_owned(),
        "@foo=1".to_owned(),
        "-foo=1".to_owned(),
        "foo=bar=baz".to_owned(),
        "foo=1;bar=2".replace(';', ",foo=2,"),
        "foo=\u{e9}".to_owned(),
        format!("{}=1", long(257)),
        format!("foo={}", long(257)),
        many(33),
    ];
    for state in bad {
        let metadata = [("traceparent", GOOD), ("tracestate", &state)];
        assert_eq!(
            passed_on(&client, &metadata).await,
            format!("traceparent={GOOD}"),
            "{state}"
        );
    }
    // Several values are one list.
    let two = [
        ("traceparent", GOOD),
        ("tracestate", "foo=1"),
        ("tracestate", "bar=2"),
    ];
    assert_eq!(
        passed_on(&client, &two).await,
        format!("traceparent={GOOD} tracestate=foo=1 tracestate=bar=2")
    );
    let twice = [
        ("traceparent", GOOD),
        ("tracestate", "foo=1"),
        ("tracestate", "foo=2"),
    ];
    assert_eq!(
        passed_on(&client, &twice).await,
        format!("traceparent={GOOD}")
    );
}
