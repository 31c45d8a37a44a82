//! Measurements, for people and for programs.

use std::fmt::{self, Write};

/// The figures of one trial.
#[derive(Clone, Debug)]
pub struct Section {
    /// The promises that it is about.
    pub promises: &'static str,
    /// What was done.
    pub title: String,
    rows: Vec<(String, f64)>,
}

impl Section {
    /// A section without figures.
    pub fn new(promises: &'static str, title: impl Into<String>) -> Self {
        Self {
            promises,
            title: title.into(),
            rows: Vec::new(),
        }
    }

    /// Adds a figure.
    pub fn add(&mut self, what: impl Into<String>, figure: impl Into<f64>) {
        self.rows.push((what.into(), figure.into()));
    }

    /// Adds a count.
    pub fn count(&mut self, what: impl Into<String>, count: usize) {
        self.add(what, count as f64);
    }

    /// A figure that was added before.
    ///
    /// # Panics
    /// It was not.
    pub fn figure(&self, what: &str) -> f64 {
        let found = self.rows.iter().find(|(name, _)| name == what);
        found
            .unwrap_or_else(|| panic!("no figure {what:?} in {}", self.title))
            .1
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n## {} ({})\n| what | figure |\n|---|---|",
            self.title, self.promises
        )?;
        for (what, figure) in &self.rows {
            writeln!(f, "| {what} | {} |", number(*figure))?;
        }
        Ok(())
    }
}

/// All sections as one line of JSON.
pub fn json(seed: u64, sections: &[Section]) -> String {
    let mut out = format!("{{\"seed\": {seed}");
    for section in sections {
        let _ = write!(
            out,
            ", \"{}\": {{\"promises\": \"{}\"",
            section.title, section.promises
        );
        for (what, figure) in &section.rows {
            let _ = write!(out, ", \"{what}\": {}", number(*figure));
        }
        out.push('}');
    }
    out.push('}');
    out
}

fn number(figure: f64) -> String {
    match figure.fract() == 0.0 {
        true => format!("{figure:.0}"),
        false => format!("{figure:.3}"),
    }
}
