//! Servers that answer, but with errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::balance::{Balancer, Eject, Priority, RoundRobin};
use sinew::discover::{Endpoint, List, Source};
use sinew::{Backoff, Code, Connect, Ctx, Limits, Retries, Server, Status};
use tokio::sync::Notify;

use crate::fleet::{Node, calls, list, nodes, warm_up};
use crate::probe::{Probe, ProbeClient};

const LONG: Backoff = Backoff::new(Duration::from_secs(3600), Duration::from_secs(3600));
const SHORT: Backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(1));

async fn client(nodes: &[Node], eject: Eject) -> ProbeClient {
    let balancer = Balancer::new(list(nodes)).policy(RoundRobin::new());
    let channel = balancer.eject(eject).channel().retry(Retries::never());
    let client = ProbeClient::new(channel);
    warm_up(&client, nodes).await;
    client
}

/// Makes calls and counts failures.
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
    let client = client(&nodes, Eject::new().after(4).backoff(LONG)).await;
    nodes[2].fail(Some(Status::internal("a bug")));
    assert_eq!(failures(&client, 300).await, 4);
    let calls = calls(&nodes);
    assert_eq!((calls[0] + calls[1], calls[2]), (296, 4));
}

#[tokio::test]
async fn what_is_wrong_with_the_call_is_not_held_against_the_server() {
    let nodes = nodes(3).await;
    let client = client(&nodes, Eject::new().after(1).backoff(LONG)).await;
    for status in [
        Status::invalid_argument("what?"),
        Status::not_found("nothing"),
        Status::resource_exhausted("too much"),
    ] {
        nodes[2].fail(Some(status));
        assert_eq!(failures(&client, 30).await, 10);
    }
}

/// A connection that reaches its age limit ends calls that take too long. That says nothing about its server.
#[tokio::test(start_paused = true)]
async fn connections_that_grow_old_are_not_held_against_their_server() {
    let mut limits = Limits::default();
    limits.max_age = Some(Duration::from_secs(10));
    limits.drain = Duration::from_secs(10);
    let calls = [(); 2].map(|()| Arc::<AtomicUsize>::default());
    let counted = calls.clone();
    let connect = Connect::new().open_by(move |address| {
        let (near, far) = tokio::io::duplex(1 << 16);
        let calls = counted[usize::from(&*address == "other")].clone();
        let server = Server::new()
            .add(Probe::default())
            .layer(move |call, next| {
                calls.fetch_add(1, Ordering::SeqCst);
                next.run(call)
            });
        tokio::spawn(server.limits(limits.clone()).serve_connection(far));
        async move { Ok(near) }
    });
    let balancer = Balancer::new(List::new(["one", "other"])).connect(connect);
    let balancer = balancer.policy(RoundRobin::new());
    let balancer = balancer.eject(Eject::new().after(1).backoff(LONG));
    let client = ProbeClient::new(balancer.channel().retry(Retries::never()));
    let wait = || client.wait().timeout(Duration::from_secs(100));
    for failed in <[_; 2]>::from(tokio::join!(wait(), wait())) {
        let status = failed.expect_err("nobody releases it");
        assert_eq!(status.code(), Code::Unavailable, "{status}");
    }
    for count in &calls {
        count.store(0, Ordering::SeqCst);
    }
    assert_eq!(failures(&client, 100).await, 0);
    for count in calls {
        assert!(count.load(Ordering::SeqCst) > 0, "it was left alone");
    }
}

/// A gateway drops its outgoing calls at its caller's deadline, so it is not there to see them fail.
#[tokio::test]
async fn a_server_that_hangs_gets_no_more_calls_of_those_who_drop_them_at_the_deadline() {
    let nodes = nodes(3).await;
    let client = client(&nodes, Eject::new().after(3).backoff(LONG)).await;
    nodes[2].hang();
    for _ in 0..30 {
        let outer = Ctx::new().with_timeout(Duration::from_millis(20));
        let deadline = outer.deadline().expect("it has one");
        let call = client.echo("x").within(&outer);
        // Either of the two may be polled first at the deadline.
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(deadline) => {}
            answered = call => drop(answered),
        }
    }
    assert!((3..10).contains(&nodes[2].calls()), "it gets a third of 30");
}

#[tokio::test]
async fn calls_that_are_given_up_in_time_are_not_held_against_the_server() {
    let nodes = nodes(2).await;
    let client = client(&nodes, Eject::new().after(1).backoff(LONG)).await;
    for turn in 1..=3 {
        let waiting = [(); 2].map(|()| tokio::spawn(client.wait().owned()));
        for node in &nodes {
            node.probe.began(turn).await;
        }
        for call in waiting {
            call.abort();
        }
        for node in &nodes {
            node.probe.gone(turn).await;
        }
    }
    calls(&nodes);
    for _ in 0..10 {
        client.echo("x").await.expect("both are there");
    }
    assert_eq!(calls(&nodes), [5; 2]);
}

