//! Diagnostics for people. The only file that uses `codespan-reporting`.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::diagnostic::{self as shown, LabelStyle};
use codespan_reporting::files::{Error, Files, Location};
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{self, Chars, Config, Styles, StylesWriter};

use super::edits::edited;
use super::excerpt::{Excerpt, Signs, first_line, visible};
use super::{Options, Remark, severity};
use crate::diagnostics::{Diagnostic, Fix, Label, Severity};
use crate::source::{FileId, SourceFile, SourceMap};

/// Writes `diagnostic` with the source lines of its labels.
pub(super) fn write(
    out: &mut String,
    sources: &SourceMap,
    diagnostic: &Diagnostic,
    options: &Options,
) {
    let secondary = diagnostic.secondary.iter();
    let labels = std::iter::once((LabelStyle::Primary, &diagnostic.primary))
        .chain(secondary.map(|label| (LabelStyle::Secondary, label)));
    let signs = Signs::new(options.ascii);
    let mut snippets = Snippets::new(sources, labels.clone().map(|(_, label)| label), signs);
    let labels = labels
        .map(|(style, label)| snippets.label(style, label, signs))
        .collect();
    let notes = diagnostic
        .notes
        .iter()
        .map(|note| item("note", note, signs));
    let help = diagnostic.help.iter().map(|help| item("help", help, signs));
    let fixes = diagnostic
        .fixes
        .iter()
        .map(|fix| shown_fix(sources, fix, signs));
    let report = shown::Diagnostic::new(level(severity(diagnostic, options)))
        .with_code(diagnostic.code.id())
        .with_message(signs.words(&diagnostic.message))
        .with_labels(labels)
        .with_notes(notes.chain(help).chain(fixes).collect());
    emit(out, &snippets, &report, options);
}

/// Writes a message without a place.
pub(super) fn write_remark(out: &mut String, kind: Remark, message: &str, options: &Options) {
    let kind = match kind {
        Remark::Error => shown::Severity::Error,
        Remark::Warning => shown::Severity::Warning,
        Remark::Note => shown::Severity::Note,
    };
    let report = shown::Diagnostic::new(kind);
    let report = report.with_message(Signs::new(options.ascii).words(message));
    emit(out, &Snippets::default(), &report, options);
    out.pop();
}

fn emit(
    out: &mut String,
    snippets: &Snippets<'_>,
    report: &shown::Diagnostic<FileId>,
    options: &Options,
) {
    let mut buffer = if options.color {
        Buffer::ansi()
    } else {
        Buffer::no_color()
    };
    let styles = Styles::default();
    let mut writer = StylesWriter::new(&mut buffer, &styles);
    // Every label is inside a snippet, and writing to memory does not fail. Should a label be invalid after all,
    // partial output is better than none.
    let mut config = Config::default();
    if options.ascii {
        config.chars = Chars::ascii();
    }
    _ = term::emit_to_write_style(&mut writer, &config, snippets, report);
    for line in String::from_utf8_lossy(buffer.as_slice()).lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn level(severity: Severity) -> shown::Severity {
    match severity {
        Severity::Error => shown::Severity::Error,
        Severity::Warning => shown::Severity::Warning,
    }
}

fn item(kind: &str, text: &str, signs: Signs) -> String {
    let lines: Vec<_> = text.lines().map(|line| signs.words(line)).collect();
    format!("{kind}: {}", lines.join("\n      "))
}

/// A fix as help: the instruction, and the lines after it.
fn shown_fix(sources: &SourceMap, fix: &Fix, signs: Signs) -> String {
    let message = item("help", &fix.message, signs);
    let lines = edited(sources, &fix.edits, signs);
    let lines = lines.iter().map(|line| format!("\n      {line}"));
    message + &lines.collect::<String>()
}

/// The source lines of a diagnostic, as files with offsets of their own.
///
/// A label that spans several lines is shown on its first one, because its beginning is what matters.
#[derive(Default)]
struct Snippets<'a> {
    sources: Option<&'a SourceMap>,
    files: BTreeMap<FileId, Snippet>,
}

/// The shown lines of a file.
#[derive(Default)]
struct Snippet {
    text: String,
    /// By their index in the file.
    lines: BTreeMap<usize, SnippetLine>,
    /// Offsets of labels in `text`, and their location in the file.
    locations: BTreeMap<usize, Location>,
}

