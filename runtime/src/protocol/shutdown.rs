//! How a connection ends: drained in two steps so that no call is lost, or closed at once with the reason.
//!
//! A draining server first says that it takes no more calls (GOAWAY without a count) and pings. When the pong is
//! back, everything that the client sent before it knew has arrived; the second GOAWAY says how many calls that was.
//! The client knows of every call above the count that no handler began.

use std::iter;
use std::time::Duration;

use super::calls::CallId;
use super::close::{Close, Reason};
use super::connection::{Connection, Phase, Role};
use super::event::Event;
use super::frame::Kind;
use super::meters::{Measure, PING};
use super::receive::Step;
use crate::Status;

/// Count in a GOAWAY that does not say how many calls are taken.
const UNDECIDED: u64 = u64::MAX;
/// What the ping between the two GOAWAYs of a server carries. A keepalive ping carries zeros.
const DRAIN_PING: [u8; PING] = *b"draining";
/// How long a server that drains waits for the first word of a client.
pub(crate) const COMING: Duration = Duration::from_secs(1);
pub(super) const KEEPALIVE_PING: [u8; PING] = [0; PING];

/// How far the end has come.
#[derive(Debug, Default)]
pub(super) struct Drain {
    /// What this side said, and until when calls in flight may finish.
    ours: Option<(Close, Duration)>,
    /// This side has said how many calls it takes.
    counted: bool,
    /// What the peer said.
    theirs: Option<Close>,
    /// The peer has said so before it knew how many calls that leaves.
    announced: bool,
    /// No call is taken any more: this side has counted them, or the peer has said that there are no more.
    deaf: bool,
    /// At a server once the time is over: the calls that it has not given up yet.
    left: Option<Vec<CallId>>,
}

impl Drain {
    pub(super) fn has_begun(&self) -> bool {
        self.ours.is_some() || self.theirs.is_some()
    }

    #[inline]
    pub(super) fn takes_none(&self) -> bool {
        self.deaf
    }

    /// Why the end has begun, if it has.
    pub(super) fn said(&self) -> Option<Close> {
        self.ours
            .as_ref()
            .map(|(close, _)| close)
            .or(self.theirs.as_ref())
            .cloned()
    }

    /// Whether a GOAWAY with this reason ends the connection, calls and all. One that goes over a limit may be left to finish
    /// its calls: that is announced.
    fn ends_at_once(&self, reason: Reason) -> bool {
        match reason {
            Reason::Protocol => true,
            Reason::Excess | Reason::Version | Reason::Timeout => !self.announced,
            Reason::Shutdown | Reason::Idle | Reason::Other(_) => false,
            // Never in a frame.
            Reason::Foreign | Reason::Lost => false,
        }
    }

    fn no_limit(&mut self) {
        if let Some((_, until)) = &mut self.ours {
            *until = Duration::MAX;
        }
    }

    pub(super) fn until(&self) -> Option<Duration> {
        self.ours.as_ref().map(|(_, until)| *until)
    }
}

impl Connection {
    /// Takes no more calls, lets those in flight finish until the drain limit, then closes.
    pub fn drain(&mut self, reason: Reason, message: &'static str, now: Duration) {
        if self.closed().is_some() || self.drain.ours.is_some() {
            return;
        }
        let close = Close::new(reason, message);
        if self.role == Role::Server && matches!(self.phase, Phase::Preface) {
            // A client speaks first: what it has sent is on its way, calls too, and it is told then that they are not taken.
            let until = now.saturating_add(self.limits.drain.min(COMING));
            self.drain.ours = Some((close, until));
            return;
        }
        if !self.is_open() {
            return self.close(close);
        }
        if self.role == Role::Server {
            self.put_frame(Kind::Goaway, CallId::NONE, |out| close.put(UNDECIDED, out));
            self.put_ping(DRAIN_PING);
        }
        self.drain.ours = Some((close, now.saturating_add(self.limits.drain)));
        self.settle();
    }

    /// A call was given up, and such calls are counted. Above the limit the connection drains: a client that is in a hurry
    /// may have other calls here, and those are finished.
    ///
    /// # Errors
    /// There are so many that the connection ends at once.
    pub(super) fn gave_up(
        &mut self,
        count: Measure,
        often: &'static str,
        now: Duration,
    ) -> Result<(), Close> {
        match count {
            Measure::Within => {}
            Measure::Above => self.drain(Reason::Excess, often, now),
            Measure::FarAbove => return Err(Close::excess(often)),
        }
        Ok(())
    }

    /// Whether this side or the peer has begun to drain.
    pub fn is_draining(&self) -> bool {
        self.drain.has_begun()
    }

    /// Whether this side has begun to drain.
    pub fn is_leaving(&self) -> bool {
        self.drain.ours.is_some()
    }

    /// Whether the end is one of which both sides know, and neither has anything more to hear: whoever closes the transport at once
    /// takes nothing from the other. Calls that a client has given up may have answers that are still to come.
    pub fn has_parted(&self) -> bool {
        self.closed().is_some_and(|close| {
            let is_well = matches!(close.reason, Reason::Shutdown | Reason::Idle);
            is_well && self.in_flight() == 0 && (close.by_peer || self.role == Role::Client)
        })
    }

