//! Prints values as JSON.

use std::fmt::Write;

use sinew_compiler::schema::Number;

use super::{MAX_SAFE, PRESENT, UNKNOWN, scalars, times};
use crate::base64::to_base64;
use crate::schema::{Enum, Schema, Type};
use crate::value::Value;

/// Prints a value of a type: over several lines with this indentation, or on one line.
pub(super) fn print(schema: &Schema, ty: &Type, value: &Value, indent: Option<usize>) -> String {
    let mut printer = Printer {
        schema,
        out: String::new(),
        indent,
    };
    printer.value(ty, value);
    printer.out
}

/// Whether maps with keys of this type are JSON objects.
pub(super) fn are_names(key: &Type) -> bool {
    match key.unconstrained() {
        Type::Bool | Type::Unsigned(_) | Type::Signed(_) | Type::Text | Type::Bytes => true,
        Type::Timestamp | Type::Duration | Type::Date | Type::Uuid | Type::Decimal => true,
        Type::Enum(it) => !it.flags,
        Type::Float(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        Type::Array(..) | Type::Frozen(_) | Type::Record(_) | Type::Union(_) => false,
        Type::Constrained(..) => unreachable!("what constrains it was taken away"),
    }
}

struct Printer<'s> {
    schema: &'s Schema,
    out: String,
    /// Indentation of the line; `None` for everything on one line.
    indent: Option<usize>,
}

