//! Fields, and the variants that the fields of a oneof become.

use prost_types::FieldDescriptorProto;
use prost_types::field_descriptor_proto::{Label, Type};

use super::convert::Converter;
use super::messages::Message;
use super::places::{Place, below, nth};
use super::types::{Kind, Typed};

/// The numbers of fields of a field's descriptor.
const NAME: i32 = 1;
const NUMBER: i32 = 3;
const TYPE_NAME: i32 = 6;
const OPTIONS: i32 = 8;
const JSON_NAME: i32 = 10;
/// That of fields in a message's descriptor.
pub(super) const FIELD: i32 = 2;

impl Converter<'_> {
    /// A field of a struct.
    pub(super) fn field(&mut self, message: &Message<'_>, index: usize) -> String {
        let field = &message.tree.field[index];
        let path = nth(message.path, FIELD, index);
        let (id, annotations) = self.about_field(message, field, &path);
        let typed = match self.map_of(message, field, &path) {
            Some(map) => (map, Some("{}".to_owned())),
            None => {
                let typed = self.type_of(message.full, field, self.type_place(&path));
                self.with_presence(field, &typed)
            }
        };
        let (text, default) = typed;
        let default = default.map(|value| format!(" = {value}"));
        let (name, default) = (&message.field_names[index], default.unwrap_or_default());
        let text = format!("{annotations}{id}: {text} {name}{default};");
        self.leaf(self.field_place(field, &path), &text)
    }

    /// The same field as a variant of a union: its name, and its type if it carries anything.
    pub(super) fn variant(&mut self, message: &Message<'_>, index: usize, name: &str) -> String {
        let field = &message.tree.field[index];
        let path = nth(message.path, FIELD, index);
        let (id, annotations) = self.about_field(message, field, &path);
        let Typed { text, kind } = match self.is_empty(message.full, field) {
            true => Typed {
                text: String::new(),
                kind: Kind::Empty,
            },
            false => self.type_of(message.full, field, self.type_place(&path)),
        };
        let text = match kind {
            Kind::Empty => format!("{annotations}{id}: {name};"),
            Kind::Scalar(_) | Kind::Enum(_) | Kind::Message => {
                format!("{annotations}{id}: {text} {name};")
            }
        };
        self.leaf(self.field_place(field, &path), &text)
    }

    /// Where a field is. The body of a group is looked at as a message.
    fn field_place(&self, field: &FieldDescriptorProto, path: &[i32]) -> Place {
        let place = self.proto.places.of_path(path);
        match field.r#type() {
            Type::Group => Place {
                end: place.start,
                ..place
            },
            _ => place,
        }
    }

    fn type_place(&self, path: &[i32]) -> Place {
        self.proto.places.below(path, &[TYPE_NAME])
    }

    /// The id and the annotations of a field.
    fn about_field(
        &mut self,
        message: &Message<'_>,
        field: &FieldDescriptorProto,
        path: &[i32],
    ) -> (i32, &'static str) {
        let number = field.number();
        let id = message.ids.get(number);
        if id != number {
            let place = self.proto.places.below(path, &[NUMBER]);
            let message = format!(
                "ids end at {}, so that of {number} is {id}",
                super::ids::MAX
            );
            self.note(place, message);
        }
        if field.json_name.is_some() {
            let place = self.proto.places.below(path, &[JSON_NAME]);
            let message = "the option `json_name` is left out: in JSON a field has its name";
            self.note(place, message);
        }
        if field.r#type() == Type::Group && field.r#type.is_some() {
            let place = self.proto.places.below(path, &[NAME]);
            self.note(place, "the group is a struct and a field");
        }
        let options = field.options.as_ref();
        let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
        let known = self.options(&below(path, &[OPTIONS]), options);
        (id, known.annotations())
    }

    /// What a field is if nobody sets it: the whole type, and the default.
    fn with_presence(
        &mut self,
        field: &FieldDescriptorProto,
        typed: &Typed,
    ) -> (String, Option<String>) {
        let text = &typed.text;
        let default = field.default_value.as_deref();
        match field.label() {
            Label::Repeated => (format!("list<{text}>"), Some("[]".to_owned())),
            Label::Required => (text.clone(), default.and_then(|it| typed.value(it))),
            Label::Optional => match (default, typed.zero()) {
                (Some(default), _) => match typed.value(default) {
                    Some(value) => (text.clone(), Some(value)),
                    None => (format!("optional {text}"), None),
                },
                (None, Some(zero)) if !self.proto.is_proto2() && !field.proto3_optional() => {
                    (text.clone(), Some(zero))
                }
                (None, _) => (format!("optional {text}"), None),
            },
        }
    }

    /// The type of a map, which is written as a list of messages made for it.
    fn map_of(
        &mut self,
        message: &Message<'_>,
        field: &FieldDescriptorProto,
        path: &[i32],
    ) -> Option<String> {
        let entry = message.maps.get(field.type_name())?;
        let place = self.type_place(path);
        let key = self.type_of(message.full, entry.field.first()?, place);
        let value = self.type_of(message.full, entry.field.get(1)?, place);
        Some(format!("map<{}, {}>", key.text, value.text))
    }

    /// Whether it is the message that says nothing.
    fn is_empty(&self, scope: &str, field: &FieldDescriptorProto) -> bool {
        let full = self.lookup.full(scope, field.type_name());
        field.type_name.is_some() && full.as_deref() == Some(super::known::EMPTY)
    }
}
