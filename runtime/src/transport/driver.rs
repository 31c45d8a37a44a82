//! The task of a connection: in each turn it reads what is there, lets its side act, and writes once.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep};

use super::carrier;
use super::share::Share;
use super::side::{Park, Side, Wants};
use super::socket::{SMALLEST_READ, Socket};
use super::spin::Spin;
use crate::body::Arrived;
use crate::figures::Open;

/// How many turns one poll may take if there is always more to do.
const TURNS: usize = 16;
/// A timer that fires this late means that this process was not scheduled, or had much to do.
const LATE: Duration = Duration::from_millis(10);
/// How long a connection keeps the buffers of large frames, in case they are needed again.
const QUIET: Duration = Duration::from_secs(1);
/// How long to read from a closed connection, so that the peer receives what was written last.
const LINGER: Duration = Duration::from_secs(1);

/// Drives one side of a connection until the connection is over. Whoever polls it owns the transport.
pub(super) struct Driver {
    /// A frame that was unpacked or is large, until it is used up. It comes before the rest of the input.
    frame: Bytes,
    side: Box<dyn Side>,
    started: Instant,
    sleep: Pin<Box<Sleep>>,
    /// The time that the timer is set to; `waker` is what it wakes.
    armed: Option<Duration>,
    /// The timer fired late, and the runtime has polled its I/O since.
    caught_up: bool,
    waker: Option<Waker>,
    spin: Spin,
    stage: Stage,
    open: Open,
}

/// Why reading has stopped.
enum Read {
    /// There is nothing more to read.
    All,
    /// The side wants no more for now.
    Held,
    /// The side will never want more.
    Over,
    /// Other tasks should get their turn.
    Share,
}

enum Stage {
    Running,
    /// The connection has ended, and so have its calls, but its last output is still being written.
    Ending,
    /// The transport is being shut down, and the timer is set to the end of the wait.
    Finishing {
        shut: bool,
        lingers: bool,
    },
}

impl Driver {
    pub(super) fn new(mut side: Box<dyn Side>, started: Instant, spin: Duration) -> Self {
        let sleep = Box::pin(tokio::time::sleep_until(started));
        let open = Open::new(side.core().role());
        Self {
            frame: Bytes::new(),
            side,
            started,
            sleep,
            armed: None,
            caught_up: false,
            waker: None,
            spin: Spin::new(spin),
            stage: Stage::Running,
            open,
        }
    }

    /// Does what there is to do. Ready once the connection is over. The transport must be the same in every call.
    pub(super) fn poll(&mut self, socket: &mut Socket, cx: &mut Context<'_>) -> Poll<()> {
        if let Stage::Running | Stage::Ending = self.stage {
            ready!(self.run(socket, cx));
            self.over();
            self.stage = Stage::Finishing {
                shut: false,
                lingers: false,
            };
            // A transport other than a socket may buffer what was written last until it is shut down.
            if socket.is_of_the_system() && self.side.core().has_parted() {
                return Poll::Ready(());
            }
        }
        let Stage::Finishing { shut, lingers } = &mut self.stage else {
            return Poll::Ready(());
        };
        if socket.poll_finish(shut, cx).is_ready() {
            return Poll::Ready(());
        }
        if !std::mem::replace(lingers, true) {
            self.sleep.as_mut().reset(Instant::now() + LINGER);
        }
        self.sleep.as_mut().poll(cx)
    }

