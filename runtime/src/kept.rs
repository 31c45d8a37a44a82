//! Objects that are reused: each thread keeps a few of each kind.

use std::cell::RefCell;
use std::thread::LocalKey;

/// How many objects of a kind a thread keeps.
const MOST: usize = 32;

/// The objects of one kind that a thread keeps: `thread_local! { static IDLE: Kept<Arc<Scope>> = const { Kept::new() };
/// }`.
pub(crate) struct Kept<T>(RefCell<Vec<T>>);

impl<T> Kept<T> {
    pub(crate) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }
}

/// One that was kept, or a new one.
#[inline]
pub(crate) fn take<T>(kept: &'static LocalKey<Kept<T>>, new: impl FnOnce() -> T) -> T {
    // Fails on a thread that is ending.
    let taken = kept.try_with(|Kept(idle)| idle.borrow_mut().pop());
    taken.ok().flatten().unwrap_or_else(new)
}

/// Keeps an object for reuse, unless there are enough. Dropping it must not run user code.
#[inline]
pub(crate) fn keep<T>(kept: &'static LocalKey<Kept<T>>, idle: T) {
    // On a thread that is ending, the object is just dropped.
    let _ = kept.try_with(|Kept(list)| {
        let mut list = list.borrow_mut();
        if list.len() < MOST {
            list.push(idle);
        }
    });
}
