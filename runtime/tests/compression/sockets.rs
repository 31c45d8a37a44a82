//! Compressed calls and streams between real sockets, counting bytes on the way.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use sinew::codegen::NamedService;
use sinew::{Compression, Connect, Server};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::flow::{Flow, FlowClient, collect};
use crate::probe::{Probe, ProbeClient};

/// A pipe that counts the bytes in both directions together.
struct Counted<T> {
    io: T,
    bytes: Arc<AtomicUsize>,
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buffer);
        let passed = buffer.filled().len() - before;
        self.bytes.fetch_add(passed, Ordering::SeqCst);
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Counted<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        if let Poll::Ready(Ok(written)) = written {
            self.bytes.fetch_add(written, Ordering::SeqCst);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// A channel to a service over TCP, and how many bytes were transferred.
async fn connect(
    service: impl NamedService,
    compression: Compression,
) -> (sinew::Channel, Arc<AtomicUsize>) {
    let server = Server::new().add(service).compress(compression.clone());
    let listening = server.bind("127.0.0.1:0").await.expect("a port is free");
    let address = listening.local_addr().to_owned();
    tokio::spawn(listening.run());
    let bytes = Arc::new(AtomicUsize::new(0));
    let io = Counted {
        io: tokio::net::TcpStream::connect(address)
            .await
            .expect("it listens"),
        bytes: bytes.clone(),
    };
    (Connect::new().compress(compression).over(io), bytes)
}

/// About 1 MB of text-like data: it is compressible, but not trivially.
fn text() -> Vec<u8> {
    let line = |n: usize| format!("order {n}: {} pieces of TEA-{:04}\n", n % 7, n * 31 % 1000);
    (0..30_000).flat_map(|n| line(n).into_bytes()).collect()
}

#[tokio::test]
async fn calls_take_fewer_bytes_and_sensitive_ones_do_not() {
    for compression in [Compression::lz4(), Compression::zstd()] {
        let (channel, bytes) = connect(Probe::default(), compression).await;
        let client = ProbeClient { channel };
        let text = text();
        // Nothing is compressed before the hello has arrived.
        client.echo("").await.unwrap();

        bytes.store(0, Ordering::SeqCst);
        assert_eq!(client.echo(text.clone()).await.unwrap(), text);
        let compressed = bytes.swap(0, Ordering::SeqCst);
        assert!(
            compressed < text.len(),
            "{compressed} of {}",
            2 * text.len()
        );

        assert_eq!(client.whisper(text.clone()).await.unwrap(), text);
        let plain = bytes.load(Ordering::SeqCst);
        assert!(plain > 2 * text.len(), "{plain} of {}", 2 * text.len());
    }
}

#[tokio::test]
async fn many_calls_at_once_come_back_as_they_went() {
    let (channel, _) = connect(Probe::default(), Compression::lz4().above(0)).await;
    let client = ProbeClient { channel };
    let bodies: Vec<Vec<u8>> = (0..300).map(|n| vec![n as u8; n * 37]).collect();
    let calls = bodies.iter().map(|body| client.echo(body.clone()).owned());
    let calls: Vec<_> = calls.map(|call| tokio::spawn(call)).collect();
    for (call, body) in calls.into_iter().zip(&bodies) {
        assert_eq!(&call.await.unwrap().unwrap(), body);
    }
}

#[tokio::test]
async fn streams_are_compressed_within_their_credit() {
    let (channel, bytes) = connect(Flow::default(), Compression::zstd().above(100)).await;
    let client = FlowClient { channel };
    let mut blobs = client.blobs(300_000, 20).await.unwrap();
    let (blobs, end) = collect(&mut blobs).await;
    end.unwrap();
    assert_eq!(blobs.iter().map(Vec::len).sum::<usize>(), 6_000_000);
    let passed = bytes.load(Ordering::SeqCst);
    assert!(passed < 1_000_000, "{passed} bytes");

    let (mut up, mut down) = client.shout("!").await.unwrap();
    let text = "hear me ".repeat(50_000);
    up.send(text.clone()).await.unwrap();
    let shouted = down.recv().await.unwrap().expect("an answer");
    assert_eq!(shouted, text.to_uppercase() + "!");
}
