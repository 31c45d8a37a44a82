//! Compressed frames: PACKED stands for a CALL, DATA or DONE, and holds its payload compressed. The hellos say which
//! compressions a connection may use.

use std::time::Duration;

use super::close::Close;
use super::codec::{Codec, Readable};
use super::connection::Connection;
use super::fields::{Fields, put_number};
use super::flow::FRAGMENT;
use super::frame::{Draft, Flags, Header, Kind};
use super::methods::MethodIndex;
use super::receive::Step;
use crate::Limits;
use crate::wire::Mark;

/// What a side compresses and how. It reads whatever it could write itself.
///
/// Nothing is compressed unless both sides of a connection ask for it. Whoever can see how long messages are can guess at what
/// is in them if compressed text of his own choice stands beside it: mark what is secret as `@sensitive`, which is
/// never compressed.
///
/// What does not shrink goes as it is, and so does what is above 16 KiB and would become less than a hundredth of that: a peer cannot
/// tell it from a bomb (limit `inflation`).
#[derive(Clone, Debug, Default)]
#[must_use = "a server or a channel has to be given it"]
pub struct Compression {
    /// Best first.
    codecs: Vec<Codec>,
    above: usize,
    level: i32,
}

impl Compression {
    /// LZ4: costs little time. Feature `lz4`.
    #[cfg(feature = "lz4")]
    pub fn lz4() -> Self {
        Self::by(Codec::Lz4)
    }

    /// Zstandard: costs more time and saves more bytes. Feature `zstd`. [`Self::level`] says how much.
    #[cfg(feature = "zstd")]
    pub fn zstd() -> Self {
        Self::by(Codec::Zstd)
    }

    #[cfg(any(feature = "lz4", feature = "zstd"))]
    fn by(codec: Codec) -> Self {
        Self {
            codecs: vec![codec],
            above: 1 << 10,
            level: 1,
        }
    }

    /// The same, with `other` for peers that do not read it.
    pub fn or(mut self, other: Self) -> Self {
        // At most one of the two has a level other than the default.
        self.level = self.level.max(other.level);
        for codec in other.codecs {
            if !self.codecs.contains(&codec) {
                self.codecs.push(codec);
            }
        }
        self
    }

    /// How hard Zstandard tries, from 1, the default and fast, to 19. Each step costs more time and memory and saves a
    /// little. It applies to what this side sends; the other side need not know it.
    #[cfg(feature = "zstd")]
    pub fn level(mut self, level: i32) -> Self {
        self.level = level.clamp(1, 19);
        self
    }

    /// Does not compress what is smaller than this, metadata included. Default 1 KiB. Messages of streams are
    /// compressed in parts of at most 16 KiB.
    pub fn above(mut self, bytes: usize) -> Self {
        self.above = bytes;
        self
    }

    pub(super) fn codecs(&self) -> &[Codec] {
        &self.codecs
    }

    /// The best compression that a peer with these can read.
    pub(super) fn agreed(&self, peer: Readable) -> Option<Codec> {
        self.codecs.iter().copied().find(|codec| peer.has(*codec))
    }
}

impl Connection {
    /// A server that compresses. Must be called before anything has arrived.
    pub fn compressing(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Never compresses replies and messages of this method.
    pub fn keep_plain(&mut self, method: MethodIndex) {
        self.methods.keep_plain(method);
    }

    /// Whether [`Self::take_unpacked`] would return something.
    pub fn has_unpacked(&self) -> bool {
        !self.unpacked.is_empty()
    }

    /// The frame from inside the PACKED after which [`Self::receive`] has stopped; empty if there is none. It must be
    /// passed to `receive` before the rest of the input.
    pub fn take_unpacked(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.unpacked)
    }

    /// Whether what this side sends for the method may be compressed.
    pub(super) fn packs(&self, method: MethodIndex) -> bool {
        self.codec.is_some() && !self.methods.is_plain(method)
    }

    /// Compresses the frame that begins at `start`, the last one in the output, if that is allowed and shrinks it.
    #[inline]
    pub(super) fn pack(&mut self, start: Mark, method: MethodIndex) {
        if let Some(codec) = self.codec {
            self.pack_by(codec, start, method);
        }
    }

    fn pack_by(&mut self, codec: Codec, start: Mark, method: MethodIndex) {
        let size = self.out.len_since(start) - Header::SIZE;
        if size < self.compression.above || self.methods.is_plain(method) {
            return;
        }
        let frame = self.out.since(start);
        let Some(header) = Header::read(&frame) else {
            return;
        };
        let (what, payload) = (frame[3], &frame[Header::SIZE..]);
        let mut packed = vec![codec.number(), what];
        put_number(size as u64, &mut packed);
        let before = packed.len();
        let done = codec.pack(payload, &mut packed, self.compression.level);
        // A peer would refuse a higher ratio.
        let grows_enough = size <= most(packed.len() - before, Limits::INFLATION_FLOOR);
        if done && grows_enough && packed.len() < size {
            self.out.truncate(start);
            let mut draft = Draft::new(&mut self.out);
            draft.buffer().extend_from_slice(&packed);
            draft.finish(Kind::Packed, Flags::NONE, header.call);
        }
    }

    pub(super) fn take_packed<'a>(
        &mut self,
        header: Header,
        payload: &[u8],
        now: Duration,
    ) -> Step<'a> {
        let mut fields = Fields::new(payload);
        let (number, what, size) = (fields.byte()?, fields.byte()?, fields.number()?);
        let mut offered = self.compression.codecs.iter().copied();
        let codec = offered
            .find(|codec| codec.number() == number)
            .ok_or_else(|| Close::protocol("a compression that was not offered"))?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let inner = Header::inner(what, size, header.call);
        if !matches!(inner.kind, Kind::Call | Kind::Data | Kind::Done) {
            return Err(Close::protocol("a frame that is never compressed"));
        }
        let packed = fields.rest();
        if size > self.limits.message {
            let refused = self.refuse_large(inner, now);
            self.skip = 0;
            return refused;
        }
        if size > most(packed.len(), self.limits.inflation) {
            return Err(Close::excess(format!(
                "{} compressed bytes for {size}, the limit `inflation` is {}-fold",
                packed.len(),
                self.limits.inflation
            )));
        }
        let mut frame = vec![0; Header::SIZE + size];
        frame[..Header::SIZE].copy_from_slice(&inner.bytes());
        match codec.unpack(packed, &mut frame[Header::SIZE..]) {
            true => self.unpacked = frame,
            false => return Err(Close::protocol("a compressed frame is malformed")),
        }
        Ok(None)
    }
}

/// The largest payload that this many compressed bytes may hold: at least a piece of a stream.
fn most(packed: usize, inflation: usize) -> usize {
    packed.saturating_mul(inflation).max(FRAGMENT)
}
