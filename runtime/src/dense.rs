//! Lists by numbers that are dense: ids of calls, indexes of methods. They grow up to the greatest that was used.

/// The place of a number, which is made if it is not there.
#[inline]
pub(crate) fn place<T: Default>(list: &mut Vec<T>, number: usize) -> &mut T {
    if list.len() <= number {
        list.resize_with(number + 1, T::default);
    }
    &mut list[number]
}
