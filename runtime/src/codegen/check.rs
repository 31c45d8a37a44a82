//! The constraints of a schema, as generated code checks them. `place` names the field or type in errors.

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::invalid::{Invalid, Rule};
use crate::wire::{Wire, encode_body};

/// `@len` of a string: so many characters.
pub fn chars(place: &'static str, text: &str, min: u64, max: u64) -> Result<(), Invalid> {
    count(place, text.chars().count(), min, max)
}

/// `@len` of bytes and containers: so many bytes or elements.
pub fn count(place: &'static str, count: usize, min: u64, max: u64) -> Result<(), Invalid> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    match (min..=max).contains(&count) {
        true => Ok(()),
        false => Err(Invalid::new(place, Rule::Length(count, min, max))),
    }
}

/// The lower bound of `@range`.
pub fn at_least<T: PartialOrd + Debug>(
    place: &'static str,
    value: &T,
    min: &T,
) -> Result<(), Invalid> {
    match value >= min {
        true => Ok(()),
        false => Err(Invalid::new(place, Rule::AtLeast(format!("{min:?}")))),
    }
}

/// The upper bound of `@range` that is allowed itself.
pub fn at_most<T: PartialOrd + Debug>(
    place: &'static str,
    value: &T,
    max: &T,
) -> Result<(), Invalid> {
    match value <= max {
        true => Ok(()),
        false => Err(Invalid::new(place, Rule::AtMost(format!("{max:?}")))),
    }
}

/// The upper bound of `@range` that is not allowed itself.
pub fn below<T: PartialOrd + Debug>(
    place: &'static str,
    value: &T,
    end: &T,
) -> Result<(), Invalid> {
    match value < end {
        true => Ok(()),
        false => Err(Invalid::new(place, Rule::Below(format!("{end:?}")))),
    }
}

/// `@unique`: no two elements have the same encoding.
pub fn unique<T: Wire>(place: &'static str, elements: &[T]) -> Result<(), Invalid> {
    let mut seen = BTreeSet::new();
    let is_new = |element: &T| {
        let mut bytes = Vec::new();
        // An element that cannot be encoded is refused with the whole list.
        encode_body(element, &mut bytes).is_err() || seen.insert(bytes)
    };
    match elements.iter().all(is_new) {
        true => Ok(()),
        false => Err(Invalid::new(place, Rule::Unique)),
    }
}
