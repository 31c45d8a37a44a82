//! What people write who come from other languages, and how it is written here. Only says more
//! about what was found wrong anyway.

use sinew_grammar::Unexpected;

use super::Parser;
use super::bodies::Body;
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
        if let Some((message, span, text)) = self.replacement(first, found, place) {
            return error.with_fix(message, span, text);
        }
        let is_expected = |phrase| wrong.expected.contains(&phrase);
        match help(kind, first, found, &is_expected) {
            Some(help) => error.with_help(help),
            None => error,
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
            "raises" => Some(("write `throws`", place, "throws")),
            ")" if before.ends_with("(void") => {
                let word = self.span(before.len() - "void".len(), place.start as usize);
                Some(("write nothing for no parameters", word, ""))
            }
            _ => None,
        }
    }
}

fn help(
    kind: &str,
    first: &str,
    found: &str,
    is_expected: &dyn Fn(&'static str) -> bool,
) -> Option<&'static str> {
    let is_name = found.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    Some(match found {
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
        _ if is_name && matches!(first, "import" | "include") => {
            "name the file in quotes: `import \"shop/common.idl\";`"
        }
        _ => return None,
    })
}
