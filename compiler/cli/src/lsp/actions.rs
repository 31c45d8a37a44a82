//! What was found, in words of the protocol, and the edits that mend it.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, Location, NumberOrString, Range, TextEdit, Uri, WorkspaceEdit,
};
use sinew_compiler::diagnostics::{self, Edit, Severity};
use sinew_compiler::source::{FileId, Span};

use super::documents::Documents;
use super::places::range;
use super::unit::Unit;

/// The range of a span, and where it is.
pub(super) fn location(unit: &Unit, documents: &Documents, span: Span) -> Option<Location> {
    let (file, path) = unit.file(span.file);
    Some(Location {
        uri: documents.uri(path)?,
        range: range(file, span),
    })
}

/// A diagnostic with all that there is to say; what else matters is beside it.
pub(super) fn shown(
    unit: &Unit,
    documents: &Documents,
    found: &diagnostics::Diagnostic,
) -> Diagnostic {
    let (file, _) = unit.file(found.primary.span.file);
    let mut message = found.message.clone();
    if !found.primary.text.is_empty() {
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
        range: range(file, found.primary.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(found.code.id().to_owned())),
        source: Some("sinew".to_owned()),
        message,
        related_information: Some(related.collect()),
        ..Diagnostic::default()
    }
}

/// The fixes of what was found in a range of a file, the best of each first.
pub(super) fn fixes(
    unit: &Unit,
    documents: &Documents,
    file: FileId,
    wanted: Range,
) -> Vec<CodeActionOrCommand> {
    let mut actions = Vec::new();
    let here = |found: &&diagnostics::Diagnostic| found.primary.span.file == file;
    for found in unit.checked.diagnostics.iter().filter(here) {
        let diagnostic = shown(unit, documents, found);
        if diagnostic.range.end < wanted.start || wanted.end < diagnostic.range.start {
            continue;
        }
        for (position, fix) in found.fixes.iter().enumerate() {
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title: fix.message.clone(),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic.clone()]),
                edit: Some(changes(unit, documents, &fix.edits)),
                is_preferred: Some(position == 0),
                ..CodeAction::default()
            }));
        }
    }
    actions
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
