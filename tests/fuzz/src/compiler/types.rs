//! Types, fields and names built from choices.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::choices::Choices;

/// The kind of a declaration, for those that refer to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Struct,
    Generic,
    Frozen,
    Enum,
    Flags,
    Union,
    Newtype,
    Exception,
}

/// A declaration that types may refer to.
pub(super) struct Known {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether its values can be keys.
    pub(super) ordered: bool,
    /// Roughly how many bytes of arrays a value contains inline.
    pub(super) weight: usize,
}

/// A type as it is written.
pub(super) struct Type {
    pub(super) text: String,
    pub(super) ordered: bool,
    pub(super) weight: usize,
}

/// Values with larger arrays are not put into arrays, and into fields only inside lists.
const HEAVY: usize = 1_000;

const SCALARS: [&str; 20] = [
    "i32",
    "string",
    "bool",
    "i8",
    "i16",
    "i64",
    "i128",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "f32",
    "f64",
    "bytes",
    "uuid",
    "timestamp",
    "duration",
    "date",
    "decimal",
];

/// An annotation before an id, a type on which it is allowed, and a value of that type.
const FIELDS: [(&str, &str, &str); 26] = [
    ("", "i32", "-1"),
    ("", "string", r#""\"{}\n""#),
    ("", "f64", "-0.0"),
    ("", "f32", "inf"),
    ("", "u128", "340282366920938463463374607431768211455"),
    ("", "i128", "-170141183460469231731687303715884105728"),
    ("", "bytes", r#"b"x\x00""#),
    ("", "uuid", r#"uuid"00000000-0000-0000-0000-00000000000a""#),
    ("", "timestamp", r#"ts"2026-01-31T10:00:00Z""#),
    ("", "date", r#"date"2026-01-31""#),
    ("", "decimal", "1.50"),
    ("", "array<bool, 2>", "[true, false]"),
    ("", "map<string, list<u8>>", r#"{ "a": [1] }"#),
    ("@len(1..=8) ", "string", r#""a""#),
    (r#"@pattern("[a-z]+") "#, "string", r#""abc""#),
    ("@range(-5..=5) ", "i32", "3"),
    ("@range(0.5..) ", "f64", "1.5"),
    ("@range(0.01..=100) ", "decimal", "2.50"),
    ("@range(..=1h) ", "duration", "5s"),
    ("@len(..=4) @unique ", "list<string>", r#"["a", "b"]"#),
    ("@each(len = 1..) ", "map<u8, string>", "{}"),
    ("@each(range = ..=9) ", "array<i8, 3>", "[1, 2, 3]"),
    ("@sensitive ", "string", r#""secret""#),
    (r#"@deprecated("no") "#, "i16", "-1"),
    (r#"@rust.map("hash") "#, "map<decimal, u64>", "{}"),
    (r#"@rust.map("hash") "#, "set<string>", "[]"),
];

/// Names that generated code uses itself, and names of Rust and its prelude.
const WORDS: [&str; 64] = [
    "a", "b", "e", "f", "i", "n", "s", "x", "self", "super", "crate", "type", "async", "box",
    "dyn", "gen", "match", "ref", "try", "union", "where", "yield", "u8", "str", "string",
    "option", "vec", "result", "ok", "err", "some", "none", "std", "core", "alloc", "sinew",
    "serde", "cx", "ctx", "input", "output", "out", "value", "number", "bits", "id", "ids",
    "field", "fields", "decoder", "encoder", "record", "shape", "payload", "unknown", "inner",
    "view", "request", "response", "status", "timeout", "metadata", "validate", "into",
];

/// Chooses types among those declared so far.
pub(super) struct Types<'c, 'b> {
    pub(super) choices: &'c mut Choices<'b>,
    pub(super) known: Vec<Known>,
    /// The type parameters of the current declaration.
    pub(super) params: Vec<&'static str>,
    /// The current declaration, in places where it may contain itself.
    pub(super) own: Option<String>,
}

impl Types<'_, '_> {
    pub(super) fn any(&mut self, depth: usize) -> Type {
        let ty = self.chosen(depth);
        match ty.weight > HEAVY {
            true => Type {
                text: format!("list<{}>", ty.text),
                weight: 0,
                ..ty
            },
            false => ty,
        }
    }

    fn chosen(&mut self, depth: usize) -> Type {
        let inner = depth.saturating_sub(1);
        let most = if depth > 0 { 10 } else { 3 };
        match self.choices.below(most) {
            1 => self.named(depth),
            2 if !self.params.is_empty() => {
                let param = self.params[self.choices.below(self.params.len())];
                plain(param, false)
            }
            3 => self.around("list<", inner, ">"),
            4 => self.around("list<optional ", inner, ">"),
            5 => {
                let key = self.key(inner);
                self.around(&format!("map<{key}, "), inner, ">")
            }
            6 => plain(&format!("set<{}>", self.key(inner)), true),
            7 => {
                let ty = self.any(inner);
                let length = [1, 2, 3, 33][self.choices.below(4)];
                Type {
                    text: format!("array<{}, {length}>", ty.text),
                    weight: (ty.weight + 32) * length,
                    ordered: ty.ordered,
                }
            }
            8 if self.own.is_some() => {
                let own = self.own.as_deref().unwrap_or_default();
                plain(&format!("list<{own}>"), false)
            }
            _ => self.scalar(),
        }
    }

    fn around(&mut self, front: &str, depth: usize, end: &str) -> Type {
        let ty = self.any(depth);
        Type {
            text: format!("{front}{}{end}", ty.text),
            weight: 0,
            ..ty
        }
    }

    fn scalar(&mut self) -> Type {
        let word = self.choices.one_of(&SCALARS);
        plain(word, !word.starts_with('f'))
    }

    fn named(&mut self, depth: usize) -> Type {
        let at = self.choices.below(self.known.len());
        let Some(known) = self.known.get(at) else {
            return plain("u16", true);
        };
        let (name, kind) = (known.name.clone(), known.kind);
        let (ordered, weight) = (known.ordered, known.weight);
        match kind {
            Kind::Exception => plain("u16", true),
            Kind::Generic if depth == 0 => plain("i8", true),
            Kind::Generic => {
                let inner = (depth - 1).min(1);
                let [one, other] = [self.any(inner), self.any(inner)];
                Type {
                    text: format!("{name}<{}, optional {}>", one.text, other.text),
                    weight: weight + 4 * (one.weight + other.weight),
                    ordered: ordered && one.ordered && other.ordered,
                }
            }
            _ => Type {
                text: name,
                ordered,
                weight,
            },
        }
    }

    /// The text of a type that keys may have.
    fn key(&mut self, depth: usize) -> String {
        let params = std::mem::take(&mut self.params);
        let own = self.own.take();
        let ty = self.chosen(depth);
        (self.params, self.own) = (params, own);
        if ty.ordered {
            ty.text
        } else {
            "u32".to_owned()
        }
    }

    /// Fields with their ids, whether all of them are ordered, and their weight.
    pub(super) fn fields(&mut self) -> Type {
        let mut all = plain("", true);
        let mut names = BTreeSet::new();
        for number in 1..=self.choices.below(9) {
            let name = self.name(&mut names);
            let id = 1000 * number + self.choices.below(200);
            let field = self.field(id, name);
            all.ordered &= field.ordered;
            all.weight += field.weight;
            _ = write!(all.text, "{} ", field.text);
        }
        all
    }

    pub(super) fn field(&mut self, id: usize, name: &str) -> Type {
        let known = self.choices.below(2 * FIELDS.len());
        if let Some((front, ty, value)) = FIELDS.get(known) {
            let text = match self.choices.below(3) {
                0 => format!("{front}{id}: {ty} {name};"),
                1 => format!("{front}{id}: optional {ty} {name};"),
                _ => format!("{front}{id}: {ty} {name} = {value};"),
            };
            return Type {
                weight: 100,
                // Hash-based containers have no order in Rust, and are refused as keys.
                ..plain(&text, !ty.starts_with('f') && !front.contains("hash"))
            };
        }
        let optional = ["", "optional "][self.choices.below(2)];
        let ty = match self.own.clone() {
            Some(own) if optional.len() > 1 && self.choices.below(8) == 1 => plain(&own, false),
            _ => self.any(3),
        };
        Type {
            text: format!("{id}: {optional}{} {name};", ty.text),
            ..ty
        }
    }

    /// A name that is not in `taken`.
    pub(super) fn name(&mut self, taken: &mut BTreeSet<&'static str>) -> &'static str {
        let at = self.choices.below(WORDS.len());
        let mut words = WORDS.iter().cycle().skip(at);
        let free = words.find(|word| taken.insert(word));
        free.expect("there are more words than members")
    }
}

pub(super) fn plain(text: &str, ordered: bool) -> Type {
    Type {
        text: text.to_owned(),
        ordered,
        weight: 0,
    }
}
