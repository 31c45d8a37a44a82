//! Calls while no server is connected: how long they search, and how many servers they dial meanwhile.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::balance::{Balancer, LeastLoaded, Policy, Priority, Random, Rendezvous, RoundRobin};
use sinew::discover::{Endpoint, List};
use sinew::{Code, Connect, Phase, Reached, Retries, Server};
use tokio::io::DuplexStream;
use tokio::time::Instant;

use crate::probe::{Probe, ProbeClient};

/// A network of servers with known behaviour.
#[derive(Clone, Default)]
struct Network {
    dialed: Arc<AtomicUsize>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

/// A dial in progress.
struct Dial(Network);

impl Drop for Dial {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Network {
    fn dial(&self) -> Dial {
        self.dialed.fetch_add(1, Ordering::SeqCst);
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        Dial(self.clone())
    }

    async fn open(self, address: Arc<str>) -> io::Result<DuplexStream> {
        let _dial = self.dial();
        let (near, far) = tokio::io::duplex(1 << 16);
        match address.split('-').next() {
            Some("silent") => pending().await,
            Some("refuses") => return Err(io::ErrorKind::ConnectionRefused.into()),
            // Its system accepts connections, but it sends nothing.
            Some("hangs") => {
                _ = tokio::spawn(async move {
                    pending::<DuplexStream>().await;
                    drop(far)
                })
            }
            _ => _ = tokio::spawn(Server::new().add(Probe::default()).serve_connection(far)),
        }
        Ok(near)
    }

    /// A client without retries.
    fn client(&self, servers: List, policy: impl Policy) -> ProbeClient {
        let network = self.clone();
        let connect = Connect::new().open_by(move |address| network.clone().open(address));
        let balancer = Balancer::new(servers).policy(policy).connect(connect);
        ProbeClient::new(balancer.channel().retry(Retries::never()))
    }
}

/// This many servers of a kind, before those of others.
fn many(count: usize, kind: &str) -> impl Iterator<Item = Endpoint> {
    (0..count).map(move |number| Endpoint::new(format!("{kind}-{number}")))
}

async fn finds_the_one_that_is_there(
    others: usize,
    kind: &str,
    policy: impl Policy,
    most: Duration,
) {
    let there = Endpoint::new("there").with_priority(1);
    let servers = List::new(many(others, kind).chain([there]));
    let client = Network::default().client(servers, policy);
    let begun = Instant::now();
    // Not idempotent: a call that is lost at a hanging server is not repeated.
    let answer = client.divide(6, 2).await;
    assert_eq!(answer.expect("one is there"), 3, "{others} {kind}");
    let took = begun.elapsed();
    assert!(took <= most, "{others} {kind}: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_finds_the_one_server_that_is_there() {
    for kind in ["silent", "hangs", "refuses"] {
        for others in [9, 16, 40] {
            let most = Duration::from_millis(others as u64 * 250 + 50);
            finds_the_one_that_is_there(others, kind, LeastLoaded, most).await;
            finds_the_one_that_is_there(others, kind, RoundRobin::new(), most).await;
            finds_the_one_that_is_there(others, kind, Random, most).await;
            finds_the_one_that_is_there(others, kind, Priority::new(Random), most).await;
            finds_the_one_that_is_there(others, kind, Rendezvous::new(), 4 * most).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn thousands_of_silent_servers_are_dialed_a_few_at_a_time() {
    let network = Network::default();
    let client = network.client(List::new(many(5_000, "silent")), LeastLoaded);
    let call = || tokio::spawn(client.echo("x").timeout(Duration::from_secs(30)).owned());
    let (begun, calls) = (Instant::now(), Vec::from_iter((0..100).map(|_| call())));
    for call in calls {
        let status = call.await.expect("no panic").expect_err("nobody is there");
        let said = (status.code(), status.reached(), status.phase());
        assert_eq!(
            said,
            (Code::DeadlineExceeded, Reached::No, Some(Phase::Dial))
        );
    }
    assert_eq!(begun.elapsed().as_secs(), 30);
    let most = network.most.load(Ordering::SeqCst);
    assert!(most <= 64, "{most} at a time");
}

#[tokio::test(start_paused = true)]
async fn thousands_of_servers_that_refuse_are_each_asked_once() {
    let network = Network::default();
    let client = network.client(List::new(many(5_000, "refuses")), LeastLoaded);
    let status = client.echo("x").await.expect_err("nobody is there");
    let said = (status.code(), status.reached(), status.phase());
    assert_eq!(said, (Code::Unavailable, Reached::No, Some(Phase::Dial)));
    assert!(status.retry_after().is_some(), "{status}");
    let dialed = network.dialed.load(Ordering::SeqCst);
    assert!((5_000..5_100).contains(&dialed), "{dialed} dials");
}

/// While others are silent, a server that comes back is found by calls that are already waiting.
#[tokio::test(start_paused = true)]
async fn one_that_comes_back_is_found_by_who_waits() {
    let network = Network::default();
    let refusals = Arc::new(AtomicUsize::new(5));
    let connect = Connect::new().open_by(move |address| {
        let (network, refusals) = (network.clone(), refusals.clone());
        async move {
            let left = refusals.load(Ordering::SeqCst);
            let kind: &str = match &*address {
                "away" if left > 0 => {
                    refusals.store(left - 1, Ordering::SeqCst);
                    "refuses"
                }
                other => other,
            };
            network.open(kind.into()).await
        }
    });
    let balancer = Balancer::new(List::new(["away", "silent"])).connect(connect);
    let client = ProbeClient::new(balancer.channel().retry(Retries::never()));
    let begun = Instant::now();
    assert_eq!(client.echo("x").await.expect("it comes back"), b"x");
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
