//! Callers who give less time than any server needs, beside others, at a gateway that passes their deadlines on; on a clock that is held.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::balance::Balancer;
use sinew::discover::List;
use sinew::{Call, Channel, Connect, Reply, Result, Server, Service};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::probe::{Probe, ProbeClient};

const SERVERS: usize = 3;
/// What patient callers give a call, and those in haste.
const TIMEOUTS: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(1)];
/// How long a world lasts, unless `SECONDS` says another number.
const SECONDS: u64 = 3;

/// A server that takes 4 to 6 ms for a call, and makes two at a time.
struct Busy {
    inner: Channel,
    room: Semaphore,
    taken: Arc<AtomicUsize>,
}

impl Service for Busy {
    async fn call(&self, call: Call) -> Result<Reply> {
        let turn = self.taken.fetch_add(1, Ordering::Relaxed);
        let _room = self.room.acquire().await.expect("it is never closed");
        tokio::time::sleep(Duration::from_millis(4 + turn as u64 % 3)).await;
        self.inner.call(call).await
    }
}

/// What has come of the calls of patient callers, and how many calls each server got.
#[derive(Debug, Default)]
struct Outcome {
    answered: usize,
    lost: usize,
    waited: Duration,
    taken: Vec<usize>,
}

/// Opens connections to servers that are made for them.
fn dialing(server: impl Fn(&str) -> Server + Send + Sync + 'static) -> Connect {
    Connect::new().open_by(move |address: Arc<str>| {
        let server = server(&address);
        async move {
            let (near, far) = tokio::io::duplex(1 << 16);
            tokio::spawn(server.serve_connection(far));
            Ok(near)
        }
    })
}

/// A client of a gateway in front of all servers.
fn gateway(taken: &[Arc<AtomicUsize>]) -> impl Fn() -> ProbeClient {
    let taken = taken.to_vec();
    let servers = dialing(move |address| {
        let taken = taken[address.parse::<usize>().expect("a number")].clone();
        let room = Semaphore::new(2);
        let busy = |inner| Busy { inner, room, taken };
        Server::new().add(Probe::default()).wrap(busy)
    });
    let behind = Balancer::new(List::new(["0", "1", "2"]))
        .connect(servers)
        .channel();
    move || {
        let behind = behind.clone();
        let gateway = dialing(move |_| {
            let behind = behind.clone();
            Server::new().wrap(move |_| behind)
        });
        ProbeClient::new(gateway.lazily_to("gateway"))
    }
}

async fn world(in_haste: usize) -> Outcome {
    let taken: Vec<_> = (0..SERVERS)
        .map(|_| Arc::<AtomicUsize>::default())
        .collect();
    let client = gateway(&taken);
    let seconds = std::env::var("SECONDS").ok().and_then(|it| it.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(SECONDS));
    let mut callers = JoinSet::new();
    for caller in 0..18 + in_haste {
        let (client, timeout) = (client(), TIMEOUTS[usize::from(caller >= 18)]);
        callers.spawn(async move {
            let mut outcome = Outcome::default();
            while Instant::now() < end {
                let begun = Instant::now();
                match client.echo("x").timeout(timeout).await {
                    Ok(_) => outcome.answered += 1,
                    Err(_) => outcome.lost += 1,
                }
                outcome.waited += begun.elapsed();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            (caller < 18).then_some(outcome)
        });
    }
    let mut sum = Outcome::default();
    for outcome in callers.join_all().await.into_iter().flatten() {
        sum.answered += outcome.answered;
        sum.lost += outcome.lost;
        sum.waited += outcome.waited;
    }
    sum.taken = taken
        .iter()
        .map(|taken| taken.load(Ordering::Relaxed))
        .collect();
    println!("{in_haste} in haste: {sum:?}");
    sum
}

#[tokio::test(start_paused = true)]
async fn callers_in_haste_cost_the_others_nothing() {
    let alone = world(0).await;
    let beside = world(2).await;
    assert_eq!((alone.lost, beside.lost), (0, 0));
    assert!(
        beside.answered * 20 >= alone.answered * 19,
        "{beside:?}, not {alone:?}"
    );
    let calls: usize = beside.taken.iter().sum();
    let fair = |taken: &usize| taken * SERVERS * 2 > calls;
    assert!(beside.taken.iter().all(fair), "{beside:?}");
}
