//! Channels that are made before there is a runtime, and those that outlive one.

use sinew::balance::Balancer;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use crate::fleet::{calls, nodes};
use crate::probe::ProbeClient;
use crate::sources::{Told, endpoints};

fn runtime() -> Runtime {
    let mut runtime = Builder::new_multi_thread();
    runtime
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
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
