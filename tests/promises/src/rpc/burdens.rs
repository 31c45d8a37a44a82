//! Clients that keep the rules but cause as much work as possible: they are not disconnected, so their cost must be
//! bounded and others must be served.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sinew::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::door::{Carrier, Door, Transport};
use super::node::{Node, Program};
use super::report::Section;
use super::server::Orders;
use super::steady::Steady;
use kinds::Burden;

mod kinds;

/// How long an honest client runs alone before.
const QUIET: Duration = Duration::from_millis(300);
/// How many bytes are sent at once.
const BATCH: usize = 16 << 10;
/// How much memory a client that reads may cost: its largest message four times (unpacked, as a value, as a reply,
/// packed again), and half as much that the allocator keeps.
const READING: u64 = 24 << 20;
/// The same for one that does not read: the limit `reply_bytes`, and one reply.
const UNREAD: u64 = 80 << 20;

/// The results of one burden.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    connections: usize,
    units: usize,
    sent: usize,
}

/// Runs every burden against a server of its own.
///
/// # Errors
/// A server cannot be started, or an honest call fails.
///
/// # Panics
/// A server needs too much memory.
pub async fn all(
    program: &Program,
    carrier: Carrier,
    clients: usize,
    time: Duration,
) -> io::Result<Vec<Section>> {
    let mut sections = Vec::new();
    for burden in kinds::all(carrier).await? {
        let node = Node::start(program, Orders::on(program, carrier))?;
        sections.push(one(&node, Arc::new(burden), clients, time).await?);
    }
    Ok(sections)
}

async fn one(
    node: &Node,
    burden: Arc<Burden>,
    clients: usize,
    time: Duration,
) -> io::Result<Section> {
    let mut section = Section::new(
        "P7",
        format!("burden: {}, {:?}", burden.name, node.door().carrier()),
    );
    let quiet = Steady::start(node.door());
    tokio::time::sleep(QUIET.min(time)).await;
    quiet.stop()?.show("alone", &mut section);
    let (before, used) = (node.memory(), node.processor_time());
    let steady = Steady::start(node.door());
    let mut attack = JoinSet::new();
    let until = Instant::now() + time;
    for _ in 0..clients {
        let (door, burden) = (node.door().clone(), burden.clone());
        attack.spawn(async move { bear(&door, &burden, until).await });
    }
    let (mut sum, mut memory) = (Sum::default(), before);
    let mut looks = tokio::time::interval(time / 20);
    loop {
        tokio::select! {
            _ = looks.tick() => memory = memory.max(node.memory()),
            ended = attack.join_next() => match ended {
                Some(ended) => {
                    let one = ended.expect("no client panics")?;
                    sum.connections += one.connections;
                    sum.units += one.units;
                    sum.sent += one.sent;
                }
                None => break,
            },
        }
    }
    steady.stop()?.show("beside it", &mut section);
    section.count("connections", sum.connections);
    section.count("sent, each", sum.units);
    section.add("MiB sent", sum.sent as f64 / f64::from(1 << 20));
    if let (Some(before), Some(after)) = (used, node.processor_time()) {
        let micros = after.saturating_sub(before).as_secs_f64() * 1e6;
        section.add(
            "processor time of the server for each, us",
            micros / sum.units.max(1) as f64,
        );
        section.add(
            "the same for each byte, ns",
            micros * 1000.0 / sum.sent.max(1) as f64,
        );
    }
    if let (Some(before), Some(memory)) = (before, memory) {
        let growth = memory.saturating_sub(before);
        let most = if burden.reads { READING } else { UNREAD };
        section.add(
            "memory of the server, MiB more",
            growth as f64 / f64::from(1 << 20),
        );
        assert!(growth <= most * clients as u64, "{section}");
    }
    Ok(section)
}

/// One client: does the same until the time is over, and reconnects whenever its connection ends.
async fn bear(door: &Door, burden: &Burden, until: Instant) -> io::Result<Sum> {
    let mut sum = Sum::default();
    while Instant::now() < until {
        let (input, output) = tokio::io::split(door.open().await?);
        // How much a server accepts of a stream before it gives more credit.
        let credit = Semaphore::new(Limits::default().stream_window);
        let sending = send(output, door, burden, &credit, &mut sum);
        let ended = async {
            match burden.reads {
                true => tokio::select! { _ = receive(input, &credit) => {}, () = sending => {} },
                false => sending.await,
            }
        };
        // What is still in transit when the time is over does not matter.
        let _ = tokio::time::timeout_at(until, ended).await;
        sum.connections += 1;
    }
    Ok(sum)
}

/// Sends until the connection ends, or everything is sent.
async fn send(
    mut output: WriteHalf<Box<dyn Transport>>,
    door: &Door,
    burden: &Burden,
    credit: &Semaphore,
    sum: &mut Sum,
) {
    let (greeting, first) = &burden.opening;
    let mut batch = [door.greeting(greeting), door.said(first.clone())].concat();
    let mut number = 0;
    loop {
        let (begun, mut streamed) = (number, 0);
        // Compressed data is small, but uses credit for its full size.
        while batch.len() < BATCH && streamed < BATCH {
            let unit = (burden.unit)(number);
            if unit.is_empty() {
                break;
            }
            batch.extend(door.said(unit));
            streamed += burden.streamed;
            number += 1;
        }
        let paid = credit.acquire_many(streamed as u32).await;
        paid.expect("it is not closed").forget();
        let written = async {
            output.write_all(&batch).await?;
            output.flush().await
        };
        if written.await.is_err() {
            return;
        }
        sum.sent += batch.len();
        sum.units += (number - begun).max(1) as usize;
        batch.clear();
        if number == begun {
            return;
        }
    }
}

/// Reads until the connection ends, and records the credit for the stream of call 0.
async fn receive(mut input: ReadHalf<Box<dyn Transport>>, credit: &Semaphore) -> io::Result<()> {
    const CREDIT: u8 = 6 << 4;
    let mut bytes = Vec::new();
    input.read_exact(&mut [0; 8]).await?; // the preface
    while input.read_buf(&mut bytes).await? > 0 {
        let mut rest = &bytes[..];
        while let Some((header, behind)) = rest.split_first_chunk::<8>() {
            let length = u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize;
            let Some(payload) = behind.get(..length) else {
                break;
            };
            if header[3] == CREDIT {
                let mut value = [0; 8];
                value[..length].copy_from_slice(payload);
                let more = u64::from_le_bytes(value) >> length;
                credit.add_permits(usize::try_from(more).expect("it is a part of the window"));
            }
            rest = &behind[length..];
        }
        let left = rest.len();
        bytes.drain(..bytes.len() - left);
    }
    Ok(())
}
