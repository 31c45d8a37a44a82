//! What is offered to an editor, and what it says of itself.

use lsp_types::notification::{self, Notification as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    DocumentLinkOptions, FoldingRangeProviderCapability, HoverProviderCapability, OneOf,
    PositionEncodingKind, RenameOptions, SelectionRangeProviderCapability,
    SemanticTokensFullOptions, SemanticTokensOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions,
};
use serde_json::{Value, json};

use super::answers::legend;
use super::places::Columns;

/// How an editor that begins so counts columns: in bytes if it can, as the text is held so here.
pub(super) fn columns(params: &Value) -> Columns {
    let offered = &params["capabilities"]["general"]["positionEncodings"];
    let offered = offered.as_array().map(Vec::as_slice).unwrap_or_default();
    let bytes = PositionEncodingKind::UTF8;
    match offered.iter().any(|it| it == bytes.as_str()) {
        true => Columns::Bytes,
        false => Columns::Utf16,
    }
}

/// Whether an editor that begins so says which files others change, once it is asked to.
pub(super) fn watches(params: &Value) -> bool {
    params["capabilities"]["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"] == true
}

/// What it is asked to watch.
pub(super) fn watched() -> Value {
    let watchers = json!([{ "globPattern": "**/*.idl" }, { "globPattern": "**/sinew.toml" }]);
    json!({ "registrations": [{
        "id": "files",
        "method": notification::DidChangeWatchedFiles::METHOD,
        "registerOptions": { "watchers": watchers },
    }] })
}

/// The answer to `initialize`.
pub(super) fn initialized(columns: Columns) -> Value {
    let server = json!({ "name": "sinew", "version": env!("CARGO_PKG_VERSION") });
    json!({ "capabilities": capabilities(columns), "serverInfo": server })
}

fn capabilities(columns: Columns) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::Supported(true)),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![
            CodeActionKind::QUICKFIX,
            CodeActionKind::REFACTOR_REWRITE,
        ]),
        ..CodeActionOptions::default()
    };
    let rename = RenameOptions {
        prepare_provider: Some(true),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    ServerCapabilities {
        position_encoding: Some(match columns {
            Columns::Bytes => PositionEncodingKind::UTF8,
            Columns::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        definition_provider: yes(),
        references_provider: yes(),
        document_highlight_provider: yes(),
        rename_provider: Some(OneOf::Right(rename)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        document_symbol_provider: yes(),
        workspace_symbol_provider: yes(),
        document_formatting_provider: yes(),
        ..shapes()
    }
}

fn yes<T>() -> Option<OneOf<bool, T>> {
    Some(OneOf::Left(true))
}

/// The same of texts and their layout.
fn shapes() -> ServerCapabilities {
    let triggers = [".", "@", "(", "\"", "/", ":", "=", "<", " "];
    let completion = CompletionOptions {
        trigger_characters: Some(triggers.map(str::to_owned).to_vec()),
        ..CompletionOptions::default()
    };
    let links = DocumentLinkOptions {
        resolve_provider: Some(false),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let tokens = SemanticTokensOptions {
        legend: legend(),
        full: Some(SemanticTokensFullOptions::Bool(true)),
        ..SemanticTokensOptions::default()
    };
    ServerCapabilities {
        completion_provider: Some(completion),
        document_link_provider: Some(links),
        semantic_tokens_provider: Some(tokens.into()),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        ..ServerCapabilities::default()
    }
}
