//! What an idle connection costs its server: bytes of the allocator, not of the system.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use sinew::Server;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::raw::Words;
use super::report::Section;
use super::server::Trial;
use super::slow::room_for_files;
use crate::idl::trial::{LedgerClient, LedgerServer};
use crate::memory::{Count, Meter};

/// How much an idle connection may cost.
const PROMISED: usize = 8 << 10;
/// The same after many calls were in flight at once: the table of calls and the buffers have grown.
const PROMISED_BUSY: usize = 12 << 10;
/// The sizes of the first replies: one that fits into every buffer, and one that does not.
const REPLIES: [u32; 2] = [100, 128 << 10];
/// How many calls are made at once, whose handlers end immediately.
const AT_ONCE: u32 = 64;
/// After this time, buffers that were needed once are freed.
const QUIET: Duration = Duration::from_secs(2);

/// Measures connections on which a call was made.
///
/// # Errors
/// A client cannot connect.
///
/// # Panics
/// A connection costs more than promised, or something else counts memory.
pub fn connections(clients: usize) -> io::Result<Section> {
    const OWN_FILES: usize = 100;
    let clients = clients.min(room_for_files().saturating_sub(OWN_FILES) / 2);
    let mut section = Section::new("P6", "idle connections");
    section.count("clients", clients);
    section.count("bytes promised for each", PROMISED);
    let mut meter = Meter::new();
    let mut measure = |size, calls| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build()?;
        runtime.block_on(cost(clients, size, calls, &meter.count()))
    };
    for size in REPLIES {
        let each = measure(size, 1)?;
        assert!(each <= PROMISED, "an idle connection costs {each} bytes");
        section.count(format!("bytes for each after a reply of {size}"), each);
    }
    let each = measure(0, AT_ONCE)?;
    assert!(
        each <= PROMISED_BUSY,
        "such a connection costs {each} bytes"
    );
    section.count("bytes promised for each that had many calls", PROMISED_BUSY);
    section.count(
        format!("bytes for each after {AT_ONCE} calls at a time"),
        each,
    );
    Ok(section)
}

/// What one connection costs a server on this thread, after this many calls at once.
async fn cost(clients: usize, size: u32, calls: u32, count: &Count<'_>) -> io::Result<usize> {
    let call = move |client: LedgerClient| async move { drop(client.blob(size).await) };
    let words = Words::of(call).await?;
    let mut opening = words.opening();
    (1..calls).for_each(|id| opening.extend(words.call(id)));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = Server::new().add(LedgerServer::new(Trial::default()));
    let server = server.listen(listener).map_err(io::Error::other)?;
    let serving = tokio::spawn(server.run());
    // One-time allocations of the process are not counted.
    let first = connect(address, opening.clone(), calls, 1).await?;
    let before = count.live();
    let all = connect(address, opening, calls, clients).await?;
    tokio::time::pause();
    tokio::time::sleep(QUIET).await;
    let each = count.live().saturating_sub(before) / clients;
    drop((first, all));
    serving.abort();
    Ok(each)
}

/// Connects from another thread, where nothing is counted, and waits for the answers.
async fn connect(
    address: SocketAddr,
    opening: Vec<u8>,
    calls: u32,
    clients: usize,
) -> io::Result<Vec<TcpStream>> {
    let (done, all) = oneshot::channel();
    thread::spawn(move || {
        let one = |_| answered(address, &opening, calls);
        // Nobody waits any more if the trial has failed.
        let _ = done.send((0..clients).map(one).collect());
    });
    all.await.map_err(io::Error::other)?
}

/// A client that has sent these bytes and received its answers.
fn answered(address: SocketAddr, opening: &[u8], calls: u32) -> io::Result<TcpStream> {
    const PREFACE: usize = 8;
    const DONE: u8 = 5;
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(opening)?;
    stream.read_exact(&mut [0; PREFACE])?;
    let mut left = calls;
    while left > 0 {
        let mut header = [0; 8];
        stream.read_exact(&mut header)?;
        let length = u32::from_le_bytes([header[0], header[1], header[2], 0]);
        stream.read_exact(&mut vec![0; length as usize])?;
        left -= u32::from(header[3] >> 4 == DONE);
    }
    Ok(stream)
}
