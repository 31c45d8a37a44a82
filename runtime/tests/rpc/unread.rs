//! Peers that do not read: how much work is done for them, and how much is kept.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sinew::{Channel, Code, Connect, Limits, Reached, Server};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::handlers::Scripted;
use crate::probe::ProbeClient;

/// A transport from which nothing is read until its gate is opened.
struct Gated {
    inner: DuplexStream,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    open: AtomicBool,
    waiting: Mutex<Option<Waker>>,
    /// How often somebody has tried to write to the transport.
    writes: AtomicUsize,
    /// How long the whole process stands still once something has been read.
    still: Mutex<Option<Duration>>,
}

impl Gate {
    fn around(inner: DuplexStream) -> (Arc<Self>, Gated) {
        let gate = Arc::new(Self::default());
        gate.open();
        let gated = Gated {
            inner,
            gate: gate.clone(),
        };
        (gate, gated)
    }

    fn close(&self) {
        self.open.store(false, Ordering::SeqCst);
    }

    fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        let waiting = self.waiting.lock().expect("nobody panics").take();
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl AsyncRead for Gated {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.gate.open.load(Ordering::SeqCst) {
            *self.gate.waiting.lock().expect("nobody panics") = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        let still = self.gate.still.lock().expect("nobody panics").take();
        if let Some(time) = still.filter(|_| read.is_ready()) {
            let mut advanced = pin!(tokio::time::advance(time));
            let _ = advanced
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
        }
        read
    }
}

impl AsyncWrite for Gated {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.gate.writes.fetch_add(1, Ordering::SeqCst);
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// A client of a server with these limits, after a call; and the gates of both.
async fn connected(service: Scripted, limits: Limits) -> (ProbeClient, Arc<Gate>, Arc<Gate>) {
    let (near, far) = tokio::io::duplex(1 << 16);
    let (client_gate, near) = Gate::around(near);
    let (server_gate, far) = Gate::around(far);
    let server = Server::new().add(service).limits(limits);
    tokio::spawn(server.serve_connection(far));
    let client = ProbeClient {
        channel: Connect::new().over(near),
    };
    client.echo([]).await.expect("a reply");
    (client, client_gate, server_gate)
}

/// The same, and the client reads nothing until its gate is opened.
async fn gated(service: Scripted, limits: Limits) -> (ProbeClient, Arc<Gate>) {
    let (client, gate, _) = connected(service, limits).await;
    gate.close();
    (client, gate)
}

/// Lets every other task run until it waits.
async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

/// A connection ends because the server is silent, and so do its calls, although nobody reads the client's GOAWAY.
#[tokio::test(start_paused = true)]
async fn calls_end_with_their_connection_though_nobody_reads_its_last_word() {
    let limits = Limits::default();
    let (near, _silent) = tokio::io::duplex(16);
    let channel = Channel::over(near);
    let (client, begun) = (ProbeClient { channel }, Instant::now());
    let lost = client.echo([1]).timeout(2 * limits.handshake).await;
    let status = lost.expect_err("nobody is there");
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::Maybe)
    );
    assert!(
        begun.elapsed() < 2 * limits.handshake,
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_server_takes_no_more_calls_while_its_replies_are_not_read() {
    const SIZE: usize = 64 << 10;
    let begun = Arc::new(AtomicUsize::new(0));
    let counter = begun.clone();
    let service = Scripted::new(move |_, data| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok(data) }
    });
    let limits = Limits::default();
    let most = limits.out_queue / SIZE + 3;
    let (client, gate) = gated(service, limits).await;
    let calls: Vec<_> = (0..100)
        .map(|n| tokio::spawn(client.echo(vec![n; SIZE]).owned()))
        .collect();
    settle().await;
    let taken = begun.load(Ordering::SeqCst);
    assert!((10..=most).contains(&taken), "{taken} calls were taken");
    gate.open();
    for (n, call) in calls.into_iter().enumerate() {
        let reply = call.await.expect("nobody panics").expect("a reply");
        assert_eq!(reply, vec![n as u8; SIZE]);
    }
}

