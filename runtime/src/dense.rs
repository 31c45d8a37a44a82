//! Lists indexed by dense numbers, such as ids of calls. They grow to the largest number used.

/// The entry of a number, which is created if necessary.
#[inline]
pub(crate) fn place<T: Default>(list: &mut Vec<T>, number: usize) -> &mut T {
    if list.len() <= number {
        list.resize_with(number + 1, T::default);
    }
    &mut list[number]
}
