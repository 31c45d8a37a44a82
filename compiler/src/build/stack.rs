//! Room for the deepest nesting that is allowed, on every platform and without optimisation.

use std::io;
use std::panic;
use std::thread;

/// Stack of the thread that compiles, or reads values. What is not used of it takes no memory.
const STACK_BYTES: usize = 64 << 20;

/// Does `work` on a thread with a large stack, and waits for it. A panic in there is one out here.
///
/// # Errors
/// If there is no memory for a thread.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_BYTES);
        let thread = builder.spawn_scoped(scope, work)?;
        thread
            .join()
            .or_else(|payload| panic::resume_unwind(payload))
    })
}
