//! Connections whose task does not run for a long time.

use std::io;
use std::ops::Range;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sinew::{Channel, Code, Limits, Reached, Server};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, advance, sleep, sleep_until};

use crate::probe::{Probe, ProbeClient, code};

/// A current-thread runtime stands still while its thread does something else, and so do its connections. Calls from
/// other runtimes end at their deadlines all the same.
#[test]
fn deadlines_hold_while_the_runtime_of_the_connection_stands_still() {
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).build().unwrap()
    };
    let (stands, runs) = (runtime(), runtime());
    let client = stands.block_on(async {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
        let channel = Channel::over(near);
        let client = ProbeClient { channel };
        client.echo([1]).await.expect("a reply");
        client
    });
    let late = std::thread::spawn(move || {
        let late = runs.block_on(client.echo([2]).owned());
        drop(client);
        late
    });
    let late = late.join().unwrap().expect_err("nobody reads the call");
    assert_eq!(
        (late.code(), late.reached()),
        (Code::DeadlineExceeded, Reached::Maybe)
    );
    drop(stands);
}

/// A call's timeout counts from when it begins, however long the connection's task has not run by then.
#[tokio::test(start_paused = true)]
async fn a_connection_that_has_not_run_for_long_takes_no_time_from_calls() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
    let channel = Channel::over(near);
    let client = ProbeClient { channel };
    for round in 0..3 {
        if round > 0 {
            // It is woken, but does not run before time has passed.
            begin(client.echo([0]));
        }
        begin(advance(Duration::from_secs(8)));
        let call = client.echo([round]).timeout(Duration::from_secs(5));
        assert_eq!(call.await.expect("there is time"), [round]);
    }
}

/// A task that has used up tokio's budget cannot register with a timer before it runs again: its handlers, or a large
/// message, have used it. It must be woken for the deadlines of its calls all the same.
#[tokio::test(start_paused = true)]
async fn deadlines_hold_on_a_connection_that_has_used_up_its_turn() {
    const HALF: Duration = Duration::from_millis(500);
    let (near, far) = tokio::io::duplex(1 << 16);
    let mut limits = Limits::default();
    limits.max_timeout = 2 * HALF;
    let server = Server::new().add(Probe::default()).limits(limits);
    let begun = Instant::now();
    let server = server.layer(move |call, next| async move {
        // Just when the first call ends, for whose deadline the timer has fired.
        sleep_until(begun + 2 * HALF).await;
        use_up_turn().await;
        next.run(call).await
    });
    tokio::spawn(server.serve_connection(far));
    let channel = Channel::over(near);
    let client = ProbeClient { channel };
    let late = async |after| {
        sleep(after).await;
        let ended = client.wait().timeout(40 * HALF).await;
        assert_eq!(code(ended), Code::DeadlineExceeded);
        let took = begun.elapsed() - after;
        assert!((2 * HALF..3 * HALF).contains(&took), "{took:?}");
    };
    tokio::join!(late(Duration::ZERO), late(HALF));
}

/// Uses up tokio's budget.
async fn use_up_turn() {
    let (tell, mut told) = unbounded_channel();
    (0..1_000).for_each(|number| tell.send(number).expect("it is there"));
    drop(tell);
    while told.recv().await.is_some() {}
}

/// Polls it once, so that nothing else runs meanwhile.
fn begin(work: impl Future) {
    let polled = pin!(work).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
}

/// A process that was suspended finds the answer to its ping in the system's buffers. Its runtime only notices with the
/// next poll of its I/O, after the timer has fired.
#[tokio::test(start_paused = true)]
async fn an_answer_that_came_while_the_process_stood_still_counts() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
    let limits = Limits::default();
    let until = Instant::now() + limits.keepalive + limits.keepalive_answer;
    let from = Instant::now() + Duration::from_secs(1);
    let frozen = from..until;
    let near = Frozen {
        near,
        frozen,
        knows: false,
    };
    let client = ProbeClient::new(Channel::over(near));
    client.echo([1]).await.expect("a reply");
    // The ping goes out, and nothing is read from then on.
    sleep(limits.keepalive + Duration::from_secs(1)).await;
    advance(2 * limits.keepalive_answer).await;
    assert_eq!(client.echo([2]).await.expect("it is there"), [2]);
}

/// A transport of a process that is suspended for a time.
struct Frozen {
    near: DuplexStream,
    frozen: Range<Instant>,
    /// The runtime has polled its I/O since.
    knows: bool,
}

impl AsyncRead for Frozen {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let now = Instant::now();
        if self.frozen.contains(&now) {
            return Poll::Pending;
        }
        if now >= self.frozen.end && !std::mem::replace(&mut self.knows, true) {
            let waker = cx.waker().clone();
            tokio::spawn(async { waker.wake() });
            return Poll::Pending;
        }
        Pin::new(&mut self.near).poll_read(cx, into)
    }
}

impl AsyncWrite for Frozen {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.near).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.near).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.near).poll_shutdown(cx)
    }
}
