//! Metadata of replies, on its way from a handler's context to the reply. Replies without metadata only cost a look at
//! a flag.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Metadata;

/// The reply metadata of the current call.
#[derive(Default)]
pub(crate) struct Beside {
    /// Whether there may be any.
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

    /// Takes the entries of the call with this turn. Those of other calls are dropped, because these are over.
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
        // Nothing that can panic leaves the state inconsistent.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
