//! The result of testing a promise: whether it holds, and the figures that show it. Printed as tables and as JSON.

use std::fmt::{self, Write};

/// One tested promise.
#[derive(Clone, Debug)]
#[must_use]
pub struct Promise {
    /// What is promised, in a few words.
    pub says: &'static str,
    /// Whether it holds. Violations without a figure end the process instead.
    pub holds: bool,
    /// Names and numbers, in order.
    pub figures: Vec<(String, f64)>,
}

impl Promise {
    /// A promise that holds.
    pub fn kept(says: &'static str) -> Self {
        Self {
            says,
            holds: true,
            figures: Vec::new(),
        }
    }

    /// Adds a figure.
    pub fn with(mut self, name: impl Into<String>, number: impl Into<f64>) -> Self {
        self.figures.push((name.into(), number.into()));
        self
    }

    /// Adds a count.
    pub fn count(self, name: impl Into<String>, count: impl TryInto<u64>) -> Self {
        let count = count.try_into().unwrap_or(u64::MAX);
        self.with(name, count as f64)
    }

    /// Marks it as broken unless `holds`.
    pub fn if_only(mut self, holds: bool) -> Self {
        self.holds &= holds;
        self
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds { "holds" } else { "BROKEN" };
        write!(f, "{verdict}: {}", self.says)?;
        for (at, (name, number)) in self.figures.iter().enumerate() {
            let between = if at == 0 { ": " } else { ", " };
            write!(f, "{between}{name} {number}")?;
        }
        Ok(())
    }
}

/// All promises as JSON, with what they were tested with.
pub fn json(seed: u64, promises: &[Promise]) -> String {
    let mut out = format!(
        "{{\"seed\": {seed}, \"debug_assertions\": {}, \"promises\": [",
        cfg!(debug_assertions)
    );
    for (at, promise) in promises.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(
            out,
            "{comma}\n{{\"says\": \"{}\", \"holds\": {}, \"figures\": {{",
            promise.says, promise.holds
        );
        for (at, (name, number)) in promise.figures.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(out, "{comma}\"{name}\": {number}");
        }
        out.push_str("}}");
    }
    out.push_str("\n]}\n");
    out
}
