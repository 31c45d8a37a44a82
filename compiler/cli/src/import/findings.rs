//! What is to be said about the files that are imported, each with its place.

use sinew_compiler::diagnostics::render::visible;

use super::files::Files;
use crate::output::Output;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Something is written in another way, or left out that the schema does not need.
    Note,
    /// Part of the schema is not there.
    Loss,
    /// Nothing can be written.
    Mistake,
}

struct Finding {
    file: usize,
    at: usize,
    weight: Weight,
    message: String,
}

/// All of it.
#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(
        &mut self,
        file: usize,
        at: usize,
        weight: Weight,
        message: impl Into<String>,
    ) {
        let message = message.into();
        self.0.push(Finding {
            file,
            at,
            weight,
            message,
        });
    }

    pub(super) fn has_mistakes(&self) -> bool {
        self.0
            .iter()
            .any(|finding| finding.weight == Weight::Mistake)
    }

    /// Says everything, in the order of the files and of the places in them. Whether anything is lost.
    pub(super) fn report(&mut self, files: &Files, output: &Output) -> bool {
        self.0
            .sort_by_cached_key(|finding| (files.get(finding.file).name.clone(), finding.at));
        for finding in &self.0 {
            let name = visible(&files.get(finding.file).name);
            let at = files.position(finding.file, finding.at);
            let (line, column, message) = (at.line, at.column, &finding.message);
            let message = format!("{name}:{line}:{column}: {message}");
            match finding.weight {
                Weight::Note => output.note(&message),
                Weight::Loss | Weight::Mistake => _ = output.finding(&message),
            }
        }
        self.0.iter().any(|finding| finding.weight >= Weight::Loss)
    }
}
