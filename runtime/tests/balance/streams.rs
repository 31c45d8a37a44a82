//! Streams through a balanced channel: each stays with the server that has accepted it, even if that is removed.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sinew::balance::{Balancer, Eject, RoundRobin};
use sinew::discover::{Endpoint, List};
use sinew::{Backoff, Code, Connect, Limits, Rx, Server, Tx};
use tokio::sync::mpsc;

use crate::flow::{Flow, FlowClient, Running, collect};
use crate::sources::Told;

/// Two servers, a client of both, and the source's control.
struct Pair {
    servers: [Running; 2],
    client: FlowClient,
    tell: mpsc::UnboundedSender<sinew::Result<Vec<Endpoint>>>,
}

impl Pair {
    async fn new() -> Self {
        let flows = [Flow::default(), Flow::default()];
        let servers = [
            Running::start(flows[0].clone(), Limits::default()).await,
            Running::start(flows[1].clone(), Limits::default()).await,
        ];
        let (tell, told) = mpsc::unbounded_channel();
        let channel = Balancer::new(Told(told))
            .policy(RoundRobin::new())
            .channel();
        let pair = Self {
            servers,
            client: FlowClient { channel },
            tell,
        };
        pair.name(&[0, 1]);
        // Once both have had a call, they take turns.
        let called = |flow: &Flow| flow.inner.sent.load(Ordering::SeqCst) > 0;
        while !flows.iter().all(called) {
            let mut one = pair.client.count(1, 1).await.expect("it is accepted");
            collect(&mut one).await.1.expect("a clean end");
        }
        pair
    }

    /// Sets the servers that the source names.
    fn name(&self, places: &[usize]) {
        let endpoints = places
            .iter()
            .map(|place| Endpoint::new(&*self.servers[*place].address));
        self.tell
            .send(Ok(endpoints.collect()))
            .expect("the pool listens");
    }

    /// A stream on each server, in the order of the servers.
    async fn one_on_each(&self) -> [(Tx<String>, Rx<String>); 2] {
        let first = self.client.shout("!").await.expect("it is accepted");
        let second = self.client.shout("?").await.expect("it is accepted");
        [first, second]
    }
}

async fn echoes((tx, rx): &mut (Tx<String>, Rx<String>), word: &str) -> String {
    tx.send(word.to_owned()).await.expect("it goes on");
    rx.recv().await.expect("it goes on").expect("it goes on")
}

#[tokio::test]
async fn messages_stay_with_their_server() {
    let pair = Pair::new().await;
    let mut streams = pair.one_on_each().await;
    for _ in 0..10 {
        assert_eq!(echoes(&mut streams[0], "a").await, "A!");
        assert_eq!(echoes(&mut streams[1], "b").await, "B?");
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_server_and_never_cleanly() {
    let pair = Pair::new().await;
    let streams = pair.one_on_each().await;
    let Pair {
        servers,
        client,
        tell,
    } = pair;
    let [first, second] = servers;
    first.killed().await;
    let mut ended = Vec::new();
    for (mut tx, mut rx) in streams {
        // The other half reports what the removed server does not take.
        let _ = tx.send("a".to_owned()).await;
        tx.finish();
        let (words, end) = collect(&mut rx).await;
        match end {
            Ok(()) => assert_eq!(words.len(), 1, "the other server goes on"),
            Err(status) => ended.push(status.code()),
        }
    }
    assert_eq!(ended, [Code::Unavailable]);
    // New streams go to the remaining server.
    for _ in 0..4 {
        let mut numbers = client.count(1, 3).await.expect("it is accepted");
        assert_eq!(collect(&mut numbers).await.0, [1, 2, 3]);
    }
    drop((client, tell));
    second.stopped().await;
}

#[tokio::test]
async fn a_stream_to_a_server_that_is_no_longer_named_goes_on() {
    let pair = Pair::new().await;
    let mut streams = pair.one_on_each().await;
    pair.name(&[1]);
    for _ in 0..20 {
        let mut numbers = pair.client.count(1, 3).await.expect("it is accepted");
        assert_eq!(collect(&mut numbers).await.0, [1, 2, 3]);
    }
    assert_eq!(echoes(&mut streams[0], "a").await, "A!");
    assert_eq!(echoes(&mut streams[1], "b").await, "B?");
    for (tx, mut rx) in streams {
        tx.finish();
        collect(&mut rx).await.1.expect("a clean end");
    }
}

/// The time in which a server must accept a stream is over long before most streams are, and how long they may last is the
/// caller's affair.
#[tokio::test(start_paused = true)]
async fn streams_that_end_late_are_not_held_against_their_server() {
    let flows = [(); 2].map(|()| Flow::default());
    let served = flows.clone();
    let connect = Connect::new().open_by(move |address| {
        let (near, far) = tokio::io::duplex(1 << 16);
        let flow = served[usize::from(&*address == "other")].clone();
        tokio::spawn(Server::new().add(flow).serve_connection(far));
        async move { Ok(near) }
    });
    let minute = Duration::from_secs(60);
    let eject = Eject::new()
        .after(1)
        .backoff(Backoff::new(60 * minute, 60 * minute));
    let balancer = Balancer::new(List::new(["one", "other"])).connect(connect);
    let channel = balancer.policy(RoundRobin::new()).eject(eject).channel();
    let client = FlowClient { channel };
    for _ in 0..10 {
        let given_up = client.hold(true).await.expect("it is accepted");
        let (_tx, mut over) = client.hold(true).timeout(minute).await.expect("it too");
        let end = collect(&mut over).await.1.expect_err("its time is over");
        assert_eq!(end.code(), Code::DeadlineExceeded);
        drop(given_up);
    }
    for _ in 0..100 {
        let mut one = client.count(1, 1).await.expect("it is accepted");
        collect(&mut one).await.1.expect("a clean end");
    }
    for flow in flows {
        assert!(flow.inner.sent.load(Ordering::SeqCst) > 0, "it was ejected");
    }
}
