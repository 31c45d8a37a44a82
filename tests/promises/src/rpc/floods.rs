//! Clients that send cheap input as fast as they can: each is disconnected soon, and others do not notice.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::door::{Carrier, Door};
use super::node::{Node, Program};
use super::raw::{Words, frame};
use super::report::Section;
use super::server::Orders;
use super::steady::Steady;

/// How many bytes are sent at once.
const BATCH: usize = 16 << 10;
/// No connection may send this much: a hundred frames that are refused for their size are 400 MiB.
const TOO_MUCH: usize = 1 << 30;

/// What is sent repeatedly.
type Unit = Box<dyn Fn(u32) -> Vec<u8> + Send + Sync>;

/// How much is sent.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many clients there are at the same time.
    pub clients: usize,
    /// How many connections each opens in sequence, unless the time is over.
    pub connections: usize,
    /// When to stop opening more.
    pub time: Duration,
    /// How long an honest client runs alone before.
    pub quiet: Duration,
}

/// The results of one flood.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    connections: usize,
    sent: usize,
    received: usize,
    longest: Duration,
}

/// Runs every flood against a server of its own.
///
/// # Errors
/// A server cannot be started, or an honest call fails.
///
/// # Panics
/// A flood is not stopped.
pub async fn all(program: &Program, carrier: Carrier, effort: Effort) -> io::Result<Vec<Section>> {
    let hold = Words::of(|client| async move { drop(client.hold(vec![7]).await) }).await?;
    let mut sections = Vec::new();
    for (name, unit) in kinds(&hold) {
        let node = Node::start(program, Orders::on(program, carrier))?;
        let door = node.door().clone();
        let opening = [door.greeting(&hold.greeting), door.said(hold.first.clone())].concat();
        let unit: Unit = Box::new(move |count| door.said(unit(count)));
        sections.push(one(&node, name, &opening, Arc::new(unit), effort).await?);
    }
    Ok(sections)
}

fn kinds(hold: &Words) -> Vec<(&'static str, Unit)> {
    let same = |bytes: Vec<u8>| -> Unit { Box::new(move |_| bytes.clone()) };
    let (reset, calls, metadata) = (hold.clone(), hold.clone(), hold.clone());
    vec![
        ("pings", same(frame(8, 0, 0, &[9; 8]))),
        ("pongs", same(frame(9, 0, 0, &[9; 8]))),
        ("hellos", same(hold.greeting[8..].to_vec())),
        ("frames to ignore", same(frame(14, 0, 0, b""))),
        ("unknown frames", same(frame(12, 0, 0, b""))),
        ("empty data", same(frame(3, 0, 0, b""))),
        ("no credit", same(frame(6, 0, 0, &[0]))),
        ("too much credit", same(frame(6, 2, 0, &[0xff; 9]))),
        ("goaways", same(frame(10, 0, 0, &[0, 0]))),
        ("cancels of nothing", same(frame(7, 0, 9, b""))),
        (
            "calls and cancels",
            Box::new(move |_| [reset.call(1), frame(7, 0, 1, b"")].concat()),
        ),
        (
            "calls beyond the limit",
            Box::new(move |count| calls.call(count + 1)),
        ),
        (
            "metadata",
            Box::new(move |_| metadata.with_metadata(1, 4000)),
        ),
        (
            "frames too large",
            same(frame(2, 0, 1, &vec![0; (4 << 20) + 1])),
        ),
    ]
}

async fn one(
    node: &Node,
    name: &'static str,
    opening: &[u8],
    unit: Arc<Unit>,
    effort: Effort,
) -> io::Result<Section> {
    let mut section = Section::new("P7", format!("flood: {name}, {:?}", node.door().carrier()));
    let quiet = Steady::start(node.door());
    tokio::time::sleep(effort.quiet).await;
    quiet.stop()?.show("alone", &mut section);
    let before = (node.memory(), node.processor_time(), Instant::now());
    let steady = Steady::start(node.door());
    let mut clients = JoinSet::new();
    for _ in 0..effort.clients {
        let (door, opening, unit) = (node.door().clone(), opening.to_vec(), unit.clone());
        clients.spawn(async move { flood(name, &door, &opening, &unit, effort).await });
    }
    let mut sum = Sum::default();
    for client in clients.join_all().await {
        let client = client?;
        sum.connections += client.connections;
        sum.sent += client.sent;
        sum.received += client.received;
        sum.longest = sum.longest.max(client.longest);
    }
    let time = before.2.elapsed();
    steady.stop()?.show("beside it", &mut section);
    section.count("connections, each closed by the server", sum.connections);
    section.add("longest until then, ms", sum.longest.as_secs_f64() * 1000.0);
    section.add("MiB sent", sum.sent as f64 / f64::from(1 << 20));
    section.add(
        "bytes sent back for each",
        sum.received as f64 / sum.sent as f64,
    );
    if let (Some(before), Some(after)) = (before.1, node.processor_time()) {
        let used = after.saturating_sub(before).as_secs_f64();
        section.add("processors that the server used", used / time.as_secs_f64());
    }
    if let (Some(before), Some(after)) = (before.0, node.memory()) {
        let growth = after.saturating_sub(before) as f64 / f64::from(1 << 20);
        section.add("memory of the server, MiB more", growth);
    }
    Ok(section)
}

/// One client: sends until it is disconnected, and reconnects.
async fn flood(
    name: &str,
    door: &Door,
    opening: &[u8],
    unit: &Unit,
    effort: Effort,
) -> io::Result<Sum> {
    let (begun, mut sum) = (Instant::now(), Sum::default());
    while sum.connections < effort.connections && begun.elapsed() < effort.time {
        let connected = Instant::now();
        let (mut input, mut output) = tokio::io::split(door.open().await?);
        let sending = async {
            let (mut batch, mut count, mut sent) = (opening.to_vec(), 0, 0);
            loop {
                while batch.len() < BATCH {
                    batch.extend(unit(count));
                    count += 1;
                }
                sent += batch.len();
                assert!(sent < TOO_MUCH, "{name} are let go on");
                let written = async {
                    output.write_all(&batch).await?;
                    output.flush().await
                };
                if written.await.is_err() {
                    return sent;
                }
                batch.clear();
            }
        };
        let receiving = async {
            let (mut bytes, mut received) = (vec![0; BATCH], 0);
            loop {
                match input.read(&mut bytes).await {
                    Ok(0) | Err(_) => return received,
                    Ok(read) => received += read,
                }
            }
        };
        let (sent, received) = tokio::join!(sending, receiving);
        sum.connections += 1;
        sum.sent += sent;
        sum.received += received;
        sum.longest = sum.longest.max(connected.elapsed());
    }
    Ok(sum)
}