/// A handler may have blocked the thread, or the process was suspended. What the client has read meanwhile must be
/// found out before it is blamed.
#[tokio::test(start_paused = true)]
async fn who_stood_still_blames_nobody() {
    const SIZE: usize = 1 << 20;
    let (near, far) = tokio::io::duplex(1 << 18);
    let (gate, near) = Gate::around(near);
    let service = Scripted::new(|_, _| async { Ok(vec![7; SIZE]) });
    tokio::spawn(Server::new().add(service).serve_connection(far));
    let mut patient = Limits::default();
    patient.frame_time = Duration::from_secs(1_000);
    let client = ProbeClient {
        channel: Connect::new().limits(patient).over(near),
    };
    client.echo([]).await.expect("a reply");
    gate.close();
    let call = client.echo([]).timeout(Duration::from_secs(200));
    let call = tokio::spawn(call.owned());
    settle().await;
    let still = Limits::default().write_stall + Duration::from_secs(10);
    *gate.still.lock().expect("nobody panics") = Some(still);
    gate.open();
    let reply = call.await.expect("nobody panics").expect("a reply");
    assert_eq!(reply.len(), SIZE);
}

#[tokio::test]
async fn replies_of_calls_that_were_taken_are_kept_up_to_a_limit() {
    const SIZE: usize = 1 << 20;
    let (release, released) = watch::channel(false);
    let service = Scripted::new(move |_, data| {
        let mut released = released.clone();
        async move {
            if !data.is_empty() {
                released.wait_for(|yes| *yes).await.expect("the test runs");
            }
            Ok(vec![7; data.len() * SIZE])
        }
    });
    let mut limits = Limits::default();
    limits.reply_bytes = 5 * SIZE;
    let (client, gate) = gated(service, limits).await;
    let calls: Vec<_> = (0..20)
        .map(|_| tokio::spawn(client.echo([1]).owned()))
        .collect();
    settle().await;
    release.send(true).expect("the handlers wait");
    settle().await;
    gate.open();
    let mut kept = 0;
    for call in calls {
        match call.await.expect("nobody panics") {
            Ok(reply) => kept += usize::from(reply.len() == SIZE),
            Err(status) => assert_eq!(
                (status.code(), status.reached()),
                (Code::ResourceExhausted, Reached::Yes),
                "{status}"
            ),
        }
    }
    assert!((4..=5).contains(&kept), "{kept} replies were kept");
    client.echo([]).await.expect("the connection goes on");
}

#[tokio::test]
async fn who_cannot_write_waits_and_does_not_try_again_and_again() {
    for server_reads in [false, true] {
        let (release, released) = watch::channel(0);
        let service = Scripted::new(move |_, data| {
            let mut released = released.clone();
            async move {
                let turn = data.first().copied().unwrap_or_default();
                let is_due = released.wait_for(|turns| *turns >= turn);
                is_due.await.expect("the test runs");
                Ok(data)
            }
        });
        let (client, client_gate, server_gate) = connected(service, Limits::default()).await;
        let (blind, writer) = match server_reads {
            false => (&server_gate, &client_gate),
            true => (&client_gate, &server_gate),
        };
        blind.close();
        let mut calls = Vec::new();
        // Each request and each reply is larger than the transport's buffer, and comes while the previous one is stuck.
        for turn in 1..4 {
            let call = client.echo(vec![turn; 1 << 17]);
            calls.push(tokio::spawn(call.owned()));
            settle().await;
        }
        for turn in 1..4 {
            release.send_replace(turn);
            settle().await;
        }
        let before = writer.writes.load(Ordering::SeqCst);
        settle().await;
        assert_eq!(writer.writes.load(Ordering::SeqCst), before);
        blind.open();
        for call in calls {
            call.await.expect("nobody panics").expect("a reply");
        }
    }
}
