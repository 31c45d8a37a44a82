//! The types of fields, requests and replies, and the values that they begin with.

use prost_types::FieldDescriptorProto;
use prost_types::field_descriptor_proto::Type;
use sinew_compiler::diagnostics::render::visible;

use super::convert::Converter;
use super::known::{ANY, EMPTY, built_in};
use super::places::Place;

/// How something is written, and what is there if nobody sets it.
pub(super) struct Typed {
    pub(super) text: String,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// A value that is never absent: what it is then.
    Scalar(&'static str),
    /// An enum: its values, as they were and as they are called here.
    Enum(Vec<(String, String)>),
    /// A message, which may be absent.
    Message,
    /// The message that says nothing.
    Empty,
}

impl Converter<'_> {
    /// The type of one value of a field.
    pub(super) fn type_of(
        &mut self,
        scope: &str,
        field: &FieldDescriptorProto,
        place: Place,
    ) -> Typed {
        let scalar = |text: &str, zero| Typed {
            text: text.to_owned(),
            kind: Kind::Scalar(zero),
        };
        match field.r#type.and_then(|it| Type::try_from(it).ok()) {
            Some(Type::Double) => scalar("f64", "0.0"),
            Some(Type::Float) => scalar("f32", "0.0"),
            Some(Type::Int32 | Type::Sint32 | Type::Sfixed32) => scalar("i32", "0"),
            Some(Type::Int64 | Type::Sint64 | Type::Sfixed64) => scalar("i64", "0"),
            Some(Type::Uint32 | Type::Fixed32) => scalar("u32", "0"),
            Some(Type::Uint64 | Type::Fixed64) => scalar("u64", "0"),
            Some(Type::Bool) => scalar("bool", "false"),
            Some(Type::String) => scalar("string", "\"\""),
            Some(Type::Bytes) => scalar("bytes", "b\"\""),
            Some(Type::Message | Type::Enum | Type::Group) | None => {
                self.named(scope, field.type_name(), place)
            }
        }
    }

    /// The type that a name refers to.
    pub(super) fn named(&mut self, scope: &str, name: &str, place: Place) -> Typed {
        let full = self.lookup.full(scope, name);
        if let Some(text) = full.as_deref().and_then(built_in) {
            let text = text.to_owned();
            let kind = Kind::Message;
            return Typed { text, kind };
        }
        let declared = full.as_deref().and_then(|full| self.lookup.declared(full));
        let Some(declared) = declared else {
            self.missing_types = true;
            self.mistake(place, format!("there is no type `{name}`"));
            return Typed {
                text: name.to_owned(),
                kind: Kind::Message,
            };
        };
        if full.as_deref() == Some(ANY) {
            let message = "`Any` is a struct with bytes here; a union would say what they may be";
            self.note(place, message);
        }
        let kind = match &declared.values {
            Some(values) => Kind::Enum(values.clone()),
            None if full.as_deref() == Some(EMPTY) => Kind::Empty,
            None => Kind::Message,
        };
        Typed {
            text: self.lookup.written(declared),
            kind,
        }
    }
}

impl Typed {
    /// What a field has in proto3 if nobody sets it; none if it is absent then.
    pub(super) fn zero(&self) -> Option<String> {
        match &self.kind {
            Kind::Scalar(zero) => Some((*zero).to_owned()),
            Kind::Enum(values) => {
                let (_, first) = values.first()?;
                Some(format!("{}.{first}", self.text))
            }
            Kind::Message | Kind::Empty => None,
        }
    }

    /// A default of proto2.
    pub(super) fn value(&self, default: &str) -> Option<String> {
        match &self.kind {
            Kind::Enum(values) => {
                let (_, name) = values.iter().find(|(old, _)| old == default)?;
                Some(format!("{}.{name}", self.text))
            }
            Kind::Scalar(_) => Some(match &self.text[..] {
                "string" => quoted(default),
                "bytes" => bytes(default),
                "f32" | "f64" => float(default),
                _ => default.to_owned(),
            }),
            Kind::Message | Kind::Empty => None,
        }
    }
}

/// A string as it is written.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push_str(&visible(sign.encode_utf8(&mut [0; 4]))),
        }
    }
    quoted.push('"');
    quoted
}

fn float(text: &str) -> String {
    let is_whole = text.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
    match text {
        "-nan" => "nan".to_owned(),
        text if is_whole => format!("{text}.0"),
        text => text.to_owned(),
    }
}

/// Bytes that the parser gives as text in which those that are not ASCII are octal.
fn bytes(text: &str) -> String {
    let mut hex = String::new();
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let (byte, left) = match (first, others) {
            (b'\\', [a @ b'0'..=b'3', b, c, left @ ..]) => {
                let digit = |digit: &u8| digit.wrapping_sub(b'0') & 7;
                ((digit(a) << 6) | (digit(b) << 3) | digit(c), left)
            }
            (b'\\', [sign, left @ ..]) => (unescaped(*sign), left),
            (byte, left) => (*byte, left),
        };
        hex.push_str(&format!("{byte:02x}"));
        rest = left;
    }
    match text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'"')
    {
        true => format!("b\"{text}\""),
        false => format!("x\"{hex}\""),
    }
}

fn unescaped(sign: u8) -> u8 {
    match sign {
        b't' => b'\t',
        b'r' => b'\r',
        b'n' => b'\n',
        other => other,
    }
}
