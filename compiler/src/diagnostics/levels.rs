//! Levels of lints: allow, warn or deny.

use std::collections::BTreeMap;

use super::{Code, Severity};

/// The level of a lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is not reported.
    Allow,
    /// It is a warning.
    Warn,
    /// It is reported as an error.
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

/// The levels of all lints. Those that are not set have the default of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Code, Level>);

impl Levels {
    /// Sets the level of `code`. Errors keep theirs.
    pub fn set(&mut self, code: Code, level: Level) {
        if code.severity() == Severity::Warning {
            self.0.insert(code, level);
        }
    }

    /// The level of `code`. Errors have [`Level::Deny`].
    pub fn of(&self, code: Code) -> Level {
        self.0.get(&code).copied().unwrap_or(code.level())
    }
}
