//! Servers that answer, but badly.

use std::time::Duration;

use sinew::balance::{Balancer, Eject, RoundRobin};
use sinew::{Backoff, Code, Retries, Status};

use crate::fleet::{Node, calls, list, nodes, warm_up};
use crate::probe::ProbeClient;

const LONG: Backoff = Backoff::new(Duration::from_secs(3600), Duration::from_secs(3600));
const SHORT: Backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(1));

async fn client(nodes: &[Node], eject: Eject) -> ProbeClient {
    let balancer = Balancer::new(list(nodes)).policy(RoundRobin::new());
    let channel = balancer.eject(eject).channel().retry(Retries::never());
    let client = ProbeClient::new(channel);
    warm_up(&client, nodes).await;
    client
}

/// Makes calls and counts those that fail.
async fn failures(client: &ProbeClient, calls: usize) -> usize {
    let mut failures = 0;
    for _ in 0..calls {
        failures += usize::from(client.echo("x").await.is_err());
    }
    failures
}

#[tokio::test]
async fn a_server_that_fails_again_and_again_gets_no_more_calls() {
    let nodes = nodes(3).await;
    let client = client(&nodes, Eject::new().after(4).pauses(LONG)).await;
    nodes[2].fail(Some(Status::internal("a bug")));
    assert_eq!(failures(&client, 300).await, 4);
    let calls = calls(&nodes);
    assert_eq!((calls[0] + calls[1], calls[2]), (296, 4));
}

#[tokio::test]
async fn what_is_wrong_with_the_call_is_not_held_against_the_server() {
    let nodes = nodes(3).await;
    let client = client(&nodes, Eject::new().after(1).pauses(LONG)).await;
    for status in [
        Status::invalid_argument("what?"),
        Status::not_found("nothing"),
        Status::resource_exhausted("too much"),
    ] {
        nodes[2].fail(Some(status));
        assert_eq!(failures(&client, 30).await, 10);
    }
}

#[tokio::test]
async fn one_call_finds_out_whether_a_server_is_well_again() {
    let nodes = nodes(3).await;
    let client = client(&nodes, Eject::new().after(2).pauses(SHORT)).await;
    nodes[0].fail(Some(Status::unavailable("no database")));
    // Ejected after two failures, then one call at a time now and then.
    let failed = failures(&client, 200).await;
    assert_eq!(nodes[0].calls(), failed);
    assert!((2..100).contains(&failed), "{failed}");
    nodes[0].fail(None);
    while nodes[0].calls() == 0 {
        client.echo("x").await.unwrap();
    }
    calls(&nodes);
    for _ in 0..30 {
        client.echo("x").await.unwrap();
    }
    assert_eq!(calls(&nodes), [10; 3]);
}

#[tokio::test]
async fn the_servers_are_never_all_ejected() {
    let nodes = nodes(4).await;
    let client = client(&nodes, Eject::new().after(1).pauses(LONG)).await;
    for node in &nodes {
        node.fail(Some(Status::internal("a bug")));
    }
    for _ in 0..100 {
        let status = client.echo("x").await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
    }
    let calls = calls(&nodes);
    // Half of them are ejected after one failure each; the others go on.
    assert_eq!(calls.iter().filter(|calls| **calls == 1).count(), 2);
    assert_eq!(calls.iter().sum::<usize>(), 100);

    let one = crate::fleet::nodes(1).await;
    let client = self::client(&one, Eject::new().after(1).pauses(LONG)).await;
    one[0].fail(Some(Status::internal("a bug")));
    assert_eq!(failures(&client, 10).await, 10);
    assert_eq!(calls_of(&one), 10);
}

fn calls_of(nodes: &[Node]) -> usize {
    calls(nodes).iter().sum()
}

#[tokio::test]
async fn ejection_can_be_turned_off() {
    let nodes = nodes(2).await;
    let client = client(&nodes, Eject::never()).await;
    nodes[0].fail(Some(Status::internal("a bug")));
    assert_eq!(failures(&client, 100).await, 50);
}
