//! A faulty proxy, driven by a seed: it delays, cuts inside a frame, closes one direction, or stops forwarding.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::door::Carrier;
use super::ends::Ends;
use super::kills::{begin, ended, patient};
use super::ledger;
use super::node::{Node, Program};
use super::report::Section;
use super::server::Orders;
use crate::dice::Dice;
use crate::idl::trial::LedgerClient;

/// Time that no call here may take.
const TIMEOUT: Duration = Duration::from_millis(500);
/// Time without a byte after which the client asks for one, and waits as long again.
const KEEPALIVE: Duration = Duration::from_millis(150);
/// How many bytes are forwarded at once.
const PIECE: usize = 4 << 10;

/// What happens to one direction of a connection: each piece is delayed, and after this many bytes it ends.
#[derive(Clone, Copy, Debug)]
struct Harm {
    delay: Duration,
    bytes: usize,
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    /// The whole connection is cut, even inside a frame.
    Cut,
    /// This direction is closed.
    Close,
    /// Nothing more is forwarded, without notice.
    Stall,
}

/// Makes calls through a faulty proxy, `rounds` times `calls` at once.
///
/// # Errors
/// A server or the proxy cannot be started.
///
/// # Panics
/// What was said about a call is wrong.
pub async fn calls(
    program: &Program,
    carrier: Carrier,
    dice: &mut Dice,
    rounds: usize,
    calls: usize,
) -> io::Result<Section> {
    let orders = Orders {
        ledger: Some(program.file("ledger")),
        calls: calls + 1,
        ..Orders::on(program, carrier)
    };
    let node = Node::start(program, orders)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let harmed = Arc::new(AtomicUsize::new(0));
    let seed = Dice::new(dice.number());
    let proxy = tokio::spawn(run(
        listener,
        node.address().to_owned(),
        seed,
        harmed.clone(),
    ));
    let mut limits = Limits::default();
    (limits.keepalive, limits.keepalive_answer) = (KEEPALIVE, KEEPALIVE);
    (limits.dial, limits.handshake) = (2 * KEEPALIVE, 2 * KEEPALIVE);
    let client = LedgerClient::new(patient(&node.door().at(&address), limits));
    let mut ends = Ends::default();
    for round in 0..rounds {
        let calls = begin(&client, dice, round * calls, calls, TIMEOUT);
        ends.extend(ended(calls).await);
    }
    proxy.abort();
    assert_eq!(ends.len(), rounds * calls, "every call ends");
    let mut section = Section::new(
        "P4, P5",
        format!("connections delayed, cut, closed and stalled, {carrier:?}"),
    );
    section.count("connections harmed", harmed.load(Ordering::Relaxed));
    ends.judge(&ledger::read(node.ledger())?, &mut section);
    Ok(section)
}

/// Forwards connections to `server`, with faults.
async fn run(
    listener: TcpListener,
    server: String,
    mut dice: Dice,
    harmed: Arc<AtomicUsize>,
) -> io::Result<()> {
    loop {
        let (client, _) = listener.accept().await?;
        let server = TcpStream::connect(&server).await?;
        let harms = [harm(&mut dice), harm(&mut dice)];
        harmed.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(pass_both(client, server, harms));
    }
}

fn harm(dice: &mut Dice) -> Harm {
    Harm {
        delay: Duration::from_millis(dice.roll(4) as u64),
        bytes: dice.roll(6_000),
        end: [End::Cut, End::Cut, End::Cut, End::Close, End::Stall][dice.roll(5)],
    }
}

async fn pass_both(client: TcpStream, server: TcpStream, harms: [Harm; 2]) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // A direction that ends cleanly does not affect the other; a cut ends both.
    let _ = tokio::try_join!(
        pass(from_client, to_server, harms[0]),
        pass(from_server, to_client, harms[1]),
    );
}

/// One direction.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, harm: Harm) -> io::Result<()> {
    let (mut bytes, mut passed) = (vec![0; PIECE], 0);
    loop {
        let read = from.read(&mut bytes).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        tokio::time::sleep(harm.delay).await;
        let some = read.min(harm.bytes - passed);
        to.write_all(&bytes[..some]).await?;
        passed += some;
        if passed < harm.bytes {
            continue;
        }
        return match harm.end {
            End::Cut => Err(io::ErrorKind::ConnectionReset.into()),
            End::Close => to.shutdown().await,
            End::Stall => std::future::pending().await,
        };
    }
}
