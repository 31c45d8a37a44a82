//! Translates members and declarations of other languages, text to text, after they failed to parse. Only simple forms
//! are translated.

mod lines;
mod methods;
mod protobuf;

use std::ops::Range;

use sinew_grammar::token_at;

use self::lines::fields_on_lines;
pub(super) use self::methods::without_self;
use self::methods::{method_of_rpc, methods_on_lines, numbered_method, result_behind};
pub(super) use self::protobuf::{end_of_part, options};
use super::Parser;
use super::syntax::FirstWords;
use super::words::{DECLARATIONS, is_field_word};
use crate::diagnostics::{Edit, Fix};

impl Parser<'_, '_> {
    /// Translates what was skipped, if its form is simple. `kind` is the keyword of the surrounding declaration, if
    /// any.
    pub(super) fn translated(
        &self,
        kind: &str,
        words: &FirstWords<'_>,
        skipped: &Range<usize>,
    ) -> Option<Fix> {
        let start = words.place.start as usize;
        let text = self.text.get(start..skipped.end)?;
        let (length, replacement) = translated(kind, words.first, text)?;
        let span = self.span(start, start + length);
        let message = match (replacement.contains('\n'), kind) {
            (true, "service") => "write the results in front of the names".to_owned(),
            (true, _) => "write the types before the names".to_owned(),
            (false, _) => format!("write `{replacement}`"),
        };
        Some(Fix {
            message,
            edits: vec![Edit { span, replacement }],
        })
    }
}

impl Parser<'_, '_> {
    /// Removes a superfluous first word, from this member and from those after it.
    pub(super) fn without_word(
        &self,
        words: &FirstWords<'_>,
        skipped: &Range<usize>,
    ) -> Option<Fix> {
        if !is_field_word(words.first) {
            return None;
        }
        let text = self.text.get(skipped.clone())?;
        let places = text.match_indices([' ', '\t']).filter_map(|(end, _)| {
            let (in_front, word) =
                text[..end].split_at(text[..end].rfind(is_no_letter).map_or(0, |at| at + 1));
            let before = in_front.trim_end_matches([' ', '\t']);
            let is_first = before.is_empty() || before.ends_with(['\n', ',', ';', ':']);
            (is_first && is_field_word(word)).then_some((in_front.len(), word))
        });
        let edits = places.map(|(at, word)| {
            let start = skipped.start + at;
            let next = token_at(self.text, start + word.len());
            Edit {
                span: self.span(start, next.start),
                replacement: String::new(),
            }
        });
        Some(Fix {
            message: "remove the word".to_owned(),
            edits: edits.collect(),
        })
    }
}

fn is_no_letter(c: char) -> bool {
    !c.is_ascii_alphabetic()
}

/// The translation of `text`, which begins with the word `first`, and how many bytes of it that covers.
fn translated(kind: &str, first: &str, text: &str) -> Option<(usize, String)> {
    let method = |text| {
        let in_service = Some(text).filter(|_| kind == "service")?;
        numbered_method(in_service)
            .or_else(|| result_behind(in_service))
            .or_else(|| methods_on_lines(in_service))
    };
    match first {
        "repeated" => repeated(text),
        "const" | "typedef" | "newtype" => name_first(text),
        "async" => asynchronous(text),
        "unsigned" | "signed" | "long" | "short" => integer_of_c(text),
        word if DECLARATIONS.contains(&word) => None,
        "rpc" => method_of_rpc(text).or_else(|| method(text)),
        _ => brackets(text)
            .or_else(|| named_list(text))
            .or_else(|| method(text))
            .or_else(|| fields_on_lines(Some(text).filter(|_| kind == "struct")?)),
    }
}

/// `list<string>` for `string[]`, `list<string> tags` for `tags: string[]`, and with `optional` for
/// `tags?: string[]`.
fn brackets(text: &str) -> Option<(usize, String)> {
    let (head, rest) = text.split_once("[]")?;
    let length = head.len() + "[]".len();
    if is_path(head) {
        let written = match head {
            "byte" | "uint8" | "u8" => "bytes".to_owned(),
            head => format!("list<{head}>"),
        };
        return Some((length, written));
    }
    let (name, ty) = head.split_once(':')?;
    let (name, optional, ty) = presence(name.trim_end(), ty.trim_start());
    let end = missing_end(rest);
    (is_name(name) && is_path(ty)).then(|| (length, format!("{optional}list<{ty}> {name}{end}")))
}

/// A name and its type, with `optional ` if either is marked as such.
fn presence<'t>(name: &'t str, ty: &'t str) -> (&'t str, &'static str, &'t str) {
    const OPTIONAL: &str = "optional ";
    match (name.trim_end().strip_suffix('?'), ty.strip_prefix(OPTIONAL)) {
        (None, None) => (name, "", ty),
        (short, bare) => (
            short.unwrap_or(name),
            OPTIONAL,
            bare.unwrap_or(ty).trim_start(),
        ),
    }
}