    fn run(&mut self, socket: &mut Socket, cx: &mut Context<'_>) -> Poll<()> {
        let mut now = self.started.elapsed();
        let mut share = Share::from(now);
        for _ in 0..TURNS {
            let read = self.read(socket, &mut share, now, cx);
            let looks_first = self.is_behind(now);
            // What is due is done once the timer should have fired. While reading is on hold, times are postponed, so
            // they must be looked at.
            let due = match read {
                Read::Held => true,
                _ => self.armed.is_none_or(|at| at <= now) && !looks_first,
            };
            if due {
                self.relieve(socket, now, cx);
            }
            self.side.advance(due, now, cx);
            let park = self.write(socket, now, cx);
            match read {
                Read::Share => break,
                Read::Held if self.side.core().wants_input() => {}
                Read::Held | Read::All | Read::Over => match park {
                    Park::Over => return Poll::Ready(()),
                    _ if looks_first => break,
                    Park::Ending(next) => {
                        self.over();
                        if self.arm(socket, next, now, cx).is_pending() {
                            return Poll::Pending;
                        }
                    }
                    Park::Until(next) if self.arm(socket, next, now, cx).is_pending() => {
                        let looks = self.spin.looks().filter(|_| self.side.expects());
                        let Some(looks) = looks else {
                            return Poll::Pending;
                        };
                        if !matches!(read, Read::All) || !self.look(socket, looks) {
                            break;
                        }
                    }
                    Park::Until(_) | Park::Work => {}
                },
            }
            now = self.started.elapsed();
        }
        // Not `wake_by_ref`, which would run this task again before the runtime polls the I/O of the others.
        pin!(tokio::task::yield_now()).poll(cx)
    }

    /// Whether the timer is so late that this process was probably not scheduled. Then an answer to a ping, say, may
    /// have arrived of which the runtime does not know yet. It will after this task has yielded once.
    fn is_behind(&mut self, now: Duration) -> bool {
        let late = self.armed.map(|at| now.saturating_sub(at));
        let is_late = late.is_some_and(|late| late >= LATE);
        let had_caught_up = std::mem::replace(&mut self.caught_up, is_late);
        is_late && !had_caught_up
    }

    fn read(
        &mut self,
        socket: &mut Socket,
        share: &mut Share,
        now: Duration,
        cx: &mut Context<'_>,
    ) -> Read {
        loop {
            let wants = self.receive(socket, share, now);
            if share.frames == 0 {
                match share.goes_on(self.started) {
                    true => continue,
                    false => return Read::Share,
                }
            }
            let missing = match wants {
                Wants::More { missing } => missing,
                Wants::Unpacked | Wants::Apart(_) | Wants::Less => return Read::Held,
                Wants::Nothing => return Read::Over,
            };
            match socket.poll_read(missing, cx) {
                Poll::Ready(Ok(0)) => self.side.core().hung_up(),
                Poll::Ready(Ok(_)) => {
                    self.spin.has_moved();
                    share.has_read();
                    continue;
                }
                Poll::Ready(Err(error)) => lost(&mut *self.side, &error),
                Poll::Pending => {}
            }
            return Read::All;
        }
    }

    /// Busy-polls the transport up to `looks` times for more input. Returns whether any came.
    fn look(&mut self, socket: &mut Socket, looks: usize) -> bool {
        match (0..looks).find_map(|_| socket.look()) {
            None => return false,
            Some(Ok(0)) => self.side.core().hung_up(),
            Some(Ok(read)) => self.spin.has_read(read == SMALLEST_READ),
            Some(Err(error)) => lost(&mut *self.side, &error),
        }
        true
    }

    /// Handles the input that is here, as far as the side wants it.
    fn receive(&mut self, socket: &mut Socket, share: &mut Share, now: Duration) -> Wants {
        let Self { side, frame, .. } = self;
        loop {
            if !frame.is_empty() {
                let mut rest = Arrived::whole(frame);
                let wants = side.receive(&mut rest, &mut share.frames, now);
                if !rest.bytes.is_empty() {
                    return wants;
                }
                *frame = Bytes::new();
            }
            let mut rest = Arrived::part(&socket.input);
            let wants = side.receive(&mut rest, &mut share.frames, now);
            let used = socket.input.len() - rest.bytes.len();
            socket.input.advance(used);
            match wants {
                Wants::Unpacked => {
                    *frame = side.core().take_unpacked().into();
                    share.has_taken(frame.len());
                }
                Wants::Apart(size) => {
                    share.has_taken(size);
                    *frame = socket.take(size);
                }
                Wants::More { .. } | Wants::Less | Wants::Nothing => return wants,
            }
        }
    }

