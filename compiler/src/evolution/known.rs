//! The numbers for which an enum or flags have names.

use std::collections::BTreeMap;

use crate::schema::{Decl, DeclKind, Enum, EnumValue, Number};

/// The named numbers of an enum or flags.
pub(super) struct Known<'a> {
    /// The first value with each number.
    values: BTreeMap<Number, &'a EnumValue>,
    /// All named bits, for flags.
    bits: Option<u128>,
}

impl<'a> Known<'a> {
    pub(super) fn of(decl: &Decl, it: &'a Enum) -> Self {
        let mut values = BTreeMap::new();
        for value in &it.values {
            values.entry(value.number).or_insert(value);
        }
        let is_flags = matches!(decl.kind, DeclKind::Flags(_));
        let bits = is_flags.then(|| values.keys().fold(0, |bits, number| bits | number.bits()));
        Self { values, bits }
    }

    /// The first value with this number.
    pub(super) fn value(&self, number: Number) -> Option<&'a EnumValue> {
        self.values.get(&number).copied()
    }

    /// Whether a closed type accepts a number: that of a value, or a combination of flags.
    pub(super) fn allows(&self, number: Number) -> bool {
        match self.bits {
            Some(bits) => number.bits() & !bits == 0,
            None => self.values.contains_key(&number),
        }
    }
}
