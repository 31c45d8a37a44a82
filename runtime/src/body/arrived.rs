//! Bytes from a peer, and their shapes. What the bytes mean is up to whoever decodes them.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::Limits;
use crate::types::{Copied, Source};
use crate::wire::{
    DecodeError, DecodeLimits, Look, Message, Output, PeerShape, Shape, View, Wire, decode_same,
    look_same,
};

/// Bytes that have arrived.
#[derive(Clone, Copy)]
pub(crate) struct Arrived<'a> {
    pub(crate) bytes: &'a [u8],
    /// The buffer that they are part of, if it may be kept alive. Otherwise what is kept must be copied.
    pub(crate) source: Option<&'a Bytes>,
}

impl<'a> Arrived<'a> {
    /// Bytes that must be copied to be kept.
    pub(crate) fn part(bytes: &'a [u8]) -> Self {
        let source = None;
        Self { bytes, source }
    }

    /// Bytes that may be kept without a copy.
    pub(crate) fn whole(bytes: &'a Bytes) -> Self {
        let source = Some(bytes);
        Self { bytes, source }
    }

    /// Other bytes from the same buffer.
    pub(crate) fn other(self, bytes: &'a [u8]) -> Self {
        Self { bytes, ..self }
    }

    /// The same bytes to keep: shared if possible, otherwise copied.
    pub(crate) fn kept(self) -> Bytes {
        match self.source {
            Some(source) => Source::Message(source).part(self.bytes),
            None => Bytes::copy_from_slice(self.bytes),
        }
    }

    #[inline]
    fn read<T>(
        self,
        decode: impl FnOnce(&[u8], Source<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let copied = Copied::new(self.bytes);
        let source = self.source.map_or(Source::Copy(&copied), Source::Message);
        decode(self.bytes, source)
    }
}

/// Received bytes; a few are stored inline, so that small replies need no allocation.
#[derive(Clone)]
pub(crate) enum Packed {
    Few { length: u8, bytes: [u8; Self::FEW] },
    Many(Bytes),
}

impl Packed {
    /// Makes the whole type eight words.
    const FEW: usize = 62;

    pub(crate) fn new(arrived: Arrived<'_>) -> Self {
        let mut packed = Self::default();
        packed.set(arrived);
        packed
    }

    /// Replaces the contents.
    #[inline]
    pub(crate) fn set(&mut self, arrived: Arrived<'_>) {
        match self {
            Self::Few { length, bytes } if arrived.bytes.len() <= Self::FEW => {
                *length = arrived.bytes.len() as u8;
                bytes[..arrived.bytes.len()].copy_from_slice(arrived.bytes);
            }
            Self::Few { .. } | Self::Many(_) => *self = Self::Many(arrived.kept()),
        }
    }

    pub(crate) fn arrived(&self) -> Arrived<'_> {
        match self {
            Self::Few { .. } => Arrived::part(self.get()),
            Self::Many(bytes) => Arrived::whole(bytes),
        }
    }

    pub(super) fn put(&self, out: &mut Output) {
        match self {
            Self::Few { .. } => out.extend_from_slice(self.get()),
            Self::Many(bytes) => out.share(bytes),
        }
    }

    pub(super) fn get(&self) -> &[u8] {
        match self {
            Self::Few { length, bytes } => &bytes[..usize::from(*length)],
            Self::Many(bytes) => bytes,
        }
    }
}

impl Default for Packed {
    fn default() -> Self {
        Self::Few {
            length: 0,
            bytes: [0; Self::FEW],
        }
    }
}

/// How a peer's messages are decoded: their shape, and how much memory a value may take.
#[derive(Clone)]
pub(crate) enum Written {
    /// In a shape of this program, as almost always.
    Ours(&'static Shape, u32),
    /// In another shape.
    Theirs(Arc<EncodedShape>, u32),
}

impl Written {
    /// The shape with this head, most likely `ours`.
    pub(crate) fn new(head: &[u8], ours: Option<&'static Shape>, memory: u32) -> Self {
        match ours.filter(|ours| ours.head() == head) {
            Some(ours) => Self::Ours(ours, memory),
            None => Self::theirs(head, memory),
        }
    }

