//! Schemas built from choices: valid ones, and ones with a single mistake of a known kind.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::types::{Kind, Known, Type, Types, plain};
use crate::choices::Choices;

/// A schema, and the code of its mistake.
#[derive(Debug)]
pub(super) struct Schema {
    /// Its text.
    pub(super) text: String,
    /// The code to be reported, if the schema has a mistake.
    pub(super) mistake: Option<&'static str>,
}

/// Scalars of a constant size.
const FIXED: [&str; 6] = ["i32", "u8", "f64", "bool", "u128", "timestamp"];
/// What newtypes are made of, with what precedes it.
const INSIDE: [(&str, &str); 8] = [
    ("", "u64"),
    ("", "string"),
    ("", "optional f32"),
    ("", "list<string>"),
    ("", "array<u8, 40>"),
    ("@len(1..=20)\n", "string"),
    ("@range(0..=100)\n", "u8"),
    ("@range(0.5..)\n", "f64"),
];
/// Names that also occur in generated code or in the prelude.
const TYPES: [&str; 12] = [
    "Option", "Vec", "String", "Result", "Box", "Some", "Default", "Status", "Ctx", "Error",
    "Message", "Future",
];
const MISTAKES: [(&str, &str); 6] = [
    ("struct Wrong { 1: Missing a; }", "E0201"),
    ("struct Wrong { 1: i32 a; 1: i32 b; }", "E0301"),
    ("struct Wrong { 1: map<f64, i32> a; }", "E0409"),
    ("struct Wrong { 1: Wrong a; }", "E0404"),
    ("const u8 WRONG = 256;", "E0501"),
    ("struct Wrong { 0: i32 a; }", "E0305"),
];

/// The schema that the choices describe.
pub(super) fn schema(choices: &mut Choices<'_>) -> Schema {
    let mut writer = Writer {
        text: String::from("namespace made;\n"),
        types: Types {
            choices,
            known: Vec::new(),
            params: Vec::new(),
            own: None,
        },
    };
    while !writer.types.choices.is_empty() && writer.types.known.len() < 40 {
        writer.declaration();
    }
    writer.service("Calls", "");
    writer.service("More", " extends Calls");
    let mistake = match writer.types.choices.below(4) {
        3 => Some(MISTAKES[writer.types.choices.below(MISTAKES.len())]),
        _ => None,
    };
    let mut text = writer.text;
    if let Some((declaration, _)) = mistake {
        text.push_str(declaration);
        text.push('\n');
    }
    Schema {
        text,
        mistake: mistake.map(|(_, code)| code),
    }
}

struct Writer<'c, 'b> {
    types: Types<'c, 'b>,
    text: String,
}

impl Writer<'_, '_> {
    fn declaration(&mut self) {
        let number = self.types.known.len();
        let name = match TYPES.get(number.wrapping_sub(3)) {
            Some(name) => (*name).to_owned(),
            None => format!("T{number}"),
        };
        if self.below(3) == 1 {
            self.text.push_str("/// What it is: `T` and [x](y).\n");
        }
        let kinds = [
            Kind::Struct,
            Kind::Frozen,
            Kind::Enum,
            Kind::Flags,
            Kind::Union,
            Kind::Newtype,
            Kind::Exception,
            Kind::Generic,
        ];
        let kind = kinds[self.below(kinds.len())];
        let written = match kind {
            Kind::Struct | Kind::Exception => self.record(kind, &name),
            Kind::Generic => self.generic(&name),
            Kind::Frozen => self.frozen(&name),
            Kind::Enum => self.values(&name),
            Kind::Flags => self.flags(&name),
            Kind::Union => self.union(&name),
            Kind::Newtype => self.newtype(&name),
        };
        self.text.push_str(&written.text);
        self.text.push('\n');
        self.types.known.push(Known {
            name,
            kind,
            ordered: written.ordered,
            weight: written.weight,
        });
    }

    fn record(&mut self, kind: Kind, name: &str) -> Type {
        let word = match kind {
            Kind::Exception => "exception",
            _ => "struct",
        };
        self.types.own = Some(name.to_owned()).filter(|_| kind == Kind::Struct);
        let fields = self.types.fields();
        self.types.own = None;
        Type {
            text: format!("{word} {name} {{ {}}}", fields.text),
            ..fields
        }
    }

    fn generic(&mut self, name: &str) -> Type {
        self.types.params = vec!["A", "B"];
        let fields = self.types.fields();
        self.types.params.clear();
        Type {
            text: format!(
                "struct {name}<A, B> {{ {}20000: A first_of; 20001: list<B> rest_of; }}",
                fields.text
            ),
            ..fields
        }
    }

