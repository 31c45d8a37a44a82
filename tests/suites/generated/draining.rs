//! What clients of long streams see of a server that shuts down: in time to go on at another.

use super::*;
use cases::streams::{Point, Tracker, TrackerClient, TrackerServer};
use sinew::testing::{Mishap, Mishaps};
use sinew::{Accept, Ctx, Peer, Rx, Server, Tx};
use std::io;
use tokio::io::DuplexStream;
use tokio::sync::oneshot;

/// Streams that go on for as long as their clients want.
struct Long;

impl Tracker for Long {
    async fn follow(&self, _: Ctx, _: String, mut output: Tx<Point>) -> Result<(), Status> {
        output.send(Point::new(0, 0)).await?;
        std::future::pending().await
    }

    async fn sum(&self, _: Ctx, mut numbers: Rx<i64>) -> Result<u64, Status> {
        let mut sum = 0;
        while let Some(number) = numbers.recv().await? {
            sum += number;
        }
        Ok(sum as u64)
    }

    async fn chat(
        &self,
        _: Ctx,
        _: String,
        mut lines: Rx<String>,
        mut output: Tx<String>,
    ) -> Result<(), Status> {
        while let Some(line) = lines.recv().await? {
            // A handler sees it at its halves too.
            let draining = (lines.is_draining(), output.is_draining());
            output.send(format!("{line} {draining:?}")).await?;
        }
        Ok(())
    }
}

/// A server that stops when told so.
async fn running() -> (TrackerClient, oneshot::Sender<()>) {
    let server = Server::new().add(TrackerServer::new(Long));
    let server = server.bind("127.0.0.1:0").await.expect("a port is free");
    let address = server.local_addr().to_owned();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(server.run_until(stopped));
    let client = TrackerClient::connect(address).await;
    (client.expect("the server is there"), stop)
}

#[tokio::test]
async fn streams_that_run_see_that_their_server_shuts_down() {
    let (client, stop) = running().await;
    let mut points = client.follow("Ada").await.expect("a stream");
    let (mut lines, mut said) = client.chat("Ada").await.expect("a stream");
    let mut numbers = client.sum().await.expect("a stream");
    numbers.send(2).await.expect("it is read");
    points.recv().await.expect("a point");
    assert!(!points.is_draining() && !lines.is_draining() && !numbers.is_draining());

    stop.send(()).expect("the server runs");
    // The stream itself has nothing to say, and still its client learns of it.
    tokio::select! {
        () = points.draining() => {}
        point = points.recv() => panic!("{point:?}"),
    }
    tokio::join!(said.draining(), lines.draining(), numbers.draining());
    assert!(points.is_draining() && said.is_draining() && numbers.is_draining());
    // What runs goes on.
    lines
        .send("still here".to_owned())
        .await
        .expect("it is read");
    let line = said.recv().await.expect("a line");
    assert_eq!(line.as_deref(), Some("still here (true, true)"));
    numbers.send(3).await.expect("it is read");
    assert_eq!(numbers.finish().await.expect("a sum"), 5);
}

#[tokio::test]
async fn so_do_those_to_which_faults_may_happen() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = Server::new().add(TrackerServer::new(Long));
    let (clients, pipes) = tokio::sync::mpsc::channel(1);
    clients.send(far).await.expect("the server listens");
    let listening = server.listen(Pipes(pipes)).expect("it listens");
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(listening.run_until(stopped));
    let mishaps = Mishaps::seeded(1).at(1, Mishap::Cut(1000));
    let client = TrackerClient::new(mishaps.around(sinew::Connect::new().over(near)));
    let mut points = client.follow("Ada").await.expect("a stream");
    points.recv().await.expect("a point");
    stop.send(()).expect("the server runs");
    points.draining().await;
}

/// Connections within this process.
struct Pipes(tokio::sync::mpsc::Receiver<DuplexStream>);

impl Accept for Pipes {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        match self.0.recv().await {
            Some(pipe) => Ok((pipe, Peer::unknown())),
            None => std::future::pending().await,
        }
    }
}

#[tokio::test]
async fn a_reader_goes_on_at_the_next_server() {
    let (old, stop) = running().await;
    let (new, _stop) = running().await;
    let mut points = old.follow("Ada").await.expect("a stream");
    points.recv().await.expect("a point");
    stop.send(()).expect("the server runs");
    points.draining().await;
    let mut points = new.follow("Ada").await.expect("a stream");
    assert_eq!(
        points.recv().await.expect("a point"),
        Some(Point::new(0, 0))
    );
    assert!(!points.is_draining());
}

#[tokio::test]
async fn a_sender_learns_that_nobody_reads_any_more() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = Server::new().add(TrackerServer::new(Long));
    let serving = tokio::spawn(server.serve_connection(far));
    let client = TrackerClient::new(sinew::Connect::new().over(near));
    let (mut lines, _said) = client.chat("Ada").await.expect("a stream");
    serving.abort();
    lines.closed().await;
    lines
        .send("hello".to_owned())
        .await
        .expect_err("it is over");
}
