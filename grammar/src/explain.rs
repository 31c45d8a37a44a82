//! What is wrong with text that the grammar skipped.

use std::ops::Range;

use pest::iterators::Pair;

use crate::words::{phrase, token_at};
use crate::{Rule, syntax};

/// Something else was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// The token that does not belong there; empty at the end of the file.
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
    let mut expected: Vec<_> = rules.into_iter().filter_map(phrase).collect();
    expected.sort_unstable();
    expected.dedup();
    if at == 0 || expected.is_empty() {
        expected = first.to_vec();
    }
    Unexpected {
        found: token_at(text, start + at),
        expected,
        skipped,
    }
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
