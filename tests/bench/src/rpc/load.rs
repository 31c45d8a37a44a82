//! The client side of a measurement: concurrent calls, each of which is checked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cpu_time::ThreadTime;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::scenario::{Method, Scenario};
use super::stacks::{Failure, Stack};
use super::usage::Usage;
use crate::wire::datasets::order;
use crate::wire::peers::sinew::generated;
use crate::wire::random::Random;

/// The duration of calls.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Times {
    /// All of them, in seconds.
    pub seconds: f64,
    /// The median latency in nanoseconds, if there was one call at a time.
    pub median: Option<f64>,
}

/// The requests of callers, and the cost of creating them.
pub struct Load {
    scenario: Scenario,
    orders: Vec<order::Order>,
    body: Vec<u8>,
    allocations: fn() -> u64,
    made: Mutex<Usage>,
}

/// Orders created at a time: few enough to stay in the cache, as in a program that sends each one after creating it.
const BATCH: usize = 16;

impl Load {
    /// The load of a scenario; `allocations` is for the cost of creating orders.
    pub fn new(scenario: Scenario, allocations: fn() -> u64) -> Self {
        let orders = || order::generate(&mut Random::new(7));
        let (orders, body) = match scenario.method {
            Method::PlaceOrder => (orders(), Vec::new()),
            Method::Echo(bytes) | Method::Connect(bytes) => (Vec::new(), body(&orders(), bytes)),
            Method::Add | Method::Stream(_) => Default::default(),
        };
        Self {
            scenario,
            orders,
            body,
            allocations,
            made: Mutex::default(),
        }
    }

    /// The cost of creating orders so far, which is not the stack's.
    pub fn made(&self) -> Usage {
        *self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make<S: Stack>(&self, first: usize, count: usize) -> Vec<(S::Order, i64)> {
        let (start, before) = (ThreadTime::now(), (self.allocations)());
        let orders = self.orders.iter().cycle().skip(first % self.orders.len());
        let made = orders
            .take(count)
            .map(|order| (S::order(order), order.total_cents))
            .collect();
        let mut sum = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        sum.allocations += (self.allocations)() - before;
        sum.cpu += start.elapsed().as_nanos() as f64;
        made
    }
}

/// Makes this many calls, or receives this many items, in total.
pub async fn run<S: Stack>(
    address: SocketAddr,
    client: &S::Client,
    load: &Arc<Load>,
    calls: usize,
) -> Result<Times, Failure> {
    let in_flight = load.scenario.in_flight;
    let each = calls.div_ceil(in_flight);
    let mut callers = JoinSet::new();
    let start = Instant::now();
    for caller in 0..in_flight {
        let (client, load) = (client.clone(), load.clone());
        callers.spawn(async move {
            match load.scenario.method {
                Method::Echo(_) if in_flight == 1 => {
                    timed::<S>(&client, load.body.clone(), each).await
                }
                Method::Echo(_) => echo::<S>(&client, load.body.clone(), each).await,
                Method::Connect(_) => connect::<S>(address, load.body.clone(), each).await,
                Method::Add => add::<S>(&client, each).await,
                Method::Stream(bytes) => stream::<S>(&client, bytes, each).await,
                Method::PlaceOrder => place::<S>(&client, &load, caller * each, each).await,
            }
        });
    }
    let mut median = None;
    while let Some(caller) = callers.join_next().await {
        median = caller??;
    }
    Ok(Times {
        seconds: start.elapsed().as_secs_f64(),
        median,
    })
}

/// Orders in a row up to this many bytes, which vary as much as real data.
fn body(orders: &[order::Order], bytes: usize) -> Vec<u8> {
    let mut body = Vec::new();
    for order in orders.iter().cycle() {
        if body.len() >= bytes {
            break;
        }
        let order = generated::order::Order::from(order);
        sinew::encode_body(&order, &mut body).expect("an order is within the limits");
    }
    body.truncate(bytes);
    body.shrink_to_fit();
    body
}

type Median = Option<f64>;

async fn echo<S: Stack>(
    client: &S::Client,
    body: Vec<u8>,
    calls: usize,
) -> Result<Median, Failure> {
    let bytes = body.len();
    let mut body = S::Body::from(body);
    for _ in 0..calls {
        body = S::echo(client, body).await?;
        check(body.as_ref().len(), bytes)?;
    }
    Ok(None)
}

/// Opens and closes a connection for each call. Measures from before connecting until the reply.
async fn connect<S: Stack>(
    address: SocketAddr,
    body: Vec<u8>,
    calls: usize,
) -> Result<Median, Failure> {
    let mut body = S::Body::from(body);
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let start = Instant::now();
        let client = S::connect(address).await?;
        body = S::echo(&client, body).await?;
        times.push(start.elapsed().as_nanos() as f64);
    }
    Ok(middle(times))
}

async fn add<S: Stack>(client: &S::Client, calls: usize) -> Result<Median, Failure> {
    for call in 0..calls as i64 {
        check(S::add(client, call, 1).await?, call + 1)?;
    }
    Ok(None)
}

async fn stream<S: Stack>(
    client: &S::Client,
    bytes: usize,
    items: usize,
) -> Result<Median, Failure> {
    let mut received = 0;
    let take = |item: &[u8]| {
        received += 1;
        check(item.len(), bytes)
    };
    S::stream(client, bytes, items, take).await?;
    check(received, items)?;
    Ok(None)
}

async fn place<S: Stack>(
    client: &S::Client,
    load: &Load,
    first: usize,
    calls: usize,
) -> Result<Median, Failure> {
    for batch in (0..calls).step_by(BATCH) {
        let orders = load.make::<S>(first + batch, BATCH.min(calls - batch));
        for (order, total) in orders {
            check(S::place_order(client, order).await?, total)?;
        }
    }
    Ok(None)
}

/// The same for one caller, measuring each call.
async fn timed<S: Stack>(
    client: &S::Client,
    body: Vec<u8>,
    calls: usize,
) -> Result<Median, Failure> {
    let mut body = S::Body::from(body);
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let start = Instant::now();
        body = S::echo(client, body).await?;
        times.push(start.elapsed().as_nanos() as f64);
    }
    Ok(middle(times))
}

fn middle(mut times: Vec<f64>) -> Median {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

fn check<T: PartialEq + std::fmt::Debug>(is: T, should: T) -> Result<(), Failure> {
    if is == should {
        Ok(())
    } else {
        Err(format!("the reply is {is:?} instead of {should:?}").into())
    }
}
