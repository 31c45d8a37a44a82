//! `@pattern`: compiled on first use, matched in linear time.

use std::sync::OnceLock;

use crate::invalid::{Invalid, Rule};
use regex_lite::Regex;

/// A pattern of a schema.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// A pattern that the compiler of the schema checked.
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    /// Checks that the pattern matches the whole of `text`; `place` names the field or type in errors.
    ///
    /// # Errors
    /// If it does not.
    ///
    /// # Panics
    /// Never for a pattern that the compiler of the schema took.
    pub fn check(&self, place: &'static str, text: &str) -> Result<(), Invalid> {
        let regex = self.compiled.get_or_init(|| {
            Regex::new(&format!("^(?:{})$", self.text)).expect("the compiler checked the pattern")
        });
        match regex.is_match(text) {
            true => Ok(()),
            false => Err(Invalid::new(place, Rule::Pattern(self.text))),
        }
    }
}