    /// Asks the peer for a pong.
    pub(super) fn put_ping(&mut self, payload: [u8; PING]) {
        self.meters.pongs += 1;
        self.put_frame(Kind::Ping, CallId::NONE, |out| {
            out.extend_from_slice(&payload)
        });
    }

    pub(super) fn take_pong(&mut self, payload: &[u8], now: Duration) -> Result<(), Close> {
        if payload.len() != PING {
            return Err(Close::protocol("a pong without its 8 bytes"));
        }
        match self.meters.pongs.checked_sub(1) {
            Some(left) => self.meters.pongs = left,
            None => self.no_progress()?,
        }
        let awaited = payload == DRAIN_PING && self.role == Role::Server;
        if awaited && self.is_leaving() && !self.drain.counted {
            self.take_no_more();
            self.clock.heard = now;
            self.settle();
        }
        Ok(())
    }

    /// A draining server takes no calls from here on, and says how many it has taken.
    fn take_no_more(&mut self) {
        if let Some((close, _)) = &self.drain.ours
            && !self.drain.counted
        {
            let (close, count) = (close.clone(), self.calls.opened);
            self.put_frame(Kind::Goaway, CallId::NONE, |out| close.put(count, out));
            self.drain.counted = true;
            self.drain.deaf = true;
        }
    }

    /// Server: a call has come that is not taken. Its client may not have heard of the end, unless it has said so itself.
    #[cold]
    pub(super) fn take_behind_end<'a>(&mut self) -> Step<'a> {
        match self.drain.theirs {
            Some(_) => Err(Close::protocol("a call behind the goaway of its client")),
            None => self.no_progress().map(|()| None),
        }
    }

    pub(super) fn take_goaway<'a>(&mut self, payload: &[u8]) -> Step<'a> {
        let (count, close) = Close::get(payload, self.limits.status_message)?;
        self.drain.announced |= count == UNDECIDED;
        self.drain.deaf = true;
        let ended = self.drain.ends_at_once(close.reason);
        if self.drain.theirs.replace(close).is_some() {
            self.no_progress()?;
        }
        let mut untaken = Vec::new();
        if self.role == Role::Client {
            untaken = self.calls.ids(|call| call.ordinal >= count);
            for id in &untaken {
                if let Some(call) = self.calls.release(*id) {
                    self.forget_stream(*id, &call);
                }
            }
        }
        match self.drain.theirs.take_if(|_| ended) {
            Some(close) => {
                if self.role == Role::Client {
                    self.out.clear();
                }
                self.phase = Phase::Closed(close);
            }
            None => self.settle(),
        }
        Ok(Some(Event::Goaway(untaken)))
    }

    /// Time is up for a drain: a client closes; a server takes no more calls, gives up those it has one by one, and closes
    /// once they are answered.
    pub(super) fn end_drain<'a>(&mut self) -> Option<Event<'a>> {
        if self.role == Role::Client {
            self.finish_drain();
            return None;
        }
        self.take_no_more();
        let running = || self.calls.ids(|call| !call.cancelled);
        let mut left = self.drain.left.take().unwrap_or_else(running);
        let given_up =
            iter::from_fn(|| left.pop()).find(|id| self.calls.cancel(*id, Duration::MAX));
        self.drain.left = Some(left);
        let Some(id) = given_up else {
            self.drain.no_limit();
            self.settle();
            return None;
        };
        self.discard(id);
        let why = self.drain.said().map(|close| close.message);
        let why = why.unwrap_or("the connection ends".into());
        Some(Event::Cancelled(id, Status::unavailable(why)))
    }

    /// Closes if a drain has nothing left to wait for.
    pub(super) fn settle(&mut self) {
        if self.closed().is_some() || !self.drain.has_begun() {
            return;
        }
        let waits_for_calls = match self.role {
            Role::Client => self.calls.running() > 0,
            Role::Server => self.calls.in_flight() > 0,
        };
        let waits_for_pong =
            self.role == Role::Server && self.drain.theirs.is_none() && !self.drain.counted;
        if !waits_for_calls && !waits_for_pong {
            self.finish_drain();
        }
    }

    /// Ends the connection at once; the peer is told why if it speaks the protocol. Calls of a client that have not left never do, but
    /// those that are sent with its greeting.
    pub(super) fn close(&mut self, close: Close) {
        match (self.role, self.begun) {
            (Role::Client, true) => self.out.clear(),
            (Role::Client, false) => self.transmitted = self.calls.opened,
            (Role::Server, _) => {}
        }
        let greeted = !matches!(self.phase, Phase::Preface)
            || close.reason == Reason::Version
            || self.role == Role::Client;
        if greeted && close.reason != Reason::Foreign {
            let count = match self.role {
                Role::Client => self.transmitted,
                Role::Server => self.calls.opened,
            };
            self.put_frame(Kind::Goaway, CallId::NONE, |out| close.put(count, out));
        }
        self.phase = Phase::Closed(close);
    }

    fn finish_drain(&mut self) {
        match (self.drain.ours.take(), self.drain.theirs.take()) {
            (Some((close, _)), _) if self.role == Role::Server && self.drain.counted => {
                self.phase = Phase::Closed(close)
            }
            (Some((close, _)), _) => self.close(close),
            (None, Some(close)) => self.phase = Phase::Closed(close),
            (None, None) => {}
        }
    }
}
