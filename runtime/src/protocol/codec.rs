//! The compressions themselves, by features: each is a number of the protocol and what does it.

use std::fmt;

/// A compression.
#[cfg_attr(not(any(feature = "lz4", feature = "zstd")), allow(dead_code))] // then there is no value of it
pub(super) struct Codec {
    name: &'static str,
    /// Its number in hellos and frames, from 1 to 7.
    pub(super) number: u8,
    /// The most that so many bytes become.
    bound: fn(usize) -> usize,
    /// Fills the beginning of a buffer of that size, at a level if it has any, and says how much of it.
    pack: fn(&[u8], &mut [u8], i32) -> Option<usize>,
    /// Fills a buffer, and says how much of it.
    unpack: fn(&[u8], &mut [u8]) -> Option<usize>,
}

impl Codec {
    /// Appends `payload` compressed to `out`; `false` if that failed, for want of memory.
    pub(super) fn pack(&self, payload: &[u8], out: &mut Vec<u8>, level: i32) -> bool {
        let start = out.len();
        out.resize(start + (self.bound)(payload.len()), 0);
        let packed = (self.pack)(payload, &mut out[start..], level);
        out.truncate(start + packed.unwrap_or(0));
        packed.is_some()
    }

    /// Fills all of `payload` with what `packed` holds; `false` if that is another number of bytes, or nothing sound.
    pub(super) fn unpack(&self, packed: &[u8], payload: &mut [u8]) -> bool {
        (self.unpack)(packed, payload) == Some(payload.len())
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a peer reads, a bit for each number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Readable(u8);

impl Readable {
    pub(super) const NONE: Self = Self(0);

    /// What a hello lists. Numbers that are not known are ignored.
    pub(super) fn listed(numbers: &[u8]) -> Self {
        let bits = numbers.iter().filter(|number| **number < 8);
        Self(bits.fold(0, |all, number| all | 1 << number))
    }

    pub(super) fn has(self, codec: &Codec) -> bool {
        self.0 >> codec.number & 1 == 1
    }
}

#[cfg(feature = "lz4")]
pub(super) static LZ4: Codec = Codec {
    name: "lz4",
    number: 1,
    bound: lz4_flex::block::get_maximum_output_size,
    pack: |payload, out, _| lz4_flex::block::compress_into(payload, out).ok(),
    unpack: |packed, payload| lz4_flex::block::decompress_into(packed, payload).ok(),
};

#[cfg(feature = "zstd")]
pub(super) static ZSTD: Codec = Codec {
    name: "zstd",
    number: 2,
    bound: zstd::zstd_safe::compress_bound,
    pack: zstandard::pack,
    unpack: zstandard::unpack,
};

/// Zstandard wants large tables: one pair for each thread, not for each connection.
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
