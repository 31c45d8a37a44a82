//! How a connection ends: it is drained in two steps, so that no call is lost, or closed at once with a reason.
//!
//! A draining server first says that it takes no more calls (a GOAWAY without a count) and sends a ping. When the pong
//! arrives, so has everything that the client sent before it knew. The second GOAWAY says how many calls that was, so
//! the client knows that no handler began for any call above the count.

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

/// The count in a GOAWAY whose sender does not know yet how many calls it accepts.
const UNDECIDED: u64 = u64::MAX;
/// The payload of the ping between the two GOAWAYs of a server. A keepalive ping has zeros.
const DRAIN_PING: [u8; PING] = *b"draining";
/// How long a draining server waits for the preface of a client.
pub(crate) const PREFACE_WAIT: Duration = Duration::from_secs(1);
pub(super) const KEEPALIVE_PING: [u8; PING] = [0; PING];

/// How far shutdown has come.
#[derive(Debug, Default)]
pub(super) struct Drain {
    /// Why this side drains, and until when calls in flight may finish.
    ours: Option<(Close, Duration)>,
    /// Whether this side has said how many calls it accepts.
    counted: bool,
    /// Why the peer drains.
    theirs: Option<Close>,
    /// Whether the peer announced this before it knew how many calls it accepts.
    announced: bool,
    /// Whether no more calls are accepted: this side has sent its count, or the peer has said that there are no more.
    refuses_calls: bool,
    /// In a server whose drain has timed out: the calls that are still to be cancelled.
    left: Option<Vec<CallId>>,
}

impl Drain {
    pub(super) fn has_begun(&self) -> bool {
        self.ours.is_some() || self.theirs.is_some()
    }

    #[inline]
    pub(super) fn refuses_calls(&self) -> bool {
        self.refuses_calls
    }

    /// Why the shutdown has begun, if it has.
    pub(super) fn reason(&self) -> Option<Close> {
        self.ours
            .as_ref()
            .map(|(close, _)| close)
            .or(self.theirs.as_ref())
            .cloned()
    }

    /// Whether a GOAWAY with this reason ends the connection, including its calls. A client that exceeds a rate may be
    /// allowed to finish them; then the GOAWAY was announced.
    fn ends_at_once(&self, reason: Reason) -> bool {
        match reason {
            Reason::Protocol => true,
            Reason::Excess | Reason::Version | Reason::Timeout => !self.announced,
            Reason::Shutdown | Reason::Idle | Reason::Other(_) => false,
            // Never sent in a frame.
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
            // The client speaks first. What it has sent, maybe with calls, is on its way; it then learns that they are
            // not accepted.
            let until = now.saturating_add(self.limits.drain.min(PREFACE_WAIT));
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
        self.close_if_drained();
    }

    /// Counts a call that was given up. Above the limit the connection drains, so that a hasty client's other calls can
    /// finish.
    ///
    /// # Errors
    /// Far above the limit the connection ends at once.
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

    /// Whether both sides know of the end and neither has anything left to say, so that the transport can be closed
    /// without losing anything. A client's cancelled calls may still be answered.
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
            self.close_if_drained();
        }
        Ok(())
    }

    /// Sends the count: a draining server takes no calls from here on.
    fn take_no_more(&mut self) {
        if let Some((close, _)) = &self.drain.ours
            && !self.drain.counted
        {
            let (close, count) = (close.clone(), self.calls.opened);
            self.put_frame(Kind::Goaway, CallId::NONE, |out| close.put(count, out));
            self.drain.counted = true;
            self.drain.refuses_calls = true;
        }
    }

    /// Server: a call that is not accepted. The client may not know of the shutdown yet, unless it has begun it itself.
    #[cold]
    pub(super) fn take_call_after_goaway<'a>(&mut self) -> Step<'a> {
        match self.drain.theirs {
            Some(_) => Err(Close::protocol("a call after its client's goaway")),
            None => self.no_progress().map(|()| None),
        }
    }

    pub(super) fn take_goaway<'a>(&mut self, payload: &[u8]) -> Step<'a> {
        let (count, close) = Close::get(payload, self.limits.status_message)?;
        self.drain.announced |= count == UNDECIDED;
        self.drain.refuses_calls = true;
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
            None => self.close_if_drained(),
        }
        Ok(Some(Event::Goaway(untaken)))
    }

    /// The drain has timed out. A client closes. A server takes no more calls, cancels those in flight one by one, and
    /// closes once they are answered.
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
            self.close_if_drained();
            return None;
        };
        self.discard(id);
        let why = self.drain.reason().map(|close| close.message);
        let why = why.unwrap_or("the connection ends".into());
        Some(Event::Cancelled(id, Status::unavailable(why)))
    }

    /// Closes if a drain has nothing left to wait for.
    pub(super) fn close_if_drained(&mut self) {
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

    /// Ends the connection at once. The peer is told why if it speaks the protocol. A client drops calls that have not
    /// been handed out, except for those that leave together with its preface.
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
