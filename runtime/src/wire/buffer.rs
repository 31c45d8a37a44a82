//! The bytes that an encoder writes, with one capacity check for many values. Knows numbers and bytes, not types.
//!
//! Contains the only `unsafe` of the encoder, in `Buffer::fill_spare`.

use core::mem::MaybeUninit;

/// How many bytes [`Room::short`] can write.
pub(super) const SHORT: usize = 64;

/// The bytes written so far.
#[derive(Debug)]
pub(super) struct Buffer(Vec<u8>);

/// Room for a few values, which are written one after the other.
///
/// Invariant: the first `filled` bytes of `spare` are initialised. `Buffer::fill_spare` relies on it, so nothing
/// outside this module can create a room or change `filled`.
#[derive(Debug)]
pub struct Room<'a> {
    spare: &'a mut [MaybeUninit<u8>],
    filled: usize,
}

impl Buffer {
    /// Appends to what `bytes` holds.
    #[inline]
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// How many bytes there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All bytes.
    #[inline]
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Replaces the bytes by these, and returns the previous ones.
    #[inline]
    pub(super) fn swap(&mut self, bytes: &mut Vec<u8>) {
        core::mem::swap(&mut self.0, bytes);
    }

    /// Whether there is room for this many bytes. Callers that check this first, and leave growing to a separate
    /// function, need no call at all for most values.
    #[inline(always)]
    pub(super) fn has(&self, most: usize) -> bool {
        self.0.capacity() - self.0.len() >= most
    }

    /// Makes room for `most` bytes and returns it.
    #[inline(always)]
    pub(super) fn fill(&mut self, most: usize, write: impl FnOnce(&mut Room<'_>)) {
        self.0.reserve(most);
        self.fill_spare(write);
    }

    /// Passes the existing room to `write`, and keeps what was written.
    #[inline(always)]
    #[expect(
        unsafe_code,
        reason = "no safe way keeps what was written to spare capacity"
    )]
    pub(super) fn fill_spare(&mut self, write: impl FnOnce(&mut Room<'_>)) {
        let len = self.0.len();
        let mut room = Room {
            spare: self.0.spare_capacity_mut(),
            filled: 0,
        };
        write(&mut room);
        let filled = room.filled;
        // SAFETY: `filled <= spare.len()`, so the new length is within the capacity; and the first `filled` bytes of
        // `spare`, which are those behind the old length, are initialised. Both hold for the new room above, and each
        // method of `Room` that adds to `filled` has written the bytes that it adds. `write` cannot put another room
        // in the place of this one: it works for any lifetime, so no other room has the type of this one.
        unsafe { self.0.set_len(len + filled) };
    }

    /// Writes bytes unchanged.
    #[inline]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

impl Room<'_> {
    /// Writes `bytes` and keeps the first `len` of them.
    #[inline(always)]
    pub(super) fn store<const N: usize>(&mut self, bytes: [u8; N], len: usize) {
        // This initialises the `N` bytes after the filled ones, and no more than `N` are added.
        *self.chunk(0) = bytes.map(MaybeUninit::new);
        self.filled += len.min(N);
    }

    /// Writes a length of one byte and that many bytes, up to [`SHORT`]. If there are more, writes nothing.
    #[inline(always)]
    pub(super) fn short(&mut self, bytes: &[u8]) {
        let len = bytes.len();
        let [first, area @ ..] = self.chunk::<{ 1 + SHORT }>(0);
        first.write((len << 1) as u8);
        match len {
            0 => {}
            1..4 => {
                // These are all of them: 0; 0 and 1; 0, 1 and 2.
                copies::<1>(area, bytes, [0, len / 2, len - 1]);
            }
            4..8 => copies::<4>(area, bytes, [0, len - 4]),
            8..16 => copies::<8>(area, bytes, [0, len - 8]),
            16..32 => copies::<16>(area, bytes, [0, len - 16]),
            32..=SHORT => copies::<16>(area, bytes, [0, 16, len - 32, len - 16]),
            _ => return,
        }
        // The length byte and all of `bytes` are initialised.
        self.filled += 1 + len;
    }

    /// Writes many values of constant width.
    #[inline(always)]
    pub(super) fn each<T, const N: usize>(&mut self, values: &[T], bytes: impl Fn(&T) -> [u8; N]) {
        let (chunks, _) = self.spare[self.filled..].as_chunks_mut::<N>();
        let chunks = &mut chunks[..values.len()];
        for (chunk, value) in chunks.iter_mut().zip(values) {
            *chunk = bytes(value).map(MaybeUninit::new);
        }
        // There are as many chunks as values, and the chunks follow what is filled.
        self.filled += values.len() * N;
    }

    /// Writes many values of `size` bytes each. Stops at one that is shorter.
    #[inline(always)]
    pub(super) fn parts<T>(
        &mut self,
        size: usize,
        values: &[T],
        write: impl Fn(&T, &mut Room<'_>),
    ) {
        let area = &mut self.spare[self.filled..][..values.len() * size];
        for (spare, value) in area.chunks_exact_mut(size.max(1)).zip(values) {
            let mut part = Room { spare, filled: 0 };
            write(value, &mut part);
            // What a part has filled is initialised, and parts follow each other.
            self.filled += part.filled;
            if part.filled < size {
                return;
            }
        }
    }

    /// The `N` bytes at offset `at` after the filled ones.
    #[inline(always)]
    fn chunk<const N: usize>(&mut self, at: usize) -> &mut [MaybeUninit<u8>; N] {
        match self.spare.get_mut(self.filled + at..) {
            Some(rest) => rest.first_chunk_mut(),
            None => None,
        }
        .expect("a type takes no more bytes than it says")
    }
}

/// Copies `N` bytes at each of these positions, which must be there. The pieces meet or overlap, so no loop depends on
/// the number of bytes.
#[inline(always)]
fn copies<const N: usize>(
    area: &mut [MaybeUninit<u8>; SHORT],
    bytes: &[u8],
    places: impl IntoIterator<Item = usize>,
) {
    for at in places {
        let from = bytes[at..].first_chunk::<N>();
        let to = area[at..].first_chunk_mut::<N>();
        let (Some(from), Some(to)) = (from, to) else {
            panic!("the parts are within the bytes");
        };
        *to = from.map(MaybeUninit::new);
    }
}
