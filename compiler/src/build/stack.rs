//! Enough stack for the deepest allowed nesting, on every platform and without optimization.

use std::io;
use std::panic;
use std::thread;

/// Stack size for compiling and reading values. Unused pages take no memory.
const STACK_BYTES: usize = 64 << 20;

/// Runs `work` on a thread with a large stack and waits for it. Panics are propagated.
///
/// # Errors
/// If the thread cannot be created.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_BYTES);
        let thread = builder.spawn_scoped(scope, work)?;
        thread
            .join()
            .or_else(|payload| panic::resume_unwind(payload))
    })
}
