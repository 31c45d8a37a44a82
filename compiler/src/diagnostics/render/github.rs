//! Diagnostics as workflow commands of GitHub Actions, which shows them beside changed lines.

use std::fmt::Write as _;

use super::excerpt::visible;
use super::{Options, severity, word};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceMap, Span};

/// Writes `diagnostic` as one command.
pub(super) fn write(
    out: &mut String,
    sources: &SourceMap,
    diagnostic: &Diagnostic,
    options: &Options,
) {
    let command = word(severity(diagnostic, options));
    let place = place(sources, diagnostic.primary.span);
    let code = diagnostic.code.id();
    let text = data(&text(diagnostic));
    _ = writeln!(out, "::{command} {place},title={code}::{text}");
}

/// Writes a message without a place, maybe about a file.
pub(super) fn write_remark(out: &mut String, file: Option<&str>, word: &str, message: &str) {
    let command = match word {
        "note" => "notice",
        word => word,
    };
    let file = file.map(|name| format!(" file={}", property(name)));
    let (file, message) = (file.unwrap_or_default(), data(&visible(message)));
    _ = writeln!(out, "::{command}{file}::{message}");
}

/// The message, followed by notes and help on lines of their own.
fn text(diagnostic: &Diagnostic) -> String {
    let mut text = visible(&diagnostic.message);
    let label = &diagnostic.primary.text;
    if !label.is_empty() {
        _ = write!(text, " ({})", visible(label));
    }
    let notes = diagnostic.notes.iter().map(|note| ("note", note));
    let help = diagnostic.help.iter().map(|help| ("help", help));
    let fixes = diagnostic.fixes.iter().map(|fix| ("help", &fix.message));
    for (kind, line) in notes.chain(help).chain(fixes) {
        let lines: Vec<_> = line.lines().map(visible).collect();
        _ = write!(text, "\n{kind}: {}", lines.join("\n"));
    }
    text
}

/// GitHub only supports columns within a single line.
fn place(sources: &SourceMap, span: Span) -> String {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    let name = property(&visible(&file.name));
    let (line, end_line) = (start.line, end.line);
    let lines = format!("file={name},line={line},endLine={end_line}");
    if line != end_line {
        return lines;
    }
    format!("{lines},col={},endColumn={}", start.column, end.column)
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
