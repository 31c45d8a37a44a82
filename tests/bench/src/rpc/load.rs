//! The client's side of a measurement: calls, so many at a time, each of which is checked.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::scenario::{Method, Scenario};
use super::stacks::{Failure, Stack};
use crate::wire::datasets::order;
use crate::wire::random::Random;

/// How long the calls took.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Times {
    /// All of them, in seconds.
    pub seconds: f64,
    /// The median of one call in nanoseconds, if there was one at a time.
    pub median: Option<f64>,
}

/// What one caller sends, made before the clock starts.
pub enum Work<S: Stack> {
    /// Echoes of one body, so many times.
    Echo(Vec<u8>, usize),
    /// Sums, so many times.
    Add(usize),
    /// Orders with their totals.
    PlaceOrder(Vec<(S::Order, i64)>),
}

/// The work of each caller, for so many calls in all.
pub fn prepare<S: Stack>(scenario: &Scenario, calls: usize) -> Vec<Work<S>> {
    let each = calls.div_ceil(scenario.in_flight);
    let orders = match scenario.method {
        Method::PlaceOrder => order::generate(&mut Random::new(7)),
        Method::Echo(_) | Method::Add => Vec::new(),
    };
    let mut orders = orders.iter().cycle();
    let mut work = || match scenario.method {
        Method::Echo(bytes) => Work::Echo(vec![0x5a; bytes], each),
        Method::Add => Work::Add(each),
        Method::PlaceOrder => Work::PlaceOrder(
            orders
                .by_ref()
                .take(each)
                .map(|order| (S::order(order), order.total_cents))
                .collect(),
        ),
    };
    (0..scenario.in_flight).map(|_| work()).collect()
}

/// Lets one caller for each piece of work call until it is done.
pub async fn run<S: Stack>(client: &S::Client, work: Vec<Work<S>>) -> Result<Times, Failure> {
    let alone = work.len() == 1;
    let mut callers = JoinSet::new();
    let start = Instant::now();
    for work in work {
        let client = client.clone();
        callers.spawn(async move {
            if alone {
                timed::<S>(&client, work).await
            } else {
                call::<S>(&client, work).await.map(|()| None)
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

async fn call<S: Stack>(client: &S::Client, work: Work<S>) -> Result<(), Failure> {
    match work {
        Work::Echo(mut body, calls) => {
            let bytes = body.len();
            for _ in 0..calls {
                body = S::echo(client, body).await?;
                check(body.len(), bytes)?;
            }
        }
        Work::Add(calls) => {
            for call in 0..calls as i64 {
                check(S::add(client, call, 1).await?, call + 1)?;
            }
        }
        Work::PlaceOrder(orders) => {
            for (order, total) in orders {
                check(S::place_order(client, order).await?, total)?;
            }
        }
    }
    Ok(())
}

/// The same for one caller that looks at the clock after each call; gives the median.
async fn timed<S: Stack>(client: &S::Client, work: Work<S>) -> Result<Option<f64>, Failure> {
    let Work::Echo(mut body, calls) = work else {
        return call::<S>(client, work).await.map(|()| None);
    };
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let start = Instant::now();
        body = S::echo(client, body).await?;
        times.push(start.elapsed().as_nanos() as f64);
    }
    times.sort_by(f64::total_cmp);
    Ok(times.get(times.len() / 2).copied())
}

fn check<T: PartialEq + std::fmt::Debug>(is: T, should: T) -> Result<(), Failure> {
    if is == should {
        Ok(())
    } else {
        Err(format!("the reply is {is:?} instead of {should:?}").into())
    }
}
