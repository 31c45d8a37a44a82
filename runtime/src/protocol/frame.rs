//! Frames: a header of eight bytes, then the payload.

use super::calls::CallId;
use crate::wire::{Mark, Output};

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// First frame of each side: what it accepts.
    Hello,
    /// Opens a call.
    Call,
    /// A piece of a stream.
    Data,
    /// Accepts a call with streams: its metadata, before the first message.
    Head,
    /// Ends a call: its result or a status.
    Done,
    /// Lets a stream send more.
    Credit,
    /// The caller has given up.
    Cancel,
    /// Asks for a pong with the same payload.
    Ping,
    /// Answers a ping.
    Pong,
    /// The sender accepts no more calls, or closes, and says why.
    Goaway,
    /// Changes settings of the hello.
    Limits,
    /// A CALL, DATA or DONE, compressed.
    Packed,
    /// A frame of a later version that may be ignored.
    Ignorable,
    /// A frame of unknown kind that must not be ignored.
    Unknown(u8),
}

impl Kind {
    fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Hello,
            2 => Self::Call,
            3 => Self::Data,
            4 => Self::Head,
            5 => Self::Done,
            6 => Self::Credit,
            7 => Self::Cancel,
            8 => Self::Ping,
            9 => Self::Pong,
            10 => Self::Goaway,
            11 => Self::Limits,
            12 => Self::Packed,
            14 | 15 => Self::Ignorable,
            other => Self::Unknown(other),
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::Hello => 1,
            Self::Call => 2,
            Self::Data => 3,
            Self::Head => 4,
            Self::Done => 5,
            Self::Credit => 6,
            Self::Cancel => 7,
            Self::Ping => 8,
            Self::Pong => 9,
            Self::Goaway => 10,
            Self::Limits => 11,
            Self::Packed => 12,
            Self::Ignorable => 14,
            Self::Unknown(number) => number,
        }
    }
}

/// The four flag bits of a header. Their meaning depends on the kind; unknown bits are refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Flags(u8);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// CALL, DONE, DATA: the frame defines the method, or the shape of its replies or messages.
    pub const DEFINE: Self = Self(1);
    /// CALL, HEAD, DONE: the frame has metadata.
    pub const METADATA: Self = Self(2);
    /// CALL: the caller does not wait for a result.
    pub const ONEWAY: Self = Self(4);
    /// DONE: a status instead of a result.
    pub const STATUS: Self = Self(4);

    /// CALL: the call has streams.
    pub const STREAMS: Self = Self(8);
    /// DATA: the clean end of the stream.
    pub const END: Self = Self(4);
    /// DATA: the stream ends before everything was sent.
    pub const BROKEN: Self = Self(4 | 8);
    /// DATA: the piece had to wait for credit of its stream.
    pub const WAITED: Self = Self(2);
    /// DATA: the piece is sent ahead of its credit.
    pub const AHEAD: Self = Self(8);
    /// CREDIT: the peer should send no more.
    pub const STOP: Self = Self(1);
    /// CREDIT: applies to all streams of the connection together.
    pub const CONNECTION: Self = Self(2);
    /// CREDIT: how far the stream may go ahead of its credit.
    pub const LEAD: Self = Self(4);

    /// The flags of both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These flags if `present`, otherwise none.
    pub const fn when(self, present: bool) -> Self {
        if present { self } else { Self::NONE }
    }

    /// Whether all flags of `other` are set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether no other flags than `allowed` are set.
    pub const fn within(self, allowed: Self) -> bool {
        self.0 & !allowed.0 == 0
    }
}

/// A frame's first eight bytes: length (24 bits), flags and kind (4 bits each), call (32 bits), little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Bytes of payload.
    pub length: usize,
    /// What the frame is for.
    pub kind: Kind,
    /// What the payload contains.
    pub flags: Flags,
    /// The call that it belongs to; 0 for a frame of the connection.
    pub call: CallId,
}

impl Header {
    /// Bytes of a header.
    pub const SIZE: usize = 8;
    /// The largest length that a header can hold.
    pub const MAX_LENGTH: usize = (1 << 24) - 1;

    /// A header for a payload of this length.
    pub(super) fn new(length: usize, kind: Kind, flags: Flags, call: CallId) -> Self {
        debug_assert!(length <= Self::MAX_LENGTH);
        Self {
            length,
            kind,
            flags,
            call,
        }
    }

    /// The header at the start of `input`, if it is complete.
    pub fn read(input: &[u8]) -> Option<Self> {
        let bytes = input.first_chunk::<{ Self::SIZE }>()?;
        let [a, b, c, kind, call @ ..] = *bytes;
        Some(Self {
            length: u32::from_le_bytes([a, b, c, 0]) as usize,
            kind: Kind::from_number(kind >> 4),
            flags: Flags(kind & 0xf),
            call: CallId(u32::from_le_bytes(call)),
        })
    }

    /// The header of the frame inside a PACKED; `what` is its fourth byte.
    pub(super) fn inner(what: u8, length: usize, call: CallId) -> Self {
        Self {
            length,
            kind: Kind::from_number(what >> 4),
            flags: Flags(what & 0xf),
            call,
        }
    }

    pub(super) fn bytes(&self) -> [u8; Self::SIZE] {
        let [a, b, c, _] = (self.length as u32).to_le_bytes();
        let [d, e, f, g] = self.call.0.to_le_bytes();
        [a, b, c, self.kind.number() << 4 | self.flags.0, d, e, f, g]
    }
}

/// A frame being written. Unless it is finished, what it has appended is removed, even if an encoder panics.
pub(super) struct Draft<'a> {
    pub(super) out: &'a mut Output,
    start: Mark,
    finished: bool,
}

impl<'a> Draft<'a> {
    #[inline]
    pub(super) fn new(out: &'a mut Output) -> Self {
        let start = out.mark();
        out.make_room(0);
        out.extend_from_slice(&[0; Header::SIZE]);
        Self {
            out,
            start,
            finished: false,
        }
    }

    /// Where the payload is appended.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        self.out.buffer()
    }

    /// Bytes of payload so far.
    pub(super) fn length(&self) -> usize {
        self.out.len_since(self.start) - Header::SIZE
    }

    /// Writes the header, which must be able to hold the length. Returns where the frame begins.
    #[inline(always)]
    pub(super) fn finish(mut self, kind: Kind, flags: Flags, call: CallId) -> Mark {
        let header = Header::new(self.length(), kind, flags, call);
        self.out.buffer_since(self.start)[..Header::SIZE].copy_from_slice(&header.bytes());
        self.finished = true;
        self.start
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.out.truncate(self.start);
        }
    }
}
