//! Servers that are killed under many calls, and servers that freeze.

use std::io;
use std::time::Duration;

use sinew::{Backoff, Channel, Connect, Limits, Retries};

use super::door::{Carrier, Door};
use super::ends::{self, Ends};
use super::ledger;
use super::node::{Node, Program};
use super::report::Section;
use super::server::Orders;
use crate::dice::Dice;
use crate::idl::trial::LedgerClient;

/// Time that no call here may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How often servers are killed or frozen, and under how many calls.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often.
    pub rounds: usize,
    /// Calls in flight each time.
    pub calls: usize,
}

/// Kills a server with `calls` calls in flight and restarts it, repeatedly.
///
/// # Errors
/// A server cannot be started or killed.
///
/// # Panics
/// What was said about a call is wrong.
pub async fn kills(program: &Program, dice: &mut Dice, effort: Effort) -> io::Result<Section> {
    let mut node = Node::start(program, orders(program, Carrier::Tcp, effort))?;
    let client = LedgerClient::new(patient(node.door(), Limits::default()));
    let (mut ends, mut in_flight) = (Ends::default(), 0);
    for round in 0..effort.rounds {
        let calls = begin(&client, dice, round * effort.calls, effort.calls, TIMEOUT);
        // Sometimes before the first call arrives, sometimes when half are done.
        tokio::time::sleep(Duration::from_micros(dice.roll(30_000) as u64)).await;
        node.kill()?;
        in_flight += calls.iter().filter(|call| !call.is_finished()).count();
        node.start_again()?;
        ends.extend(ended(calls).await);
    }
    assert_eq!(ends.len(), effort.rounds * effort.calls, "every call ends");
    let mut section = Section::new("P4, P5", "servers killed");
    section.count("kills", effort.rounds);
    section.add(
        "calls in flight at a kill, mean",
        (in_flight / effort.rounds) as f64,
    );
    ends.judge(&ledger::read(node.ledger())?, &mut section);
    Ok(section)
}

/// Stops all threads of a server with `calls` calls in flight until all have ended, and lets it go on, again and again. The client
/// gives a silent server up long before the deadlines, and has more to write than the system takes.
///
/// # Errors
/// If a server cannot be started or frozen.
///
/// # Panics
/// If what was said of a call is not so, a call does not end while its server stands still, or one after the frost fails.
pub async fn frosts(
    program: &Program,
    carrier: Carrier,
    dice: &mut Dice,
    effort: Effort,
) -> io::Result<Section> {
    let node = Node::start(program, orders(program, carrier, effort))?;
    let mut limits = Limits::default();
    limits.keepalive = Duration::from_millis(50);
    limits.keepalive_answer = Duration::from_millis(50);
    let client = LedgerClient::new(patient(node.door(), limits));
    let mut ends = Ends::default();
    for round in 0..effort.rounds {
        client.echo(vec![1]).await.map_err(io::Error::other)?;
        let timeout = Duration::from_millis(300);
        let calls = begin(&client, dice, round * effort.calls, effort.calls, timeout);
        tokio::time::sleep(Duration::from_micros(dice.roll(30_000) as u64)).await;
        node.freeze(true)?;
        let loads: Vec<_> = (0..LOADS).map(|_| load(&client, timeout)).collect();
        let all = async {
            ends.extend(ended(calls).await);
            for load in loads {
                let is_lost = load.await.expect("no call panics");
                assert!(is_lost, "nobody answers while the server stands still");
            }
        };
        let all = tokio::time::timeout(TIMEOUT, all).await;
        all.expect("calls end though their server does not");
        node.freeze(false)?;
    }
    client.echo(vec![1]).await.map_err(io::Error::other)?;
    assert_eq!(ends.len(), effort.rounds * effort.calls, "every call ends");
    let mut section = Section::new("P4", format!("servers frozen, {carrier:?}"));
    section.count("frosts", effort.rounds);
    ends.judge(&ledger::read(node.ledger())?, &mut section);
    Ok(section)
}

/// Together more than any system buffers.
const LOADS: usize = 16;

/// A request of 1 MiB. Returns whether it was lost.
fn load(client: &LedgerClient, timeout: Duration) -> tokio::task::JoinHandle<bool> {
    let client = client.clone();
    tokio::spawn(async move {
        let echo = client.echo(vec![0; 1 << 20]).timeout(timeout);
        echo.await.is_err()
    })
}

fn orders(program: &Program, carrier: Carrier, effort: Effort) -> Orders {
    Orders {
        ledger: Some(program.file("ledger")),
        calls: effort.calls + 1,
        ..Orders::on(program, carrier)
    }
}

/// A channel that redials soon and retries what it may.
pub(super) fn patient(door: &Door, limits: Limits) -> Channel {
    let quick = Backoff::new(Duration::from_millis(1), Duration::from_millis(20));
    let connect = Connect::new().limits(limits).reconnect(quick);
    door.channel(connect)
        .retry(Retries::new().budget(1.0, 1000))
}

/// Starts this many calls, with ids from `first`.
pub(super) fn begin(
    client: &LedgerClient,
    dice: &mut Dice,
    first: usize,
    count: usize,
    timeout: Duration,
) -> Vec<tokio::task::JoinHandle<ends::End>> {
    let begin = |id| {
        let work = dice.roll(40_000) as u32;
        tokio::spawn(ends::call(client.clone(), id as u64, work, timeout))
    };
    (first..first + count).map(begin).collect()
}

pub(super) async fn ended(calls: Vec<tokio::task::JoinHandle<ends::End>>) -> Vec<ends::End> {
    let mut ended = Vec::new();
    for call in calls {
        ended.push(call.await.expect("no call panics"));
    }
    ended
}
