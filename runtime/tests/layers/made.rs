//! Calls made by layers: once, twice, of another method, or only begun.

use std::future::{pending, ready};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sinew::layer::Next;
use sinew::{Call, Channel, Code, Ctx, Limits, Reply, Server, Service, Status};

use crate::probe::{ECHO, Probe, ProbeClient, Running, code};

const SOON: Duration = Duration::from_millis(30);

/// A client with `layer` around its calls; the server has none.
async fn layered<F, Fut>(layer: F) -> (Running, ProbeClient)
where
    F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply, Status>> + Send + 'static,
{
    let server = Running::start(Probe::default(), Limits::default()).await;
    let channel = server.client().await.channel.layer(layer);
    (server, ProbeClient { channel })
}

#[tokio::test]
async fn a_call_on_a_connection_ends_by_its_deadline() {
    let (_server, client) = layered(|call, next| async move { next.run(call).await }).await;
    assert_eq!(
        code(client.wait().timeout(SOON).await),
        Code::DeadlineExceeded
    );
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}

#[tokio::test]
async fn so_does_a_layer_that_waits_for_something_else() {
    let (_server, client) = layered(|call, next| async move {
        let late = call.cx.metadata().get("late").is_some();
        if late {
            next.run(call).await?;
        } else {
            let mut begun = pin!(next.run(call));
            tokio::select! {
                biased;
                _ = &mut begun => {}
                () = ready(()) => {}
            }
        }
        pending().await
    })
    .await;
    assert_eq!(
        code(client.wait().timeout(SOON).await),
        Code::DeadlineExceeded
    );
    let late = client.echo("x").meta("late", "yes").timeout(SOON);
    assert_eq!(code(late.await), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_call_that_is_given_up_is_cancelled_at_the_server() {
    let probe = Probe::default();
    let service = probe
        .clone()
        .layer(|call, next| async move { next.run(call).await });
    let server = Running::start(service, Limits::default()).await;
    let client = server.client().await;
    let channel = client
        .channel
        .layer(|call, next| async move { next.run(call).await });
    let client = ProbeClient { channel };
    let given_up = tokio::spawn(client.wait().owned());
    probe.began(1).await;
    given_up.abort();
    probe.gone(1).await;
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}

#[tokio::test]
async fn a_layer_of_a_server_makes_a_call_twice_at_a_time() {
    let twice = |call: Call, next: Next| async move {
        let again = call.share().expect("one request can be sent again");
        let (one, other) = tokio::join!(next.run(call), next.run(again));
        one.and(other)
    };
    let server = Running::start(Probe::default().layer(twice), Limits::default()).await;
    let client = server.client().await;
    for size in [3, 300, 30_000] {
        let body = vec![7; size];
        assert_eq!(client.echo(body.clone()).await.unwrap(), body);
    }
    // It waits for nobody, and fails like any other.
    assert_eq!(code(client.boom().await), Code::Internal);
    client.divide(1, 0).await.expect_err("a declared exception");
    assert_eq!(client.divide(6, 3).await.unwrap(), 2);
}

#[tokio::test]
async fn a_layer_of_a_client_that_panics_is_not_taken_for_the_handler() {
    let server = Running::start(Probe::default(), Limits::default()).await;
    let client = server.client().await;
    let afar = client.boom().await.expect_err("the handler panics");
    assert_eq!(afar.message(), "the handler panicked");
    let broken = |call: Call, next: Next| async move {
        assert_ne!(call.method.name(), "echo", "a bug of the layer");
        next.run(call).await
    };
    let channel = client.channel.layer(broken);
    let client = ProbeClient { channel };
    let here = client.echo("x").await.expect_err("the layer panics");
    assert_eq!(here.code(), Code::Internal);
    assert!(here.message().contains("in this process"), "{here}");
    let afar = client.boom().await.expect_err("the handler panics");
    assert_eq!(afar.message(), "the handler panicked");
}

#[tokio::test]
async fn so_is_one_that_panics_before_it_has_made_its_future() {
    let inner = |call: Call, next: Next| {
        assert_ne!(call.method.name(), "echo", "a bug of the layer");
        async move { next.run(call).await }
    };
    let outer = |call: Call, next: Next| async move { next.run(call).await };
    let server = Running::start(Probe::default(), Limits::default()).await;
    let channel = server.client().await.channel.layer(inner);
    for channel in [channel.clone(), channel.layer(outer)] {
        let client = ProbeClient { channel };
        let here = client.echo("x").await.expect_err("the layer panics");
        assert!(here.message().contains("in this process"), "{here}");
        assert_eq!(client.divide(6, 3).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn what_a_layer_keeps_of_a_call_is_over_with_it() {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keep = kept.clone();
    let (_server, client) = layered(move |call, next| {
        let mut kept = keep.lock().unwrap();
        let are_over = kept.iter().all(Ctx::is_cancelled);
        // Nothing is kept of every other call, so its slot is reused.
        if call.method.name() == "echo" {
            kept.push(call.cx.clone());
        }
        async move {
            assert!(are_over, "an earlier call goes on");
            assert!(!call.cx.is_cancelled(), "the call is over");
            next.run(call).await
        }
    })
    .await;
    for _ in 0..3 {
        assert_eq!(client.echo("x").await.unwrap(), b"x");
        assert_eq!(client.divide(6, 3).await.unwrap(), 2);
        assert_eq!(client.divide(8, 2).await.unwrap(), 4);
    }
    assert_eq!(kept.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_layer_makes_it_a_call_of_another_method() {
    let called = Arc::new(Mutex::new(Vec::new()));
    let log = called.clone();
    let noted = Probe::default().layer(move |call, next| {
        log.lock().unwrap().push(call.method.name().to_owned());
        async move { next.run(call).await }
    });
    let server = Server::new().add(noted).layer(|mut call, next| async move {
        if call.method.name() == "whisper" {
            call.method = (&ECHO).into();
        }
        next.run(call).await
    });
    let server = server.bind("127.0.0.1:0").await.unwrap();
    let channel = Channel::lazy(server.local_addr().to_string());
    tokio::spawn(server.run());
    let client = ProbeClient { channel };
    assert_eq!(client.whisper("x").await.unwrap(), b"x");
    assert_eq!(client.echo("y").await.unwrap(), b"y");
    assert_eq!(*called.lock().unwrap(), ["echo", "echo"]);
}

#[tokio::test]
async fn a_layer_sees_what_goes_beside_a_reply_and_adds_to_it() {
    let add = |call: Call, next: Next| async move {
        let mut reply = next.run(call).await?;
        assert_eq!(reply.metadata.get("inner"), None);
        reply.metadata.append("inner", "1");
        Ok(reply)
    };
    let server = Running::start(Probe::default().layer(add), Limits::default()).await;
    let (reply, metadata) = server.client().await.echo("x").with_metadata().await;
    assert_eq!(
        (&*reply.unwrap(), metadata.get("inner")),
        (&b"x"[..], Some("1"))
    );
}

#[tokio::test]
async fn a_call_that_is_not_awaited_does_not_begin() {
    let begun = Arc::new(AtomicUsize::new(0));
    let count = begun.clone();
    let inner = Probe::default().layer(move |call, next| {
        count.fetch_add(1, Ordering::SeqCst);
        async move { next.run(call).await }
    });
    let outer = inner.layer(|call, next| async move {
        let kept = call.share().expect("one request can be sent again");
        drop(next.run(call));
        match kept.cx.metadata().get("late") {
            Some(_) => next.run(kept).await,
            None => Err(Status::aborted("not made")),
        }
    });
    let server = Running::start(outer, Limits::default()).await;
    let client = server.client().await;
    assert_eq!(code(client.echo("x").await), Code::Aborted);
    assert_eq!(begun.load(Ordering::SeqCst), 0);
    let late = client.echo("x").meta("late", "yes");
    assert_eq!(late.await.unwrap(), b"x");
    assert_eq!(begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_layer_that_hands_a_begun_call_to_a_task_ends_by_its_deadline() {
    let (_server, client) = layered(|call, next| async move {
        let mut begun = Box::pin(next.run(call));
        tokio::select! {
            biased;
            _ = &mut begun => {}
            () = ready(()) => {}
        }
        tokio::spawn(begun);
        pending().await
    })
    .await;
    assert_eq!(
        code(client.wait().timeout(SOON).await),
        Code::DeadlineExceeded
    );
}
