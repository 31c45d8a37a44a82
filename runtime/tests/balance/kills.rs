//! Servers that are killed during calls: every call ends, and what it says about having run is true.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sinew::balance::Balancer;
use sinew::{Backoff, Reached, Retries};

use crate::fleet::{Node, list, nodes, warm_up};
use crate::probe::{DivideError, ProbeClient};

const KILLS: usize = 30;

/// How calls of a non-idempotent method ended, by id: `None` for a result.
type Ends = BTreeMap<u64, Option<Reached>>;

async fn load(client: ProbeClient, next: Arc<AtomicU64>, stop: Arc<AtomicBool>) -> Ends {
    let mut ends = Ends::new();
    while !stop.load(Ordering::SeqCst) {
        let id = next.fetch_add(1, Ordering::SeqCst);
        let end = match client.divide(6, 3).meta("id", id.to_string()).await {
            Ok(_) => None,
            Err(DivideError::Status(status)) => Some(status.reached()),
            Err(declared) => panic!("{declared}"),
        };
        ends.insert(id, end);
        // Failures here have been retried three times, and do no harm.
        let _ = client.echo("x").await;
    }
    ends
}

/// Kills one server after the other while the others get calls.
async fn kill(nodes: &mut [Node], client: &ProbeClient) {
    for turn in 0..KILLS {
        let node = turn % nodes.len();
        nodes[node].kill().await;
        nodes[node].start_again().await;
        warm_up(client, &nodes[node..=node]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_runs_twice_and_what_did_not_run_says_so() {
    let mut nodes = nodes(3).await;
    let quick = Backoff::new(Duration::from_millis(1), Duration::from_millis(10));
    let channel = Balancer::new(list(&nodes)).reconnect(quick).channel();
    let client = ProbeClient::new(channel.retry(Retries::new().budget(1.0, 1000)));
    warm_up(&client, &nodes).await;
    let (next, stop) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let callers: Vec<_> = (0..8)
        .map(|_| tokio::spawn(load(client.clone(), next.clone(), stop.clone())))
        .collect();
    kill(&mut nodes, &client).await;
    stop.store(true, Ordering::SeqCst);

    let mut ends = Ends::new();
    for caller in callers {
        ends.append(&mut caller.await.unwrap());
    }
    assert_eq!(
        ends.len() as u64,
        next.load(Ordering::SeqCst),
        "every call ended"
    );
    let mut ran = BTreeMap::<u64, usize>::new();
    for id in nodes.iter().flat_map(Node::ledger) {
        *ran.entry(id).or_default() += 1;
    }
    for (id, end) in ends {
        let times = ran.get(&id).copied().unwrap_or_default();
        match end {
            None | Some(Reached::Yes) => assert_eq!(times, 1, "{id} has run once"),
            Some(Reached::No) => assert_eq!(times, 0, "{id} says that it has not run"),
            Some(Reached::Maybe) => assert!(times <= 1, "{id} has run {times} times"),
        }
    }
}
