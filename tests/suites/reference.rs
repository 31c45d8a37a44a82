//! The grammar in the language reference is complete, and agrees with the compiler's grammar.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use sinew_tests::cases::{files_below, repository};
use sinew_tests::markdown::blocks;

const GRAMMAR: &str = include_str!("../../grammar/idl.pest");
const PLACES: &str = include_str!("../grammar.txt");

/// The grammar's rules that are only signs, or for error recovery, follow this line.
const SIGNS: &str = "// ------------------------------------------------------- words and signs";

/// Entries of `grammar.txt` that are not names.
const NO_NAME: [&str; 3] = ["tolerated", "later", "text"];

#[test]
fn every_name_is_defined_once_and_used() {
    let productions = productions();
    let defined: Vec<&str> = productions.iter().map(|(name, _)| name.as_str()).collect();
    let names: BTreeSet<&str> = defined.iter().copied().collect();
    let used = productions.iter().flat_map(|(_, body)| names_in(body));
    let used: BTreeSet<String> = used.chain(["File".to_owned()]).collect();
    assert_eq!(
        defined.len(),
        names.len(),
        "a name is defined twice: {defined:?}"
    );
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    assert_eq!(used, names, "left: used, right: defined");
}

#[test]
fn every_rule_of_the_compiler_has_its_place_in_the_reference() {
    let (rules, _) = GRAMMAR.split_once(SIGNS).expect("the signs have a heading");
    let rules = rules.lines().filter_map(|line| line.split_once(" = "));
    let rules: Vec<&str> = rules
        .map(|(name, _)| name.trim())
        .filter(|name| is_rule(name))
        .collect();
    let places = PLACES.lines().filter(|line| !line.starts_with('#'));
    let places: Vec<(&str, &str)> = places
        .map(|line| line.split_once(" | ").expect("a rule and its names"))
        .collect();
    let listed: Vec<&str> = places.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(
        listed, rules,
        "left: tests/grammar.txt, right: grammar/idl.pest"
    );
    let defined: BTreeMap<String, String> = productions().into_iter().collect();
    let names = places.iter().flat_map(|(_, names)| names.split(' '));
    let unknown: Vec<&str> = names
        .filter(|name| !NO_NAME.contains(name) && !defined.contains_key(*name))
        .collect();
    assert!(unknown.is_empty(), "not in docs/src/reference: {unknown:?}");
}

fn is_rule(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Names and bodies of all productions in the reference.
fn productions() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for page in files_below(&repository().join("docs/src/reference")) {
        let text = fs::read_to_string(&page).expect("the page is there");
        for block in blocks(&text).iter().filter(|block| block.is("text")) {
            found.extend(productions_in(&block.text));
        }
    }
    assert!(!found.is_empty(), "the reference has no grammar");
    found
}

/// Productions `Name = … ;`, which can span several lines. Each line begins with white space or the name.
fn productions_in(block: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        let start = line.split_once('=').map(|(name, body)| (name.trim(), body));
        let start = start.filter(|(name, _)| line.starts_with(name) && is_name(name));
        match (start, found.last_mut()) {
            (Some((name, body)), _) => found.push((name.to_owned(), body.to_owned())),
            (None, Some((_, body))) => *body += line,
            (None, None) => {}
        }
    }
    found
}

/// The names in a production, outside quotes and comments.
fn names_in(body: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut quote = None;
    let body = body
        .split("(*")
        .map(|part| part.split_once("*)").map_or(part, |(_, rest)| rest));
    for c in body.collect::<String>().chars() {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => plain.push(c),
        }
    }
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| is_name(word))
        .map(str::to_owned)
        .collect()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.chars().all(char::is_alphanumeric)
}
