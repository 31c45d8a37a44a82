//! A server without free file descriptors: it serves its connections, waits without spinning, and accepts others later.

use std::io;
use std::time::Duration;

use sinew::Channel;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::door::Carrier;
use super::node::{Node, Program};
use super::report::Section;
use super::server::Orders;
use crate::idl::trial::LedgerClient;

/// How many files the server may have open.
const FILES: u64 = 64;
/// Connections that are opened to it.
const CONNECTIONS: usize = 200;

/// Opens more connections to a server than it has descriptors for, and watches it for `time`.
///
/// # Errors
/// The server cannot be started, or an honest call fails.
pub async fn exhausted(program: &Program, time: Duration) -> io::Result<Section> {
    let orders = Orders {
        files: FILES,
        ..Orders::on(program, Carrier::Tcp)
    };
    let node = Node::start(program, orders)?;
    let early = Channel::connect(node.address()).await;
    let early = LedgerClient::new(early.map_err(io::Error::other)?);
    let mut others = Vec::new();
    for _ in 0..CONNECTIONS {
        others.push(TcpStream::connect(node.address()).await?);
    }
    // This one waits in the backlog until a descriptor is free.
    let late = tokio::spawn(first_call(node.address().to_owned()));
    let (before, begun) = (node.processor_time(), Instant::now());
    let mut calls = 0;
    while calls < 100 || begun.elapsed() < time {
        early.echo(vec![1]).await.map_err(io::Error::other)?;
        calls += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut section = Section::new("P22", "no file descriptors left");
    section.count("descriptors of the server", FILES as usize);
    section.count("connections to it", CONNECTIONS);
    section.count("calls on an earlier connection meanwhile", calls);
    if let (Some(before), Some(after)) = (before, node.processor_time()) {
        let used = after.saturating_sub(before).as_secs_f64();
        section.add(
            "processors that the server used",
            used / begun.elapsed().as_secs_f64(),
        );
    }
    if let Some(open) = node.files() {
        section.count("files open", open);
    }
    let freed = Instant::now();
    drop(others);
    let late = late.await.expect("it does not panic");
    late.map_err(io::Error::other)?;
    section.add(
        "until the next is served, once some are free, ms",
        freed.elapsed().as_secs_f64() * 1000.0,
    );
    Ok(section)
}

async fn first_call(address: String) -> sinew::Result<()> {
    let client = LedgerClient::new(Channel::connect(address).await?);
    client.echo(vec![1]).await.map(drop)
}
