//! What a handler sends beside its reply, on the way from its context to whoever makes the reply. It costs nothing but
//! a look where there is nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Metadata;

/// Metadata for the reply of the call that has its turn.
#[derive(Default)]
pub(crate) struct Beside {
    /// There may be some.
    any: AtomicBool,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    turn: u64,
    metadata: Metadata,
}

impl Beside {
    /// Adds an entry for the call with this turn.
    pub(crate) fn add(&self, turn: u64, key: String, value: String) {
        let mut held = self.lock();
        if held.turn != turn {
            let metadata = Metadata::new();
            *held = Held { turn, metadata };
        }
        held.metadata.append(key, value);
        self.any.store(true, Ordering::Release);
    }

    /// Takes what is there for the call with this turn. What there is for another is dropped: that call is over.
    #[inline]
    pub(crate) fn take(&self, turn: u64) -> Metadata {
        match self.any.load(Ordering::Acquire) {
            true => self.take_held(turn),
            false => Metadata::new(),
        }
    }

    fn take_held(&self, turn: u64) -> Metadata {
        let mut held = self.lock();
        self.any.store(false, Ordering::Release);
        let metadata = std::mem::take(&mut held.metadata);
        match held.turn == turn {
            true => metadata,
            false => Metadata::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Nothing that can panic leaves it half changed.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
