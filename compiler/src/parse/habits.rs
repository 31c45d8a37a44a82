//! What people write who come from other languages, and what to do instead. Only says more about
//! what was found wrong anyway.

use sinew_grammar::Unexpected;

use super::Parser;
use super::bodies::Body;
use super::syntax::{FirstWords, is_name};
use super::words::METHOD_MODIFIERS;
use crate::diagnostics::Diagnostic;

impl Parser<'_, '_> {
    /// Adds to `error` how to write what `wrong` begins with.
    pub(super) fn with_habit(
        &self,
        mut error: Diagnostic,
        words: &FirstWords<'_>,
        wrong: &Unexpected,
        body: Option<&Body<'_>>,
    ) -> Diagnostic {
        let kind = body.map_or("", |body| body.kind);
        let mended = self.mended(kind, words.place, wrong);
        if let Some(fix) = mended.or_else(|| self.translated(words, &wrong.skipped)) {
            error.fixes.push(fix);
            return error;
        }
        let found = &self.text[wrong.found.clone()];
        let before = self.text[..wrong.found.start].trim_end();
        let is_expected = |phrase| wrong.expected.contains(&phrase);
        match help(kind, words.first, (before, found), &is_expected) {
            Some(help) => error.with_help(help),
            None => error,
        }
    }
}

