//! Formatting.

use lsp_types::{DocumentFormattingParams, TextEdit};
use sinew_compiler::format::format;

use super::super::documents::path_of;
use super::Known;

impl Known<'_> {
    /// Replaces the whole text. No edit if it is formatted already, no answer if it cannot be parsed.
    pub(super) fn formatted(&self, params: DocumentFormattingParams) -> Option<Vec<TextEdit>> {
        let path = path_of(&params.text_document.uri)?;
        let text = &self.documents.get(&path)?.text;
        let after = format(&path.to_string_lossy(), text).ok()?;
        let edit = TextEdit {
            range: self.documents.columns.whole(text),
            new_text: after,
        };
        Some(if edit.new_text == *text {
            Vec::new()
        } else {
            vec![edit]
        })
    }
}
