//! What is used again by whoever needs the next of its kind: each thread keeps a few.

use std::cell::RefCell;
use std::thread::LocalKey;

/// What a thread keeps at most of a kind.
const MOST: usize = 32;

/// What a thread keeps of a kind: `thread_local! { static IDLE: Kept<Arc<Scope>> = const { Kept::new() }; }`.
pub(crate) struct Kept<T>(RefCell<Vec<T>>);

impl<T> Kept<T> {
    pub(crate) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }
}

/// One that is kept, or else a new one.
#[inline]
pub(crate) fn take<T>(kept: &'static LocalKey<Kept<T>>, new: impl FnOnce() -> T) -> T {
    // A thread that ends keeps nothing any more.
    let taken = kept.try_with(|Kept(idle)| idle.borrow_mut().pop());
    taken.ok().flatten().unwrap_or_else(new)
}

/// Keeps one that has nothing to do, unless there are enough. It must run nothing when it is dropped.
#[inline]
pub(crate) fn keep<T>(kept: &'static LocalKey<Kept<T>>, idle: T) {
    // What is not taken is dropped here.
    let _ = kept.try_with(|Kept(list)| {
        let mut list = list.borrow_mut();
        if list.len() < MOST {
            list.push(idle);
        }
    });
}
