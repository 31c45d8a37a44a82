//! Slow or silent clients, thousands of each kind: the server drops each of them, and others do not notice.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::door::{Carrier, Door, Transport};
use super::node::{Node, Program};
use super::raw::{Words, frame};
use super::report::Section;
use super::server::Orders;
use super::steady::Steady;

/// How many connections are opened at the same time.
const OPENING: usize = 200;
/// How long each is kept open: a silent client never learns that the backlog was full.
const OPENED: Duration = Duration::from_millis(20);
/// How many files this process needs for itself.
const OWN_FILES: usize = 200;
/// How often the server's memory is sampled.
const LOOKS: Duration = Duration::from_millis(50);
/// The size of a reply that the client does not read. The system buffers more for unix sockets.
const UNREAD: u32 = 128 << 10;

/// A kind of slowness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Connects and sends nothing.
    Silent,
    /// Sends half a preface.
    HalfPreface,
    /// Sends half a hello.
    HalfHello,
    /// Sends its greeting byte by byte.
    Trickling,
    /// Sends its greeting and nothing more.
    Greeting,
    /// Announces the largest frame, and sends nothing of it.
    Claiming,
    /// Calls and does not read the reply.
    Unreading,
    /// Calls, and leaves the call open.
    Holding,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Silent,
        Self::HalfPreface,
        Self::HalfHello,
        Self::Trickling,
        Self::Greeting,
        Self::Claiming,
        Self::Unreading,
        Self::Holding,
    ];
}

/// What the clients send.
struct Lines {
    greeting: Vec<u8>,
    blob: Vec<u8>,
    hold: Vec<u8>,
}

impl Lines {
    async fn record(door: &Door) -> io::Result<Self> {
        let unread = match door.carrier() {
            Carrier::Unix => 4 * UNREAD,
            _ => UNREAD,
        };
        let blob = Words::of(move |client| async move { drop(client.blob(unread).await) }).await?;
        let hold =
            Words::of(|client| async move { drop(client.hold(vec![7; 8 << 10]).await) }).await?;
        let greeting = door.greeting(&blob.greeting);
        let opening = |call| [&greeting[..], &door.said(call)].concat();
        Ok(Self {
            blob: opening(blob.first),
            hold: opening(hold.first),
            greeting,
        })
    }

    fn of(&self, kind: Kind) -> Vec<u8> {
        let greeting = &self.greeting;
        match kind {
            Kind::Silent | Kind::Trickling => Vec::new(),
            Kind::HalfPreface => greeting[..4].to_vec(),
            Kind::HalfHello => greeting[..14].to_vec(),
            Kind::Greeting => greeting.clone(),
            Kind::Claiming => {
                let header = [0xff, 0xff, 0x3f, 2 << 4, 0, 0, 0, 0];
                [&greeting[..], &header].concat()
            }
            Kind::Unreading => self.blob.clone(),
            Kind::Holding => self.hold.clone(),
        }
    }
}

/// Opens `clients` connections of every kind, one kind after the other.
///
/// # Errors
/// As for [`one`].
pub async fn all(program: &Program, carrier: Carrier, clients: usize) -> io::Result<Vec<Section>> {
    let mut sections = Vec::new();
    for kind in Kind::ALL {
        sections.push(one(program, carrier, kind, clients).await?);
    }
    Ok(sections)
}

