//! Reads map entries and set elements from JSON: sorted, without duplicates.

use super::from::Reader;
use super::leaf::{Wrong, expected};
use super::print::are_names;
use super::text::{Json, What};
use crate::read::Step;
use crate::schema::Type;
use crate::value::Value;

impl<'s> Reader<'s> {
    pub(super) fn map(&mut self, key: &'s Type, ty: &'s Type, json: &Json) -> Result<Value, Wrong> {
        let mut entries = Vec::new();
        match &json.what {
            What::Object(members) if are_names(key) => {
                for (at, name, value) in members {
                    let step = || Step::Entry(format!("{name:?}"));
                    let first = self.within(step(), |reader| reader.key(key, *at, name))?;
                    let second = self.within(step(), |reader| reader.value(ty, value))?;
                    entries.push(((first, second), *at));
                }
            }
            _ if are_names(key) => return Err(expected("an object", json)),
            What::List(pairs) => {
                for (index, pair) in pairs.iter().enumerate() {
                    let What::List(both) = &pair.what else {
                        return Err(expected("`[key, value]`", pair));
                    };
                    let [first, second] = &both[..] else {
                        return Err(expected("`[key, value]`", pair));
                    };
                    let (at, step) = (first.at, || Step::Item(index));
                    let first = self.within(step(), |reader| reader.value(key, first))?;
                    let second = self.within(step(), |reader| reader.value(ty, second))?;
                    entries.push(((first, second), at));
                }
            }
            _ => return Err(expected("a list of `[key, value]`", json)),
        }
        let mut keys: Vec<(&Value, usize)> =
            entries.iter().map(|((key, _), at)| (key, *at)).collect();
        keys.sort();
        once(&keys, "key")?;
        let mut entries: Vec<_> = entries.into_iter().map(|(entry, _)| entry).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Value::Map(entries))
    }

    /// A key that is a member name of an object.
    fn key(&mut self, ty: &'s Type, at: usize, name: &str) -> Result<Value, Wrong> {
        let what = match (ty.unconstrained(), name) {
            (Type::Bool, "true") => What::Bool(true),
            (Type::Bool, "false") => What::Bool(false),
            (_, name) => What::Text(name.to_owned()),
        };
        self.value(ty, &Json { at, what })
    }
}

/// Sorts elements and refuses duplicates.
pub(super) fn ordered(
    items: impl Iterator<Item = (Value, usize)>,
    what: &str,
) -> Result<Vec<Value>, Wrong> {
    let mut items: Vec<(Value, usize)> = items.collect();
    items.sort();
    once(&items, what)?;
    Ok(items.into_iter().map(|(item, _)| item).collect())
}

/// Refuses equal neighbours, at the place of the later one.
fn once<T: PartialEq>(sorted: &[(T, usize)], what: &str) -> Result<(), Wrong> {
    let twice = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0);
    match twice {
        Some(pair) => Err(Wrong(pair[1].1, format!("the {what} comes twice"))),
        None => Ok(()),
    }
}
