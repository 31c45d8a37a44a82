//! What the allocator of the system is told of large messages.

use std::hint::black_box;
use std::sync::Once;

/// A block of this size is given back: as much as a message has at most by default.
const BLOCK: usize = 4 << 20;

/// Whoever sends or receives large messages takes memory for them and gives it back, again and again. The allocator of
/// glibc returns each free block at the end of its heap to the system if it has 128 KiB, and gets it from there page by
/// page the next time, which takes longer than all else that is done with the message. It does so no longer with blocks
/// up to twice the size of the largest one that it had for itself and that was given back: so it is shown one, once,
/// that is never written to. Other allocators learn nothing by that, and lose nothing.
pub(super) fn expect_large_messages() {
    static SHOWN: Once = Once::new();
    SHOWN.call_once(|| drop(black_box(Vec::<u8>::with_capacity(BLOCK))));
}
