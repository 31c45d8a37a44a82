//! Definition, references and highlights.

use lsp_types::{
    DocumentHighlight, DocumentHighlightParams, GotoDefinitionParams, GotoDefinitionResponse,
    Location, ReferenceParams,
};
use sinew_compiler::source::Span;

use super::super::shown::location;
use super::Known;

impl Known<'_> {
    pub(super) fn definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Option<GotoDefinitionResponse> {
        let place = params.text_document_position_params;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let span = match unit.index.imported_at(file, offset) {
            Some(imported) => Span::new(imported, 0, 0),
            None => unit.index.at(file, offset)?.at,
        };
        location(unit, self.documents, span).map(GotoDefinitionResponse::Scalar)
    }

    pub(super) fn references(&self, params: ReferenceParams) -> Option<Vec<Location>> {
        let (unit, meant) = self.meant(&params.text_document_position)?;
        let mut spans = unit.index.places(meant);
        spans.retain(|span| params.context.include_declaration || *span != meant.at);
        let places = spans.into_iter();
        Some(
            places
                .filter_map(|span| location(unit, self.documents, span))
                .collect(),
        )
    }

    /// The references in the same file.
    pub(super) fn highlights(
        &self,
        params: DocumentHighlightParams,
    ) -> Option<Vec<DocumentHighlight>> {
        let place = params.text_document_position_params;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let mut spans = unit.index.places(unit.index.at(file, offset)?);
        spans.retain(|span| span.file == file);
        let highlight = |span: Span| DocumentHighlight {
            range: unit.range(span),
            kind: None,
        };
        Some(spans.into_iter().map(highlight).collect())
    }
}
