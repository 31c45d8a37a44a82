//! Channels that are created before there is a runtime, and channels that outlive one.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sinew::balance::Balancer;
use sinew::discover::List;
use sinew::{Channel, Code, Connect, Phase, Reached, Retries, Server};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use crate::fleet::{calls, list, nodes};
use crate::probe::{Probe, ProbeClient};
use crate::sources::{Told, endpoints};

fn runtime() -> Runtime {
    let mut runtime = Builder::new_multi_thread();
    runtime
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Polls a future once, outside a runtime.
fn outside<T>(future: impl Future<Output = sinew::Result<T>>) -> (Code, Reached) {
    let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    match polled {
        Poll::Ready(Err(status)) => {
            assert!(status.message().contains("runtime"), "{status}");
            (status.code(), status.reached())
        }
        Poll::Ready(Ok(_)) | Poll::Pending => panic!("there is no runtime"),
    }
}

#[test]
fn whoever_forgets_the_runtime_is_told() {
    let told = (Code::FailedPrecondition, Reached::No);
    let lazy = ProbeClient::new(Channel::lazy("127.0.0.1:9"));
    let inside = runtime();
    let nodes = inside.block_on(nodes(1));
    let balanced = Balancer::new(list(&nodes)).channel();
    assert_eq!(outside(Channel::connect("127.0.0.1:9")), told);
    assert_eq!(outside(lazy.echo("x")), told);
    assert_eq!(outside(lazy.note("x")), told);
    let balanced = ProbeClient::new(balanced);
    assert_eq!(outside(balanced.echo("x")), told);
    assert_eq!(outside(Server::new().bind("127.0.0.1:0")), told);
    // The handler begins, and then nothing can watch its deadline.
    let waits = outside(ProbeClient::new(Probe::default()).wait());
    assert_eq!(waits, (told.0, Reached::Maybe));
    let answer = inside.block_on(balanced.echo("x"));
    assert_eq!(answer.unwrap(), b"x", "its source is asked all the same");
}

#[test]
fn a_channel_is_made_before_there_is_a_runtime() {
    let (tell, told) = mpsc::unbounded_channel();
    let client = ProbeClient::new(Balancer::new(Told(told)).channel());
    runtime().block_on(async {
        let nodes = nodes(1).await;
        tell.send(Ok(endpoints(&nodes))).unwrap();
        assert_eq!(client.echo("x").await.unwrap(), b"x");
    });
}

#[test]
fn a_source_is_asked_on_when_its_runtime_has_ended() {
    let (first, second) = (runtime(), runtime());
    let nodes = second.block_on(nodes(2));
    let (tell, told) = mpsc::unbounded_channel();
    let client = first.block_on(async {
        let client = ProbeClient::new(Balancer::new(Told(told)).channel());
        tell.send(Ok(endpoints(&nodes[..1]))).unwrap();
        client.echo("x").await.unwrap();
        client
    });
    drop(first);
    tell.send(Ok(endpoints(&nodes[1..]))).unwrap();
    second.block_on(async {
        let mut tries = 0;
        while calls(&nodes)[1] == 0 {
            assert!(tries < 10_000, "the second set was never heard of");
            client.divide(1, 1).await.unwrap();
            tries += 1;
        }
        drop(client);
        // It still waits for the next set, but ends with the last who would need it.
        tell.closed().await;
    });
}

/// Two servers that nobody reaches as long as the first runtime is there, what says that it is gone, and who is told of each dial.
fn reached_later() -> (Balancer<List>, Arc<AtomicBool>, mpsc::UnboundedReceiver<()>) {
    let gone = Arc::<AtomicBool>::default();
    let (tell, dialed) = mpsc::unbounded_channel();
    let is_gone = gone.clone();
    let connect = Connect::new().open_by(move |_| {
        let is_gone = is_gone.load(Ordering::SeqCst);
        tell.send(()).expect("the test goes on");
        async move {
            let (near, far) = tokio::io::duplex(1 << 16);
            match is_gone {
                true => tokio::spawn(Server::new().add(Probe::default()).serve_connection(far)),
                false => pending().await,
            };
            Ok(near)
        }
    });
    let servers = List::new(["one", "two"]);
    (Balancer::new(servers).connect(connect), gone, dialed)
}

/// What becomes of a call that waits for a search which a call in another runtime has begun, when that runtime ends.
fn outlives_its_search(retries: Retries) -> sinew::Result<Vec<u8>> {
    let (first, second) = (runtime(), runtime());
    let (balancer, gone, mut dialed) = reached_later();
    let client = second.block_on(async { ProbeClient::new(balancer.channel().retry(retries)) });
    first.spawn(client.echo("x").owned());
    second.block_on(dialed.recv()).expect("it looks for one");
    let mut call = Box::pin(client.echo("x").timeout(Duration::from_secs(60)));
    let begun = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending()));
    assert!(second.block_on(begun), "nobody is reached yet");
    gone.store(true, Ordering::SeqCst);
    drop(first);
    second.block_on(call)
}

#[test]
fn who_waits_for_a_search_is_told_when_its_runtime_has_ended() {
    let status = outlives_its_search(Retries::never()).expect_err("nobody looks any more");
    let said = (status.code(), status.reached(), status.phase());
    assert_eq!(said, (Code::Unavailable, Reached::No, Some(Phase::Dial)));
}

#[test]
fn and_looks_again_in_its_own() {
    let answer = outlives_its_search(Retries::new());
    assert_eq!(answer.expect("it is made again"), b"x");
}
