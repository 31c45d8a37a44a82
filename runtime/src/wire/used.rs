//! Which variants of unions occur in a body: what a self-contained message must describe.

/// A set of variants, by union and id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Used<K>(Vec<(K, u16)>);

impl<K> Default for Used<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Copy + Ord> Used<K> {
    /// Adds a variant. Most values repeat one of the last few variants, so the search is short.
    pub(crate) fn add(&mut self, union: K, id: u16) {
        if let Err(place) = self.0.binary_search(&(union, id)) {
            self.0.insert(place, (union, id));
        }
    }

    /// Adds all variants of another set.
    pub(crate) fn extend(&mut self, other: &Self) {
        for &(union, id) in &other.0 {
            self.add(union, id);
        }
    }

    pub(crate) fn contains(&self, union: K, id: u16) -> bool {
        self.0.binary_search(&(union, id)).is_ok()
    }

    /// The id of a variant that the other set does not have.
    pub(crate) fn beyond(&self, other: &Self) -> Option<u16> {
        let mut beyond = self
            .0
            .iter()
            .filter(|(union, id)| !other.contains(*union, *id));
        beyond.next().map(|(_, id)| *id)
    }

    /// How much memory the set takes outside itself.
    pub(crate) fn memory(&self) -> usize {
        self.0.capacity() * size_of::<(K, u16)>()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
