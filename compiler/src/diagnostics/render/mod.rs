//! Renders diagnostics: with source lines for people, one per line for editors, as JSON for programs, in the formats of
//! code hosts. Returns text and prints nothing.

mod edits;
mod excerpt;
mod github;
mod human;
mod json;
mod sarif;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Diagnostic, Severity};
use crate::source::{FileId, SourceMap};
pub use excerpt::visible;

/// How to show diagnostics.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// Whether [`Format::Human`] is coloured with ANSI escapes.
    pub color: bool,
    /// Whether [`Format::Human`] draws in ASCII only. Quoted source stays as it is.
    pub ascii: bool,
    /// How many errors, and how many warnings, are shown for each file; 0 for all. The others are counted.
    pub max_errors: usize,
    /// Whether warnings count as errors.
    pub deny_warnings: bool,
}

impl Default for Options {
    /// For people, without colour, up to 100 errors per file.
    fn default() -> Self {
        Self {
            format: Format::Human,
            color: false,
            ascii: false,
            max_errors: 100,
            deny_warnings: false,
        }
    }
}

/// A format for diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// For people: source lines, and a summary at the end.
    Human,
    /// For editors: `file:line:column: error[E0301]: message` on each line.
    Short,
    /// For programs: a JSON object on each line.
    Json,
    /// For GitHub Actions: a workflow command on each line.
    Github,
    /// For services that collect findings: a single SARIF 2.1.0 document, even without findings.
    Sarif,
}

/// Renders `diagnostics`, whose places are in `sources`. The result ends with a newline, or is empty if there are none
/// and the format allows that.
pub fn render(sources: &SourceMap, diagnostics: &[Diagnostic], options: &Options) -> String {
    let mut report = Report::new(*options);
    report.diagnostics(sources, diagnostics);
    report.finish()
}

/// Renders an error without a place in a source, such as a file that cannot be read.
pub fn failure(message: &str, options: &Options) -> String {
    let mut report = Report::new(*options);
    report.failure(message);
    report.finish()
}

/// The output of one run, piece by piece. Control characters of sources are escaped in every format.
#[derive(Debug)]
pub struct Report {
    options: Options,
    out: String,
    /// For [`Format::Sarif`], which is written at the end.
    log: sarif::Log,
}

impl Report {
    /// An empty report.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            out: String::new(),
            log: sarif::Log::default(),
        }
    }

    /// Adds `diagnostics`, whose places are in `sources`.
    pub fn diagnostics(&mut self, sources: &SourceMap, diagnostics: &[Diagnostic]) {
        let mut shown = Shown::default();
        for diagnostic in diagnostics {
            if shown.has_room(diagnostic, &self.options) {
                self.diagnostic(sources, diagnostic);
            }
        }
        for (file, left_out) in shown.left_out() {
            let name = visible(&sources.file(file).name);
            let message = format!("{left_out} more in `{name}`; `--max-errors 0` shows all");
            self.remark(Some(&name), Remark::Note, &message, None);
        }
        match self.options.format {
            Format::Human => summary(&mut self.out, diagnostics, &self.options),
            Format::Short | Format::Json | Format::Github | Format::Sarif => {}
        }
    }

    /// Adds an error without a place in a source, such as a file that cannot be read.
    pub fn failure(&mut self, message: &str) {
        self.remark(None, Remark::Error, message, None);
    }

    /// Like [`Report::failure`], with details for programs: [`Format::Json`] gets a member of this name, whose value is
    /// JSON on one line.
    pub fn failure_about(&mut self, message: &str, name: &'static str, json: &str) {
        self.remark(None, Remark::Error, message, Some((name, json)));
    }

    /// Adds a note without a place in a source.
    pub fn note(&mut self, message: &str) {
        self.remark(None, Remark::Note, message, None);
    }

    /// Takes what can already be shown.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// The rest of the output.
    pub fn finish(self) -> String {
        match self.options.format {
            Format::Human | Format::Short | Format::Json | Format::Github => self.out,
            Format::Sarif => self.log.document(),
        }
    }

    fn diagnostic(&mut self, sources: &SourceMap, diagnostic: &Diagnostic) {
        let (out, options) = (&mut self.out, &self.options);
        match options.format {
            Format::Human => human::write(out, sources, diagnostic, options),
            Format::Short => short(out, sources, diagnostic, options),
            Format::Json => json::write(out, sources, diagnostic, options),
            Format::Github => github::write(out, sources, diagnostic, options),
            Format::Sarif => self.log.add(sources, diagnostic, options),
        }
    }

    fn remark(
        &mut self,
        file: Option<&str>,
        kind: Remark,
        message: &str,
        about: Option<(&'static str, &str)>,
    ) {
        let out = &mut self.out;
        match self.options.format {
            Format::Human => human::write_remark(out, kind, message, &self.options),
            Format::Short => {
                let file = file.map(|name| format!("{name}: ")).unwrap_or_default();
                _ = writeln!(out, "{file}{}: {}", kind.word(), visible(message));
            }
            Format::Json => json::write_remark(out, kind.word(), message, about),
            Format::Github => github::write_remark(out, file, kind.word(), message),
            Format::Sarif => self.log.add_remark(kind, message),
        }
    }
}

