//! Diagnostics and edits in the protocol's types.

use std::collections::HashMap;

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, TextEdit, Uri, WorkspaceEdit,
};
use sinew_compiler::diagnostics::{self, Code, Edit, Severity};
use sinew_compiler::source::Span;

use super::documents::Documents;
use super::unit::Unit;

/// The location of a span.
pub(super) fn location(unit: &Unit, documents: &Documents, span: Span) -> Option<Location> {
    let (_, path) = unit.file(span.file);
    Some(Location {
        uri: documents.uri(path)?,
        range: unit.range(span),
    })
}

/// A diagnostic with its notes and help in one message. Secondary labels become related information.
pub(super) fn shown(
    unit: &Unit,
    documents: &Documents,
    found: &diagnostics::Diagnostic,
) -> Diagnostic {
    let mut message = found.message.clone();
    // A terminal shows the primary label elsewhere; here it is only added if it says more.
    if !message.contains(&found.primary.text) {
        message.push_str(&format!(": {}", found.primary.text));
    }
    let notes = found.notes.iter().map(|note| format!("\nnote: {note}"));
    let help = found.help.iter().map(|help| format!("\nhelp: {help}"));
    message.extend(notes.chain(help));
    let labels = found.secondary.iter();
    let related = labels.filter_map(|label| {
        Some(DiagnosticRelatedInformation {
            location: location(unit, documents, label.span)?,
            message: label.text.clone(),
        })
    });
    Diagnostic {
        range: unit.range(found.primary.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(found.code.id().to_owned())),
        source: Some("sinew".to_owned()),
        message,
        related_information: Some(related.collect()),
        tags: tag(found.code).map(|tag| vec![tag]),
        ..Diagnostic::default()
    }
}

/// How else editors mark the place: greyed out, or struck through.
fn tag(code: Code) -> Option<DiagnosticTag> {
    match code {
        Code::UnusedImport | Code::UnusedInternal => Some(DiagnosticTag::UNNECESSARY),
        Code::DeprecatedUse => Some(DiagnosticTag::DEPRECATED),
        _ => None,
    }
}

/// A doc comment for editors. A link to a declaration, such as [`A`], becomes its name, because it would lead nowhere.
pub(super) fn markdown(doc: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let mut shown = String::new();
    let mut rest = doc;
    while let Some((before, link)) = rest.split_once("[`") {
        shown.push_str(before);
        let name = &link[..link.find(|c| !is_name(c)).unwrap_or(link.len())];
        let behind = link[name.len()..].strip_prefix("`]");
        rest = match behind.filter(|it| !it.starts_with(['(', '[', ':'])) {
            Some(behind) => {
                shown.push_str(&format!("`{name}`"));
                behind
            }
            None => {
                shown.push_str("[`");
                link
            }
        };
    }
    shown + rest
}

/// Edits by file.
#[expect(clippy::mutable_key_type, reason = "the protocol's type has such keys")]
pub(super) fn changes(unit: &Unit, documents: &Documents, edits: &[Edit]) -> WorkspaceEdit {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in edits {
        if let Some(place) = location(unit, documents, edit.span) {
            changes.entry(place.uri).or_default().push(TextEdit {
                range: place.range,
                new_text: edit.replacement.clone(),
            });
        }
    }
    WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    }
}
