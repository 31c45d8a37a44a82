//! How calls are spread over healthy servers.

use std::sync::{Arc, Mutex};

use sinew::balance::{
    Asked, Balancer, Candidate, LeastLoaded, Policy, Random, Rendezvous, RoundRobin,
};

use sinew::discover::List;
use tokio::task::JoinSet;

use crate::fleet::{calls, client, list, nodes};
use crate::probe::ProbeClient;

#[tokio::test]
async fn round_robin_gives_each_server_the_same() {
    let nodes = nodes(3).await;
    let client = client(&nodes, RoundRobin::new()).await;
    for _ in 0..300 {
        client.echo("x").await.unwrap();
    }
    assert_eq!(calls(&nodes), [100; 3]);
}

#[tokio::test]
async fn chance_gives_each_server_some() {
    let nodes = nodes(3).await;
    let client = client(&nodes, Random).await;
    for _ in 0..600 {
        client.divide(1, 1).await.unwrap();
    }
    let calls = calls(&nodes);
    assert_eq!(calls.iter().sum::<usize>(), 600);
    assert!(calls.iter().all(|calls| *calls > 100), "{calls:?}");
}

#[tokio::test]
async fn the_less_loaded_server_gets_the_call() {
    let nodes = nodes(2).await;
    let client = client(&nodes, LeastLoaded).await;
    let mut waiting = JoinSet::new();
    for _ in 0..20 {
        waiting.spawn(client.wait().owned());
    }
    // Each of the waiting calls went to the server with fewer calls.
    for node in &nodes {
        node.probe.began(10).await;
    }
    assert_eq!(calls(&nodes), [10, 10]);
    // One server has finished its calls, so it gets all of the next ones.
    nodes[1].probe.inner.release.notify_waiters();
    for _ in 0..10 {
        waiting.join_next().await.unwrap().unwrap().unwrap();
    }
    for _ in 0..9 {
        client.echo("x").await.unwrap();
    }
    nodes[0].probe.inner.release.notify_waiters();
    while let Some(call) = waiting.join_next().await {
        call.unwrap().unwrap();
    }
    assert_eq!(calls(&nodes), [0, 9]);
}

#[tokio::test]
async fn calls_with_the_same_key_meet_at_the_same_server() {
    let nodes = nodes(4).await;
    let client = client(&nodes, Rendezvous::new()).await;
    let mut places = [0; 4];
    for user in 0..40 {
        for _ in 0..5 {
            let call = client.echo("x").key(format!("user-{user}"));
            call.await.unwrap();
        }
        let calls = calls(&nodes);
        let place = calls.iter().position(|calls| *calls == 5);
        places[place.unwrap_or_else(|| panic!("{calls:?}"))] += 1;
    }
    assert!(places.iter().all(|users| *users > 0), "{places:?}");
    // By a metadata entry that calls have anyway.
    let balancer = Balancer::new(list(&nodes)).policy(Rendezvous::by("tenant"));
    let client = ProbeClient::new(balancer.channel());
    for _ in 0..5 {
        client.echo("x").meta("tenant", "acme").await.unwrap();
    }
    assert!(calls(&nodes).contains(&5));
}

/// Records the load of the servers for each call.
#[derive(Clone, Default)]
struct Watching(Arc<Mutex<Vec<usize>>>);

impl Policy for Watching {
    fn pick(&self, _: &Asked<'_>, candidates: &[Candidate]) -> usize {
        let loads = candidates.iter().map(Candidate::in_flight);
        *self.0.lock().expect("nobody panics with it") = loads.collect();
        0
    }
}

#[tokio::test]
async fn what_is_over_no_longer_counts() {
    let nodes = nodes(1).await;
    let watching = Watching::default();
    let balancer = Balancer::new(list(&nodes)).policy(watching.clone());
    let client = ProbeClient::new(balancer.channel());
    client.echo("x").await.unwrap();
    client.divide(1, 0).await.unwrap_err();
    client.boom().await.unwrap_err();
    let given_up = tokio::spawn(client.wait().owned());
    nodes[0].probe.began(1).await;
    client.echo("x").await.unwrap();
    assert_eq!(*watching.0.lock().unwrap(), [1]);
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    client.note("x").await.unwrap();
    client.echo("x").await.unwrap();
    assert_eq!(*watching.0.lock().unwrap(), [0]);
}

#[tokio::test]
async fn a_pool_gives_a_channel_to_each_server() {
    let nodes = nodes(3).await;
    // Naming a server twice does not count twice.
    let addresses = nodes.iter().chain(&nodes[..1]).map(|node| &*node.address);
    let pool = Balancer::new(List::new(addresses)).pool();
    let each = pool.each().await.unwrap();
    assert_eq!(each.len(), 3);
    for (address, channel) in each {
        ProbeClient::new(channel).echo("x").await.unwrap();
        let node = nodes.iter().find(|node| *node.address == *address);
        assert_eq!(node.expect("it is one of them").calls(), 1);
    }
}