/// The kind of a message without a place.
#[derive(Clone, Copy)]
enum Remark {
    Error,
    Warning,
    Note,
}

impl Remark {
    fn word(self) -> &'static str {
        match self {
            Remark::Error => "error",
            Remark::Warning => "warning",
            Remark::Note => "note",
        }
    }
}

/// How many diagnostics of each file and severity were shown, and how many were left out.
#[derive(Default)]
struct Shown(BTreeMap<(FileId, Severity), usize>, usize);

impl Shown {
    fn has_room(&mut self, diagnostic: &Diagnostic, options: &Options) -> bool {
        self.1 = match options.max_errors {
            0 => usize::MAX,
            max => max,
        };
        let key = (diagnostic.primary.span.file, severity(diagnostic, options));
        let count = self.0.entry(key).or_default();
        *count += 1;
        *count <= self.1
    }

    /// How many diagnostics were left out, by file.
    fn left_out(&self) -> BTreeMap<FileId, usize> {
        let mut files = BTreeMap::new();
        for ((file, _), count) in &self.0 {
            let more = count.saturating_sub(self.1);
            if more > 0 {
                *files.entry(*file).or_default() += more;
            }
        }
        files
    }
}

fn short(out: &mut String, sources: &SourceMap, diagnostic: &Diagnostic, options: &Options) {
    let span = diagnostic.primary.span;
    let file = sources.file(span.file);
    let at = file.position(span.start);
    let name = visible(&file.name);
    let word = word(severity(diagnostic, options));
    let code = diagnostic.code.id();
    let message = visible(&diagnostic.message);
    let (line, column) = (at.line, at.column);
    _ = writeln!(out, "{name}:{line}:{column}: {word}[{code}]: {message}");
}

/// The last line: how many errors and warnings in how many files.
fn summary(out: &mut String, diagnostics: &[Diagnostic], options: &Options) {
    let count = |wanted| {
        let severities = diagnostics.iter().map(|d| severity(d, options));
        severities.filter(|s| *s == wanted).count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let mut files: Vec<_> = diagnostics.iter().map(|d| d.primary.span.file).collect();
    files.sort_unstable();
    files.dedup();
    let files = number(files.len(), "file");
    let (kind, found) = match (errors, warnings) {
        (0, 0) => return,
        (0, _) => (Remark::Warning, number(warnings, "warning")),
        (_, 0) => (Remark::Error, number(errors, "error")),
        (_, _) => {
            let (errors, warnings) = (number(errors, "error"), number(warnings, "warning"));
            (Remark::Error, format!("{errors} and {warnings}"))
        }
    };
    human::write_remark(out, kind, &format!("{found} in {files}"), options);
}

fn number(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

fn severity(diagnostic: &Diagnostic, options: &Options) -> Severity {
    match diagnostic.severity {
        Severity::Error => Severity::Error,
        Severity::Warning if options.deny_warnings => Severity::Error,
        Severity::Warning => Severity::Warning,
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

#[cfg(test)]
mod tests;
