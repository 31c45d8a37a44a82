//! Messages and oneofs: structs and unions.

use std::collections::{HashMap, HashSet};

use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::convert::Converter;
use super::fields::FIELD;
use super::ids::{Ids, MAX};
use super::names::{Taken, snake, tag};
use super::places::{Place, below, nth};
use super::reserved::Reserved;

/// The numbers of fields of a message's descriptor.
const NAME: i32 = 1;
const EXTENSION_RANGE: i32 = 5;
const EXTENSION: i32 = 6;
const OPTIONS: i32 = 7;
const RESERVED_RANGE: i32 = 9;
const RESERVED_NAME: i32 = 10;
/// That of options in a oneof's descriptor.
const ONEOF_OPTIONS: i32 = 2;
/// The largest number of a field.
const LARGEST: i32 = 536_870_911;

/// A message that is being written.
pub(super) struct Message<'a> {
    pub(super) path: &'a [i32],
    /// Its full name.
    pub(super) full: &'a str,
    pub(super) tree: &'a DescriptorProto,
    pub(super) ids: Ids,
    /// What the fields are called, also those in oneofs.
    pub(super) field_names: Vec<String>,
    oneof_names: Vec<String>,
    /// The fields of each oneof.
    members: Vec<Vec<usize>>,
    /// The messages that the parser makes for maps, by their names.
    pub(super) maps: HashMap<&'a str, &'a DescriptorProto>,
}

/// What there is in a message.
enum Part {
    Field(usize),
    Oneof(usize),
    Message(usize),
    Enum(usize),
    Reserved,
    ExtensionRange,
    Extend,
}

