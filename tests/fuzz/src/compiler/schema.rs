//! Schemas out of choices: valid ones, and ones with a single mistake of a known kind.

use std::fmt::Write as _;

use crate::choices::Choices;

/// A schema, and the code of the mistake in it.
#[derive(Debug)]
pub(super) struct Schema {
    /// Its text.
    pub(super) text: String,
    /// What must be reported, if anything is wrong.
    pub(super) mistake: Option<&'static str>,
}

/// A kind of declaration that types can name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Struct,
    Frozen,
    Enum,
    Union,
    Newtype,
    Exception,
}

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
/// Scalars that may be keys.
const KEYS: [&str; 6] = ["string", "u32", "i64", "bool", "uuid", "date"];
/// Scalars of a constant size.
const FIXED: [&str; 6] = ["i32", "u8", "f64", "bool", "u128", "timestamp"];
const MISTAKES: [(&str, &str); 6] = [
    ("struct Wrong { 1: Missing a; }", "E0201"),
    ("struct Wrong { 1: i32 a; 1: i32 b; }", "E0301"),
    ("struct Wrong { 1: map<f64, i32> a; }", "E0409"),
    ("struct Wrong { 1: Wrong a; }", "E0404"),
    ("const u8 WRONG = 256;", "E0501"),
    ("struct Wrong { 0: i32 a; }", "E0305"),
];

/// The schema that the choices make.
pub(super) fn schema(choices: &mut Choices<'_>) -> Schema {
    let mut writer = Writer {
        choices,
        text: String::from("namespace made;\n"),
        kinds: Vec::new(),
    };
    while !writer.choices.is_empty() && writer.kinds.len() < 40 {
        writer.declaration();
    }
    writer.service();
    let mistake = match writer.choices.below(4) {
        3 => Some(MISTAKES[writer.choices.below(MISTAKES.len())]),
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
    choices: &'c mut Choices<'b>,
    text: String,
    /// The kind of each declaration so far: number 3 is called `T3`.
    kinds: Vec<Kind>,
}

impl Writer<'_, '_> {
    fn declaration(&mut self) {
        let number = self.kinds.len();
        if self.choices.below(3) == 1 {
            self.text.push_str("/// What it is.\n");
        }
        let kinds = [
            Kind::Struct,
            Kind::Frozen,
            Kind::Enum,
            Kind::Union,
            Kind::Newtype,
            Kind::Exception,
        ];
        let kind = kinds[self.choices.below(kinds.len())];
        let declaration = match kind {
            Kind::Struct => format!("struct T{number} {{ {}}}", self.fields()),
            Kind::Exception => format!("exception T{number} {{ {}}}", self.fields()),
            Kind::Frozen => format!("frozen struct T{number} {{ {}}}", self.fixed()),
            Kind::Enum => format!("enum T{number} {{ {}}}", self.values()),
            Kind::Union => format!("union T{number} {{ {}}}", self.variants()),
            Kind::Newtype => format!("newtype {} T{number};", self.choices.one_of(&SCALARS)),
        };
        self.text.push_str(&declaration);
        self.text.push('\n');
        self.kinds.push(kind);
    }

    fn fields(&mut self) -> String {
        let count = self.choices.below(9);
        (1..=count).fold(String::new(), |mut text, number| {
            let id = number * (1 + self.choices.below(30)) + number * 31;
            let field = match self.choices.below(6) {
                0 => format!("i32 f{number} = -{number}"),
                1 => format!("string f{number} = \"\\\"{{}}\\n\""),
                2 => format!("optional {} f{number}", self.ty(3)),
                3 => format!("f64 f{number} = -0.0"),
                _ => format!("{} f{number}", self.ty(3)),
            };
            // Ascending and apart: each has a range of its own.
            let id = 1000 * number + id % 1000;
            _ = write!(text, "{id}: {field}; ");
            text
        })
    }

    fn fixed(&mut self) -> String {
        let count = 1 + self.choices.below(5);
        (0..count).fold(String::new(), |mut text, number| {
            let ty = self.choices.one_of(&FIXED);
            match self.choices.below(3) {
                0 => _ = write!(text, "array<{ty}, {}> f{number}; ", number + 1),
                _ => _ = write!(text, "{ty} f{number}; "),
            }
            text
        })
    }

    fn values(&mut self) -> String {
        let count = self.choices.below(6);
        (0..count).fold(String::new(), |mut text, number| {
            let by = self.choices.below(7);
            _ = write!(text, "V{number} = {} + {by}; ", number * 10);
            text
        })
    }

    fn variants(&mut self) -> String {
        let count = self.choices.below(6);
        (1..=count).fold(String::new(), |mut text, number| {
            match self.choices.below(3) {
                0 => _ = write!(text, "{number}: v{number}; "),
                1 => _ = write!(text, "{number}: {} v{number}; ", self.ty(3)),
                _ => _ = write!(text, "{number}: v{number} {{ {}}} ", self.fields()),
            }
            text
        })
    }

    /// A type; what it names was declared before, so nothing holds itself.
    fn ty(&mut self, depth: usize) -> String {
        let inner = depth.saturating_sub(1);
        match self.choices.below(7) {
            1 if depth > 0 => format!("list<{}>", self.ty(inner)),
            2 if depth > 0 => {
                let key = self.choices.one_of(&KEYS);
                format!("map<{key}, {}>", self.ty(inner))
            }
            3 => format!("set<{}>", self.choices.one_of(&KEYS)),
            4 if depth > 0 => format!("array<{}, 3>", self.ty(0)),
            5 => self.named(),
            _ => self.choices.one_of(&SCALARS).to_owned(),
        }
    }

    fn named(&mut self) -> String {
        let at = self.choices.below(self.kinds.len());
        match self.kinds.get(at) {
            Some(Kind::Exception) | None => "u16".to_owned(),
            Some(_) => format!("T{at}"),
        }
    }

    fn service(&mut self) {
        let count = self.choices.below(5);
        self.text.push_str("service Calls {\n");
        for number in 0..count {
            let modifier = self.choices.one_of(&["", "readonly ", "idempotent "]);
            let result = match self.choices.below(2) {
                0 => "void".to_owned(),
                _ => self.ty(2),
            };
            let parameter = self.ty(2);
            let thrown = self.kinds.iter().position(|kind| *kind == Kind::Exception);
            let throws = match thrown.filter(|_| self.choices.below(2) == 1) {
                Some(at) => format!(" throws (1: T{at} why)"),
                None => String::new(),
            };
            _ = writeln!(
                self.text,
                "{modifier}{result} m{number}(1: {parameter} p){throws};"
            );
        }
        self.text.push_str("}\n");
    }
}
