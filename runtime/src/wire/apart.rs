//! Keeps large values off the stack of those who read what is nested in each other: a value that is made and moved within a function
//! has a place in its frame for as long as that runs, even if it only stays there until it is put where it belongs.

/// Values of more bytes are moved apart: a call costs less than the move.
const LARGE: usize = 256;

/// Does something that moves a `T`, in a frame that is gone before anything else is read.
#[inline(always)]
pub(super) fn moving<T, R>(act: impl FnOnce() -> R) -> R {
    match size_of::<T>() > LARGE {
        true => apart(act),
        false => act(),
    }
}

#[inline(never)]
fn apart<R>(act: impl FnOnce() -> R) -> R {
    act()
}

/// Makes a union the value that `variant` gives, of which it has parts that are not read yet. Says that there is such a
/// variant.
#[inline]
pub fn choose<U>(union: &mut U, variant: impl FnOnce() -> U) -> bool {
    moving::<U, _>(|| *union = variant());
    true
}