/// What to do about the token `found`, which stands behind `before`.
fn help(
    kind: &str,
    first: &str,
    (before, found): (&str, &str),
    is_expected: &dyn Fn(&'static str) -> bool,
) -> Option<&'static str> {
    Some(match found {
        _ if kind == "service" && first == "stream" && is_expected("`(`") => {
            "what is streamed stands in angle brackets: `stream<Order> watch();`"
        }
        _ if first == "extensions" => {
            "remove it: what is not known is skipped, so ids need not be set aside"
        }
        ":" if kind == "struct" && is_expected("a name") => {
            "what a value must satisfy stands in front: `@len(..=255) 1: string name;`"
        }
        "<" if kind.is_empty() => "only a `struct` and a `union` have type parameters",
        _ if is_expected("`<`") && before.ends_with("list") => "say of what: `list<string>`",
        _ if is_expected("`<`") && before.ends_with("set") => "say of what: `set<string>`",
        _ if is_expected("`<`") && before.ends_with("map") => {
            "say from what to what: `map<string, u32>`"
        }
        ">" if is_expected("`,`") => {
            "a `map` has keys and values, an `array` a length: `map<string, u32>`, `array<u8, 16>`"
        }
        ">" if is_expected("a type") && before.ends_with('<') => {
            "say of what: `list<string>`, `Page<Order>`"
        }
        "," if is_expected("`>`") => {
            "a `list` or `set` has elements of one type; a `map` has keys and values"
        }
        "=" if matches!(first, "typedef" | "newtype") => {
            "the type comes first: `typedef string UserId;`"
        }
        ":" if matches!(first, "typedef" | "newtype") && is_expected("a name") => {
            "the type comes first: `newtype string Email;`"
        }
        ":" if first == "const" && is_expected("a name") => {
            "the type comes first: `const u32 MAX = 5;`"
        }
        ":" | "=" if is_expected("`>`") => "a type parameter is a name only: `struct Page<T> { }`",
        ":" if is_expected("`]`") => "a map is in braces: `{ \"a\": 1, \"b\": 2 }`",
        "," if first == "const" && is_expected("`)`") => "lists and sets are in brackets: `[1, 2]`",
        "=" | "!" if is_expected("`{`") => "there are no comparisons: write the value itself",
        "," | "}" if is_expected("`:`") => {
            "lists and sets are in brackets: `[1, 2]`; a map is `{ \"a\": 1, \"b\": 2 }`"
        }
        "@" if is_expected("an argument") => "say it by names: `@each(len = 1..=8)`",
        "@" if kind.is_empty() => "declarations have no ids: they are known by their names",
        "@" if kind != "service" => "ids stand in front: `1: string name;`",
        "(" if kind != "service" && is_expected("a type") => {
            "there are no tuples; declare a `struct` with these fields"
        }
        "{" if matches!(first, "newtype" | "typedef") && is_expected("`;`") => {
            "it has no body; constraints stand in front: `@len(1..=64) newtype string Name;`"
        }
        "{" if first == "typedef" => {
            "types are declared by their names: `struct Point { 1: i32 x; }`"
        }
        "|" if is_expected("a name") => {
            "what may be absent is `optional`, and one of several types is a `union`"
        }
        "*" if matches!(first, "import" | "include") => {
            "there are no wildcards: `import \"common.idl\";` and `common.Money`, or name what is meant in braces"
        }
        "{" if kind == "service" && is_expected("`;`") => "a method has no body: it ends with `;`",
        "{" if kind == "union" && is_expected("a name") => {
            "a variant has a name: `2: square { 1: f64 side; }`"
        }
        "{" if first == "import" => "write `as` or names in braces, not both",
        "{" if kind == "enum" => {
            "what holds something is a variant of a `union`: `2: square { 1: f64 side; }`"
        }
        "[" if before.ends_with("stream") => {
            "what is streamed stands in angle brackets: `stream<Order> watch();`"
        }
        "[" if before.ends_with("throws") => {
            "errors are in parentheses: `throws (1: NotFound not_found)`"
        }
        "[" if is_expected("`;`") || is_expected("`reserved`") => {
            "annotations stand in front: `@deprecated(\"use another\") 1: string name;`"
        }
        "[" => "write `list<T>`, or `array<T, 3>` for as many elements",
        "/" if is_expected("an argument") => "a pattern is a string: `@pattern(\"[a-z]+\")`",
        "=" if is_expected("an id") => {
            "what an annotation says is in parentheses: `@since(\"1.0\")`"
        }
        _ if is_expected("a type") && before.ends_with("array<") => {
            "the type stands in front of the length: `array<u8, 16>`"
        }
        "&" if is_expected("a type") => "there are no references: write the type alone",
        "extends" | ":" if matches!(first, "struct" | "exception" | "union") => {
            "only services extend others; put what is shared into a struct and hold that in a field"
        }
        "returns" if kind == "service" => {
            "the result stands in front of the method, and only there"
        }
        _ if is_expected("`(`") && is_modifier(before) => {
            "the word stands in front of the result: `oneway void ping();`"
        }
        ";" if kind == "service" && before.ends_with("throws") => {
            "say what is thrown: `throws (1: NotFound not_found)`"
        }
        "(" if kind == "service" && is_expected("a name") => {
            "a method begins with its result: `string name(1: u64 id);`, or `void name();`"
        }
        ";" if first == "reserved" => "say what is reserved: `reserved 4, 6..=9, \"name\";`",
        ";" if is_expected("a name") && !kind.is_empty() => {
            "the name stands behind the type: `1: string name;`"
        }
        ";" if first == "const" && is_expected("`=`") => {
            "a constant has a value: `const u32 MAX = 5;`"
        }
        "=" if first == "const" && is_expected("a name") => {
            "a constant has a type: `const u32 MAX = 5;`"
        }
        "=" if kind == "union" => "variants have an id and no default: `1: string name;`",
        _ if first == "annotation" && is_expected("`on`") => {
            "say what it stands on: `annotation owner on struct, field { string team; }`"
        }
        "{" if first == "namespace" => "a namespace holds the whole file: `namespace shop;`",
        _ if kind == "enum" && found.bytes().all(|b| b.is_ascii_digit()) => {
            "the number stands behind the name: `CLUBS = 0;`"
        }
        "}" if kind.is_empty() => "remove it, or look for the `{` that it should close",
        _ if is_name(found) && matches!(first, "import" | "include") => {
            "name the file in quotes: `import \"shop/common.idl\";`"
        }
        _ => return None,
    })
}

/// Whether `text` ends with a word that says what a method promises.
fn is_modifier(text: &str) -> bool {
    METHOD_MODIFIERS.iter().any(|word| text.ends_with(word))
}
