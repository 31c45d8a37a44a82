//! Edits that mend what was found.

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
};
use sinew_compiler::diagnostics;

use super::super::shown::{changes, shown};
use super::Known;

impl Known<'_> {
    /// The fixes of what was found in a range of a file, the best of each first.
    pub(super) fn actions(&self, params: CodeActionParams) -> Option<CodeActionResponse> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        let wanted = params.range;
        let mut actions = Vec::new();
        let here = |found: &&diagnostics::Diagnostic| found.primary.span.file == file;
        for found in unit.checked.diagnostics.iter().filter(here) {
            let diagnostic = shown(unit, self.documents, found);
            if diagnostic.range.end < wanted.start || wanted.end < diagnostic.range.start {
                continue;
            }
            for (position, fix) in found.fixes.iter().enumerate() {
                actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                    title: fix.message.clone(),
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: Some(vec![diagnostic.clone()]),
                    edit: Some(changes(unit, self.documents, &fix.edits)),
                    is_preferred: Some(position == 0),
                    ..CodeAction::default()
                }));
            }
        }
        Some(actions)
    }
}
