//! Diagnostics for programs: a JSON object on each line.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::excerpt::is_hidden;
use super::{Options, severity, word};
use crate::diagnostics::{Diagnostic, Fix, Label};
use crate::source::{SourceMap, Span};

/// Writes `diagnostic` as one line.
pub(super) fn write(
    out: &mut String,
    sources: &SourceMap,
    diagnostic: &Diagnostic,
    options: &Options,
) {
    let secondary = diagnostic.secondary.iter();
    let secondary = secondary.map(|label| span(sources, label, false));
    let spans: Vec<_> = std::iter::once(span(sources, &diagnostic.primary, true))
        .chain(secondary)
        .collect();
    let fixes = diagnostic.fixes.iter();
    let object = json!({
        "severity": word(severity(diagnostic, options)),
        "code": diagnostic.code.id(),
        "message": diagnostic.message,
        "spans": spans,
        "notes": diagnostic.notes,
        "help": diagnostic.help,
        "fixes": fixes.map(|f| fix(sources, f)).collect::<Vec<_>>(),
    });
    push(out, &object);
}

/// Writes what has no place.
pub(super) fn write_remark(out: &mut String, severity: &str, message: &str) {
    let object = json!({
        "severity": severity,
        "code": null,
        "message": message,
        "spans": [],
        "notes": [],
        "help": [],
        "fixes": [],
    });
    push(out, &object);
}

fn push(out: &mut String, object: &Value) {
    out.push_str(&written(object));
    out.push('\n');
}

/// `value` on one line, with characters escaped that a terminal would obey: JSON itself asks for
/// that up to U+001F only.
pub(super) fn written(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text
}

fn span(sources: &SourceMap, label: &Label, primary: bool) -> Value {
    let mut object = place(sources, label.span);
    object["primary"] = primary.into();
    object["label"] = label.text.as_str().into();
    object
}

fn fix(sources: &SourceMap, fix: &Fix) -> Value {
    let edits = fix.edits.iter().map(|edit| {
        let mut object = place(sources, edit.span);
        object["replacement"] = edit.replacement.as_str().into();
        object
    });
    json!({ "message": fix.message, "edits": edits.collect::<Vec<_>>() })
}

fn place(sources: &SourceMap, span: Span) -> Value {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({
        "file": file.name,
        "line_start": start.line,
        "column_start": start.column,
        "line_end": end.line,
        "column_end": end.column,
        "byte_start": span.start,
        "byte_end": span.end,
    })
}
