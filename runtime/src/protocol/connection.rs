//! The connection itself: what it remembers, and in which phase it is.

use std::sync::Arc;
use std::time::Duration;

use super::calls::{CallId, Calls};
use super::close::Close;
use super::codec::Codec;
use super::flow::Flow;
use super::frame::{Draft, Flags, Kind};
use super::hello::{self, Offer};
use super::meters::Meters;
use super::methods::{Defined, MethodIndex, Methods};
use super::packing::Compression;
use super::preface;
use super::shutdown::Drain;
use super::stall::Stall;
use super::turns::BATCH;
use crate::wire::Output;
use crate::{Limits, Metadata};

/// Which side of a connection this is: clients open calls, servers answer them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Opens calls.
    Client,
    /// Answers calls.
    Server,
}

/// One side of a connection: see [the module](super) for how it is driven.
#[derive(Debug)]
#[must_use]
pub struct Connection {
    pub(super) role: Role,
    pub(super) limits: Arc<Limits>,
    pub(super) phase: Phase,
    /// What the peer accepts.
    pub(super) peer: Offer,
    /// What the client says of itself: at a client until it is sent, at a server once it has come.
    pub(super) greeting: Metadata,
    pub(super) calls: Calls,
    pub(super) methods: Methods,
    pub(super) meters: Meters,
    pub(super) drain: Drain,
    /// Why a server turns away its client, whoever that is.
    pub(super) refusal: Option<Close>,
    pub(super) flow: Flow,
    pub(super) out: Output,
    /// What this side compresses and reads.
    pub(super) compression: Compression,
    /// How messages to the peer are compressed, once it has said what it reads.
    pub(super) codec: Option<Codec>,
    /// A frame that came compressed, until it is taken.
    pub(super) unpacked: Vec<u8>,
    /// Bytes of a refused frame that are still to come.
    pub(super) skip: usize,
    pub(super) clock: Clock,
    /// Calls below this have left in a `transmit`.
    pub(super) transmitted: u64,
    /// Something has been handed out, the greeting first.
    pub(super) begun: bool,
    /// Bytes handed out by `transmit` that are not yet written.
    pub(super) unwritten: usize,
}

/// How far the connection has come.
#[derive(Debug)]
pub(super) enum Phase {
    Preface,
    Hello,
    Open,
    Closed(Close),
}

/// What the timers start from.
#[derive(Debug)]
pub(super) struct Clock {
    pub(super) born: Duration,
    /// When the connection is to end, whatever happens on it.
    pub(super) retires: Option<Duration>,
    /// Last byte from the peer.
    pub(super) heard: Duration,
    /// A ping is out since then.
    pub(super) pinged: Option<Duration>,
    /// No calls since then.
    pub(super) idle: Option<Duration>,
    /// A frame has begun then, and so much of it is here.
    pub(super) partial: Option<(Duration, usize)>,
    /// The peer has bytes to read.
    pub(super) stalled: Option<Stall>,
}

impl Connection {
    /// The client's side. It has its preface and hello to send.
    pub fn client(limits: Arc<Limits>, now: Duration) -> Self {
        Self::introduced(limits, Metadata::new(), Compression::default(), now)
    }

    /// The side of a client that says this of itself in its hello, which must be within the limits of the server, and
    /// compresses.
    pub fn introduced(
        limits: Arc<Limits>,
        metadata: Metadata,
        compression: Compression,
        now: Duration,
    ) -> Self {
        let mut connection = Self::new(Role::Client, limits, now).compressing(compression);
        connection.greeting = metadata;
        connection.put_greeting();
        connection
    }

    /// The server's side. It sends nothing before it has seen the client's preface.
    pub fn server(limits: Arc<Limits>, now: Duration) -> Self {
        Self::new(Role::Server, limits, now)
    }

    /// The same, which ends for this reason as soon as the client has shown that it speaks the protocol.
    pub fn refusing(mut self, refusal: Option<Close>) -> Self {
        self.refusal = refusal;
        self
    }

    /// At a server, what the client has said of itself in its hello.
    pub fn greeting(&self) -> &Metadata {
        &self.greeting
    }