impl Converter<'_> {
    pub(super) fn message(
        &mut self,
        path: &[i32],
        scope: &str,
        tree: &DescriptorProto,
        place: Place,
    ) {
        let full = format!("{scope}.{}", tree.name());
        let at = self.declarations.len();
        self.declarations.push(String::new());
        let mut taken = Taken::default();
        let message = Message {
            path,
            full: &full,
            tree,
            ids: Ids::of(tree),
            field_names: self.field_names(path, tree, &mut taken),
            oneof_names: self.oneof_names(path, tree, &mut taken),
            members: members(tree),
            maps: maps(tree),
        };
        let options = tree.options.as_ref();
        let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
        let known = self.options(&below(path, &[OPTIONS]), options);
        let opened = self.open(place, self.proto.places.below(path, &[NAME]));
        let body: String = self
            .parts(&message)
            .into_iter()
            .map(|(place, part)| self.part(&message, &mut taken, place, &part))
            .collect();
        let name = self.lookup.declared(&full).map(|declared| &declared.name);
        let name = name.map_or("", String::as_str);
        let head = format!("{}struct {name}", known.annotations());
        self.declarations[at] = self.close(place, &opened, &head, &body);
    }

    fn field_names(
        &mut self,
        path: &[i32],
        tree: &DescriptorProto,
        taken: &mut Taken,
    ) -> Vec<String> {
        let mut names = Vec::new();
        let mut variants: Vec<Taken> = vec![Taken::default(); tree.oneof_decl.len()];
        let mut seen = HashSet::new();
        for (index, field) in tree.field.iter().enumerate() {
            if !seen.insert(field.name()) {
                let place = self.proto.places.of_path(&nth(path, FIELD, index));
                let message = format!("there are two fields `{}`", field.name());
                self.mistake(place, message);
            }
            let scope = oneof_of(field).and_then(|oneof| variants.get_mut(oneof));
            let wanted = snake(field.name());
            let name = scope.unwrap_or(taken).take(&wanted, "_");
            self.note_new_name(&nth(path, FIELD, index), &wanted, &name);
            names.push(name);
        }
        names
    }

    fn oneof_names(
        &mut self,
        path: &[i32],
        tree: &DescriptorProto,
        taken: &mut Taken,
    ) -> Vec<String> {
        let mut names = Vec::new();
        for (index, oneof) in tree.oneof_decl.iter().enumerate() {
            let path = nth(path, tag::ONEOF, index);
            let wanted = snake(oneof.name());
            // Those that the parser makes for `optional` are nowhere.
            if self.proto.places.all(&path).is_empty() {
                continue;
            }
            let name = taken.take(&wanted, "_");
            self.note_new_name(&path, &wanted, &name);
            names.push(name);
        }
        names
    }

    fn note_new_name(&mut self, path: &[i32], wanted: &str, name: &str) {
        if wanted != name {
            let place = self.proto.places.below(path, &[NAME]);
            let message = format!("there is another `{wanted}`, so this is called `{name}`");
            self.note(place, message);
        }
    }

    /// What is inside, in the order of the text.
    fn parts(&self, message: &Message<'_>) -> Vec<(Place, Part)> {
        let (path, tree, places) = (message.path, message.tree, &self.proto.places);
        let place = |tag, index| places.all(&nth(path, tag, index)).first().copied();
        let mut parts = Vec::new();
        for (index, field) in tree.field.iter().enumerate() {
            let place = place(FIELD, index).filter(|_| oneof_of(field).is_none());
            parts.extend(place.map(|place| (place, Part::Field(index))));
        }
        for index in 0..tree.oneof_decl.len() {
            let place = place(tag::ONEOF, index);
            parts.extend(place.map(|place| (place, Part::Oneof(index))));
        }
        for index in 0..tree.nested_type.len() {
            let place = place(tag::NESTED_MESSAGE, index);
            parts.extend(place.map(|place| (place, Part::Message(index))));
        }
        for index in 0..tree.enum_type.len() {
            let place = place(tag::NESTED_ENUM, index);
            parts.extend(place.map(|place| (place, Part::Enum(index))));
        }
        let statements = |tag| places.all(&below(path, &[tag])).iter().copied();
        parts.extend(statements(RESERVED_RANGE).map(|place| (place, Part::Reserved)));
        parts.extend(statements(RESERVED_NAME).map(|place| (place, Part::Reserved)));
        parts.extend(statements(EXTENSION_RANGE).map(|place| (place, Part::ExtensionRange)));
        parts.extend(statements(EXTENSION).map(|place| (place, Part::Extend)));
        // A group is a field and a message at one place: the field is first, as it is here.
        parts.sort_by_key(|(place, _)| *place);
        parts
    }

    /// What is in the struct for it; other declarations follow those that there are.
    fn part(
        &mut self,
        message: &Message<'_>,
        taken: &mut Taken,
        place: Place,
        part: &Part,
    ) -> String {
        let (path, full, tree) = (message.path, message.full, message.tree);
        match part {
            Part::Field(index) => return self.field(message, *index),
            Part::Oneof(index) => return self.oneof(message, *index, place),
            Part::Reserved => return reserved(message).write(self, place, taken),
            Part::Extend => {
                let path = below(path, &[EXTENSION]);
                return self.extend(&path, full, &tree.extension, place);
            }
            Part::ExtensionRange => {
                let text = "there are no extensions: these ids are free";
                self.note(place, text);
                return self.statement(place, "");
            }
            Part::Message(index) => {
                let path = nth(path, tag::NESTED_MESSAGE, *index);
                self.message(&path, full, &tree.nested_type[*index], place);
            }
            Part::Enum(index) => {
                let path = nth(path, tag::NESTED_ENUM, *index);
                self.enumeration(&path, full, &tree.enum_type[*index], place);
            }
        }
        String::new()
    }

    /// The field for a oneof, which is a union of its own. It has the smallest id of those of its fields.
    fn oneof(&mut self, message: &Message<'_>, index: usize, place: Place) -> String {
        let path = nth(message.path, tag::ONEOF, index);
        let oneof = &message.tree.oneof_decl[index];
        let options = oneof.options.as_ref();
        let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
        _ = self.options(&below(&path, &[ONEOF_OPTIONS]), options);
        let opened = self.open(place, self.proto.places.below(&path, &[NAME]));
        let (mut body, mut ids) = (String::new(), Vec::new());
        for at in message.members.get(index).into_iter().flatten() {
            ids.push(message.ids.get(message.tree.field[*at].number()));
            body.push_str(&self.variant(message, *at, &message.field_names[*at]));
        }
        let full = format!("{}.{}", message.full, oneof.name());
        let union = self.lookup.declared(&full).map(|declared| &declared.name);
        let union = union.map_or("", String::as_str);
        let text = self.close(place, &opened, &format!("union {union}"), &body);
        self.declarations.push(text);
        let id = ids.into_iter().min().unwrap_or(1);
        format!("{id}: optional {union} {};\n", message.oneof_names[index])
    }
}

/// The oneof that a field is in; none for the one that the parser makes for `optional`.
fn oneof_of(field: &FieldDescriptorProto) -> Option<usize> {
    let index = field.oneof_index.filter(|_| !field.proto3_optional())?;
    usize::try_from(index).ok()
}

fn members(tree: &DescriptorProto) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); tree.oneof_decl.len()];
    for (at, field) in tree.field.iter().enumerate() {
        if let Some(members) = oneof_of(field).and_then(|index| members.get_mut(index)) {
            members.push(at);
        }
    }
    members
}

fn maps(tree: &DescriptorProto) -> HashMap<&str, &DescriptorProto> {
    let is_map = |it: &&DescriptorProto| it.options.as_ref().is_some_and(|it| it.map_entry());
    let entries = tree.nested_type.iter().filter(is_map);
    entries.map(|entry| (entry.name(), entry)).collect()
}

fn reserved<'a>(message: &Message<'a>) -> Reserved<'a> {
    let ranges = message.tree.reserved_range.iter();
    Reserved {
        path: message.path,
        tags: [RESERVED_RANGE, RESERVED_NAME],
        ranges: ranges
            .map(|range| (range.start(), range.end().saturating_sub(1)))
            .collect(),
        largest: [LARGEST, MAX],
        names: message
            .tree
            .reserved_name
            .iter()
            .map(|name| snake(name))
            .collect(),
    }
}
