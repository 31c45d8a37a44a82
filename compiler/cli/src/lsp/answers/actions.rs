//! Edits that mend what was found, or keep what a new name would change.

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
};
use sinew_compiler::diagnostics::{self, Edit};
use sinew_compiler::index::Declaration;
use sinew_compiler::schema::Schema;
use sinew_compiler::source::FileId;

use super::super::shown::{changes, shown};
use super::super::unit::Unit;
use super::Known;
use super::rename::same_errors;

impl Known<'_> {
    /// The fixes of what was found in a range of a file, the best of each first, and what else can be done there.
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
        actions.extend(self.keeps_wire_name(unit, file, unit.offset(file, wanted.start)));
        Some(actions)
    }

    /// What lets a method or service have another name for readers only: callers go on to use the one that it has.
    fn keeps_wire_name(
        &self,
        unit: &Unit,
        file: FileId,
        offset: u32,
    ) -> Option<CodeActionOrCommand> {
        let declared = unit.index.at(file, offset)?;
        let name = wire_name(unit.checked.schema.as_ref()?, declared)?;
        let text = &unit.checked.sources.file(declared.span.file).text;
        let line = text
            .get(..declared.span.start as usize)?
            .rsplit('\n')
            .next()?;
        let gap = match line.trim().is_empty() {
            true => format!("\n{line}"),
            false => " ".to_owned(),
        };
        let edits = [Edit {
            span: declared.span.before(),
            replacement: format!("@wire_name(\"{name}\"){gap}"),
        }];
        // It may be written already.
        let after = self.tried(unit, &edits).ok()?;
        same_errors(unit, &after).ok()?;
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title: format!("keep `{name}` on the wire whatever it is called"),
            kind: Some(CodeActionKind::REFACTOR_REWRITE),
            edit: Some(changes(unit, self.documents, &edits)),
            ..CodeAction::default()
        }))
    }
}

/// What a method or service is called on the wire.
fn wire_name<'s>(schema: &'s Schema, declared: &Declaration) -> Option<&'s str> {
    let mut services = schema.services();
    match declared.kind {
        "service" => services
            .find(|(id, _)| schema.decl(id.decl()).span == declared.at)
            .map(|(_, service)| service.wire_name.as_str()),
        "method" => services
            .flat_map(|(_, service)| &service.methods)
            .find(|method| method.span == declared.at)
            .map(|method| method.wire_name.as_str()),
        _ => None,
    }
}