    /// A value of this process.
    pub(crate) fn here(shape: &'static Shape) -> Self {
        Self::Ours(shape, Limits::VALUE_BYTES)
    }

    fn theirs(head: &[u8], memory: u32) -> Self {
        Self::Theirs(Arc::new(EncodedShape::new(head)), memory)
    }

    pub(crate) fn head(&self) -> &[u8] {
        match self {
            Self::Ours(shape, _) => shape.head(),
            Self::Theirs(shape, _) => shape.head(),
        }
    }

    fn limits(&self) -> DecodeLimits {
        let (Self::Ours(_, memory) | Self::Theirs(_, memory)) = self;
        DecodeLimits::default().with_memory(*memory as usize)
    }

    /// Decodes a value whose type has the shape `shape`. Its strings and bytes may share memory with the input.
    #[inline]
    pub(crate) fn decode<T: Wire>(
        &self,
        shape: &'static Shape,
        body: Arrived<'_>,
    ) -> Result<T, DecodeError> {
        let limits = &self.limits();
        match self {
            Self::Ours(ours, _) if std::ptr::eq(*ours, shape) => {
                body.read(|bytes, source| decode_same(bytes, source, limits))
            }
            Self::Ours(ours, _) => EncodedShape::new(ours.head()).decode(shape, body, limits),
            Self::Theirs(theirs, _) => theirs.decode(shape, body, limits),
        }
    }

    /// The same for [`look`](Self::look) with a type of the shape `shape`.
    pub(crate) fn seen_as(&self, shape: &'static Shape) -> Self {
        match self {
            Self::Ours(ours, _) if std::ptr::eq(*ours, shape) => self.clone(),
            Self::Theirs(theirs, _) if theirs.is_seen_as(shape) => self.clone(),
            Self::Ours(_, memory) | Self::Theirs(_, memory) => Self::theirs(self.head(), *memory),
        }
    }

    /// A view of the value, without decoding it.
    #[inline]
    pub(crate) fn look<'a, T: Message + Look>(
        &'a self,
        body: &'a [u8],
    ) -> Result<View<'a, T>, DecodeError> {
        let limits = &self.limits();
        match self {
            Self::Ours(..) => look_same::<T>(body, limits),
            Self::Theirs(theirs, _) => theirs.parsed()?.view::<T>(body, limits),
        }
    }
}

/// The shape of bytes from a peer, parsed when the first of them are decoded.
pub(crate) struct EncodedShape {
    head: Box<[u8]>,
    parsed: OnceLock<Result<PeerShape, DecodeError>>,
}

impl EncodedShape {
    pub(crate) fn new(head: &[u8]) -> Self {
        Self {
            head: head.into(),
            parsed: OnceLock::new(),
        }
    }

    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Decodes a value. Its strings and bytes may share memory with the input.
    pub(crate) fn decode<T: Wire>(
        &self,
        shape: &'static Shape,
        body: Arrived<'_>,
        limits: &DecodeLimits,
    ) -> Result<T, DecodeError> {
        let parsed = self.parsed()?;
        body.read(|bytes, source| parsed.decode_part(shape, bytes, source, limits))
    }

    /// Whether values can be viewed as a type of this shape. The first view decides that.
    fn is_seen_as(&self, shape: &Shape) -> bool {
        self.parsed().is_ok_and(|parsed| parsed.is_seen_as(shape))
    }

    fn parsed(&self) -> Result<&PeerShape, DecodeError> {
        let parsed = self.parsed.get_or_init(|| PeerShape::parse(&self.head));
        parsed.as_ref().map_err(Clone::clone)
    }
}
