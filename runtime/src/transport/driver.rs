//! The task that owns a connection's transport: reads until there is nothing, lets its side act, writes once.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Buf;
use tokio::time::{Instant, Sleep};

use super::socket::{Io, Socket};
use crate::protocol::Connection;

/// Frames that one poll may take before other tasks get their turn.
const BUDGET: usize = 128;
/// Frames that a read counts as: what is refused or skipped costs time too.
const READ: usize = 4;
/// Turns that one poll may take when its side has work again and again.
const TURNS: usize = 16;
/// How long a closed connection is read from, so that the peer gets what was written last.
const LINGER: Duration = Duration::from_secs(1);

/// One role of a connection, as its driver sees it. Times count from the start of the driver.
pub(super) trait Side: Unpin {
    /// Runs `act` on the state machine.
    fn with<R>(&mut self, act: impl FnOnce(&mut Connection) -> R) -> R;

    /// Begins a turn: from here on nobody needs to wake the driver.
    fn awake(&mut self, now: Duration);

    /// Takes at most `budget` events off `input`, and less from it if there are more.
    fn receive(&mut self, input: &mut &[u8], budget: &mut usize, now: Duration);

    /// Acts on times that have come and on everything but input.
    fn advance(&mut self, now: Duration, cx: &mut Context<'_>);

    /// Adds what streams have to send, as far as it is their turn.
    fn fill(&mut self, now: Duration);

    /// Ends a turn: whoever brings work wakes `cx`. `false` if there is work already.
    fn park(&mut self, cx: &mut Context<'_>) -> bool;

    /// The connection is over; nothing comes any more.
    fn over(&mut self);
}

/// Drives one side of a connection over one transport until the connection is over.
pub(super) struct Driver<T, S: Side> {
    socket: Socket<T>,
    /// A frame that came compressed, as far as it is not taken yet: it comes before the rest of the input.
    unpacked: Vec<u8>,
    side: S,
    started: Instant,
    sleep: Pin<Box<Sleep>>,
    armed: Option<Duration>,
    stage: Stage,
}

/// Where reading has stopped.
enum Read {
    /// There is nothing more.
    All,
    /// The side wants no more for now.
    Held,
    /// It is the turn of other tasks.
    Budget,
}

enum Stage {
    Running,
    Finishing { shut: bool },
}

impl<T: Io, S: Side> Driver<T, S> {
    pub(super) fn new(io: T, side: S, started: Instant) -> Self {
        let sleep = Box::pin(tokio::time::sleep_until(started));
        Self {
            socket: Socket::new(io),
            unpacked: Vec::new(),
            side,
            started,
            sleep,
            armed: None,
            stage: Stage::Running,
        }
    }

    fn run(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut budget = BUDGET;
        for _ in 0..TURNS {
            let now = self.started.elapsed();
            self.side.awake(now);
            let read = self.read(&mut budget, now, cx);
            self.side.advance(now, cx);
            self.write(now, cx);
            if self.side.with(|core| core.is_finished()) {
                return Poll::Ready(());
            }
            match read {
                Read::Budget => break,
                Read::Held if self.side.with(|core| core.wants_input()) => continue,
                Read::Held | Read::All => {}
            }
            if self.side.park(cx) && self.arm(cx).is_pending() {
                return Poll::Pending;
            }
        }
        // Not `wake_by_ref`: that would keep the task ahead of the transports of all others.
        pin!(tokio::task::yield_now()).poll(cx)
    }

    fn read(&mut self, budget: &mut usize, now: Duration, cx: &mut Context<'_>) -> Read {
        loop {
            let missing = self.receive(budget, now);
            if *budget == 0 {
                return Read::Budget;
            }
            if self.side.with(|core| core.closed().is_some()) {
                return Read::All;
            }
            if !self.side.with(|core| core.wants_input()) {
                return Read::Held;
            }
            let lost = match self.socket.poll_read(missing, cx) {
                Poll::Ready(Ok(0)) => "the peer has closed the connection".to_owned(),
                Poll::Ready(Ok(_)) => {
                    *budget = budget.saturating_sub(READ);
                    continue;
                }
                Poll::Ready(Err(error)) => error.to_string(),
                Poll::Pending => {
                    self.socket.rest();
                    return Read::All;
                }
            };
            self.side.with(|core| core.lost(lost));
            return Read::All;
        }
    }

    /// Takes what is here, as far as the side wants it; gives how much the next frame still needs.
    fn receive(&mut self, budget: &mut usize, now: Duration) -> usize {
        loop {
            if !self.unpacked.is_empty() {
                let mut rest = &self.unpacked[..];
                self.side.receive(&mut rest, budget, now);
                if !rest.is_empty() {
                    return 0;
                }
                self.unpacked = Vec::new();
            }
            let mut rest = &self.socket.input[..];
            self.side.receive(&mut rest, budget, now);
            let missing = self.side.with(|core| core.missing(rest));
            let used = self.socket.input.len() - rest.len();
            self.socket.input.advance(used);
            let Self { side, unpacked, .. } = self;
            if !side.with(|core| core.take_unpacked(unpacked)) {
                return missing;
            }
        }
    }

    fn write(&mut self, now: Duration, cx: &mut Context<'_>) {
        loop {
            if self.socket.output.is_empty() {
                let Self { side, socket, .. } = self;
                side.fill(now);
                side.with(|core| core.transmit(&mut socket.output));
                if socket.output.is_empty() {
                    if let Poll::Ready(Err(error)) = socket.poll_flush(cx) {
                        side.with(|core| core.lost(error.to_string()));
                    }
                    return;
                }
            }
            let written = match self.socket.poll_write(cx) {
                Poll::Ready(Ok(written)) => written,
                Poll::Ready(Err(error)) => {
                    return self.side.with(|core| core.lost(error.to_string()));
                }
                Poll::Pending => return self.side.with(|core| core.wrote(0, now)),
            };
            self.side.with(|core| core.wrote(written, now));
        }
    }

    /// Sets the one timer; ready if its time has come.
    fn arm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let next = self.side.with(|core| core.poll_timeout());
        let Some(next) = next else {
            self.armed = None;
            return Poll::Pending;
        };
        if self.armed != Some(next) {
            // Times of the state machine can be beyond what the clock can name.
            let at = self
                .started
                .checked_add(next)
                .unwrap_or_else(|| self.started + Duration::from_secs(1 << 32));
            self.sleep.as_mut().reset(at);
            self.armed = Some(next);
        }
        let rung = self.sleep.as_mut().poll(cx);
        if rung.is_ready() {
            self.armed = None;
        }
        rung
    }

    fn finish(&mut self) {
        self.side.over();
        self.sleep.as_mut().reset(Instant::now() + LINGER);
        self.stage = Stage::Finishing { shut: false };
    }
}

impl<T: Io, S: Side> Future for Driver<T, S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if let Stage::Running = this.stage {
            if this.run(cx).is_pending() {
                return Poll::Pending;
            }
            this.finish();
        }
        let Stage::Finishing { shut } = &mut this.stage else {
            return Poll::Ready(());
        };
        if this.socket.poll_finish(shut, cx).is_ready() {
            return Poll::Ready(());
        }
        this.sleep.as_mut().poll(cx)
    }
}

impl<T, S: Side> Drop for Driver<T, S> {
    fn drop(&mut self) {
        self.side
            .with(|core| core.lost("the connection's task has ended"));
        self.side.over();
    }
}
