//! What becomes of panics in code of users: they end what they belong to, and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::report::{self, About};

/// Drops a handler, whatever it does then.
pub(crate) fn discard<T>(handler: T) {
    if caught(|| drop(handler)).is_none() {
        report::error(&"a handler panicked while it was dropped", About::default());
    }
}

/// What the work gives; `None` if it has panicked. Only for work that nobody looks at after that.
#[inline]
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(given) => Some(given),
        Err(said) => {
            // What it has panicked with is the user's as well, and may panic again when it is dropped. That is too much.
            if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(said))) {
                std::mem::forget(again);
            }
            None
        }
    }
}
