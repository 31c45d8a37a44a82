//! What is wrong with text that the grammar skipped.

use std::ops::Range;

use pest::iterators::Pair;

use crate::words::{phrase, token_at};
use crate::{Rule, syntax};

/// Something else was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// The token that does not belong there. Empty where something is missing: at the end of
    /// the file, or of a line if the next one is not to blame.
    pub found: Range<usize>,
    /// What could have gone on there, in words: "a name", "`;`". Never empty.
    pub expected: Vec<&'static str>,
    /// All that was skipped, without white space behind it.
    pub skipped: Range<usize>,
}

/// Says what is wrong with a `bad_…` pair, by reading it again as what it should have been.
///
/// Costs a second parse of the slice, and nothing for text that is right.
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

/// The rules in words, each once, without what only makes the list longer.
fn phrases(rules: &[Rule]) -> Vec<&'static str> {
    let mut phrases: Vec<_> = rules.iter().copied().filter_map(phrase).collect();
    phrases.sort_unstable();
    phrases.dedup();
    let ends = phrases.contains(&"`;`");
    let names = phrases.contains(&"a name");
    phrases.retain(|phrase| match *phrase {
        "`}`" | "`(`" => !ends,
        "`<`" => !names,
        _ => true,
    });
    phrases
}

/// Whether annotations and modifiers are all that there is.
fn only_lead(bad: &Pair<'_, Rule>, end: usize) -> bool {
    let last = bad.clone().into_inner().next_back();
    last.is_some_and(|pair| {
        matches!(pair.as_rule(), Rule::annotation | Rule::modifier)
            && pair.as_str().trim_end().len() + pair.as_span().start() == end
    })
}

/// What a bad slice should have been, and how to call it.
fn wanted(bad: Rule) -> (Rule, &'static [&'static str]) {
    match bad {
        Rule::bad_field => (Rule::only_field, &["a field", "`reserved`", "`}`"]),
        Rule::bad_value => (Rule::only_value, &["a value", "`reserved`", "`}`"]),
        Rule::bad_variant => (Rule::only_variant, &["a variant", "`reserved`", "`}`"]),
        Rule::bad_method => (Rule::only_method, &["a method", "`reserved`", "`}`"]),
        _ => (Rule::only_item, &["a declaration"]),
    }
}
