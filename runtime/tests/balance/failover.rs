//! Servers that stop, start or never existed: calls go elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use sinew::balance::{
    Asked, Balancer, Candidate, Eject, LeastLoaded, Policy, Priority, RoundRobin,
};
use sinew::discover::{Endpoint, List};
use sinew::{Backoff, Code, Connect, Reached, Retries, Status};

use crate::fleet::{Node, calls, client, list, nodes, warm_up};
use crate::probe::ProbeClient;

#[tokio::test]
async fn a_server_that_is_away_costs_no_call() {
    let mut nodes = nodes(3).await;
    let client = client(&nodes, RoundRobin::new()).await;
    nodes[1].stop().await;
    for _ in 0..300 {
        client.divide(1, 1).await.unwrap();
    }
    let [a, b, c] = calls(&nodes)[..] else {
        panic!("three servers")
    };
    assert_eq!((a + c, b), (300, 0));
    assert!(a > 100 && c > 100, "{a} {c}");
}

#[tokio::test]
async fn servers_that_were_never_there_cost_no_call() {
    let mut nodes = nodes(4).await;
    for node in &mut nodes[..3] {
        node.stop().await;
    }
    // Not idempotent, and without retries: the balancer itself finds the server that exists.
    let channel = Balancer::new(list(&nodes)).channel();
    let client = ProbeClient::new(channel.retry(Retries::never()));
    for _ in 0..100 {
        client.divide(1, 1).await.unwrap();
    }
}

/// Chooses the server at one address whenever it is a candidate, and counts how often.
struct Rather {
    address: String,
    taken: Arc<AtomicUsize>,
}

impl Policy for Rather {
    fn pick(&self, _: &Asked<'_>, candidates: &[Candidate]) -> usize {
        let mut places = candidates.iter();
        let place = places.position(|candidate| candidate.address() == self.address);
        self.taken
            .fetch_add(usize::from(place.is_some()), Ordering::SeqCst);
        place.unwrap_or(0)
    }
}

#[tokio::test]
async fn a_second_try_beside_the_first_goes_to_another_server() {
    let nodes = nodes(2).await;
    nodes[0].hang();
    let taken = Arc::new(AtomicUsize::new(0));
    let policy = Rather {
        address: nodes[0].address.clone(),
        taken: taken.clone(),
    };
    // Without ejection, which would set the hanging server aside.
    let balancer = Balancer::new(list(&nodes)).policy(policy);
    let channel = balancer.eject(Eject::never()).channel();
    let hedged = Retries::new().hedge(Duration::from_millis(10));
    let client = ProbeClient::new(channel.retry(hedged));
    while taken.load(Ordering::SeqCst) < 20 {
        client.echo("x").await.expect("the other one answers");
    }
}

#[tokio::test]
async fn calls_fail_at_once_when_no_server_is_there() {
    let mut nodes = nodes(2).await;
    for node in &mut nodes {
        node.stop().await;
    }
    let channel = Balancer::new(list(&nodes)).channel();
    let client = ProbeClient::new(channel.retry(Retries::never()));
    for _ in 0..10 {
        let status = client.echo("x").await.unwrap_err();
        assert_eq!(
            (status.code(), status.reached()),
            (Code::Unavailable, Reached::No)
        );
        assert!(status.retry_after().is_some(), "{status}");
    }
    // One comes back, and is found when it is due.
    nodes[0].start_again().await;
    while client.echo("x").await.is_err() {
        tokio::task::yield_now().await;
    }
    client.divide(1, 1).await.unwrap();
}

#[tokio::test]
async fn backups_take_over_and_give_back() {
    let mut nodes = nodes(3).await;
    let endpoints = nodes.iter().enumerate().map(|(place, node)| {
        let backup = u32::from(place > 0);
        Endpoint::new(&*node.address).with_priority(backup)
    });
    let quick = Backoff::new(Duration::from_millis(1), Duration::from_millis(5));
    let balancer = Balancer::new(List::new(endpoints)).reconnect(quick);
    let client = ProbeClient::new(balancer.policy(Priority::new(LeastLoaded)).channel());
    for _ in 0..50 {
        client.divide(1, 1).await.unwrap();
    }
    assert_eq!(calls(&nodes), [50, 0, 0]);
    nodes[0].stop().await;
    for _ in 0..50 {
        client.divide(1, 1).await.unwrap();
    }
    let taken = calls(&nodes);
    assert_eq!((taken[0], taken[1] + taken[2]), (0, 50));
    nodes[0].start_again().await;
    while nodes[0].calls() == 0 {
        client.divide(1, 1).await.unwrap();
    }
    calls(&nodes);
    for _ in 0..50 {
        client.divide(1, 1).await.unwrap();
    }
    assert_eq!(calls(&nodes), [50, 0, 0]);
}