#[tokio::test]
async fn one_call_finds_out_whether_a_server_is_well_again() {
    let nodes = nodes(3).await;
    let client = client(&nodes, Eject::new().after(2).backoff(SHORT)).await;
    nodes[0].fail(Some(Status::unavailable("no database")));
    // Ejected after two failures, then one trial call now and then.
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
    let client = client(&nodes, Eject::new().after(1).backoff(LONG)).await;
    for node in &nodes {
        node.fail(Some(Status::internal("a bug")));
    }
    for _ in 0..100 {
        let status = client.echo("x").await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
    }
    let calls = calls(&nodes);
    // Half of them are ejected after one failure each; the others stay.
    assert_eq!(calls.iter().filter(|calls| **calls == 1).count(), 2);
    assert_eq!(calls.iter().sum::<usize>(), 100);

    let one = crate::fleet::nodes(1).await;
    let client = self::client(&one, Eject::new().after(1).backoff(LONG)).await;
    one[0].fail(Some(Status::internal("a bug")));
    assert_eq!(failures(&client, 10).await, 10);
    assert_eq!(calls_of(&one), 10);
}

#[tokio::test]
async fn backups_take_over_when_all_primaries_fail() {
    let nodes = nodes(4).await;
    let (primaries, backup) = nodes.split_at(3);
    let backups = backup.iter().map(|node| (node, 1));
    let all = primaries.iter().map(|node| (node, 0)).chain(backups);
    let all = all.map(|(node, priority)| Endpoint::new(&*node.address).with_priority(priority));
    let balancer = Balancer::new(List::new(all)).policy(Priority::new(RoundRobin::new()));
    let pool = balancer.eject(Eject::new().after(1).backoff(LONG)).pool();
    let client = ProbeClient::new(pool.channel().retry(Retries::never()));
    warm_up(&client, primaries).await;
    for node in &nodes {
        node.fail(Some(Status::internal("a bug")));
    }
    assert_eq!(failures(&client, 10).await, 10);
    assert_eq!(calls(&nodes), [1, 1, 1, 7], "the last is never ejected");
    let shown = format!("{pool:?}");
    assert_eq!(shown.matches(" ejected").count(), 3, "{shown}");
    assert_eq!(shown.matches(" in rotation").count(), 1, "{shown}");
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

/// A source that changes the weights whenever it is told to, like registries that report load.
struct Weighing {
    addresses: Vec<String>,
    weight: u32,
    again: Arc<Notify>,
    /// Notified when the last set has been taken.
    heard: Arc<Notify>,
}

impl Source for Weighing {
    async fn next(&mut self) -> sinew::Result<Vec<Endpoint>> {
        self.heard.notify_one();
        self.again.notified().await;
        self.weight += 1;
        let endpoint = |address: &String| Endpoint::new(&**address).with_weight(self.weight);
        Ok(self.addresses.iter().map(endpoint).collect())
    }
}

#[tokio::test]
async fn a_server_stays_ejected_when_its_weight_changes() {
    let nodes = nodes(3).await;
    let [again, heard] = [(); 2].map(|()| Arc::<Notify>::default());
    let source = Weighing {
        addresses: nodes.iter().map(|node| node.address.clone()).collect(),
        weight: 0,
        again: again.clone(),
        heard: heard.clone(),
    };
    again.notify_one();
    let balancer = Balancer::new(source).policy(RoundRobin::new());
    let balancer = balancer.eject(Eject::new().after(4).backoff(LONG));
    let client = ProbeClient::new(balancer.channel().retry(Retries::never()));
    warm_up(&client, &nodes).await;
    nodes[2].fail(Some(Status::internal("a bug")));
    let mut failed = 0;
    heard.notified().await;
    for _ in 0..10 {
        again.notify_one();
        heard.notified().await;
        failed += failures(&client, 6).await;
    }
    assert_eq!(failed, 4);
}

#[tokio::test]
async fn a_trial_that_takes_long_is_not_the_last() {
    let nodes = nodes(2).await;
    let client = client(&nodes, Eject::new().after(1).backoff(SHORT)).await;
    nodes[0].fail(Some(Status::internal("a bug")));
    while nodes[0].calls() == 0 {
        let _ = client.echo("x").await;
    }
    nodes[0].fail(None);
    let trial = loop {
        let waiting = tokio::spawn(client.wait().owned());
        while calls_of(&nodes) == 0 {
            tokio::task::yield_now().await;
        }
        if nodes[0].probe.inner.began.load(Ordering::SeqCst) > 0 {
            break waiting;
        }
        waiting.abort();
    };
    while nodes[0].calls() == 0 {
        client.echo("x").await.unwrap();
    }
    assert!(!trial.is_finished());
}
