//! The status of a call whose handler is being dropped. The connection sets it for the call's observers, which are
//! dropped with the handler and have no other way to learn it.

use std::cell::RefCell;

use crate::Status;

/// Identifies a call, as long as its handler exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Which {
    /// The address of its scope.
    pub(crate) scope: usize,
    pub(crate) turn: u64,
}

thread_local! {
    static GIVEN: RefCell<Option<(Which, Status)>> = const { RefCell::new(None) };
}

/// Drops what is left of a call that has ended with this status.
pub(crate) fn given(call: Which, status: &Status, drop: impl FnOnce()) {
    let around = GIVEN.replace(Some((call, status.clone())));
    drop();
    GIVEN.set(around);
}

/// The status of the call that is being dropped, if it is this one.
pub(crate) fn of(call: Which) -> Option<Status> {
    // Fails on a thread that is ending.
    let given = GIVEN.try_with(|given| match &*given.borrow() {
        Some((which, status)) if *which == call => Some(status.clone()),
        Some(_) | None => None,
    });
    given.ok().flatten()
}
