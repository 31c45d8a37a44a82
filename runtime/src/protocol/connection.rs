//! The state of a connection.

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
    /// The client's metadata about itself: in a client until it is sent, in a server once it has arrived.
    pub(super) greeting: Metadata,
    pub(super) calls: Calls,
    pub(super) methods: Methods,
    pub(super) meters: Meters,
    pub(super) drain: Drain,
    /// Why a server refuses this client whatever it says.
    pub(super) refusal: Option<Close>,
    pub(super) flow: Flow,
    pub(super) out: Output,
    /// The compressions that this side uses and reads.
    pub(super) compression: Compression,
    /// How frames to the peer are compressed, once its hello has said what it reads.
    pub(super) codec: Option<Codec>,
    /// The frame from inside a PACKED, until it is taken.
    pub(super) unpacked: Vec<u8>,
    /// Bytes of a refused frame that have not arrived yet.
    pub(super) skip: usize,
    pub(super) clock: Clock,
    /// Calls with an ordinal below this have been handed out by `transmit`.
    pub(super) transmitted: u64,
    /// Whether `transmit` has handed out anything; the preface and hello are first.
    pub(super) begun: bool,
    /// Bytes that `transmit` has handed out and that are not yet written.
    pub(super) unwritten: usize,
}

/// How far the handshake has come.
#[derive(Debug)]
pub(super) enum Phase {
    Preface,
    Hello,
    Open,
    Closed(Close),
}

/// The times that the timers start from.
#[derive(Debug)]
pub(super) struct Clock {
    pub(super) born: Duration,
    /// When the connection reaches its age limit and drains.
    pub(super) retires: Option<Duration>,
    /// When the last byte from the peer arrived.
    pub(super) heard: Duration,
    /// When a ping was sent that has no answer yet.
    pub(super) pinged: Option<Duration>,
    /// Since when there have been no calls.
    pub(super) idle: Option<Duration>,
    /// When an incomplete frame began to arrive, and how many of its bytes are here.
    pub(super) partial: Option<(Duration, usize)>,
    /// Set while written bytes wait for the peer to read them.
    pub(super) stalled: Option<Stall>,
}

impl Connection {
    /// A client. Its preface and hello are ready to be sent.
    pub fn client(limits: Arc<Limits>, now: Duration) -> Self {
        Self::introduced(limits, Metadata::new(), Compression::default(), now)
    }

    /// A client that sends this metadata about itself in its hello, and compresses. The server's limits apply to the
    /// metadata.
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

    /// A server. It sends nothing before it has seen the client's preface.
    pub fn server(limits: Arc<Limits>, now: Duration) -> Self {
        Self::new(Role::Server, limits, now)
    }

    /// The same connection, but it ends for this reason as soon as the client has shown that it speaks the protocol.
    pub fn refusing(mut self, refusal: Option<Close>) -> Self {
        self.refusal = refusal;
        self
    }

    /// Server: what the client has said about itself in its hello.
    pub fn greeting(&self) -> &Metadata {
        &self.greeting
    }

    /// Server: the next method that the client has defined. Each is returned once, in the order of their indices.
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

    /// Why the connection has ended. What [`Self::transmit`] still returns goes out before the transport is closed.
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

    /// Whether no call is in flight and, as far as this side knows, no byte is on its way.
    pub(super) fn is_at_rest(&self) -> bool {
        let has_written = self.out.is_empty() && self.unwritten == 0;
        has_written && self.in_flight() == 0 && self.clock.partial.is_none()
    }

    /// Whether more input should be read now. A server stops reading in three cases: its client does not read the
    /// replies; the requests in flight reach their limit; or a batch is ready to be written, since otherwise large
    /// replies would pile up until the last request is read. A client always reads, because otherwise the two sides
    /// could wait for each other forever.
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

    /// Appends a frame without flags and with a small payload.
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

    /// Appends a frame that only answers one of the peer's. How many of these may be waiting is limited.
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

    /// Counts a frame that only answers one of the peer's.
    pub(super) fn count_control(&mut self) -> Result<(), Close> {
        self.meters.control_frames += 1;
        if self.meters.control_frames > self.limits.control_frames {
            return Err(Close::excess("answers to the peer's frames pile up unread"));
        }
        Ok(())
    }
}
