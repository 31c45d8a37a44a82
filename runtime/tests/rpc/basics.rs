//! What every call must do, wherever the service is.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sinew::{Code, Ctx, Limits, Metadata, Phase, Reached};

use crate::probe::{DivideError, Probe, ProbeClient, Running, code};

/// Runs a test against the service over TCP and against the same service within the process.
async fn both<F: Future<Output = ()>>(test: impl Fn(ProbeClient, Probe) -> F) {
    let probe = Probe::default();
    let server = Running::start(probe.clone(), Limits::default()).await;
    test(server.client().await, probe).await;
    server.stopped().await;
    let probe = Probe::default();
    test(ProbeClient::new(probe.clone()), probe).await;
}

#[tokio::test]
async fn results_and_declared_exceptions_arrive() {
    both(|client, _| async move {
        assert_eq!(client.echo("hello").await.unwrap(), b"hello");
        assert_eq!(client.divide(42, 6).await.unwrap(), 7);
        assert!(matches!(client.divide(1, 0).await, Err(DivideError::DivisionByZero(e)) if e.dividend == 1));
        assert!(matches!(client.divide(i64::MIN, -1).await, Err(DivideError::Overflow(_))));
    })
    .await;
}

#[tokio::test]
async fn a_thousand_calls_share_one_connection() {
    both(|client, _| async move {
        let calls = (0..1000i64).map(|n| tokio::spawn(client.divide(n * 3, 3).owned()));
        for (n, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
            assert_eq!(call.await.unwrap().unwrap(), n as i64);
        }
    })
    .await;
}

#[tokio::test]
async fn a_panicking_handler_ends_its_own_call_only() {
    both(|client, probe| async move {
        let waiting = tokio::spawn(client.wait().owned());
        probe.began(1).await;
        let status = client.boom().await.unwrap_err();
        assert_eq!(
            (status.code(), status.reached()),
            (Code::Internal, Reached::Yes)
        );
        probe.inner.release.notify_waiters();
        waiting.await.unwrap().unwrap();
        assert_eq!(client.echo("still").await.unwrap(), b"still");
    })
    .await;
}

#[tokio::test]
async fn dropping_a_call_drops_its_handler() {
    both(|client, probe| async move {
        let waiting = tokio::spawn(client.wait().owned());
        probe.began(1).await;
        waiting.abort();
        probe.gone(1).await;
        assert_eq!(client.echo("next").await.unwrap(), b"next");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_call_and_its_handler() {
    both(|client, probe| async move {
        let status = client
            .wait()
            .timeout(Duration::from_millis(200))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded);
        probe.gone(1).await;
        let status = client.wait().timeout(Duration::ZERO).await.unwrap_err();
        assert_eq!(
            (status.code(), status.phase(), status.reached()),
            (Code::DeadlineExceeded, Some(Phase::Send), Reached::No)
        );
        assert_eq!(probe.inner.began.load(Ordering::SeqCst), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_handler_knows_deadline_and_metadata() {
    both(|client, _| async move {
        assert_eq!(client.about().await.unwrap(), "7s ");
        let call = client
            .about()
            .timeout(Duration::from_secs(3))
            .meta("tenant", "acme");
        assert_eq!(call.await.unwrap(), "3s tenant=acme");
        let mut outer = Metadata::new();
        outer.append("tenant", "acme");
        outer.append("baggage", "a=1");
        let cx = Ctx::new()
            .with_timeout(Duration::from_secs(5))
            .with_metadata(outer);
        assert_eq!(client.about().within(&cx).await.unwrap(), "5s baggage=a=1");
    })
    .await;
}

#[test]
fn what_lets_a_caller_in_is_not_shown() {
    let said = Metadata::from([("authorization", "Bearer 6ec1"), ("tenant", "acme")]);
    let shown = format!("{:?}", Ctx::new().with_metadata(said.clone()));
    assert!(
        shown.contains(r#"[("authorization", [redacted]), ("tenant", "acme")]"#),
        "{shown}"
    );
    assert_eq!(said.get(Metadata::AUTHORIZATION), Some("Bearer 6ec1"));
}

#[tokio::test]
async fn oneway_calls_arrive_without_an_answer() {
    both(|client, probe| async move {
        for _ in 0..300 {
            client.note("x").await.unwrap();
        }
        probe
            .until(|inner| inner.noted.load(Ordering::SeqCst) == 300)
            .await;
    })
    .await;
}

#[tokio::test]
async fn bad_metadata_is_refused_before_it_is_sent() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let client = server.client().await;
    for (key, value) in [
        ("", "x"),
        ("Upper", "x"),
        ("a b", "x"),
        ("ok", "line\nbreak"),
        ("ok", "\0"),
    ] {
        let status = client.echo("").meta(key, value).await.unwrap_err();
        assert_eq!(
            (status.code(), status.reached()),
            (Code::InvalidArgument, Reached::No),
            "{key:?} {value:?}"
        );
    }
    client.echo("").meta("ok", "grüße").await.unwrap();
}

#[tokio::test]
async fn unknown_services_are_named() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let client = server.client().await;
    let other = crate::probe::other_client(&client.channel);
    let status = other.await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unimplemented, Reached::No)
    );
    assert!(status.message().contains("`test.Other`"), "{status}");
    assert_eq!(
        code(ProbeClient::new(Probe::default()).boom().await),
        Code::Internal
    );
}
