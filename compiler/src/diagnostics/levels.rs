//! What is made of each lint: nothing, a warning, or an error.

use std::collections::BTreeMap;

use super::{Code, Severity};

/// What is made of a lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is not looked for.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error.
    Deny,
}

impl Level {
    /// The level with this word, such as `deny`.
    pub fn from_word(word: &str) -> Option<Level> {
        match word {
            "allow" => Some(Level::Allow),
            "warn" => Some(Level::Warn),
            "deny" => Some(Level::Deny),
            _ => None,
        }
    }
}

/// The levels of all lints: those that were set, otherwise those of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Code, Level>);

impl Levels {
    /// Sets the level of `code`. An error stays an error.
    pub fn set(&mut self, code: Code, level: Level) {
        if code.severity() == Severity::Warning {
            self.0.insert(code, level);
        }
    }

    /// The level of `code`; that of an error is [`Level::Deny`].
    pub fn of(&self, code: Code) -> Level {
        self.0.get(&code).copied().unwrap_or(code.level())
    }
}
