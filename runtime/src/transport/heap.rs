//! Prepares the system's allocator for large messages.

use std::hint::black_box;
use std::sync::Once;

/// The size of the block to free: the default limit of a message.
const BLOCK: usize = 4 << 20;

/// Large messages need large blocks, which are allocated and freed again and again. glibc returns free memory at the
/// end of its heap to the system once it exceeds 128 KiB, and then gets it back page by page, which costs more than
/// everything else that is done with the message. It raises this threshold to twice the size of the largest block that
/// it had mapped separately and that was freed. So it is shown such a block once, which is never written to. Other
/// allocators are not affected.
pub(super) fn expect_large_messages() {
    static SHOWN: Once = Once::new();
    SHOWN.call_once(|| drop(black_box(Vec::<u8>::with_capacity(BLOCK))));
}
