//! Input: bytes in, events out.

use std::time::Duration;

use super::calls::CallId;
use super::close::{Close, Reason};
use super::connection::{Connection, Phase, Role};
use super::event::{Event, Outcome};
use super::frame::{Flags, Header, Kind};
use super::hello::{self, Offer};
use super::meters::PING;
use super::preface::{self, First};
use crate::status::too_large;
use crate::{Metadata, Reached};

/// An event if there is one to report, or the end of the connection.
pub(super) type Step<'a> = Result<Option<Event<'a>>, Close>;

impl Connection {
    /// Takes whole frames from the front of `input` until one of them causes an event. `None` means that no whole frame
    /// is left: the rest must be passed again with more bytes after it, but after what [`Self::take_unpacked`] returns.
    /// A closed connection takes everything.
    pub fn receive<'a>(&mut self, input: &mut &'a [u8], now: Duration) -> Option<Event<'a>> {
        let mut event = None;
        self.receive_into(input, now, &mut event);
        event
    }

    /// The same, with the event written where it stays: an event that was just written is slow to move.
    pub(crate) fn receive_into<'a>(
        &mut self,
        input: &mut &'a [u8],
        now: Duration,
        event: &mut Option<Event<'a>>,
    ) {
        if input.is_empty() {
            return;
        }
        // The start of an incomplete frame is passed again each time, and is no sign of life.
        if input.len() > self.clock.partial.map_or(0, |(_, seen)| seen) {
            self.clock.heard = now;
            self.clock.pinged = None;
        }
        while self.closed().is_none() && self.unpacked.is_empty() {
            let before = input.len();
            let step = self.step(input, now, event);
            if self.skip == 0 && input.len() < before {
                self.clock.partial = None;
            }
            match step {
                Ok(()) if event.is_some() => return,
                Ok(()) if input.len() == before => {
                    self.note_partial(before, now);
                    return;
                }
                Ok(()) => {}
                Err(close) => self.close(close),
            }
        }
        if self.closed().is_some() {
            *input = &[];
        }
    }

    /// The size of the frame at the front of `input`, header included, if it is known and within the limits.
    pub fn frame_size(&self, input: &[u8]) -> Option<usize> {
        let header = Header::read(input).filter(|_| self.skip == 0 && self.is_open())?;
        (header.length <= self.limits.message).then_some(Header::SIZE + header.length)
    }

    /// The peer has closed the transport without a GOAWAY. From a client that waits for nothing this is as good as one:
    /// its program has ended.
    pub fn hung_up(&mut self) {
        let is_client_gone = self.role == Role::Server && self.is_open() && self.is_at_rest();
        if is_client_gone && self.closed().is_none() && !self.drain.has_begun() {
            self.phase = Phase::Closed(Close {
                by_peer: true,
                ..Close::new(Reason::Shutdown, "it has hung up between two calls")
            });
        }
        self.lost("the peer has closed the connection");
    }

    /// The transport has failed.
    pub fn lost(&mut self, why: impl Into<std::borrow::Cow<'static, str>>) {
        if self.closed().is_none() {
            let close = self
                .drain
                .reason()
                .unwrap_or_else(|| Close::new(Reason::Lost, why));
            self.phase = Phase::Closed(close);
        }
        self.discard_output();
        if !self.begun {
            self.transmitted = 0;
        }
    }

    /// The transport has failed before the peer read anything from it, so no call has reached it.
    pub fn turned_away(&mut self, why: String) {
        if matches!(self.phase, Phase::Preface) {
            self.transmitted = 0;
        }
        self.lost(why);
    }

    /// Takes a frame. If it causes an event, writes it to `event`, where it stays.
    #[inline(always)]
    fn step<'a>(
        &mut self,
        input: &mut &'a [u8],
        now: Duration,
        event: &mut Option<Event<'a>>,
    ) -> Result<(), Close> {
        if matches!(self.phase, Phase::Preface) {
            *event = self.take_preface(input)?;
            return Ok(());
        }
        if self.skip > 0 {
            let skipped = self.skip.min(input.len());
            *input = &input[skipped..];
            self.skip -= skipped;
            return Ok(());
        }
        let Some(header) = Header::read(input) else {
            return Ok(());
        };
        if header.length > self.largest_frame() {
            *input = &input[Header::SIZE..];
            *event = self.refuse_large(header, now)?;
            return Ok(());
        }
        let Some(payload) = input[Header::SIZE..].get(..header.length) else {
            return Ok(());
        };
        *input = &input[Header::SIZE + header.length..];
        match (header.kind, self.role, &self.phase) {
            (Kind::Call, Role::Server, Phase::Open) => self.take_call(header, payload, now, event),
            (Kind::Done, Role::Client, Phase::Open) => self.take_done(header, payload, now, event),
            _ => {
                *event = self.take_frame(header, payload, now)?;
                Ok(())
            }
        }
    }

    fn take_preface<'a>(&mut self, input: &mut &'a [u8]) -> Step<'a> {
        if input.is_empty() {
            return Ok(None);
        }
        match preface::recognise(input, self.role) {
            First::Partial => Ok(None),
            First::Ours => {
                *input = &input[preface::SIZE..];
                self.phase = Phase::Hello;
                let refusal = self.refusal.take().or_else(|| self.drain.reason());
                if let Some(refusal) = refusal {
                    self.out.extend_from_slice(&preface::OURS);
                    return Err(refusal);
                }
                if self.role == Role::Server {
                    self.put_greeting();
                }
                Ok(None)
            }
            First::Http => {
                self.out.extend_from_slice(preface::HTTP_ANSWER);
                Err(Close::new(
                    Reason::Foreign,
                    "the peer speaks HTTP, not the Sinew protocol",
                ))
            }
            First::Refused(close) => {
                if close.reason == Reason::Version && self.role == Role::Server {
                    self.out.extend_from_slice(&preface::OURS);
                }
                Err(close)
            }
        }
    }

    /// The largest payload that this side accepts now, in bytes.
    #[inline]
    fn largest_frame(&self) -> usize {
        match self.is_open() {
            true => self.limits.message,
            false => self.limits.hello(),
        }
    }

    /// A frame above the limit is refused by its header alone. Its payload is skipped, unless it is more than twice the
    /// limit or later frames would depend on it.
    pub(super) fn refuse_large<'a>(&mut self, header: Header, now: Duration) -> Step<'a> {
        let (size, limit) = (header.length, self.largest_frame());
        let skippable = size <= 2 * limit
            && self.is_open()
            && header.flags.within(Flags::METADATA.and(Flags::ONEWAY));
        if !skippable {
            return Err(self.frame_too_large(size));
        }
        self.skip = size;
        let status = too_large(size as u64, limit);
        match (header.kind, self.role) {
            (Kind::Call, Role::Server) => {
                self.calls.claim(header.call, &self.limits)?;
                if self.drain.refuses_calls() {
                    return self.take_call_after_goaway();
                }
                self.calls.opened += 1;
                self.refuse(header.call, &status.with_reached(Reached::No), now)?;
                Ok(None)
            }
            (Kind::Done, Role::Client) => {
                let call = self.end_call(header.call, now)?;
                let (id, method) = (header.call, call.method);
                Ok(Some(Event::Done(Outcome {
                    id,
                    method,
                    shape: None,
                    metadata: Metadata::new(),
                    result: Err(status),
                })))
            }
            _ => Err(self.frame_too_large(size)),
        }
    }

    fn frame_too_large(&self, size: usize) -> Close {
        let (message, hello) = (self.limits.message, self.limits.hello());
        Close::excess(match self.is_open() {
            true => format!("a frame of {size} bytes, the limit `message` is {message}"),
            false => format!("a hello of {size} bytes, the limits allow {hello}"),
        })
    }

    /// Takes a frame that is neither a call nor the end of one.
    #[inline(never)]
    fn take_frame<'a>(&mut self, header: Header, payload: &'a [u8], now: Duration) -> Step<'a> {
        if matches!(self.phase, Phase::Hello)
            && header.kind != Kind::Hello
            && header.kind != Kind::Goaway
        {
            return Err(Close::protocol("the first frame is not a hello"));
        }
        let of_call = matches!(
            header.kind,
            Kind::Call
                | Kind::Data
                | Kind::Head
                | Kind::Done
                | Kind::Credit
                | Kind::Cancel
                | Kind::Packed
                | Kind::Ignorable
        );
        if !of_call && (header.call != CallId::NONE || header.flags != Flags::NONE) {
            return Err(not_spoken(header));
        }
        match (header.kind, self.role) {
            (Kind::Hello, _) => self.take_hello(payload),
            (Kind::Cancel, Role::Server) => self.take_cancel(header, payload, now),
            (Kind::Data, _) => self.take_data(header, payload, now),
            (Kind::Head, Role::Client) => self.take_head(header, payload, now),
            (Kind::Credit, _) => self.take_credit(header, payload),
            (Kind::Packed, _) if header.flags == Flags::NONE => {
                self.take_packed(header, payload, now)
            }
            (Kind::Packed | Kind::Unknown(_), _) => Err(not_spoken(header)),
            (Kind::Ping, _) => self.take_ping(payload, now).map(|()| None),
            (Kind::Pong, _) => self.take_pong(payload, now).map(|()| None),
            (Kind::Goaway, _) => self.take_goaway(payload),
            (Kind::Limits, Role::Client) => {
                self.no_progress()?;
                self.peer = self.peer.updated(payload)?;
                Ok(Some(Event::Offer(self.peer)))
            }
            (Kind::Ignorable, _) => self.no_progress().map(|()| None),
            (Kind::Call | Kind::Head | Kind::Done | Kind::Cancel | Kind::Limits, _) => {
                let kind = header.kind;
                Err(Close::protocol(format!(
                    "a {kind:?} frame from the wrong side"
                )))
            }
        }
    }

    fn take_hello<'a>(&mut self, payload: &'a [u8]) -> Step<'a> {
        if self.is_open() {
            return Err(Close::protocol("a second hello"));
        }
        self.peer = Offer::hello(payload)?;
        if self.role == Role::Server {
            self.greeting = hello::metadata_of(payload, &self.limits)?;
        }
        self.codec = self.compression.agreed(self.peer.compressions);
        self.flow.send_credit = self.peer.connection_window;
        self.phase = Phase::Open;
        Ok(Some(Event::Offer(self.peer)))
    }

    fn take_ping(&mut self, payload: &[u8], now: Duration) -> Result<(), Close> {
        let payload: [u8; PING] = payload
            .try_into()
            .map_err(|_| Close::protocol("a ping without its 8 bytes"))?;
        if !self.meters.pings.take(now, self.limits.pings, 1) {
            return Err(Close::excess("too many pings"));
        }
        // The PONG that is waiting to be written also answers this ping.
        if self.meters.pong.replace(payload) == Some(payload) {
            return Ok(());
        }
        self.put_control(Kind::Pong, CallId::NONE, &payload)
    }

    pub(super) fn no_progress(&mut self) -> Result<(), Close> {
        let frames = &mut self.meters.idle_frames;
        *frames = frames.saturating_add(1);
        if *frames > self.limits.idle_frames {
            return Err(Close::excess("too many frames that make no progress"));
        }
        Ok(())
    }

    fn note_partial(&mut self, length: usize, now: Duration) {
        self.clock.partial = match self.clock.partial {
            _ if length == 0 && self.skip == 0 => None,
            Some((since, _)) => Some((since, length)),
            None => Some((now, length)),
        };
    }
}

fn not_spoken(header: Header) -> Close {
    Close::protocol(match header.kind {
        Kind::Unknown(number) => format!("frames of kind {number} are not known"),
        kind => format!("a {kind:?} frame with a call or flags that it cannot have"),
    })
}
