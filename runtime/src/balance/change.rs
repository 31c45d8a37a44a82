//! A change of a pool's state. Metrics are only updated after the lock is released, because a recorder may call through
//! this very pool.

use std::ops::{Deref, DerefMut};
use std::sync::RwLockWriteGuard;

use super::pool::State;
use crate::figures;

/// The state of a pool, locked for a change.
pub(super) struct Change<'a>(Option<RwLockWriteGuard<'a, State>>);

impl<'a> Change<'a> {
    pub(super) fn of(state: RwLockWriteGuard<'a, State>) -> Self {
        Self(Some(state))
    }
}

impl Deref for Change<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
            .as_ref()
            .expect("it is there until the change is dropped")
    }
}

impl DerefMut for Change<'_> {
    fn deref_mut(&mut self) -> &mut State {
        self.0
            .as_mut()
            .expect("it is there until the change is dropped")
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if let Some(mut state) = self.0.take() {
            let (before, now) = state.rotation.take_counts();
            drop(state);
            figures::servers(before, now);
        }
    }
}
