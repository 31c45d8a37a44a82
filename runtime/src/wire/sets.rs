//! Sets: the elements of a list in ascending order. Also what maps have in common with them: the order, and that keys
//! are unique.

use super::error::{DecodeErrorKind, Result};
use super::plan::Plan;
use super::ty::{Part, Type};
use super::value::{Sequence, Wire};
use super::{Decoder, Encoder};
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

impl<T: Wire + Ord> Wire for BTreeSet<T> {
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::List(Part::sorted::<T>())
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn put(&self, out: &mut Encoder) {
        out.set(self.len(), self.iter());
    }

    fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        let items = Vec::<T>::get(input, bits)?;
        ascending(input, items.iter())?;
        unique(input, items, Self::len)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        let items = Vec::<T>::get_planned(input, plan, bits)?;
        unique(input, items, Self::len)
    }
}

impl<T, S> Wire for HashSet<T, S>
where
    T: Wire + Ord + Hash,
    S: BuildHasher + Default + Send + Sync + 'static,
{
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::List(Part::sorted::<T>())
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn put(&self, out: &mut Encoder) {
        let mut items: Vec<&T> = self.iter().collect();
        items.sort_unstable();
        out.set(items.len(), items.iter().copied());
    }

    fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        let items = Vec::<T>::get(input, bits)?;
        ascending(input, items.iter())?;
        unique(input, items, Self::len)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        let items = Vec::<T>::get_planned(input, plan, bits)?;
        unique(input, items, Self::len)
    }
}

/// Checks the order, which a writer of the same shape keeps. The keys of another writer may have had more fields.
pub(super) fn ascending<'v, K: Ord + 'v>(
    input: &Decoder<'_>,
    mut keys: impl Iterator<Item = &'v K>,
) -> Result<()> {
    let Some(mut last) = keys.next().filter(|_| input.table.is_none()) else {
        return Ok(());
    };
    for key in keys {
        match last.cmp(key) {
            core::cmp::Ordering::Less => last = key,
            core::cmp::Ordering::Equal => return Err(input.error(DecodeErrorKind::Duplicate)),
            core::cmp::Ordering::Greater => return Err(input.error(DecodeErrorKind::Order)),
        }
    }
    Ok(())
}

/// Makes a map or set from its entries, none of which may be a duplicate.
pub(super) fn unique<E, C: FromIterator<E>>(
    input: &Decoder<'_>,
    entries: Vec<E>,
    len: impl FnOnce(&C) -> usize,
) -> Result<C> {
    let count = entries.len();
    let all = C::from_iter(entries);
    match len(&all) == count {
        true => Ok(all),
        false => Err(input.error(DecodeErrorKind::Duplicate)),
    }
}

impl Encoder {
    /// Writes the elements of a set, which must come in ascending order.
    fn set<'v, T: Wire>(&mut self, count: usize, items: impl Iterator<Item = &'v T> + Clone) {
        match T::SEQUENCE {
            Sequence::Words => self.words(count, items),
            Sequence::Items => {
                self.uint(count as u64);
                self.element_bits(items.clone());
                items.for_each(|item| item.put(self));
            }
        }
    }
}
