//! Document links: imports lead to their files.

use lsp_types::{DocumentLink, DocumentLinkParams};

use super::Known;

impl Known<'_> {
    pub(super) fn links(&self, params: DocumentLinkParams) -> Option<Vec<DocumentLink>> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        let imports = unit.index.imports.iter();
        let imports = imports.filter(|(span, _)| span.file == file);
        let link = |range, imported| DocumentLink {
            range,
            target: self.documents.uri(unit.file(imported).1),
            tooltip: None,
            data: None,
        };
        Some(
            imports
                .map(|(span, imported)| link(unit.range(*span), *imported))
                .collect(),
        )
    }
}
