//! Explains text that the grammar had to skip.

use std::ops::Range;

use pest::iterators::Pair;

use crate::words::{phrase, token_at};
use crate::{Rule, syntax};

/// Something that the grammar did not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// The unexpected token. Empty where something is missing: at the end of the file, or of a line if the next token
    /// is not at fault.
    pub found: Range<usize>,
    /// What was expected there, in words: "a name", "`;`". Never empty.
    pub expected: Vec<&'static str>,
    /// Everything that was skipped, without trailing white space.
    pub skipped: Range<usize>,
}

/// Explains a `bad_…` pair by parsing it again as what it should have been.
///
/// Costs a second parse of the slice, and nothing for valid text.
pub fn explain(bad: &Pair<'_, Rule>) -> Unexpected {
    let text = bad.get_input();
    let start = bad.as_span().start();
    let slice = bad.as_str().trim_end();
    let skipped = start..start + slice.len();
    let (alone, first) = wanted(bad.as_rule());
    let (at, rules) = syntax::failure(alone, slice).unwrap_or((slice.len(), Vec::new()));
    let mut expected = phrases(&rules);
    if at == 0 || expected.is_empty() || only_lead(bad, skipped.end) {
        expected = first.to_vec();
    }
    let mut found = token_at(text, start + at);
    if found.start > skipped.end && text[skipped.end..found.start].contains('\n') {
        found = skipped.end..skipped.end;
    }
    Unexpected {
        found,
        expected,
        skipped,
    }
}

/// The rules in words, without duplicates and without those that would only lengthen the list.
fn phrases(rules: &[Rule]) -> Vec<&'static str> {
    let mut phrases: Vec<_> = rules.iter().copied().filter_map(phrase).collect();
    phrases.sort_unstable();
    phrases.dedup();
    let ends = phrases.contains(&"`;`");
    let names = phrases.contains(&"a name");
    let strings = phrases.contains(&"a string");
    phrases.retain(|phrase| match *phrase {
        "`}`" | "`(`" => !ends,
        "`<`" => !names,
        "`{`" => !strings,
        _ => true,
    });
    phrases
}

/// Whether there is nothing but annotations and modifiers.
fn only_lead(bad: &Pair<'_, Rule>, end: usize) -> bool {
    let last = bad.clone().into_inner().next_back();
    last.is_some_and(|pair| {
        matches!(pair.as_rule(), Rule::annotation | Rule::modifier)
            && pair.as_str().trim_end().len() + pair.as_span().start() == end
    })
}

/// The rule that a bad slice should have matched, and words for it.
fn wanted(bad: Rule) -> (Rule, &'static [&'static str]) {
    match bad {
        Rule::bad_field => (Rule::only_field, &["a field", "`reserved`", "`}`"]),
        Rule::bad_value => (Rule::only_value, &["a value", "`reserved`", "`}`"]),
        Rule::bad_variant => (Rule::only_variant, &["a variant", "`reserved`", "`}`"]),
        Rule::bad_method => (Rule::only_method, &["a method", "`reserved`", "`}`"]),
        _ => (Rule::only_item, &["a declaration"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is expected and found in place of each part that was skipped.
    fn explained(text: &str) -> Vec<(String, &str)> {
        let code = crate::scan(text).code.expect("nothing is nested deep");
        let file = crate::parse(&code).expect("the text is short");
        let pairs = file.into_inner().flatten();
        let bad = pairs.filter(|pair| {
            matches!(
                pair.as_rule(),
                Rule::bad_item
                    | Rule::bad_field
                    | Rule::bad_value
                    | Rule::bad_variant
                    | Rule::bad_method
            )
        });
        bad.map(|pair| explain(&pair))
            .map(|wrong| (wrong.expected.join(" "), &text[wrong.found]))
            .collect()
    }

    fn expected(words: &str, found: &'static str) -> Vec<(String, &'static str)> {
        vec![(words.to_owned(), found)]
    }

    #[test]
    fn expectations_are_in_words() {
        assert_eq!(
            explained("struct A { 1 i32 a; 2: i32 b; }"),
            expected("`:`", "i32")
        );
        assert_eq!(
            explained("struct A { 1: i32 a b; }"),
            expected("`;` `=`", "b")
        );
        assert_eq!(explained("enum A { B = ; }"), expected("a value", ";"));
        assert_eq!(
            explained("service A { void m(1: i32 a; }"),
            expected("`)` `,` `=`", ";")
        );
        assert_eq!(explained("struct { }"), expected("a name", "{"));
        assert_eq!(explained("struct A { } }"), expected("a declaration", "}"));
    }

    #[test]
    fn the_next_line_is_not_to_blame() {
        assert_eq!(
            explained("struct A {\n    1: i32\n    2: i32 b;\n}"),
            expected("a name", "")
        );
    }
}