struct SnippetLine {
    range: Range<usize>,
    excerpt: Excerpt,
}

impl<'a> Snippets<'a> {
    /// The lines of `labels`, and single lines between them.
    fn new(sources: &'a SourceMap, labels: impl Iterator<Item = &'a Label>, signs: Signs) -> Self {
        let mut lines: BTreeMap<FileId, BTreeMap<usize, usize>> = BTreeMap::new();
        for label in labels {
            let (line, start, _) = first_line(sources.file(label.span.file), label.span);
            let lines = lines.entry(label.span.file).or_default();
            lines.entry(line).or_insert(start);
        }
        for lines in lines.values_mut() {
            let gaps: Vec<_> = lines.keys().map(|line| line + 1).collect();
            for line in gaps {
                if lines.contains_key(&(line + 1)) {
                    lines.entry(line).or_default();
                }
            }
        }
        let snippet = |(file, lines)| (file, Snippet::new(sources.file(file), &lines, signs));
        Self {
            files: lines.into_iter().map(snippet).collect(),
            sources: Some(sources),
        }
    }

    fn label(&mut self, style: LabelStyle, label: &Label, signs: Signs) -> shown::Label<FileId> {
        let range = match (self.sources, self.files.get_mut(&label.span.file)) {
            (Some(sources), Some(snippet)) => snippet.place(sources.file(label.span.file), label),
            (_, _) => 0..0,
        };
        shown::Label::new(style, label.span.file, range).with_message(signs.words(&label.text))
    }

    fn snippet(&self, file: FileId) -> Result<&Snippet, Error> {
        self.files.get(&file).ok_or(Error::FileMissing)
    }
}

impl Snippet {
    /// The lines with these indices, each around its relevant byte.
    fn new(file: &SourceFile, lines: &BTreeMap<usize, usize>, signs: Signs) -> Self {
        let mut snippet = Self::default();
        for (index, focus) in lines {
            let excerpt = Excerpt::new(file.line(*index).1, *focus, signs);
            let start = snippet.text.len();
            snippet.text.push_str(&excerpt.text);
            snippet.text.push('\n');
            let range = start..snippet.text.len();
            snippet.lines.insert(*index, SnippetLine { range, excerpt });
        }
        snippet
    }

    /// The range of the label in the text. Records its location in the file.
    fn place(&mut self, file: &SourceFile, label: &Label) -> Range<usize> {
        let (index, start, end) = first_line(file, label.span);
        let Some(line) = self.lines.get(&index) else {
            return 0..0;
        };
        let place = |offset| line.range.start + line.excerpt.place(offset);
        let at = file.position(label.span.start);
        let location = Location {
            line_number: at.line,
            column_number: at.column,
        };
        let range = place(start)..place(end.max(start));
        self.locations.entry(range.start).or_insert(location);
        range
    }
}

impl<'a> Files<'a> for Snippets<'a> {
    type FileId = FileId;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<String, Error> {
        let sources = self.sources.ok_or(Error::FileMissing)?;
        Ok(visible(&sources.file(id).name))
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.snippet(id)?.text)
    }

    fn line_index(&'a self, id: FileId, byte: usize) -> Result<usize, Error> {
        let snippet = self.snippet(id)?;
        let mut lines = snippet.lines.iter();
        let line = lines.find(|(_, line)| line.range.contains(&byte));
        let max = snippet.text.len();
        let (index, _) = line.ok_or(Error::IndexTooLarge { given: byte, max })?;
        Ok(*index)
    }

    fn location(&'a self, id: FileId, byte: usize) -> Result<Location, Error> {
        let location = self.snippet(id)?.locations.get(&byte).copied();
        location.ok_or(Error::IndexTooLarge {
            given: byte,
            max: 0,
        })
    }

    fn line_range(&'a self, id: FileId, index: usize) -> Result<Range<usize>, Error> {
        let snippet = self.snippet(id)?;
        let max = snippet.lines.len();
        let line = snippet.lines.get(&index);
        let line = line.ok_or(Error::LineTooLarge { given: index, max })?;
        Ok(line.range.clone())
    }
}
