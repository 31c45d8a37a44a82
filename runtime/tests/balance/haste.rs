//! Hasty callers, with deadlines too short for any server, beside patient ones, behind a gateway that passes deadlines
//! on. The clock is simulated.

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

/// Times in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// The service time, and up to half as much again.
    takes: u64,
    /// The timeout of patient callers.
    patience: u64,
    /// The timeout of hasty callers.
    haste: u64,
    /// How long a world lasts, unless `SECONDS` says otherwise.
    seconds: u64,
}

const QUICK: Pace = Pace {
    takes: 4,
    patience: 200,
    haste: 1,
    seconds: 3,
};
/// A server that answers six calls per second.
const SLOW: Pace = Pace {
    takes: 300,
    patience: 10_000,
    haste: 10,
    seconds: 60,
};

/// A server that runs two calls at a time.
struct Busy {
    inner: Channel,
    room: Semaphore,
    taken: Arc<AtomicUsize>,
    takes: u64,
}

impl Service for Busy {
    async fn call(&self, call: Call) -> Result<Reply> {
        let turn = self.taken.fetch_add(1, Ordering::Relaxed);
        let _room = self.room.acquire().await.expect("it is never closed");
        let more = self.takes / 4 * (turn as u64 % 3);
        tokio::time::sleep(Duration::from_millis(self.takes + more)).await;
        self.inner.call(call).await
    }
}

/// The results of patient callers, and how many calls each server got.
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

/// A client of a gateway before all servers.
fn gateway(taken: &[Arc<AtomicUsize>], takes: u64) -> impl Fn() -> ProbeClient {
    let taken = taken.to_vec();
    let servers = dialing(move |address| {
        let taken = taken[address.parse::<usize>().expect("a number")].clone();
        let room = Semaphore::new(2);
        let busy = move |inner| Busy {
            inner,
            room,
            taken,
            takes,
        };
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

async fn world(pace: Pace, in_haste: usize) -> Outcome {
    let taken: Vec<_> = (0..SERVERS)
        .map(|_| Arc::<AtomicUsize>::default())
        .collect();
    let client = gateway(&taken, pace.takes);
    let seconds = std::env::var("SECONDS").ok().and_then(|it| it.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(pace.seconds));
    let mut callers = JoinSet::new();
    for caller in 0..18 + in_haste {
        let client = client();
        let timeout = if caller < 18 {
            pace.patience
        } else {
            pace.haste
        };
        let timeout = Duration::from_millis(timeout);
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
    println!("{pace:?}, {in_haste} in haste: {sum:?}");
    sum
}

#[tokio::test(start_paused = true)]
async fn callers_in_haste_cost_the_others_nothing() {
    for pace in [QUICK, SLOW] {
        let alone = world(pace, 0).await;
        let beside = world(pace, 2).await;
        assert_eq!((alone.lost, beside.lost), (0, 0));
        // Pauses before retries are random, so both vary by a few percent.
        assert!(
            beside.answered * 10 >= alone.answered * 9,
            "{beside:?}, not {alone:?}"
        );
        let calls: usize = beside.taken.iter().sum();
        let fair = |taken: &usize| taken * SERVERS * 2 > calls;
        assert!(beside.taken.iter().all(fair), "{beside:?}");
    }
}
