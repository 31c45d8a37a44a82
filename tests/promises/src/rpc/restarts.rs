//! Servers that are restarted one after the other under load: no call fails.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sinew::balance::Balancer;
use sinew::discover::{Endpoint, List};
use sinew::{Backoff, Retries, Status};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use super::door::Carrier;
use super::ledger;
use super::node::{Node, Program};
use super::report::Section;
use super::server::Orders;
use super::steady::Latencies;
use crate::idl::trial::LedgerClient;

/// Callers, each of which calls every 20 ms.
const CALLERS: usize = 20;
const PACE: Duration = Duration::from_millis(20);
/// How long each call works.
const WORK_US: u32 = 2000;

/// Restarts two servers in turn, `restarts` times, under calls that must not be made twice.
///
/// # Errors
/// A server cannot be started or does not end well.
///
/// # Panics
/// A call fails, or runs twice.
pub async fn rolling(program: &Program, restarts: usize) -> io::Result<Section> {
    let mut nodes = Vec::new();
    for _ in 0..2 {
        let ledger = Some(program.file("ledger"));
        nodes.push(Node::start(
            program,
            Orders {
                ledger,
                ..Orders::on(program, Carrier::Tcp)
            },
        )?);
    }
    let list = List::new(nodes.iter().map(|node| Endpoint::from(node.address())));
    let quick = Backoff::new(Duration::from_millis(1), Duration::from_millis(20));
    let channel = Balancer::new(list).reconnect(quick).channel();
    let client = LedgerClient::new(channel.retry(Retries::new()));
    let (next, stop) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let load = |_| load(client.clone(), next.clone(), stop.clone());
    let callers: JoinSet<_> = (0..CALLERS).map(load).collect();

    let mut drain = Duration::ZERO;
    for turn in 0..restarts {
        let node = &mut nodes[turn % 2];
        called(node).await?;
        let begun = Instant::now();
        tokio::task::block_in_place(|| node.stop())?;
        drain = drain.max(begun.elapsed());
        node.start_again()?;
        called(node).await?;
    }
    stop.store(true, Ordering::Release);
    let (mut times, mut failures) = (Vec::new(), Vec::new());
    for (more, failed) in callers.join_all().await {
        times.extend(more);
        failures.extend(failed);
    }
    assert!(failures.is_empty(), "calls failed: {failures:#?}");
    let mut ran = 0;
    for node in &nodes {
        let begun = ledger::read(node.ledger())?;
        assert!(begun.values().all(|times| *times == 1), "a call ran twice");
        ran += begun.len();
    }
    assert_eq!(
        ran as u64,
        next.load(Ordering::Acquire),
        "every call ran once"
    );
    times.sort_unstable();
    let mut section = Section::new("P10", "rolling restarts");
    section.count("restarts", restarts);
    section.count("failed calls", failures.len());
    Latencies(times).show("all along", &mut section);
    section.add("longest drain, ms", drain.as_secs_f64() * 1000.0);
    Ok(section)
}

/// Calls until it is told to stop. Returns how long the calls took, and those that failed.
async fn load(
    client: LedgerClient,
    next: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) -> (Vec<Duration>, Vec<Status>) {
    let (mut times, mut failures) = (Vec::new(), Vec::new());
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !stop.load(Ordering::Acquire) {
        pace.tick().await;
        let id = next.fetch_add(1, Ordering::AcqRel);
        let begun = Instant::now();
        match client.once(id, WORK_US).await {
            Ok(_) => times.push(begun.elapsed()),
            Err(status) => failures.push(status),
        }
    }
    (times, failures)
}

/// Waits until a server has accepted another call.
async fn called(node: &Node) -> io::Result<()> {
    let before = fs::metadata(node.ledger())?.len();
    while fs::metadata(node.ledger())?.len() == before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}
