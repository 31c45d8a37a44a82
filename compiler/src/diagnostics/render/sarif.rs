//! Diagnostics as SARIF 2.1.0, for services that collect findings: one document for a whole run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Options, Remark, severity, word};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Label};
use crate::json::{Json, Object};
use crate::source::{FileId, SourceMap, Span};

/// The results of a run so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    codes: BTreeSet<Code>,
    results: Vec<Object>,
    remarks: Vec<Object>,
    failed: bool,
}

impl Log {
    /// Adds `diagnostic` as a result.
    pub(super) fn add(&mut self, sources: &SourceMap, diagnostic: &Diagnostic, options: &Options) {
        self.codes.insert(diagnostic.code);
        let related = (1..).zip(&diagnostic.secondary);
        let related = related.map(|(id, label)| labelled_place(sources, id, label));
        let fixes = diagnostic.fixes.iter().map(|f| fix(sources, f));
        let result = Object::new("ruleId", diagnostic.code.id())
            .with("level", word(severity(diagnostic, options)))
            .with("message", message(text(diagnostic)))
            .with(
                "locations",
                vec![labelled_place(sources, 0, &diagnostic.primary)],
            )
            .with("relatedLocations", related.collect::<Vec<_>>())
            .with("fixes", fixes.collect::<Vec<_>>());
        self.results.push(result);
    }

    /// Adds a message without a place.
    pub(super) fn add_remark(&mut self, kind: Remark, said: &str) {
        self.failed |= matches!(kind, Remark::Error);
        let remark = Object::new("level", kind.word()).with("message", message(said));
        self.remarks.push(remark);
    }

    /// The document; ends with a newline.
    pub(super) fn document(self) -> String {
        let rules: Vec<_> = self.codes.into_iter().map(rule).collect();
        let driver = Object::new("name", "sinew")
            .with("version", env!("CARGO_PKG_VERSION"))
            .with("rules", rules);
        let invocation = Object::new("executionSuccessful", !self.failed)
            .with("toolExecutionNotifications", self.remarks);
        let run = Object::new("tool", Object::new("driver", driver))
            .with("columnKind", "unicodeCodePoints")
            .with("invocations", vec![invocation])
            .with("results", self.results);
        let document = Object::new("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            .with("version", "2.1.0")
            .with("runs", vec![run]);
        Json::from(document).line()
    }
}

fn message(text: impl Into<Json>) -> Object {
    Object::new("text", text)
}

fn rule(code: Code) -> Object {
    let page = code.explanation();
    Object::new("id", code.id())
        .with("shortDescription", message(code.title()))
        .with("help", message(page).with("markdown", page))
}

/// The message, followed by notes and help on lines of their own.
fn text(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    for note in &diagnostic.notes {
        _ = write!(text, "\nnote: {note}");
    }
    for help in &diagnostic.help {
        _ = write!(text, "\nhelp: {help}");
    }
    text
}

fn labelled_place(sources: &SourceMap, id: u32, label: &Label) -> Object {
    Object::new("id", id)
        .with("physicalLocation", place(sources, label.span))
        .with("message", message(label.text.as_str()))
}

fn place(sources: &SourceMap, span: Span) -> Object {
    Object::new("artifactLocation", artifact(sources, span.file))
        .with("region", region(sources, span))
}

fn artifact(sources: &SourceMap, file: FileId) -> Object {
    Object::new("uri", uri(&sources.file(file).name))
}

/// Columns count characters, and the end column is exclusive.
fn region(sources: &SourceMap, span: Span) -> Object {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    Object::new("startLine", start.line)
        .with("startColumn", start.column)
        .with("endLine", end.line)
        .with("endColumn", end.column)
}

/// The edits of a fix, by file.
fn fix(sources: &SourceMap, fix: &Fix) -> Object {
    let mut files: BTreeMap<FileId, Vec<Object>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacements = files.entry(edit.span.file).or_default();
        replacements.push(replacement(sources, edit));
    }
    let changes = files.into_iter().map(|(file, replacements)| {
        Object::new("artifactLocation", artifact(sources, file)).with("replacements", replacements)
    });
    Object::new("description", message(fix.message.as_str()))
        .with("artifactChanges", changes.collect::<Vec<_>>())
}

fn replacement(sources: &SourceMap, edit: &Edit) -> Object {
    Object::new("deletedRegion", region(sources, edit.span))
        .with("insertedContent", message(edit.replacement.as_str()))
}

/// The name of a file as a URI. Relative names stay relative; absolute ones get the scheme `file`.
fn uri(name: &str) -> String {
    let mut uri = String::new();
    if name.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri
}