    /// Writes until nothing is left or the transport accepts no more, then ends the turn.
    fn write(&mut self, socket: &mut Socket, now: Duration, cx: &mut Context<'_>) -> Park {
        let Self { side, spin, .. } = self;
        let mut written = 0;
        loop {
            let park = side.send(written, &mut socket.output, now, cx);
            if let Some(park) = park {
                return match socket.poll_flush(cx) {
                    Poll::Ready(Err(error)) => {
                        lost(&mut **side, &error);
                        side.park(false, cx)
                    }
                    Poll::Ready(Ok(())) | Poll::Pending => park,
                };
            }
            written = match socket.poll_write(cx) {
                Poll::Ready(Ok(written)) => {
                    spin.has_moved();
                    written
                }
                Poll::Ready(Err(error)) => {
                    lost(&mut **side, &error);
                    return side.park(false, cx);
                }
                Poll::Pending => {
                    side.core().wrote(0, now);
                    return side.park(true, cx);
                }
            };
        }
    }

    /// Writes waiting output before its timeout is judged: it may be this task that was not run, rather than the peer
    /// that does not read. Errors show up again at the next write.
    fn relieve(&mut self, socket: &mut Socket, now: Duration, cx: &mut Context<'_>) {
        while !socket.output.is_empty()
            && let Poll::Ready(Ok(written)) = socket.poll_write(cx)
        {
            self.side.core().wrote(written, now);
        }
    }

    /// Makes sure that the timer fires at `next` or earlier. Ready if it has fired. Most calls end long before their
    /// deadline, so a timer that is set too early is left alone: that is cheaper than to reset it for each call.
    fn arm(
        &mut self,
        socket: &mut Socket,
        next: Option<Duration>,
        now: Duration,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if self.sleep.is_elapsed() {
            self.armed = None;
            socket.give_back();
            self.side.core().give_back();
        }
        let soon = socket.holds_much().then_some(now + QUIET);
        let Some(next) = [next, soon].into_iter().flatten().min() else {
            return Poll::Pending;
        };
        let is_set = self.armed.is_some_and(|at| at <= next);
        let is_known = self.waker.as_ref().is_some_and(|w| w.will_wake(cx.waker()));
        if is_set && is_known {
            return Poll::Pending;
        }
        if !is_set {
            // The state machine's times can be beyond what the clock can represent.
            let at = self
                .started
                .checked_add(next)
                .unwrap_or_else(|| self.started + Duration::from_secs(1 << 32));
            self.sleep.as_mut().reset(at);
            self.armed = Some(next);
        }
        self.waker = Some(cx.waker().clone());
        // Unconstrained, because a task that has used up tokio's budget would not get its waker registered.
        pin!(unconstrained(self.sleep.as_mut())).poll(cx)
    }

    /// Ends the calls now, however long the peer takes to read the last output, because nobody watches their deadlines
    /// any more.
    fn over(&mut self) {
        if !matches!(self.stage, Stage::Running) {
            return;
        }
        self.stage = Stage::Ending;
        let reason = self.side.core().closed().map(|close| close.reason);
        if let Some(reason) = reason {
            self.open.because(reason);
        }
        self.side.over();
    }
}

/// The transport has failed: ends the connection.
fn lost(side: &mut dyn Side, error: &io::Error) {
    match carrier::turned_away(error) {
        Some(why) => side.core().turned_away(why),
        // TLS without close_notify, as from a peer that was killed. The protocol has its own goodbye, so this is an
        // ordinary end.
        None if error.kind() == io::ErrorKind::UnexpectedEof => side.core().hung_up(),
        None => side.core().lost(error.to_string()),
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Stage::Running = self.stage {
            self.side.core().lost("the connection's task has ended");
            self.over();
        }
    }
}