    /// At a server, the next method that the client has defined: each is given once, in the order of their numbers.
    pub fn next_method(&mut self) -> Option<(MethodIndex, Defined)> {
        self.methods.give()
    }

    /// Which side this is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether the peer's hello has come.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    /// Why the connection is over. What [`Self::transmit`] still has goes out before the transport is closed.
    pub fn closed(&self) -> Option<&Close> {
        match &self.phase {
            Phase::Closed(close) => Some(close),
            Phase::Preface | Phase::Hello | Phase::Open => None,
        }
    }

    /// How many calls hold an id.
    pub fn in_flight(&self) -> usize {
        self.calls.in_flight()
    }

    /// Whether no call is in flight, and nothing is on its way of which this side knows.
    pub(super) fn is_at_rest(&self) -> bool {
        let has_written = self.out.is_empty() && self.unwritten == 0;
        has_written && self.in_flight() == 0 && self.clock.partial.is_none()
    }

    /// Whether more should be read now. A server reads no requests while its client does not read the replies, nor
    /// while those at hand fill their limit, nor before it has written what is enough for one write: large replies would
    /// gather until the last request is read. A client always reads, else the two could wait for each other.
    pub fn wants_input(&self) -> bool {
        let is_due = self.unwritten == 0 && self.out.len() >= BATCH;
        match self.role {
            Role::Client => true,
            Role::Server => {
                !is_due && !self.is_backed_up() && self.calls.bytes() < self.limits.request_bytes
            }
        }
    }

    fn new(role: Role, limits: Arc<Limits>, now: Duration) -> Self {
        let clock = Clock {
            born: now,
            retires: limits.max_age.map(|age| now.saturating_add(age)),
            heard: now,
            pinged: None,
            idle: Some(now),
            partial: None,
            stalled: None,
        };
        Self {
            role,
            phase: Phase::Preface,
            peer: Offer::FLOOR,
            greeting: Metadata::new(),
            calls: Calls::default(),
            methods: Methods::default(),
            meters: Meters::default(),
            drain: Drain::default(),
            refusal: None,
            flow: Flow {
                receive_credit: limits.connection_window,
                ..Flow::default()
            },
            limits,
            out: Output::default(),
            compression: Compression::default(),
            codec: None,
            unpacked: Vec::new(),
            skip: 0,
            clock,
            transmitted: 0,
            begun: false,
            unwritten: 0,
        }
    }

    pub(super) fn put_greeting(&mut self) {
        self.out.make_room(preface::SIZE);
        self.out.extend_from_slice(&preface::OURS);
        let offer = Offer::of(&self.limits);
        let greeting = match self.role {
            Role::Client => std::mem::take(&mut self.greeting),
            Role::Server => Metadata::new(),
        };
        let compression = std::mem::take(&mut self.compression);
        self.put_frame(Kind::Hello, CallId::NONE, |out| {
            offer.put(out);
            hello::put_metadata(&greeting, out);
            hello::put_compressions(&compression, out);
        });
        self.compression = compression;
    }

    /// Appends a small frame without flags.
    pub(super) fn put_frame(
        &mut self,
        kind: Kind,
        call: CallId,
        payload: impl FnOnce(&mut Vec<u8>),
    ) {
        let mut draft = Draft::new(&mut self.out);
        payload(draft.buffer());
        draft.finish(kind, Flags::NONE, call);
    }

    /// Appends a frame that only answers the peer; they are limited.
    pub(super) fn put_control(
        &mut self,
        kind: Kind,
        call: CallId,
        payload: &[u8],
    ) -> Result<(), Close> {
        self.count_control()?;
        self.put_frame(kind, call, |out| out.extend_from_slice(payload));
        Ok(())
    }

    /// Counts a frame that only answers the peer.
    pub(super) fn count_control(&mut self) -> Result<(), Close> {
        self.meters.control_frames += 1;
        if self.meters.control_frames > self.limits.control_frames {
            return Err(Close::excess("answers to the peer's frames pile up unread"));
        }
        Ok(())
    }
}
