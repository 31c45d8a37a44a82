//! Enums.

use std::collections::HashSet;

use prost_types::EnumDescriptorProto;

use super::convert::Converter;
use super::names::{Taken, screaming};
use super::places::{Place, below, nth};
use super::reserved::Reserved;

/// The numbers of fields of an enum's descriptor.
const NAME: i32 = 1;
const VALUE: i32 = 2;
const OPTIONS: i32 = 3;
const RESERVED_RANGE: i32 = 4;
const RESERVED_NAME: i32 = 5;

impl Converter<'_> {
    /// An enum. It is open, as in proto3; in proto2 a reader kept unknown values too, elsewhere.
    pub(super) fn enumeration(
        &mut self,
        path: &[i32],
        scope: &str,
        tree: &EnumDescriptorProto,
        place: Place,
    ) {
        let full = format!("{scope}.{}", tree.name());
        let Some(declared) = self.lookup.declared(&full) else {
            return;
        };
        let values = declared.values.as_deref().unwrap_or_default();
        let options = tree.options.as_ref();
        let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
        let known = self.options(&below(path, &[OPTIONS]), options);
        let opened = self.open(place, self.proto.places.below(path, &[NAME]));
        let reserved = reserved(path, tree);
        let mut parts: Vec<(Place, Option<usize>)> = (0..tree.value.len())
            .map(|index| {
                (
                    self.proto.places.of_path(&nth(path, VALUE, index)),
                    Some(index),
                )
            })
            .collect();
        parts.extend(
            reserved
                .statements(self)
                .into_iter()
                .map(|place| (*place, None)),
        );
        parts.sort();
        let mut taken = Taken::default();
        for (_, name) in values {
            taken.take(name, "_");
        }
        let mut numbers = HashSet::new();
        let mut body = String::new();
        for (place, index) in parts {
            let text = match index {
                Some(index) => {
                    let is_alias = !numbers.insert(tree.value[index].number());
                    let name = values.get(index).map_or("", |(_, name)| name);
                    self.value(path, tree, index, name, is_alias)
                }
                None => reserved.write(self, place, &mut taken),
            };
            body.push_str(&text);
        }
        let base = if is_signed(tree) { " : i32" } else { "" };
        let head = format!("{}enum {}{base}", known.annotations(), declared.name);
        let text = self.close(place, &opened, &head, &body);
        self.declarations.push(text);
    }

    fn value(
        &mut self,
        path: &[i32],
        tree: &EnumDescriptorProto,
        index: usize,
        name: &str,
        is_alias: bool,
    ) -> String {
        let value = &tree.value[index];
        let path = nth(path, VALUE, index);
        let options = value.options.as_ref();
        let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
        let known = self.options(&below(&path, &[OPTIONS]), options);
        let alias = if is_alias { "@alias\n" } else { "" };
        let (annotations, number) = (known.annotations(), value.number());
        let text = format!("{annotations}{alias}{name} = {number};");
        self.leaf(self.proto.places.of_path(&path), &text)
    }
}

fn is_signed(tree: &EnumDescriptorProto) -> bool {
    let mut values = tree.value.iter();
    let mut ranges = tree.reserved_range.iter();
    values.any(|value| value.number() < 0) || ranges.any(|range| range.start() < 0)
}

fn reserved<'a>(path: &'a [i32], tree: &EnumDescriptorProto) -> Reserved<'a> {
    let prefix = format!("{}_", screaming(tree.name()));
    let name = |name: &String| {
        let name = screaming(name);
        name.strip_prefix(&prefix).unwrap_or(&name).to_owned()
    };
    let ranges = tree.reserved_range.iter();
    Reserved {
        path,
        tags: [RESERVED_RANGE, RESERVED_NAME],
        ranges: ranges.map(|range| (range.start(), range.end())).collect(),
        largest: [i32::MAX, i32::MAX],
        names: tree.reserved_name.iter().map(name).collect(),
    }
}
