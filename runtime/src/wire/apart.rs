//! Keeps large values off the stack while nested values are decoded. A value that is created and moved inside a
//! function occupies that function's frame as long as it runs, even if it is only there until it is moved to its
//! destination.

/// Larger values are moved in a separate function: the call costs less than the move.
const LARGE: usize = 256;

/// Runs code that moves a `T` in a frame of its own, which is gone before anything else is decoded.
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

/// Turns a union into the value that `variant` returns, parts of which are still to be decoded. Returns true.
#[inline]
pub fn choose<U>(union: &mut U, variant: impl FnOnce() -> U) -> bool {
    moving::<U, _>(|| *union = variant());
    true
}
