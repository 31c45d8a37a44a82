//! Slips that a small edit fixes, given what was found and what was expected: a symbol or word of another language,
//! something superfluous, something missing.

mod brackets;
mod code;
mod early;
mod elsewhere;
pub(super) mod foreign;

use sinew_grammar::{Unexpected, token_at};

use self::brackets::{
    closing, comma, list_brackets, list_in_method, needless_bracket, opening, optional_brackets,
    streamed_type, thrown,
};
use self::code::{
    accessors, block_by_indent, block_of_file, colon_in_namespace, dash_in_name, go_brackets,
    modifier_behind, number_in_front, or_nothing, receiver, reference, reserved_id, tuple_struct,
};
use self::early::{annotation, grouped_digits};
use self::elsewhere::{
    array_without_length, bound_behind_type, default_of_enum, digits_of_decimal, enum_class,
    length_behind, map_without_key, oneway_behind, standard_library, union_with_null,
};
use self::foreign::{
    attribute, description, file_id, file_without_quotes, list_parentheses, option,
    question_behind_id, quoted_value, type_in_brackets, union_of_types, word_in_front,
};
use super::Parser;
use super::syntax::is_name;
use crate::diagnostics::{Edit, Fix};
use crate::naming::Style;
use crate::source::Span;

impl Parser<'_, '_> {
    /// A fix for the unexpected text `wrong`. `first` is the first word of the declaration or member, `kind` the
    /// keyword of the surrounding declaration, if any.
    pub(super) fn mended(&self, kind: &str, first: Span, wrong: &Unexpected) -> Option<Fix> {
        let slip = Slip {
            parser: self,
            kind,
            first,
            wrong,
        };
        SLIPS.iter().find_map(|mend| mend(&slip))
    }
}

/// The first function that recognizes the slip provides the fix.
const SLIPS: [fn(&Slip<'_>) -> Option<Fix>; 55] = [
    union_of_types,
    standard_library,
    enum_class,
    length_behind,
    bound_behind_type,
    oneway_behind,
    default_of_enum,
    digits_of_decimal,
    union_with_null,
    array_without_length,
    map_without_key,
    block_by_indent,
    accessors,
    block_of_file,
    colon_in_namespace,
    sign,
    dash_in_name,
    reference,
    receiver,
    go_brackets,
    or_nothing,
    tuple_struct,
    reserved_id,
    quoted_namespace,
    colon_behind_id,
    word,
    void_parameter,
    range,
    closing,
    opening,
    comma,
    thrown,
    option,
    list_brackets,
    list_in_method,
    optional_brackets,
    list_parentheses,
    type_in_brackets,
    question_behind_id,
    description,
    quoted_value,
    word_in_front,
    needless_bracket,
    streamed_type,
    strings_in_a_row,
    optional_elsewhere,
    file_without_quotes,
    file_id,
    attribute,
    needless_end,
    nameless,
    annotation,
    grouped_digits,
    number_in_front,
    modifier_behind,
];

/// Fix message for an id without `:`.
pub(super) const COLON_AFTER_ID: &str = "write `:` after the id";

/// Something unexpected, and its context.
struct Slip<'a> {
    parser: &'a Parser<'a, 'a>,
    kind: &'a str,
    first: Span,
    wrong: &'a Unexpected,
}

impl<'a> Slip<'a> {
    /// The unexpected token.
    fn found(&self) -> &'a str {
        &self.parser.text[self.wrong.found.clone()]
    }

    /// The first word of the member or declaration.
    fn first(&self) -> &'a str {
        &self.parser.text[self.first.start as usize..self.first.end as usize]
    }

    /// The text before the token, without a trailing comment.
    fn before(&self) -> &'a str {
        self.parser.code()[..self.wrong.found.start].trim_end()
    }

    /// The text from the token on.
    fn rest(&self) -> &'a str {
        &self.parser.text[self.wrong.found.start..]
    }

    fn expects(&self, phrase: &'static str) -> bool {
        self.wrong.expected.contains(&phrase)
    }

    /// Replaces the first `length` bytes of the unexpected text by `text`.
    fn replaced(&self, message: impl Into<String>, length: usize, text: &str) -> Option<Fix> {
        let start = self.wrong.found.start;
        self.written(message, start..start + length, text)
    }

    /// Inserts `text` after what was understood.
    fn inserted(&self, message: impl Into<String>, text: &str) -> Option<Fix> {
        let end = self.before().len();
        self.written(message, end..end, text)
    }

    fn written(
        &self,
        message: impl Into<String>,
        place: std::ops::Range<usize>,
        text: &str,
    ) -> Option<Fix> {
        Some(Fix {
            message: message.into(),
            edits: vec![Edit {
                span: self.parser.span(place.start, place.end),
                replacement: text.to_owned(),
            }],
        })
    }
}

/// Whether `text` is digits. Nothing found counts as none.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `::`, `:=`, and other symbols with a counterpart here
fn sign(slip: &Slip<'_>) -> Option<Fix> {
    let rest = slip.rest();
    if rest.starts_with("::") {
        return slip.replaced("join names with `.`", 2, ".");
    }
    if rest.starts_with(":=") {
        return slip.replaced("write `=`", 2, "=");
    }
    let is_behind_blank = slip.before().len() < slip.wrong.found.start;
    let gap = if is_behind_blank { "" } else { " " };
    match slip.found() {
        ":" if slip.first() == "service" => {
            slip.replaced("write `extends`", 1, &format!("{gap}extends"))
        }
        "/" if slip.first() == "namespace" => slip.replaced("join names with `.`", 1, "."),
        "." if slip.before().ends_with("..") => {
            let start = slip.before().len() - "..".len();
            slip.written("write `..=`", start..slip.wrong.found.end, "..=")
        }
        "." if !rest.starts_with("..") => point(slip),
        "=" if slip.wrong.expected == ["`:`"] => slip.replaced("write `:`", 1, ":"),
        "=" if slip.expects("`{`") => {
            let brace = token_at(slip.parser.text, slip.wrong.found.end);
            let length = brace.start - slip.wrong.found.start;
            (&slip.parser.text[brace] == "{").then(|| slip.replaced("remove it", length, ""))?
        }
        _ => None,
    }
}

