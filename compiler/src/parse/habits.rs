//! What people write who come from other languages, and how it is written here. Only says more
//! about what was found wrong anyway.

use std::ops::Range;

use sinew_grammar::Unexpected;

use super::Parser;
use super::bodies::Body;
use super::syntax::{FirstWords, is_name};
use crate::diagnostics::Diagnostic;
use crate::source::Span;

impl Parser<'_, '_> {
    /// Adds to `error` how to write what `wrong` begins with. `first` is the first word of it.
    pub(super) fn with_habit(
        &self,
        error: Diagnostic,
        first: &str,
        wrong: &Unexpected,
        body: Option<&Body<'_>>,
    ) -> Diagnostic {
        let kind = body.map_or("", |body| body.kind);
        let found = &self.text[wrong.found.clone()];
        let place = self.span(wrong.found.start, wrong.found.end);
        let rest = &self.text[wrong.found.start..];
        if rest.starts_with("::") {
            let path = self.span(wrong.found.start, wrong.found.start + 2);
            return error.with_fix("join names with `.`", path, ".");
        }
        if rest.starts_with(":=") {
            let sign = self.span(wrong.found.start, wrong.found.start + 2);
            return error.with_fix("write `=`", sign, "=");
        }
        if wrong.expected == ["`:`"]
            && let Some((span, text)) = self.colon(found, place)
        {
            return error.with_fix("write `:` behind the id", span, text);
        }
        if let Some((message, span, text)) = self.replacement(first, found, place) {
            return error.with_fix(message, span, text);
        }
        let is_expected = |phrase| wrong.expected.contains(&phrase);
        match help(kind, first, found, &is_expected) {
            Some(help) => error.with_help(help),
            None => error,
        }
    }

    /// Adds to `error` what the member that was skipped is here, if its form is plain.
    pub(super) fn with_translation(
        &self,
        error: Diagnostic,
        words: &FirstWords<'_>,
        skipped: &Range<usize>,
    ) -> Diagnostic {
        let start = words.place.start as usize;
        let translation = match words.first {
            "repeated" => {
                let ty = words.second_place.start as usize;
                let end = ty + path_length(&self.text[ty..]);
                let list = format!("list<{}>", &self.text[ty..end]);
                match numbered(&self.text[end..skipped.end]) {
                    Some((id, name)) => Some((skipped.end, format!("{id}: {list} {name};"))),
                    None => Some((end, list)),
                }
            }
            "rpc" => {
                method_of_rpc(&self.text[start..skipped.end]).map(|method| (skipped.end, method))
            }
            _ => None,
        };
        match translation {
            Some((end, written)) => {
                error.with_fix(format!("write `{written}`"), self.span(start, end), written)
            }
            None => error,
        }
    }

    /// How a `:` gets behind an id that is followed by `found`.
    fn colon(&self, found: &str, place: Span) -> Option<(Span, &'static str)> {
        let before = self.text[..place.start as usize].trim_end();
        if !before.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        match found {
            "." | ")" | "-" => Some((place, ":")),
            _ if is_name(found) => Some((self.span(before.len(), before.len()), ":")),
            _ => None,
        }
    }

    /// What to write instead of one word.
    fn replacement(
        &self,
        first: &str,
        found: &str,
        place: Span,
    ) -> Option<(&'static str, Span, &'static str)> {
        let before = self.text[..place.start as usize].trim_end();
        match found {
            "to" if first == "reserved" => Some(("write `..=`", place, "..=")),
            "default" => Some(("write `=`", place, "=")),
            "raises" => Some(("write `throws`", place, "throws")),
            ")" if before.ends_with("(void") => {
                let word = self.span(before.len() - "void".len(), place.start as usize);
                Some(("write nothing for no parameters", word, ""))
            }
            _ => None,
        }
    }
}

/// Number and name of a field that ends with ` name = 1;`
fn numbered(text: &str) -> Option<(&str, &str)> {
    let (name, id) = text.strip_suffix(';')?.split_once('=')?;
    let (name, id) = (name.trim(), id.trim());
    let is_plain = path_length(name) == name.len() && !name.contains('.');
    (is_plain && id.bytes().all(|byte| byte.is_ascii_digit())).then_some((id, name))
}

/// `Order get(1: Id request);` for `rpc get(Id) returns (Order) {}`; nothing for one with options.
fn method_of_rpc(text: &str) -> Option<String> {
    let (name, rest) = text.strip_prefix("rpc")?.split_once('(')?;
    let (request, rest) = rest.split_once(')')?;
    let (_, rest) = rest.trim_start().strip_prefix("returns")?.split_once('(')?;
    let (reply, rest) = rest.split_once(')')?;
    if !rest
        .chars()
        .all(|c| c.is_whitespace() || matches!(c, '{' | '}' | ';'))
    {
        return None;
    }
    let reply = message_of_rpc(reply)?.unwrap_or_else(|| "void".to_owned());
    let param = message_of_rpc(request)?.map(|ty| format!("1: {ty} request"));
    let name = name.trim();
    (path_length(name) == name.len())
        .then(|| format!("{reply} {name}({});", param.unwrap_or_default()))
}

/// The type of a message in a `rpc`; the inner `None` stands for no message.
fn message_of_rpc(text: &str) -> Option<Option<String>> {
    let text = text.trim();
    let path = text.strip_prefix("stream ").unwrap_or(text).trim();
    if path.is_empty() || path_length(path) < path.len() {
        return None;
    }
    Some(match path {
        "google.protobuf.Empty" => None,
        _ if path.len() < text.len() => Some(format!("stream<{path}>")),
        _ => Some(path.to_owned()),
    })
}

/// How long the path is that `text` begins with.
fn path_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))
        .unwrap_or(text.len())
}

fn help(
    kind: &str,
    first: &str,
    found: &str,
    is_expected: &dyn Fn(&'static str) -> bool,
) -> Option<&'static str> {
    Some(match found {
        _ if kind == "service" && first == "stream" && is_expected("`(`") => {
            "what is streamed stands in angle brackets: `stream<Order> watch();`"
        }
        "=" if matches!(first, "typedef" | "newtype") => {
            "the type comes first: `typedef string UserId;`"
        }
        ":" if first == "const" && is_expected("a name") => {
            "the type comes first: `const u32 MAX = 5;`"
        }
        "@" if kind != "service" => "ids stand in front: `1: string name;`",
        "(" if kind != "service" && is_expected("a type") => {
            "there are no tuples; declare a `struct` with these fields"
        }
        "{" if first == "import" => "write `as` or names in braces, not both",
        "[" if is_expected("`;`") => {
            "annotations stand in front: `@deprecated(\"use another\") 1: string name;`"
        }
        "[" => "write `list<T>`, or `array<T, 3>` for as many elements",
        "extends" if kind != "service" => {
            "only services extend others; put what is shared into a struct and hold that in a field"
        }
        "(" if kind == "service" && is_expected("a name") => {
            "a method begins with its result: `string name(1: u64 id);`, or `void name();`"
        }
        "=" if first == "const" => "a constant has a type: `const u32 MAX = 5;`",
        "=" if kind == "union" => "variants have an id and no default: `1: string name;`",
        "{" if first == "namespace" => "a namespace holds the whole file: `namespace shop;`",
        _ if is_name(found) && matches!(first, "import" | "include") => {
            "name the file in quotes: `import \"shop/common.idl\";`"
        }
        _ => return None,
    })
}
