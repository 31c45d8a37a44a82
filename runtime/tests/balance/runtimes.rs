//! Channels that are created before there is a runtime, and channels that outlive one.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use sinew::balance::Balancer;
use sinew::{Channel, Code, Reached, Server};
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
        for _ in 0..10_000 {
            client.divide(1, 1).await.unwrap();
            if calls(&nodes)[1] > 0 {
                return;
            }
        }
        panic!("the second set was never heard of");
    });
}
