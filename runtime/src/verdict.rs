//! How has a call ended whose handler is dropped just now? Its connection says so, for those who observe the call and are dropped
//! with it: nothing else goes from the one to the others.

use std::cell::RefCell;

use crate::Status;

/// Which call it is, for as long as its handler is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Which {
    /// Where in memory its scope is.
    pub(crate) scope: usize,
    pub(crate) turn: u64,
}

thread_local! {
    static GIVEN: RefCell<Option<(Which, Status)>> = const { RefCell::new(None) };
}

/// Drops what is there of a call that has ended with this.
pub(crate) fn given(call: Which, status: &Status, drop: impl FnOnce()) {
    let around = GIVEN.replace(Some((call, status.clone())));
    drop();
    GIVEN.set(around);
}

/// What the call has ended with that is dropped just now, if this is the one.
pub(crate) fn of(call: Which) -> Option<Status> {
    // A thread that ends has let go of what it was told.
    let given = GIVEN.try_with(|given| match &*given.borrow() {
        Some((which, status)) if *which == call => Some(status.clone()),
        Some(_) | None => None,
    });
    given.ok().flatten()
}
