//! Diagnostics for programs: a JSON object on each line.

use super::{Options, severity, word};
use crate::diagnostics::{Diagnostic, Fix, Label};
use crate::json::{Json, Object};
use crate::source::{SourceMap, Span};

/// Writes `diagnostic` as one line.
pub(super) fn write(
    out: &mut String,
    sources: &SourceMap,
    diagnostic: &Diagnostic,
    options: &Options,
) {
    let mut spans = vec![span(sources, &diagnostic.primary, true)];
    spans.extend(
        diagnostic
            .secondary
            .iter()
            .map(|label| span(sources, label, false)),
    );
    let fixes: Vec<Object> = diagnostic.fixes.iter().map(|f| fix(sources, f)).collect();
    let object = Object::new("severity", word(severity(diagnostic, options)))
        .with("code", diagnostic.code.id())
        .with("message", diagnostic.message.as_str())
        .with("spans", spans)
        .with("notes", diagnostic.notes.clone())
        .with("help", diagnostic.help.clone())
        .with("fixes", fixes);
    out.push_str(&Json::from(object).line());
}

/// Writes a message without a place. `about` is an additional member: a name, and JSON on one line.
pub(super) fn write_remark(
    out: &mut String,
    severity: &str,
    message: &str,
    about: Option<(&'static str, &str)>,
) {
    let none = || Json::List(Vec::new());
    let object = Object::new("severity", severity)
        .with("code", Json::Null)
        .with("message", message)
        .with("spans", none())
        .with("notes", none())
        .with("help", none())
        .with("fixes", none());
    let object = match about {
        Some((name, json)) => object.with(name, Json::Spelled(json.to_owned())),
        None => object,
    };
    out.push_str(&Json::from(object).line());
}

fn span(sources: &SourceMap, label: &Label, primary: bool) -> Object {
    place(sources, label.span)
        .with("primary", primary)
        .with("label", label.text.as_str())
}

fn fix(sources: &SourceMap, fix: &Fix) -> Object {
    let edits = fix
        .edits
        .iter()
        .map(|edit| place(sources, edit.span).with("replacement", edit.replacement.as_str()));
    Object::new("message", fix.message.as_str()).with("edits", edits.collect::<Vec<_>>())
}

fn place(sources: &SourceMap, span: Span) -> Object {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    Object::new("file", file.name.as_str())
        .with("line_start", start.line)
        .with("column_start", start.column)
        .with("line_end", end.line)
        .with("column_end", end.column)
        .with("byte_start", span.start)
        .with("byte_end", span.end)
}
