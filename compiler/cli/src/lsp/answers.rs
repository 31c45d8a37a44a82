//! What the editor asks about a place or a text.

use lsp_types::{
    CodeActionParams, CodeActionResponse, DocumentFormattingParams, DocumentSymbolParams,
    DocumentSymbolResponse, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents,
    HoverParams, Location, MarkupContent, MarkupKind, Position, PrepareRenameResponse,
    ReferenceParams, RenameParams, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};
use sinew_compiler::diagnostics::Edit;
use sinew_compiler::format::format;
use sinew_compiler::index::Declaration;
use sinew_compiler::source::{FileId, Span};

use super::actions::{changes, fixes, location};
use super::documents::{Documents, path_of};
use super::outline::outline;
use super::places::{offset, range, whole};
use super::unit::Unit;

/// What is known: the texts, and what was found when they were checked.
pub(super) struct Known<'a> {
    pub(super) documents: &'a Documents,
    pub(super) units: &'a [Unit],
}

impl<'a> Known<'a> {
    pub(super) fn definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Option<GotoDefinitionResponse> {
        let place = params.text_document_position_params;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let span = match unit.index.imported_at(file, offset) {
            Some(imported) => Span::new(imported, 0, 0),
            None => unit.index.declarations[unit.index.at(file, offset)?].at,
        };
        location(unit, self.documents, span).map(GotoDefinitionResponse::Scalar)
    }

    pub(super) fn references(&self, params: ReferenceParams) -> Option<Vec<Location>> {
        let place = params.text_document_position;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let meant = unit.index.at(file, offset)?;
        let declared = unit.index.declarations[meant].at;
        let mut spans = places(unit, meant);
        spans.retain(|span| params.context.include_declaration || *span != declared);
        let places = spans.into_iter();
        Some(
            places
                .filter_map(|span| location(unit, self.documents, span))
                .collect(),
        )
    }

    /// The name that stands there, if all of it can be renamed.
    pub(super) fn renamed(
        &self,
        params: TextDocumentPositionParams,
    ) -> Option<PrepareRenameResponse> {
        let (unit, file, offset) = self.find(&params.text_document.uri, params.position)?;
        let names = names(unit, unit.index.at(file, offset)?);
        let here = names.into_iter().find(|span| span.holds(file, offset))?;
        let (source, _) = unit.file(file);
        Some(PrepareRenameResponse::Range(range(source, here)))
    }

    /// Nothing where the new name is none.
    pub(super) fn rename(&self, params: RenameParams) -> Option<WorkspaceEdit> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !params.new_name.chars().all(is_part)
            || params.new_name.starts_with(|c: char| c.is_ascii_digit())
            || params.new_name.is_empty()
        {
            return None;
        }
        let place = params.text_document_position;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let edits = names(unit, unit.index.at(file, offset)?).into_iter();
        let edits = edits.map(|span| Edit {
            span,
            replacement: params.new_name.clone(),
        });
        Some(changes(unit, self.documents, &edits.collect::<Vec<_>>()))
    }

    pub(super) fn hover(&self, params: HoverParams) -> Option<Hover> {
        let place = params.text_document_position_params;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let declared = &unit.index.declarations[unit.index.at(file, offset)?];
        Some(Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: described(unit, declared),
            }),
            range: None,
        })
    }

    pub(super) fn symbols(&self, params: DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        Some(DocumentSymbolResponse::Nested(outline(unit, file)))
    }

    pub(super) fn actions(&self, params: CodeActionParams) -> Option<CodeActionResponse> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        Some(fixes(unit, self.documents, file, params.range))
    }

    /// The whole text in the one style; nothing where it is so already, or cannot be read.
    pub(super) fn formatted(&self, params: DocumentFormattingParams) -> Option<Vec<TextEdit>> {
        let path = path_of(&params.text_document.uri)?;
        let text = &self.documents.get(&path)?.text;
        let after = format(&path.to_string_lossy(), text).ok()?;
        let edit = TextEdit {
            range: whole(text),
            new_text: after,
        };
        Some(if edit.new_text == *text {
            Vec::new()
        } else {
            vec![edit]
        })
    }

    fn file(&self, uri: &Uri) -> Option<(&'a Unit, FileId)> {
        let path = path_of(uri)?;
        let mut units = self.units.iter();
        units.find_map(|unit| Some((unit, unit.file_at(&path)?)))
    }

    fn find(&self, uri: &Uri, position: Position) -> Option<(&'a Unit, FileId, u32)> {
        let (unit, file) = self.file(uri)?;
        let (source, _) = unit.file(file);
        Some((unit, file, offset(&source.text, position)))
    }
}

/// Where a declaration is made and named, in order.
fn places(unit: &Unit, declaration: usize) -> Vec<Span> {
    let uses = unit.index.uses.iter();
    let uses = uses.filter(|it| it.declaration == declaration);
    let mut spans: Vec<Span> = uses.map(|it| it.span).collect();
    spans.push(unit.index.declarations[declaration].at);
    spans.sort();
    // What is evaluated twice is met twice.
    spans.dedup();
    spans
}

/// The same without those that name it otherwise, behind an import with `as`.
fn names(unit: &Unit, declaration: usize) -> Vec<Span> {
    let name = &unit.index.declarations[declaration].name;
    let mut spans = places(unit, declaration);
    spans.retain(|span| unit.checked.sources.slice(*span).trim_matches('`') == name);
    spans
}

/// The first line of a declaration as it is written, and what is said of it.
fn described(unit: &Unit, declared: &Declaration) -> String {
    let (file, _) = unit.file(declared.span.file);
    let lines = range(file, declared.span);
    let head = file.text.lines().nth(lines.start.line as usize);
    let head = head
        .unwrap_or_default()
        .trim()
        .trim_end_matches('{')
        .trim_end();
    let doc = declared.doc.as_deref().unwrap_or_default();
    format!("```idl\n{head}\n```\n\n{doc}")
        .trim_end()
        .to_owned()
}