/// `list<string> tags` for `tags: [string]`, `1: list<string> tags` for `tags @1 :List(string)`
fn named_list(text: &str) -> Option<(usize, String)> {
    let (head, ty) = text.split_once(':')?;
    let (head, optional, ty) = presence(head, ty.trim_start());
    let (inner, rest) = match ty.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => ty.strip_prefix("List(")?.split_once(')')?,
    };
    let (name, id) = match head.split_once('@') {
        Some((name, id)) => (name, format!("{}: ", id.trim())),
        None => (head, String::new()),
    };
    let name = name.trim();
    let is_id =
        id.chars().all(|c| c.is_ascii_digit() || ": ".contains(c)) && !id.starts_with(['0', ':']);
    let (is_plain, ty) = match inner
        .split_once(':')
        .map(|(key, of)| (key.trim(), of.trim()))
    {
        Some((key, of)) => (is_path(key) && is_path(of), format!("map<{key}, {of}>")),
        None => (is_path(inner.trim()), format!("list<{}>", inner.trim())),
    };
    let end = missing_end(rest);
    (is_name(name) && is_plain && is_id).then(|| {
        let written = format!("{id}{optional}{ty} {name}{end}");
        (text.len() - rest.len(), written)
    })
}

/// `;`, if `rest` of a field lacks it
fn missing_end(rest: &str) -> &'static str {
    match rest.trim_start().starts_with([';', ',', '=']) {
        true => "",
        false => ";",
    }
}

/// `typedef list<City> Cities;` for `list Cities { member: City }`, and so for sets and maps
pub(super) fn named_collection(text: &str) -> Option<String> {
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ':' | ',');
    let words: Vec<&str> = text
        .split(is_blank)
        .filter(|word| !word.is_empty())
        .collect();
    let (of, name) = match words[..] {
        [word @ ("list" | "set"), name, "member", of] if is_path(of) => {
            (format!("{word}<{of}>"), name)
        }
        ["map", name, "key", key, "value", of] if is_path(key) && is_path(of) => {
            (format!("map<{key}, {of}>"), name)
        }
        _ => return None,
    };
    is_name(name).then(|| format!("typedef {of} {name};"))
}

/// `1: list<string> tags;` for `repeated string tags = 1;`
fn repeated(text: &str) -> Option<(usize, String)> {
    let ty = text.strip_prefix("repeated")?.trim_start();
    let (mut ty, mut rest) = ty.split_at(path_length(ty));
    // `repeated google.api.Rule` and `.Part parts = 1;` on the next line
    let whole;
    if let Some(more) = rest
        .trim_start()
        .strip_prefix('.')
        .filter(|_| !ty.is_empty())
    {
        let (more, behind) = more.split_at(path_length(more));
        whole = format!("{ty}.{more}");
        (ty, rest) = (&whole, behind);
    }
    let list = format!("list<{ty}>");
    match numbered(rest) {
        Some((id, name)) => Some((text.len(), format!("{id}: {list} {name};"))),
        None => Some((text.len() - rest.len(), list)),
    }
}

/// Number and name of a field that ends with ` name = 1;`, or so with options that mean nothing here.
pub(super) fn numbered(text: &str) -> Option<(&str, &str)> {
    let (name, id) = text.strip_suffix(';')?.split_once('=')?;
    let (name, mut id) = (name.trim(), id.trim());
    if let Some(at) = id.find('[') {
        let (said, length) = options(&id[at..])?;
        let is_lost = said
            .iter()
            .any(|(name, _)| matches!(*name, "default" | "deprecated"));
        id = (at + length == id.len() && !is_lost).then(|| id[..at].trim_end())?;
    }
    (is_name(name) && id.bytes().all(|byte| byte.is_ascii_digit())).then_some((id, name))
}

/// `const u32 MAX` for `const MAX: u32`, `typedef string Name` for `typedef Name = string`
fn name_first(text: &str) -> Option<(usize, String)> {
    let (head, rest) = text.split_once([':', '='])?;
    let (word, name) = head.split_once(char::is_whitespace)?;
    let rest = match word {
        "const" => &rest[..rest.find('=')?],
        _ => rest.split([';', '\n']).next()?,
    };
    let (name, ty) = (name.trim(), rest.trim().trim_start_matches('&'));
    let length = head.len() + 1 + rest.trim_end().len();
    let is_whole = is_type(ty) && ty.matches('<').count() == ty.matches('>').count();
    (is_name(name) && is_whole).then(|| (length, format!("{word} {ty} {name}")))
}

/// `oneway void` for `async void`. The word is dropped from methods with a result.
fn asynchronous(text: &str) -> Option<(usize, String)> {
    let rest = text.strip_prefix("async")?;
    let result = rest.trim_start();
    Some(match result.strip_prefix("void") {
        Some(_) => ("async".len(), "oneway".to_owned()),
        None => (text.len(), result.to_owned()),
    })
}

/// `u32` for `unsigned int`, `i64` for `long long`
fn integer_of_c(text: &str) -> Option<(usize, String)> {
    let (mut length, mut sign, mut bits) = (0, 'i', 32);
    for word in text.split(' ') {
        match word {
            "unsigned" => sign = 'u',
            "char" => bits = 8,
            "short" => bits = 16,
            "long" => bits = 64,
            "signed" | "int" | "" => {}
            "double" => return None,
            _ => break,
        }
        length += word.len() + 1;
    }
    Some((length.checked_sub(1)?, format!("{sign}{bits}")))
}

/// The length of the path at the start of `text`.
fn path_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))
        .unwrap_or(text.len())
}

pub(super) fn is_path(text: &str) -> bool {
    !text.is_empty() && path_length(text) == text.len()
}

pub(super) fn is_name(text: &str) -> bool {
    is_path(text) && !text.contains('.')
}

/// Whether `text` has exactly the characters of a type.
fn is_type(text: &str) -> bool {
    let is_part =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '<' | '>' | ',' | ' ');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_part)
}
