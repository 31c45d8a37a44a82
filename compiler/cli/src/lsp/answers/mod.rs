//! Answers to an editor's requests, a file for each kind. Most answers come from the compiler's index.

mod actions;
mod complete;
mod format;
mod hover;
mod links;
mod named;
mod outline;
mod rename;
mod shapes;
mod tokens;

use lsp_types::request::{self, Request as _};
use lsp_types::{Position, TextDocumentPositionParams, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sinew_compiler::index::Declaration;
use sinew_compiler::source::FileId;

use super::documents::{Documents, path_of};
use super::unit::Unit;
use super::wire::{Answer, Fault};
pub(super) use tokens::legend;

/// What answers are based on: the open texts, and the results of checking them.
pub(super) struct Known<'a> {
    pub(super) documents: &'a Documents,
    pub(super) units: &'a [Unit],
    /// A warning to show in addition to the answer.
    pub(super) warning: Option<String>,
}

impl<'a> Known<'a> {
    pub(super) fn answer(&mut self, method: &str, params: Value) -> Answer {
        match method {
            request::GotoDefinition::METHOD => reply(params, |it| self.definition(it)),
            request::References::METHOD => reply(params, |it| self.references(it)),
            request::DocumentHighlightRequest::METHOD => reply(params, |it| self.highlights(it)),
            request::PrepareRenameRequest::METHOD => reply(params, |it| self.renamed(it)),
            request::Rename::METHOD => {
                let edit = read(params).map(|it| self.rename(it))?;
                written(edit.map_err(|why| (Fault::RequestFailed, why))?)
            }
            request::HoverRequest::METHOD => reply(params, |it| self.hover(it)),
            request::Completion::METHOD => reply(params, |it| self.completions(it)),
            request::DocumentSymbolRequest::METHOD => reply(params, |it| self.outline(it)),
            request::WorkspaceSymbolRequest::METHOD => reply(params, |it| self.symbols(it)),
            request::CodeActionRequest::METHOD => reply(params, |it| self.actions(it)),
            request::Formatting::METHOD => reply(params, |it| self.formatted(it)),
            request::DocumentLinkRequest::METHOD => reply(params, |it| self.links(it)),
            request::FoldingRangeRequest::METHOD => reply(params, |it| self.folds(it)),
            request::SelectionRangeRequest::METHOD => reply(params, |it| self.selections(it)),
            request::SemanticTokensFullRequest::METHOD => reply(params, |it| self.tokens(it)),
            _ => Err((
                Fault::MethodNotFound,
                format!("`{method}` is not known here"),
            )),
        }
    }

    fn file(&self, uri: &Uri) -> Option<(&'a Unit, FileId)> {
        let path = path_of(uri)?;
        let mut units = self.units.iter();
        units.find_map(|unit| Some((unit, unit.file_at(&path)?)))
    }

    fn find(&self, uri: &Uri, position: Position) -> Option<(&'a Unit, FileId, u32)> {
        let (unit, file) = self.file(uri)?;
        Some((unit, file, unit.offset(file, position)))
    }

    /// The declaration that is declared or named at a position.
    fn meant(&self, place: &TextDocumentPositionParams) -> Option<(&'a Unit, &'a Declaration)> {
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        Some((unit, unit.index.at(file, offset)?))
    }
}

fn reply<P: DeserializeOwned, T: Serialize>(params: Value, answer: impl FnOnce(P) -> T) -> Answer {
    written(read(params).map(answer)?)
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, (Fault, String)> {
    serde_json::from_value(params).map_err(|error| (Fault::InvalidParams, error.to_string()))
}

fn written(answer: impl Serialize) -> Answer {
    serde_json::to_value(answer).map_err(|error| (Fault::RequestFailed, error.to_string()))
}
