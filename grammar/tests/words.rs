//! The words of the language are listed in several places, which must agree.

use std::collections::BTreeSet;

use serde_json::Value;
use sinew_grammar::KEYWORDS;

const GRAMMAR: &str = include_str!("../idl.pest");
const EDITORS: &str = include_str!("../editors/sinew.tmLanguage.json");
const BOOK: &str = include_str!("../../docs/idl.js");
const REFERENCE: &str = include_str!("../../docs/src/reference/words.md");

/// Words without a rule, because they are reserved for later versions.
const LATER: [&str; 5] = ["f16", "interaction", "patch", "resource", "view"];
/// Words of other languages that the grammar tolerates.
const TOLERATED: [&str; 4] = ["from", "include", "senum", "to"];

#[test]
fn every_word_of_the_grammar_is_a_keyword() {
    let rules = GRAMMAR
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let rules = rules.filter(|line| !line.starts_with("duration_literal"));
    let words: BTreeSet<&str> = rules
        .flat_map(quoted)
        .filter(|text| is_word(text))
        .collect();
    let mut expected: BTreeSet<&str> = KEYWORDS.iter().copied().collect();
    expected.retain(|word| !LATER.contains(word));
    expected.extend(TOLERATED);
    assert_eq!(words, expected);
}

/// The quoted words on a line of the grammar.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() > 1 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(plain)
}

#[test]
fn editors_know_every_keyword() {
    let grammar = editors();
    let patterns = &grammar["repository"]["words"]["patterns"];
    let mut words = Vec::new();
    for pattern in patterns.as_array().expect("the words have patterns") {
        let pattern = pattern["match"].as_str().expect("words are matched");
        let list = pattern
            .strip_prefix(r"\b(?:")
            .and_then(|list| list.strip_suffix(r")\b"));
        words.extend(list.expect("a pattern of words is a list").split('|'));
    }
    words.sort_unstable();
    assert_eq!(words, KEYWORDS);
}

#[test]
fn the_book_knows_every_keyword() {
    let words: Vec<&str> = BOOK
        .split('`')
        .nth(1)
        .map_or(vec![], |list| list.split_whitespace().collect());
    assert_eq!(words, KEYWORDS);
}

#[test]
fn the_reference_lists_every_keyword() {
    let words: Vec<&str> = listed_in_reference().split_whitespace().collect();
    assert_eq!(words, KEYWORDS);
}

/// The first block of the reference's page about words.
fn listed_in_reference() -> &'static str {
    let block = REFERENCE.split("```").nth(1);
    let words = block.and_then(|block| block.strip_prefix("text\n"));
    words.expect("the page begins with the list of words")
}

#[test]
fn the_reference_says_which_words_are_for_later() {
    let rows = REFERENCE.lines().filter(|line| line.starts_with("| `"));
    let listed: BTreeSet<&str> = rows
        .flat_map(|row| row.split('`').skip(1).step_by(2))
        .collect();
    let grammar = ["events", "mixin", "with"];
    let expected: BTreeSet<&str> = LATER.into_iter().chain(grammar).collect();
    assert_eq!(listed, expected);
}

#[test]
fn editors_find_every_part_of_their_grammar() {
    let grammar = editors();
    let parts = grammar["repository"]
        .as_object()
        .expect("there is a repository");
    let mut included = Vec::new();
    collect(&grammar, &mut included);
    for part in parts.keys() {
        assert!(included.contains(&format!("#{part}")), "{part} is not used");
    }
    for part in included {
        assert!(
            parts.contains_key(part.trim_start_matches('#')),
            "{part} is not there"
        );
    }
}

fn editors() -> Value {
    serde_json::from_str(EDITORS).expect("the grammar is JSON")
}

/// Collects every `include` in a value.
fn collect(value: &Value, included: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let name = fields.get("include").and_then(Value::as_str);
            included.extend(name.map(str::to_owned));
            fields.values().for_each(|value| collect(value, included));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, included)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
