//! Servers that stop while connections are being opened: calls are answered, or their callers are told that no handler
//! has begun.

use std::future::ready;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::protocol::{Connection, Output};
use sinew::{Accept, Channel, Code, Connect, Limits, Peer, Reached, Retries, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::probe::{Probe, ProbeClient};

/// How many connections have come before the server accepts any.
struct Come(Vec<DuplexStream>);

impl Accept for Come {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        match self.0.pop() {
            Some(pipe) => Ok((pipe, Peer::unknown())),
            None => std::future::pending().await,
        }
    }
}

/// A server with one incoming connection, and the other end of that.
fn server() -> (sinew::Listening, DuplexStream) {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = Server::new().add(Probe::default());
    let listening = server.listen(Come(vec![far])).expect("it listens");
    (listening, near)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_there_when_its_server_stops_is_answered() {
    let (listening, near) = server();
    let client = ProbeClient::new(Channel::over(near).retry(Retries::never()));
    let call = tokio::spawn(client.echo("x").owned());
    // Until it is sent and all wait.
    tokio::time::sleep(Duration::from_secs(1)).await;
    listening.run_until(ready(())).await;
    assert_eq!(call.await.unwrap().unwrap(), b"x");
}

#[tokio::test(start_paused = true)]
async fn a_call_on_its_way_when_its_server_stops_was_not_executed() {
    let (listening, near) = server();
    let stopped = tokio::spawn(listening.run_until(ready(())));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let client = ProbeClient::new(Channel::over(near).retry(Retries::never()));
    let failed = client.wait().await.expect_err("nobody is there");
    assert_eq!(
        (failed.code(), failed.reached()),
        (Code::Unavailable, Reached::No),
        "{failed}"
    );
    stopped.await.unwrap();
}

/// It is retried, although it must not run twice.
#[tokio::test(start_paused = true)]
async fn a_call_that_meets_a_server_which_stops_goes_to_the_next_one() {
    let dials = AtomicUsize::new(0);
    let connect = Connect::new().open_by(move |_| {
        let (listening, near) = server();
        let stopped = dials.fetch_add(1, Ordering::SeqCst) == 0;
        let stop = async move {
            if !stopped {
                std::future::pending::<()>().await;
            }
        };
        tokio::spawn(listening.run_until(stop));
        async move {
            // Until the server has seen the connection.
            tokio::time::sleep(Duration::from_millis(500)).await;
            Ok(near)
        }
    });
    let client = ProbeClient::new(connect.lazily_to("pipe"));
    assert_eq!(client.divide(6, 3).await.unwrap(), 2);
}

/// A client that never sends anything delays the shutdown a little.
#[tokio::test(start_paused = true)]
async fn a_server_that_stops_waits_a_moment_for_the_silent() {
    let (listening, near) = server();
    let begun = Instant::now();
    listening.run_until(ready(())).await;
    assert!(begun.elapsed() <= Duration::from_secs(2));
    drop(near);
}

/// The system would reset connections that the server has not accepted, and the fate of their calls would be unknown.
#[tokio::test]
async fn connections_that_a_server_has_not_taken_when_it_stops_are_told() {
    let listening = Server::new().add(Probe::default());
    let listening = listening.bind("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(listening.local_addr()).await.unwrap();
    let mut hello = Output::default();
    Connection::client(Arc::new(Limits::default()), Duration::ZERO).transmit(&mut hello);
    stream.write_all(&hello.concat()).await.unwrap();
    let stopped = tokio::spawn(listening.run_until(ready(())));
    let mut told = Vec::new();
    let read = stream.read_buf(&mut told).await;
    assert!(read.expect("no reset") > 0);
    drop(stream);
    stopped.await.unwrap();
}
