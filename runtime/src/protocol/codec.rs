//! The compression algorithms, each with its number on the wire. Features select which are compiled.

use std::fmt;

/// A compression algorithm. Without its features this enum has no values, and code that takes one is dead.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    #[cfg(feature = "lz4")]
    Lz4,
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Codec {
    /// Its number in hellos and frames, from 1 to 7.
    pub(super) fn number(self) -> u8 {
        match self {
            #[cfg(feature = "lz4")]
            Self::Lz4 => 1,
            #[cfg(feature = "zstd")]
            Self::Zstd => 2,
        }
    }

    /// Appends the compressed `payload` to `out`. Returns `false` if compression fails.
    pub(super) fn pack(self, payload: &[u8], out: &mut Vec<u8>, level: i32) -> bool {
        let start = out.len();
        out.resize(start + self.bound(payload.len()), 0);
        let room = &mut out[start..];
        let packed: Option<usize> = match self {
            #[cfg(feature = "lz4")]
            Self::Lz4 => lz4_flex::block::compress_into(payload, room).ok(),
            #[cfg(feature = "zstd")]
            Self::Zstd => zstandard::pack(payload, room, level),
        };
        out.truncate(start + packed.unwrap_or(0));
        packed.is_some()
    }

    /// Decompresses `packed` into all of `payload`. Returns `false` if it is invalid or has another length.
    pub(super) fn unpack(self, packed: &[u8], payload: &mut [u8]) -> bool {
        let size = payload.len();
        let unpacked: Option<usize> = match self {
            #[cfg(feature = "lz4")]
            Self::Lz4 => lz4_flex::block::decompress_into(packed, payload).ok(),
            #[cfg(feature = "zstd")]
            Self::Zstd => zstandard::unpack(packed, payload),
        };
        unpacked == Some(size)
    }

    /// An upper bound for the compressed size of this many bytes.
    fn bound(self, size: usize) -> usize {
        match self {
            #[cfg(feature = "lz4")]
            Self::Lz4 => lz4_flex::block::get_maximum_output_size(size),
            #[cfg(feature = "zstd")]
            Self::Zstd => zstd::zstd_safe::compress_bound(size),
        }
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            #[cfg(feature = "lz4")]
            Self::Lz4 => "lz4",
            #[cfg(feature = "zstd")]
            Self::Zstd => "zstd",
        })
    }
}

/// The compressions that a peer reads: one bit for each number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Readable(u8);

impl Readable {
    pub(super) const NONE: Self = Self(0);

    /// Those that a hello lists. Unknown numbers are ignored.
    pub(super) fn listed(numbers: &[u8]) -> Self {
        let bits = numbers.iter().filter(|number| **number < 8);
        Self(bits.fold(0, |all, number| all | 1 << number))
    }

    pub(super) fn has(self, codec: Codec) -> bool {
        self.0 >> codec.number() & 1 == 1
    }
}

/// The tables of Zstandard are large, so there is one pair for each thread rather than for each connection.
#[cfg(feature = "zstd")]
mod zstandard {
    use std::cell::RefCell;

    use zstd::bulk::{Compressor, Decompressor};

    thread_local! {
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(1).ok());
        static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::new().ok());
    }

    pub(super) fn pack(payload: &[u8], out: &mut [u8], level: i32) -> Option<usize> {
        COMPRESSOR.with_borrow_mut(|compressor| {
            let compressor = compressor.as_mut()?;
            compressor.set_compression_level(level).ok()?;
            compressor.compress_to_buffer(payload, out).ok()
        })
    }

    pub(super) fn unpack(packed: &[u8], payload: &mut [u8]) -> Option<usize> {
        DECOMPRESSOR.with_borrow_mut(|decompressor| {
            let decompressor = decompressor.as_mut()?;
            decompressor.decompress_to_buffer(packed, payload).ok()
        })
    }
}