#[tokio::test]
async fn another_try_goes_elsewhere() {
    let nodes = nodes(3).await;
    let client = client(&nodes, RoundRobin::new()).await;
    let shed = Status::resource_exhausted("busy").with_reached(Reached::No);
    nodes[0].fail(Some(shed));
    // Each call is refused by the first server and taken by another. The budget allows 30 such calls.
    for _ in 0..90 {
        client.divide(1, 1).await.unwrap();
    }
    let [busy, others @ ..] = &calls(&nodes)[..] else {
        panic!("three servers")
    };
    assert_eq!(others.iter().sum::<usize>(), 90);
    assert!(*busy >= 25, "{busy}");
}

/// Makes calls until it is told to stop. Returns how many succeeded, and the failures.
async fn load(client: ProbeClient, stop: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (mut done, mut failures) = (0, Vec::new());
    while !stop.load(Ordering::SeqCst) {
        // Not idempotent: each call is made once.
        match client.divide(6, 3).await {
            Ok(2) => done += 1,
            other => failures.push(format!("{other:?}")),
        }
    }
    (done, failures)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_under_load_fails_no_call() {
    let mut nodes = nodes(3).await;
    let quick = Backoff::new(Duration::from_millis(1), Duration::from_millis(20));
    let channel = Balancer::new(list(&nodes)).reconnect(quick).channel();
    let client = ProbeClient::new(channel);
    warm_up(&client, &nodes).await;
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..16)
        .map(|_| tokio::spawn(load(client.clone(), stop.clone())))
        .collect();
    for _ in 0..3 {
        for node in &mut nodes {
            restart(node).await;
        }
    }
    stop.store(true, Ordering::SeqCst);
    let total = AtomicUsize::new(0);
    for caller in callers {
        let (done, failures) = caller.await.unwrap();
        assert!(failures.is_empty(), "{failures:?}");
        total.fetch_add(done, Ordering::SeqCst);
    }
    let served: usize = calls(&nodes).iter().sum();
    assert!(served > 0 && total.load(Ordering::SeqCst) > 0);
}

/// Restarts a server, and waits until it gets calls.
async fn restart(node: &mut Node) {
    node.stop().await;
    node.start_again().await;
    node.calls();
    while node.calls() == 0 {
        tokio::task::yield_now().await;
    }
}

/// Takes turns, and counts them.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Policy for Counted {
    fn pick(&self, _: &Asked<'_>, candidates: &[Candidate]) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) % candidates.len()
    }
}

#[tokio::test]
async fn a_call_looks_at_each_server_once_when_none_is_there() {
    const MANY: usize = 500;
    let policy = Counted::default();
    let connect = Connect::new().open_by(|_| async {
        Err::<tokio::io::DuplexStream, _>(std::io::ErrorKind::ConnectionRefused.into())
    });
    let servers = List::new((0..MANY).map(|number| format!("nobody-{number}")));
    let never = Backoff::new(Duration::MAX, Duration::MAX);
    let balancer = Balancer::new(servers).connect(connect.reconnect(never));
    let channel = balancer.policy(policy.clone()).channel();
    let client = ProbeClient::new(channel.retry(Retries::never()));
    // One more, since it looks for a connected server first.
    for most in [MANY + 1, 0, 0] {
        let status = client.echo("x").await.expect_err("nobody is there");
        let told = (status.code(), status.reached());
        assert_eq!(told, (Code::Unavailable, Reached::No), "{status}");
        assert!(status.retry_after().is_some(), "{status}");
        let picked = policy.0.swap(0, Ordering::SeqCst);
        assert!(picked <= most, "{picked} of {most}");
    }
}
