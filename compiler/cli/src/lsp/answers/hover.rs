//! Hover.

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};
use sinew_compiler::complete::explain;
use sinew_compiler::index::Declaration;

use super::super::shown::markdown;
use super::super::unit::Unit;
use super::Known;

impl Known<'_> {
    pub(super) fn hover(&self, params: HoverParams) -> Option<Hover> {
        let place = params.text_document_position_params;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let value = match unit.index.at(file, offset) {
            Some(declared) => described(unit, declared),
            None => explain(&unit.file(file).0.text, offset as usize)?.to_owned(),
        };
        Some(Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value,
            }),
            range: None,
        })
    }
}

/// The first line of a declaration as written, and its doc comment.
fn described(unit: &Unit, declared: &Declaration) -> String {
    let (file, _) = unit.file(declared.span.file);
    let lines = unit.range(declared.span);
    let head = file.text.lines().nth(lines.start.line as usize);
    let head = head
        .unwrap_or_default()
        .trim()
        .trim_end_matches('{')
        .trim_end();
    let doc = markdown(declared.doc.as_deref().unwrap_or_default());
    format!("```sinew\n{head}\n```\n\n{doc}")
        .trim_end()
        .to_owned()
}
