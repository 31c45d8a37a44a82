//! Options: the few that have a counterpart, and a note for each of the others.

use prost_types::{FieldDescriptorProto, UninterpretedOption};

use super::convert::{Converter, FILE_OPTIONS, OPTION};
use super::places::{Place, nth};

/// What options say that has a counterpart.
#[derive(Default)]
pub(super) struct Known {
    deprecated: bool,
    /// The modifier of a method.
    pub(super) modifier: &'static str,
}

impl Known {
    /// The annotations, each on its line.
    pub(super) fn annotations(&self) -> &'static str {
        if self.deprecated { "@deprecated\n" } else { "" }
    }
}

impl Converter<'_> {
    /// Looks at the options at `path`.
    pub(super) fn options(&mut self, path: &[i32], options: &[UninterpretedOption]) -> Known {
        let mut known = Known::default();
        for (index, option) in options.iter().enumerate() {
            let name = name(option);
            match (&name[..], option.identifier_value()) {
                ("deprecated", value) => known.deprecated = value == "true",
                ("idempotency_level", "NO_SIDE_EFFECTS") => known.modifier = "readonly ",
                ("idempotency_level", "IDEMPOTENT") => known.modifier = "idempotent ",
                ("idempotency_level", _) => {}
                // About bytes that are different here anyway, or said in another way.
                ("packed" | "allow_alias" | "lazy" | "unverified_lazy", _) => {}
                _ => {
                    let place = self.proto.places.of_path(&nth(path, OPTION, index));
                    self.note(place, format!("the option `{name}` is left out"));
                }
            }
        }
        known
    }

    pub(super) fn file_options(&self) -> &[UninterpretedOption] {
        let options = self.proto.tree.options.as_ref();
        options.map_or(&[], |options| &options.uninterpreted_option)
    }

    /// Those of a file are mostly for generators of other languages: one note is enough.
    pub(super) fn file_option_notes(&mut self) {
        let names: Vec<String> = self.file_options().iter().map(name).collect();
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let place = self.proto.places.of_path(&nth(&[FILE_OPTIONS], OPTION, 0));
        match &names[..] {
            [] => {}
            [one] => self.note(place, format!("the option {one} is left out")),
            more => self.note(
                place,
                format!("the options {} are left out", more.join(", ")),
            ),
        }
    }

    /// Fields for messages of others, which do not exist here: what they are, and their comments.
    pub(super) fn extend(
        &mut self,
        path: &[i32],
        scope: &str,
        fields: &[FieldDescriptorProto],
        statement: Place,
    ) -> String {
        for (index, field) in fields.iter().enumerate() {
            let at = [path, &[i32::try_from(index).unwrap_or(i32::MAX)]].concat();
            let place = self.proto.places.of_path(&at);
            if !statement.contains(place) {
                continue;
            }
            let (name, extended) = (field.name(), field.extendee());
            let full = self.lookup.full(scope, extended);
            let full = full.unwrap_or_else(|| extended.to_owned());
            let full = full.strip_prefix('.').unwrap_or(&full);
            if full.starts_with("google.protobuf.") && full.ends_with("Options") {
                self.note(
                    place,
                    format!("the declaration of the option `{name}` is left out"),
                );
            } else {
                let message = format!("the extension `{name}` of `{extended}` is left out");
                self.loss(place, message);
            }
        }
        self.statement(statement, "")
    }
}

fn name(option: &UninterpretedOption) -> String {
    let parts = option.name.iter().map(|part| match part.is_extension {
        true => format!("({})", part.name_part),
        false => part.name_part.clone(),
    });
    parts.collect::<Vec<_>>().join(".")
}