impl Printer<'_> {
    fn value(&mut self, ty: &Type, value: &Value) {
        match (ty, value) {
            (_, Value::Absent) => self.out.push_str("null"),
            (Type::Constrained(ty, _), value) => self.value(ty, value),
            (Type::Optional(ty), Value::Present(value)) => {
                self.object([(PRESENT, &**ty, &**value)].into_iter());
            }
            (Type::Optional(ty), value) => self.value(ty, value),
            (_, Value::Bool(bit)) => self.raw(bit),
            (Type::Enum(it), Value::Unsigned(number)) => self.enumerated(it, (*number).into()),
            (Type::Enum(it), Value::Signed(number)) => self.enumerated(it, Number::Int(*number)),
            (_, Value::Unsigned(number)) => self.integer(*number, number),
            (Type::Timestamp, Value::Signed(nanos)) => self.quote(&times::timestamp(*nanos)),
            (Type::Duration, Value::Signed(nanos)) => self.quote(&times::duration(*nanos)),
            (Type::Date, Value::Signed(days)) => self.quote(&times::date(*days as i64)),
            (_, Value::Signed(number)) => self.integer(number.unsigned_abs(), number),
            (ty, Value::Float(bits)) => {
                match scalars::float(if *ty == Type::Float(4) { 4 } else { 8 }, *bits) {
                    Ok(number) => self.out.push_str(&number),
                    Err(text) => self.quote(&text),
                }
            }
            (_, Value::Text(text)) => self.quote(text),
            (Type::Uuid, Value::Bytes(bytes)) => self.quote(&scalars::uuid(bytes)),
            (_, Value::Bytes(bytes)) => self.quote(&to_base64(bytes)),
            (_, Value::Decimal(number, scale)) => self.quote(&scalars::decimal(*number, *scale)),
            (Type::Frozen(it), Value::List(values)) => {
                let members = it.members.iter().zip(values);
                self.object(members.map(|((name, ty), value)| (&name[..], ty, value)));
            }
            (Type::List(ty) | Type::Set(ty) | Type::Array(_, ty), Value::List(items)) => {
                self.all(['[', ']'], items.iter(), |printer, item| {
                    printer.value(ty, item)
                });
            }
            (Type::Map(key, ty), Value::Map(entries)) => self.map(key, ty, entries),
            (Type::Record(number), Value::Record(values)) => {
                let fields = self.schema.records[*number].fields.iter().zip(values);
                let fields = fields.filter(|(_, (_, value))| *value != Value::Absent);
                self.object(fields.map(|(field, (_, value))| (&field.name[..], &field.ty, value)));
            }
            (Type::Union(number), Value::Variant(id, payload)) => {
                let variants = &self.schema.unions[*number].variants;
                let variant = variants.iter().find(|variant| variant.id == *id);
                let variant = variant.expect("the union has the variant");
                self.object([(&variant.name[..], &variant.ty, &**payload)].into_iter());
            }
            (_, Value::Unknown(id, head, body)) => self.unknown(*id, head, body),
            (ty, value) => unreachable!("{value:?} is no {ty:?}"),
        }
    }

    fn raw(&mut self, value: &dyn std::fmt::Display) {
        write!(self.out, "{value}").expect("a text takes anything");
    }

    fn integer(&mut self, size: u128, number: &dyn std::fmt::Display) {
        match size <= MAX_SAFE {
            true => self.raw(number),
            false => self.raw(&format_args!("\"{number}\"")),
        }
    }

    /// The name of an enum's value, or a list of flags. Numbers without a name are printed as numbers.
    fn enumerated(&mut self, it: &Enum, number: Number) {
        if it.flags {
            let (names, rest) = it.split(number);
            let mut all: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            all.extend((rest != 0).then(|| match rest <= MAX_SAFE {
                true => rest.to_string(),
                false => format!("\"{rest}\""),
            }));
            return self.all(['[', ']'], all.iter(), |printer, item| {
                printer.out.push_str(item)
            });
        }
        match (it.name_of(number), number) {
            (Some(name), _) => self.quote(name),
            (None, Number::Int(number)) => self.integer(number.unsigned_abs(), &number),
            (None, Number::Uint(number)) => self.integer(number, &number),
        }
    }

    fn map(&mut self, key: &Type, ty: &Type, entries: &[(Value, Value)]) {
        if !are_names(key) {
            return self.all(['[', ']'], entries.iter(), |printer, (k, v)| {
                printer.all(
                    ['[', ']'],
                    [(key, k), (ty, v)].iter(),
                    |printer, (ty, value)| {
                        printer.value(ty, value);
                    },
                );
            });
        }
        self.all(['{', '}'], entries.iter(), |printer, (k, v)| {
            let name = print(printer.schema, key, k, None);
            match name.starts_with('"') {
                true => printer.out.push_str(&name),
                false => printer.quote(&name),
            }
            printer.out.push_str(": ");
            printer.value(ty, v);
        });
    }

    fn unknown(&mut self, id: u16, head: &[u8], body: &[u8]) {
        let (head, body) = (to_base64(head), to_base64(body));
        self.raw(&format_args!(
            "{{\"{UNKNOWN}\": {{\"id\": {id}, \"head\": \"{head}\", \"body\": \"{body}\"}}}}"
        ));
    }

    fn object<'v>(&mut self, members: impl Iterator<Item = (&'v str, &'v Type, &'v Value)>) {
        self.all(['{', '}'], members, |printer, (name, ty, value)| {
            printer.quote(name);
            printer.out.push_str(": ");
            printer.value(ty, value);
        });
    }

    fn all<T>(
        &mut self,
        [open, close]: [char; 2],
        items: impl Iterator<Item = T>,
        one: impl Fn(&mut Self, T),
    ) {
        self.out.push(open);
        self.indent = self.indent.map(|indent| indent + 2);
        let mut is_empty = true;
        for item in items {
            if !is_empty {
                self.out
                    .push_str(if self.indent.is_some() { "," } else { ", " });
            }
            is_empty = false;
            self.line();
            one(self, item);
        }
        self.indent = self.indent.map(|indent| indent - 2);
        if !is_empty {
            self.line();
        }
        self.out.push(close);
    }

    fn line(&mut self) {
        if let Some(indent) = self.indent {
            self.raw(&format_args!("\n{:indent$}", ""));
        }
    }

    fn quote(&mut self, text: &str) {
        self.out.push('"');
        for sign in text.chars() {
            match sign {
                '"' | '\\' => self.out.extend(['\\', sign]),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                // Also characters that change the direction of text.
                '\0'..='\x1f'
                | '\x7f'..='\u{9f}'
                | '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' => {
                    self.raw(&format_args!("\\u{:04x}", u32::from(sign)));
                }
                sign => self.out.push(sign),
            }
        }
        self.out.push('"');
    }
}
