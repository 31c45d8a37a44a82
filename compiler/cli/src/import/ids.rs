//! The ids of members: the numbers of their fields, as long as these are not too large.

use std::collections::{BTreeSet, HashMap, HashSet};

use prost_types::DescriptorProto;

/// The largest id.
pub(super) const MAX: i32 = 32_767;

/// The ids of a message's fields, by their numbers.
pub(super) struct Ids(HashMap<i32, i32>);

impl Ids {
    /// Numbers that are too large get those that follow the largest one that is not.
    pub(super) fn of(message: &DescriptorProto) -> Self {
        let numbers: BTreeSet<i32> = message.field.iter().map(|field| field.number()).collect();
        let reserved = match numbers.last() {
            Some(last) if *last > MAX => reserved(message),
            Some(_) | None => HashSet::new(),
        };
        let largest = numbers.range(..=MAX).next_back().copied();
        let behind = largest.unwrap_or_default() + 1..=MAX;
        let mut free = behind
            .chain(1..=MAX)
            .filter(|id| !reserved.contains(id) && !numbers.contains(id));
        // Without any left, the number stays, and the compiler refuses it.
        let id = |number: &i32| match *number > MAX {
            true => (*number, free.next().unwrap_or(*number)),
            false => (*number, *number),
        };
        Self(numbers.iter().map(id).collect())
    }

    pub(super) fn get(&self, number: i32) -> i32 {
        self.0.get(&number).copied().unwrap_or(number)
    }
}

/// The ids that a message reserves.
fn reserved(message: &DescriptorProto) -> HashSet<i32> {
    let ranges = message.reserved_range.iter();
    let mut ranges: Vec<(i32, i32)> = ranges.map(|it| (it.start(), it.end())).collect();
    ranges.sort_unstable();
    let (mut ids, mut next) = (HashSet::new(), 1);
    // Ranges may overlap: none is gone through twice.
    for (start, end) in ranges {
        ids.extend(next.max(start)..end.min(MAX + 1));
        next = next.max(end);
    }
    ids
}
