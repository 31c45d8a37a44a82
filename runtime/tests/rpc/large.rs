//! Large messages over all kinds of transports: sockets, and transports that accept a little at a time.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use sinew::{Channel, Connect, Limits, Server};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use crate::probe::{Probe, ProbeClient, Running};

/// A transport that moves at most this many bytes at once, from many slices or only from the first.
struct Narrow {
    inner: DuplexStream,
    most: usize,
    vectored: bool,
}

impl AsyncRead for Narrow {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut part = vec![0; self.most.min(buffer.remaining())];
        let mut read = ReadBuf::new(&mut part);
        let polled = Pin::new(&mut self.inner).poll_read(cx, &mut read);
        buffer.put_slice(read.filled());
        polled
    }
}

impl AsyncWrite for Narrow {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let most = self.most.min(bytes.len());
        Pin::new(&mut self.inner).poll_write(cx, &bytes[..most])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        assert!(self.vectored, "it takes one slice at a time");
        let mut part = Vec::new();
        for slice in slices {
            let left = self.most - part.len();
            part.extend_from_slice(&slice[..left.min(slice.len())]);
        }
        self.poll_write(cx, &part)
    }

    fn is_write_vectored(&self) -> bool {
        self.vectored
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// A client over a transport that is narrow in both directions.
fn narrow(most: usize, vectored: bool) -> ProbeClient {
    let (near, far) = tokio::io::duplex(1 << 16);
    let end = |inner| Narrow {
        inner,
        most,
        vectored,
    };
    let server = Server::new().add(Probe::default());
    tokio::spawn(server.serve_connection(end(far)));
    ProbeClient {
        channel: Connect::new().over(end(near)),
    }
}

/// Bytes that identify their position.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|place| (place % 251) as u8).collect()
}

/// Echoes messages of many sizes at the same time, with small ones between them.
async fn echoes(client: &ProbeClient) {
    // Around the sizes from which on bytes are shared instead of copied, and up to the maximum.
    let sizes = [16 << 10, 64 << 10, 1 << 20].map(|size| size - 30..size + 10);
    let sizes = sizes.into_iter().flat_map(|range| range.step_by(13));
    let largest = (4 << 20) - 200;
    let calls: Vec<_> = sizes
        .chain([largest])
        .flat_map(|size| [size, 5])
        .map(|size| (size, client.echo(bytes(size)).owned()))
        .map(|(size, call)| (size, tokio::spawn(call)))
        .collect();
    for (size, call) in calls {
        let echoed = call.await.expect("it does not panic");
        assert!(echoed.expect("it answers") == bytes(size), "{size} bytes");
    }
}

#[tokio::test]
async fn large_messages_go_both_ways_over_tcp() {
    let running = Running::start(Probe::default(), Limits::default()).await;
    echoes(&running.client().await).await;
}

#[tokio::test]
async fn large_messages_go_both_ways_over_transports_that_take_little_at_a_time() {
    for (most, vectored) in [(7_001, true), (100_000, true), (30_011, false)] {
        echoes(&narrow(most, vectored)).await;
    }
}

#[tokio::test]
async fn large_messages_go_both_ways_in_one_process() {
    let channel = Channel::new(Probe::default());
    echoes(&ProbeClient { channel }).await;
}