/// `.5`, `5.`
fn point(slip: &Slip<'_>) -> Option<Fix> {
    let digit = |c: char| c.is_ascii_digit();
    let at = if slip.expects("a value") && slip.rest()[1..].starts_with(digit) {
        slip.wrong.found.start
    } else if slip.expects("`;`") && slip.parser.text[..slip.wrong.found.start].ends_with(digit) {
        slip.wrong.found.end
    } else {
        return None;
    };
    slip.written("put digits on both sides of the point", at..at, "0")
}

/// `namespace "shop";`
fn quoted_namespace(slip: &Slip<'_>) -> Option<Fix> {
    let name = slip.found().strip_prefix('"')?.strip_suffix('"')?;
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let is_meant = slip.first() == "namespace" && is_name(name) && name.chars().all(is_path);
    is_meant.then(|| slip.replaced("remove the quotes", slip.found().len(), name))?
}

/// `1 string name`, `1. string name`
fn colon_behind_id(slip: &Slip<'_>) -> Option<Fix> {
    let is_behind_id = slip.before().ends_with(|c: char| c.is_ascii_digit());
    if slip.wrong.expected != ["`:`"] || !is_behind_id {
        return None;
    }
    let next = &slip.parser.text[token_at(slip.parser.text, slip.wrong.found.end)];
    let message = COLON_AFTER_ID;
    match slip.found() {
        found if is_name(found) && slip.kind == "annotation" => {
            let place = slip.first.start as usize..slip.wrong.found.start;
            slip.written("remove the id", place, "")
        }
        // In a service, `)` closes the parameters of a method.
        ")" if slip.kind == "service" => None,
        "." | ")" | "-" if is_name(next) => slip.replaced(message, 1, ":"),
        ";" if slip.parser.is_id_ended(slip.wrong.found.end) => slip.replaced(message, 1, ":"),
        found if is_name(found) => slip.inserted(message, ":"),
        _ => None,
    }
}

/// A word that is a symbol here, or another word
fn word(slip: &Slip<'_>) -> Option<Fix> {
    let (message, text) = match slip.found() {
        "default" => ("write `=`", "="),
        "raises" | "throw" if slip.expects("`throws`") => ("write `throws`", "throws"),
        _ => return None,
    };
    slip.replaced(message, slip.found().len(), text)
}

/// `ping(void)`
fn void_parameter(slip: &Slip<'_>) -> Option<Fix> {
    let end = slip.wrong.found.start;
    let is_void = slip.found() == ")" && slip.before().ends_with("(void");
    let start = slip.before().len().checked_sub("void".len())?;
    is_void.then(|| slip.written("write nothing for no parameters", start..end, ""))?
}

/// `reserved 1-5`, `reserved 1..5`
fn range(slip: &Slip<'_>) -> Option<Fix> {
    let is_range = slip.first() == "reserved" && slip.expects("`..=`");
    match slip.found() {
        "-" if is_range => slip.replaced("write `..=`", 1, "..="),
        "." if is_range && slip.rest().starts_with("...") => slip.replaced("write `..=`", 3, "..="),
        "." if is_range && slip.rest().starts_with("..") => slip.replaced("write `..=`", 2, "..="),
        _ => None,
    }
}

/// `"one" "two"`
fn strings_in_a_row(slip: &Slip<'_>) -> Option<Fix> {
    let is_behind_one = slip.before().ends_with('"') && slip.expects("`;`");
    (is_behind_one && slip.found().starts_with('"'))
        .then(|| slip.inserted("join strings with `+`", " +"))?
}

/// `optional 1: string name`, `1: string optional name`
fn optional_elsewhere(slip: &Slip<'_>) -> Option<Fix> {
    let message = "write `optional` in front of the type";
    let text = slip.parser.text;
    let before = slip.before();
    let is_id = is_number(slip.found());
    if is_id && slip.first() == "optional" && before.ends_with("optional") {
        let colon = token_at(text, slip.wrong.found.end);
        let id = slip.found();
        let place = slip.first.start as usize..colon.end;
        return (&text[colon] == ":")
            .then(|| slip.written(message, place, &format!("{id}: optional")))?;
    }
    let ty = before.strip_suffix("optional")?;
    let start = slip.first.start as usize;
    let ty = text.get(start..ty.len())?.trim_end();
    let is_between = !ty.is_empty() && is_name(slip.found()) && slip.kind == "struct";
    is_between.then(|| slip.written(message, start..before.len(), &format!("optional {ty}")))?
}

/// `;;`
fn needless_end(slip: &Slip<'_>) -> Option<Fix> {
    let is_alone = slip.found() == ";" && slip.wrong.skipped == slip.wrong.found;
    is_alone.then(|| slip.replaced("remove it", 1, ""))?
}

/// `1: Card;`, `get(1: OrderId)`
fn nameless(slip: &Slip<'_>) -> Option<Fix> {
    let is_end = matches!(slip.found(), ";" | "," | ")");
    if slip.kind.is_empty() || !is_end || !slip.expects("a name") {
        return None;
    }
    let before = slip.before();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let ty = &before[before.trim_end_matches(is_word).len()..];
    if !ty.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let name = Style::Snake.apply(ty);
    slip.inserted(format!("call it `{name}`"), &format!(" {name}"))
}
