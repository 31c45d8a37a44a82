//! What happens when nothing arrives: deadlines of calls, and timeouts of the peer.

use std::time::Duration;

use super::calls::CallId;
use super::close::{Close, Reason};
use super::connection::{Clock, Connection, Phase, Role};
use super::event::Event;
use super::shutdown::KEEPALIVE_PING;
use crate::status::deadline_passed;
use crate::{Reached, Status};

impl Clock {
    /// While this side does not read, the peer cannot be blamed for being silent.
    fn excuse(&mut self, now: Duration) {
        self.heard = now;
        self.pinged = None;
        if let Some((since, _)) = &mut self.partial {
            *since = now;
        }
    }
}

impl Connection {
    /// Server: drains at this time instead of exactly at the limit `max_age`.
    pub fn retire_at(&mut self, time: Duration) {
        self.clock.retires = Some(time);
    }

    /// When [`Self::timeout`] must be called next, unless something happens before.
    pub fn poll_timeout(&self) -> Option<Duration> {
        if self.closed().is_some() {
            return self.stall_end();
        }
        let mut next = match self.is_open() {
            true => self.keepalive_end(),
            false => self.handshake_end(),
        };
        let mut by = |end: Option<Duration>| next = end.map_or(next, |end| end.min(next));
        if self.is_open() {
            by(self.idle_end());
            by(self.age_end());
            by(self.drain.until());
        }
        by(self.frame_end());
        by(self.stall_end());
        by(self.calls.next_deadline());
        Some(next)
    }

    /// Acts on the timers that have fired. Must be called again until it returns `None`.
    pub fn timeout(&mut self, now: Duration) -> Option<Event<'static>> {
        if !self.wants_input() {
            self.clock.excuse(now);
        }
        let passed = |end: Option<Duration>| end.is_some_and(|end| end <= now);
        if passed(self.stall_end()) {
            self.discard_output();
            self.phase = Phase::Closed(Close::timeout("the peer does not read what it is sent"));
        }
        if self.closed().is_some() {
            return None;
        }
        if let Some(event) = self.next_due(now) {
            return Some(event);
        }
        // Answering the last call may have ended the connection.
        if self.closed().is_some() {
            return None;
        }
        if passed(self.frame_end()) {
            self.close(Close::timeout("a frame takes too long to arrive"));
            return None;
        }
        if !self.is_open() {
            if self.handshake_end() <= now {
                let why = self.drain.reason();
                self.close(why.unwrap_or_else(|| Close::timeout("no hello in time")));
            }
            return None;
        }
        if passed(self.drain.until()) {
            return self.end_drain();
        }
        if passed(self.age_end()) {
            self.drain(Reason::Shutdown, "the connection has reached its age", now);
        }
        if passed(self.idle_end()) {
            self.drain(Reason::Idle, "no calls for a long time", now);
        }
        if self.closed().is_none() && self.keepalive_end() <= now {
            self.keep_alive(now);
        }
        None
    }

    fn next_due(&mut self, now: Duration) -> Option<Event<'static>> {
        while let Some(id) = self.calls.due(now) {
            let Some(call) = self.calls.get(id).filter(|call| call.deadline <= now) else {
                continue;
            };
            let (cancelled, oneway) = (call.cancelled, call.oneway);
            if !cancelled && self.extend_deadline(id, now) {
                continue;
            }
            match self.role {
                Role::Server => {
                    let allowed = match self.was_accepted(id) {
                        true => None,
                        false => Some(self.limits.cancels),
                    };
                    let count = self.meters.cancels.expired(now, allowed);
                    let often = "too many calls that ran out of time";
                    if let Err(close) = self.gave_up(count, often, now) {
                        self.close(close);
                        return None;
                    }
                    let status = self.timeout_status(id, now).with_reached(Reached::Yes);
                    self.calls.cancel(id, Duration::MAX);
                    self.discard(id);
                    return Some(Event::Cancelled(id, status));
                }
                Role::Client if cancelled => {
                    self.drain(Reason::Timeout, "a cancelled call is not answered", now)
                }
                Role::Client => {
                    let status = self.timeout_status(id, now).with_reached(Reached::Maybe);
                    self.cancel(id, now);
                    if !oneway {
                        return Some(Event::GivenUp(id, status));
                    }
                }
            }
        }
        None
    }

    /// Extends the deadline of a call whose stream has moved since it was set. `false` if the deadline stands.
    fn extend_deadline(&mut self, id: CallId, now: Duration) -> bool {
        let (idle, patience) = (self.stream_idle(), self.limits.frame_time);
        let enough = patience
            .as_secs()
            .saturating_mul(self.limits.frame_rate.into());
        let stream = self.calls.stream(id).filter(|stream| stream.accepted);
        let later = stream.map(|stream| {
            stream.send.forgive(enough, now);
            stream.deadline(idle, patience)
        });
        let Some(later) = later.filter(|later| *later > now) else {
            return false;
        };
        self.calls.set_deadline(id, later);
        true
    }

    fn timeout_status(&mut self, id: CallId, now: Duration) -> Status {
        match self.calls.stream(id) {
            Some(stream) if stream.accepted && stream.ends.is_none_or(|ends| ends > now) => {
                match stream.send.rest_missing {
                    // A code that a balancer does not hold against the server, which has been waiting too.
                    Some(_) => {
                        Status::aborted("a message of the stream has begun and does not go on")
                    }
                    None => {
                        Status::deadline_exceeded("nothing has moved on the stream for too long")
                    }
                }
            }
            Some(_) | None => deadline_passed(),
        }
    }

    fn keep_alive(&mut self, now: Duration) {
        if self.clock.pinged.is_some() {
            return self.close(Close::timeout("the peer does not answer a ping"));
        }
        self.clock.pinged = Some(now);
        self.put_ping(KEEPALIVE_PING);
    }

    fn handshake_end(&self) -> Duration {
        let end = self.clock.born.saturating_add(self.limits.handshake);
        self.drain.until().map_or(end, |until| until.min(end))
    }

    fn keepalive_end(&self) -> Duration {
        match self.clock.pinged {
            Some(since) => since.saturating_add(self.limits.keepalive_answer),
            None => self.clock.heard.saturating_add(self.limits.keepalive),
        }
    }

    fn idle_end(&self) -> Option<Duration> {
        let allowed = match self.role {
            Role::Client => self.limits.client_idle,
            Role::Server => self.limits.server_idle,
        };
        self.clock
            .idle
            .filter(|_| !self.drain.has_begun())
            .map(|since| since.saturating_add(allowed))
    }

    fn age_end(&self) -> Option<Duration> {
        self.clock
            .retires
            .filter(|_| self.role == Role::Server && !self.drain.has_begun())
    }

    /// When an incomplete frame must be complete, or must at least have made progress.
    fn frame_end(&self) -> Option<Duration> {
        let (since, got) = self.clock.partial?;
        let whole = since.saturating_add(self.limits.frame_time);
        if self.skip > 0 || !self.is_open() {
            return Some(whole);
        }
        let paid =
            Duration::from_millis(got as u64 * 1000 / u64::from(self.limits.frame_rate.max(1)));
        Some(
            whole.min(
                since
                    .saturating_add(self.limits.frame_grace)
                    .saturating_add(paid),
            ),
        )
    }
}
