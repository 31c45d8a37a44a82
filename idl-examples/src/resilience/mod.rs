//! `resilience`: three servers that are restarted one after the other while clients call them, and no call fails.

mod client;
mod fleet;

use sinew::Status;
use sinew::balance::Balancer;
use sinew::discover::List;

use fleet::Fleet;

/// Number of servers.
const SERVERS: usize = 3;
/// Number of clients.
const CLIENTS: usize = 8;
/// How often each server is restarted.
const ROUNDS: usize = 2;

/// Restarts each server while clients call, and prints how many calls failed.
///
/// # Errors
/// Why a server did not start, or the status of the first call that failed.
pub async fn run() -> Result<(), Status> {
    let mut fleet = Fleet::start(SERVERS).await?;
    let servers = List::new(fleet.addresses());
    // Everything else is the default: the less loaded of two random servers, retries, ejection, and backoff between
    // connection attempts.
    let channel = Balancer::new(servers).channel();

    let load = client::start(&channel, CLIENTS);
    load.until(1_000).await;
    for round in 1..=ROUNDS {
        for place in 0..SERVERS {
            println!("round {round}: server {place} restarts");
            fleet.restart(place).await?;
            fleet.until_called(place).await;
        }
    }
    let tally = load.stop().await;

    let taken = fleet.stop().await;
    println!("each server was restarted {ROUNDS} times under load");
    println!("failed calls: {}", tally.failures.len());
    println!(
        "calls that ran twice or not at all: {}",
        taken.abs_diff(tally.submitted)
    );
    match tally.failures.into_iter().next() {
        Some(status) => Err(status),
        None => Ok(()),
    }
}
