//! Maps: a count, the header bits of all entries (key, then value), then the entries in ascending order of keys.

use super::bits::Bits;
use super::error::{DecodeErrorKind, Result};
use super::plan::{MapPlan, Plan, Step};
use super::sets::{ascending, unique};
use super::ty::{Part, Type};
use super::value::Wire;
use super::{Decoder, Encoder};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

/// Maps of up to this many entries are built entry by entry, larger ones from a list of all. So are those with large
/// entries, which would otherwise be on the stack while they are decoded.
const fn few<E>() -> usize {
    match size_of::<E>() {
        0..=64 => 6,
        _ => 0,
    }
}

impl<K: Wire + Ord, V: Wire> Wire for BTreeMap<K, V> {
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::Map(Part::key::<K, V>(), Part::inline::<V>())
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn put(&self, out: &mut Encoder) {
        out.map(self.len(), self.iter());
    }

    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        let count = input.count(u64::from(K::MIN) + u64::from(V::MIN))?;
        if count <= few::<(K, V)>() {
            return input.few_entries(count);
        }
        let entries = input.entries(count)?;
        unique(input, entries, Self::len)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        let Step::Map(map) = plan.step else {
            return input.same_map(plan, bits);
        };
        let entries = input.entries_by_plan(map)?;
        unique(input, entries, Self::len)
    }
}

impl<K, V, S> Wire for HashMap<K, V, S>
where
    K: Wire + Ord + Hash,
    V: Wire,
    S: BuildHasher + Default + Send + Sync + 'static,
{
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::Map(Part::key::<K, V>(), Part::inline::<V>())
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn put(&self, out: &mut Encoder) {
        let mut entries: Vec<(&K, &V)> = self.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        out.map(entries.len(), entries.iter().copied());
    }

    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        let count = input.count(u64::from(K::MIN) + u64::from(V::MIN))?;
        let entries = input.entries(count)?;
        unique(input, entries, Self::len)
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        let Step::Map(map) = plan.step else {
            return input.same_map(plan, bits);
        };
        let entries = input.entries_by_plan(map)?;
        unique(input, entries, Self::len)
    }
}

impl Encoder {
    /// Writes entries, which must come in ascending order of keys.
    fn map<'v, K: Wire, V: Wire>(
        &mut self,
        count: usize,
        entries: impl Iterator<Item = (&'v K, &'v V)> + Clone,
    ) {
        self.uint(count as u64);
        if K::BITS + V::BITS > 0 {
            let groups = entries.clone();
            self.packed(
                groups.flat_map(|(key, value)| [(K::BITS, key.bits()), (V::BITS, value.bits())]),
            );
        }
        for (key, value) in entries {
            key.put(self);
            value.put(self);
        }
    }
}

impl Decoder<'_> {
    fn same_map<M: Wire>(&mut self, plan: &Plan, bits: u64) -> Result<M> {
        match plan.is_same() {
            true => M::get(self, bits),
            false => Err(self.incompatible()),
        }
    }

    /// A map of a few entries, whose keys are inserted one by one.
    fn few_entries<K: Wire + Ord, V: Wire>(&mut self, count: usize) -> Result<BTreeMap<K, V>> {
        self.charge::<(K, V)>(count)?;
        let bits = self.element_bits(count, K::BITS + V::BITS)?;
        let mut map = BTreeMap::new();
        for index in 0..count {
            let (mut key, mut value) = (K::blank(), V::blank());
            self.entry(&mut key, &mut value, &bits, index)?;
            if let Some((last, _)) = map.last_key_value() {
                ascending(self, [last, &key].into_iter())?;
            }
            if map.insert(key, value).is_some() {
                return Err(self.error(DecodeErrorKind::Duplicate));
            }
        }
        Ok(map)
    }

    /// Reads entries and checks the order of their keys.
    fn entries<K: Wire + Ord, V: Wire>(&mut self, count: usize) -> Result<Vec<(K, V)>> {
        self.charge::<(K, V)>(count)?;
        let width = K::BITS + V::BITS;
        let bits = self.element_bits(count, width)?;
        let mut entries = Vec::new();
        self.filled(
            &mut entries,
            count,
            || (K::blank(), V::blank()),
            |(key, value), input, index| input.entry(key, value, &bits, index),
        )?;
        ascending(self, entries.iter().map(|(key, _)| key))?;
        Ok(entries)
    }

    /// Reads the entry at `index` into a blank one.
    #[inline]
    fn entry<K: Wire, V: Wire>(
        &mut self,
        key: &mut K,
        value: &mut V,
        bits: &Bits<'_>,
        index: usize,
    ) -> Result<()> {
        let at = index * (K::BITS + V::BITS) as usize;
        key.fill(self, bits.at(at, K::BITS))?;
        value.fill(self, bits.at(at + K::BITS as usize, V::BITS))
    }

    fn entries_by_plan<K: Wire, V: Wire>(&mut self, map: MapPlan) -> Result<Vec<(K, V)>> {
        let count = self.count(map.least)?;
        self.charge::<(K, V)>(count)?;
        let (key_plan, value_plan) = (self.plan(map.key)?, self.plan(map.value)?);
        let width = map.key_bits + map.value_bits;
        let bits = self.element_bits(count, width)?;
        let mut entries = Vec::new();
        self.filled(
            &mut entries,
            count,
            || (K::blank(), V::blank()),
            |(key, value), input, index| {
                let at = index * width as usize;
                key.fill_planned(input, key_plan, bits.at(at, map.key_bits))?;
                let at = at + map.key_bits as usize;
                value.fill_planned(input, value_plan, bits.at(at, map.value_bits))
            },
        )?;
        Ok(entries)
    }
}
