//! Diagnostics for services that collect findings: one SARIF 2.1.0 document for a whole run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::json::written;
use super::{Options, Remark, severity, word};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Label};
use crate::source::{FileId, SourceMap, Span};

/// What is said in a run, up to its end.
#[derive(Debug, Default)]
pub(super) struct Log {
    codes: BTreeSet<Code>,
    results: Vec<Value>,
    remarks: Vec<Value>,
    failed: bool,
}

impl Log {
    /// Adds `diagnostic` as a result.
    pub(super) fn add(&mut self, sources: &SourceMap, diagnostic: &Diagnostic, options: &Options) {
        self.codes.insert(diagnostic.code);
        let related = (1..).zip(&diagnostic.secondary);
        let related = related.map(|(id, label)| labelled_place(sources, id, label));
        let fixes = diagnostic.fixes.iter().map(|f| fix(sources, f));
        self.results.push(json!({
            "ruleId": diagnostic.code.id(),
            "level": word(severity(diagnostic, options)),
            "message": { "text": text(diagnostic) },
            "locations": [labelled_place(sources, 0, &diagnostic.primary)],
            "relatedLocations": related.collect::<Vec<_>>(),
            "fixes": fixes.collect::<Vec<_>>(),
        }));
    }

    /// Adds what has no place.
    pub(super) fn add_remark(&mut self, kind: Remark, message: &str) {
        self.failed |= matches!(kind, Remark::Error);
        self.remarks.push(json!({
            "level": kind.word(),
            "message": { "text": message },
        }));
    }

    /// The document; ends with a newline.
    pub(super) fn document(self) -> String {
        let rules: Vec<_> = self.codes.into_iter().map(rule).collect();
        let document = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "sinew",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }},
                "columnKind": "unicodeCodePoints",
                "invocations": [{
                    "executionSuccessful": !self.failed,
                    "toolExecutionNotifications": self.remarks,
                }],
                "results": self.results,
            }],
        });
        format!("{}\n", written(&document))
    }
}

fn rule(code: Code) -> Value {
    let page = code.explanation();
    json!({
        "id": code.id(),
        "shortDescription": { "text": code.title() },
        "help": { "text": page, "markdown": page },
    })
}

/// The message, then what else there is to say on lines of their own.
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

fn labelled_place(sources: &SourceMap, id: u32, label: &Label) -> Value {
    json!({
        "id": id,
        "physicalLocation": place(sources, label.span),
        "message": { "text": label.text },
    })
}

fn place(sources: &SourceMap, span: Span) -> Value {
    json!({
        "artifactLocation": artifact(sources, span.file),
        "region": region(sources, span),
    })
}

fn artifact(sources: &SourceMap, file: FileId) -> Value {
    json!({ "uri": uri(&sources.file(file).name) })
}

/// Columns count characters, and the end is the column behind the last one.
fn region(sources: &SourceMap, span: Span) -> Value {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// The edits of a fix, by file.
fn fix(sources: &SourceMap, fix: &Fix) -> Value {
    let mut files: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacements = files.entry(edit.span.file).or_default();
        replacements.push(replacement(sources, edit));
    }
    let changes = files.into_iter().map(|(file, replacements)| {
        json!({
            "artifactLocation": artifact(sources, file),
            "replacements": replacements,
        })
    });
    json!({
        "description": { "text": fix.message },
        "artifactChanges": changes.collect::<Vec<_>>(),
    })
}

fn replacement(sources: &SourceMap, edit: &Edit) -> Value {
    json!({
        "deletedRegion": region(sources, edit.span),
        "insertedContent": { "text": edit.replacement },
    })
}

/// The name of a file as a URI: relative as it is, absolute as one of the scheme `file`.
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
