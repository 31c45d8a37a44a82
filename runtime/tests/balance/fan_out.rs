//! One call at several servers.

use sinew::balance::Balancer;
use sinew::{Channel, Code, Status, fan_out};

use crate::fleet::{Node, list, nodes};
use crate::probe::{DivideError, ProbeClient};

async fn each(nodes: &[Node]) -> Vec<Channel> {
    let each = Balancer::new(list(nodes)).pool().each().await;
    let each = each.expect("the list names servers").into_iter();
    each.map(|(_, channel)| channel).collect()
}

async fn divide(channel: Channel) -> Result<i64, DivideError> {
    ProbeClient::new(channel).divide(6, 3).await
}

async fn wait(channel: Channel) -> Result<(), Status> {
    ProbeClient::new(channel).wait().await
}

#[tokio::test]
async fn all_gives_what_each_call_ended_with() {
    let nodes = nodes(3).await;
    nodes[1].fail(Some(Status::internal("a bug")));
    let channels = each(&nodes).await;
    let results = fan_out::all(channels.into_iter().map(divide)).await;
    assert_eq!(results.iter().filter(|r| matches!(r, Ok(2))).count(), 2);
    assert!(nodes.iter().all(|node| node.calls() == 1));
}

#[tokio::test]
async fn first_takes_the_first_result_and_drops_the_rest() {
    let nodes = nodes(3).await;
    let channels = each(&nodes).await;
    let waiting = tokio::spawn(fan_out::first(channels.into_iter().map(wait)));
    for node in &nodes {
        node.probe.began(1).await;
    }
    nodes[2].probe.inner.release.notify_waiters();
    waiting.await.unwrap().unwrap();
    for node in &nodes {
        node.probe.gone(1).await;
    }
}

#[tokio::test]
async fn a_quorum_is_enough_successes_or_too_many_failures() {
    let nodes = nodes(3).await;
    nodes[0].fail(Some(Status::internal("a bug")));
    let channels = each(&nodes).await;
    let two = fan_out::quorum(2, channels.clone().into_iter().map(divide)).await;
    assert_eq!(two.unwrap(), [2, 2]);
    let three = fan_out::quorum(3, channels.clone().into_iter().map(divide)).await;
    let errors = three.unwrap_err();
    assert!(
        matches!(&errors[..], [DivideError::Status(status)] if status.code() == Code::Internal),
        "{errors:?}"
    );
    let nobody = fan_out::first(Vec::<Channel>::new().into_iter().map(divide)).await;
    assert!(nobody.unwrap_err().is_empty());
}