/// Opens `clients` connections of one kind, and waits until the server has closed them all.
///
/// # Errors
/// The server cannot be started, or an honest call fails.
///
/// # Panics
/// A client is not dropped.
pub async fn one(
    program: &Program,
    carrier: Carrier,
    kind: Kind,
    clients: usize,
) -> io::Result<Section> {
    let clients = clients.min(room_for_files().saturating_sub(OWN_FILES));
    let orders = Orders {
        brisk: true,
        ..Orders::on(program, carrier)
    };
    let node = Node::start(program, orders)?;
    let lines = Arc::new(Lines::record(node.door()).await?);
    let mut section = Section::new("P6", format!("slow clients: {kind:?}, {carrier:?}"));
    section.count("clients", clients);
    let quiet = Steady::start(node.door());
    tokio::time::sleep(Duration::from_millis(300)).await;
    quiet.stop()?.show("alone", &mut section);
    let (before, steady) = (node.memory(), Steady::start(node.door()));

    let opening = Arc::new(Semaphore::new(OPENING));
    let mut attack = JoinSet::new();
    for _ in 0..clients {
        let (opening, lines, door) = (opening.clone(), lines.clone(), node.door().clone());
        attack.spawn(async move {
            let turn = opening.acquire().await.expect("it is not closed");
            let begun = Instant::now();
            let stream = connect(&door, kind).await?;
            let said = say(stream, &lines.of(kind)).await;
            tokio::time::sleep(OPENED).await;
            drop(turn);
            if let Some(stream) = said {
                endure(stream, kind, &lines.greeting).await;
            }
            io::Result::Ok(begun.elapsed())
        });
    }
    let (mut memory, mut longest) = (before, Duration::ZERO);
    let mut looks = tokio::time::interval(LOOKS);
    loop {
        tokio::select! {
            // All are open before the first one is closed.
            _ = looks.tick() => memory = memory.max(node.memory()),
            ended = attack.join_next() => match ended {
                Some(ended) => longest = longest.max(ended.expect("no client panics")?),
                None => break,
            },
        }
    }
    steady.stop()?.show("beside them", &mut section);
    section.count("let go of", clients);
    section.add("longest until then, s", longest.as_secs_f64());
    if let (Some(before), Some(memory)) = (before, memory) {
        let growth = memory.saturating_sub(before) as f64;
        section.add(
            "memory of the server, KiB for a client",
            growth / 1024.0 / clients as f64,
        );
    }
    Ok(section)
}

/// A connection, with a small receive buffer if the client does not read.
async fn connect(door: &Door, kind: Kind) -> io::Result<Box<dyn Transport>> {
    match kind {
        Kind::Silent => door.knock().await,
        Kind::Unreading if door.carrier() != Carrier::Unix => {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(4 << 10)?;
            let address = door.address().parse().map_err(io::Error::other)?;
            door.enter(Box::new(socket.connect(address).await?)).await
        }
        _ => door.open().await,
    }
}

/// Sends the first bytes; `None` if the server is gone.
async fn say(mut stream: Box<dyn Transport>, words: &[u8]) -> Option<Box<dyn Transport>> {
    match send(&mut stream, words).await {
        Ok(()) => Some(stream),
        Err(_) => None,
    }
}

async fn send(stream: &mut dyn Transport, words: &[u8]) -> io::Result<()> {
    stream.write_all(words).await?;
    stream.flush().await
}

/// Waits until the server closes the connection.
async fn endure(mut stream: Box<dyn Transport>, kind: Kind, greeting: &[u8]) {
    /// Longer than every limit of a server here.
    const PATIENCE: Duration = Duration::from_secs(60);
    let closed = async {
        match kind {
            Kind::Trickling => trickle(stream, greeting).await,
            Kind::Unreading => knock(stream).await,
            Kind::Silent | Kind::HalfPreface | Kind::HalfHello => read_out(&mut stream).await,
            Kind::Greeting | Kind::Claiming | Kind::Holding => read_out(&mut stream).await,
        }
    };
    let closed = tokio::time::timeout(PATIENCE, closed).await;
    assert!(closed.is_ok(), "a server holds on to a client: {kind:?}");
}

async fn read_out(stream: &mut dyn Transport) {
    let mut bytes = [0; 256];
    while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
}

async fn trickle(mut stream: Box<dyn Transport>, greeting: &[u8]) {
    for byte in greeting {
        let gone = send(&mut stream, &[*byte]).await.is_err();
        let mut answer = [0; 256];
        let end = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut answer));
        if gone || end.await.is_ok_and(|read| matches!(read, Ok(0) | Err(_))) {
            return;
        }
    }
    read_out(&mut stream).await;
}

/// Sends a ping now and then, but reads nothing: only an error shows that the connection is closed.
async fn knock(mut stream: Box<dyn Transport>) {
    while send(&mut stream, &frame(8, 0, 0, &[0; 8])).await.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Raises the limit of open files as far as the system allows, and returns it.
pub(super) fn room_for_files() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let now = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    now.map_or(usize::MAX, |files| {
        usize::try_from(files).unwrap_or(usize::MAX)
    })
}