    fn frozen(&mut self, name: &str) -> Type {
        let mut fields = plain("", true);
        let mut names = BTreeSet::new();
        for _ in 0..=self.below(5) {
            let ty = self.types.choices.one_of(&FIXED);
            let member = self.types.name(&mut names);
            fields.ordered &= !ty.starts_with('f');
            fields.weight += 48;
            match self.below(3) {
                0 => _ = write!(fields.text, "array<{ty}, 3> {member}; "),
                _ => _ = write!(fields.text, "{ty} {member}; "),
            }
        }
        Type {
            text: format!("frozen struct {name} {{ {}}}", fields.text),
            ..fields
        }
    }

    fn values(&mut self, name: &str) -> Type {
        let closed = ["", "closed "][self.below(2)];
        let mut names = BTreeSet::new();
        let mut values = String::new();
        for number in 0..=self.below(6) {
            let by = self.below(7);
            let value = self.types.name(&mut names).to_uppercase();
            _ = write!(values, "{value} = {} + {by}; ", number * 10);
        }
        plain(
            &format!(
                "{closed}enum {name} : u8 {{ {values}@alias LAST = {value}; }}",
                value = first(&values)
            ),
            true,
        )
    }

    fn flags(&mut self, name: &str) -> Type {
        let closed = ["", "closed "][self.below(2)];
        let base = self
            .types
            .choices
            .one_of(&["u8", "u16", "u32", "u64", "u128"]);
        let mut names = BTreeSet::new();
        let mut flags = String::new();
        for number in 0..=self.below(7) {
            let flag = self.types.name(&mut names).to_uppercase();
            _ = write!(flags, "{flag} = 1 << {number}; ");
        }
        plain(&format!("{closed}flags {name} : {base} {{ {flags}}}"), true)
    }

    fn union(&mut self, name: &str) -> Type {
        let closed = ["", "closed "][self.below(2)];
        let mut all = plain("", true);
        let mut names = BTreeSet::new();
        for number in 1..=self.below(6) {
            let variant = self.types.name(&mut names);
            match self.below(3) {
                0 => _ = write!(all.text, "{number}: {variant}; "),
                1 => {
                    let ty = self.types.any(3);
                    _ = write!(all.text, "{number}: {} {variant}; ", ty.text);
                    (all.ordered, all.weight) = (all.ordered && ty.ordered, all.weight + ty.weight);
                }
                _ => {
                    let held = self.types.fields();
                    _ = write!(all.text, "{number}: {variant} {{ {}}} ", held.text);
                    (all.ordered, all.weight) =
                        (all.ordered && held.ordered, all.weight + held.weight);
                }
            }
        }
        Type {
            text: format!("{closed}union {name} {{ {}99: last_of; }}", all.text),
            ..all
        }
    }

    fn newtype(&mut self, name: &str) -> Type {
        let (front, inside) = INSIDE[self.below(INSIDE.len())];
        let text = format!("{front}newtype {inside} {name};");
        Type {
            weight: 40,
            ..plain(&text, !inside.contains("f32") && !inside.contains("f64"))
        }
    }

    fn service(&mut self, name: &str, extends: &str) {
        let count = self.below(5);
        _ = writeln!(self.text, "service {name}{extends} {{");
        for number in 0..count {
            let mut names = BTreeSet::new();
            let params: Vec<String> = (1..=self.below(4))
                .map(|id| {
                    let param = self.types.name(&mut names);
                    let field = self.types.field(id, param).text;
                    // Handlers take the parameters in the order of the language.
                    let field = field.replace(r#"@rust.map("hash") "#, "");
                    field.trim_end_matches(';').to_owned()
                })
                .collect();
            let modifier = self.types.choices.one_of(&["", "readonly ", "idempotent "]);
            let result = match self.below(4) {
                0 => "void".to_owned(),
                1 => format!("stream<{}>", self.types.any(2).text),
                _ => self.types.any(2).text,
            };
            let throws = self.throws();
            let name = name.to_lowercase();
            _ = writeln!(
                self.text,
                "{modifier}{result} {name}_m{number}({}){throws};",
                params.join(", ")
            );
        }
        self.text.push_str("}\n");
    }

    fn throws(&mut self) -> String {
        let mut known = self.types.known.iter();
        let thrown = known.find(|known| known.kind == Kind::Exception);
        let thrown = thrown.map(|known| known.name.clone());
        match thrown.filter(|_| self.below(2) == 1) {
            Some(name) => format!(" throws (1: {name} why)"),
            None => String::new(),
        }
    }

    fn below(&mut self, many: usize) -> usize {
        self.types.choices.below(many)
    }
}

/// The name of the first of these values.
fn first(values: &str) -> &str {
    values.split(' ').next().unwrap_or_default()
}
