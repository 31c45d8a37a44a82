//! The conversation with an editor: texts come, are checked once nothing more waits to be read, and questions are answered.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, Diagnostic,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    HoverProviderCapability, MessageType, OneOf, PublishDiagnosticsParams, RenameOptions,
    ServerCapabilities, ShowMessageParams, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkDoneProgressOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::actions::shown;
use super::answers::Known;
use super::documents::Documents;
use super::unit::Unit;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What is known of the editor's texts, and what it was told.
struct Session<'a> {
    connection: &'a Connection,
    documents: Documents,
    units: Vec<Unit>,
    /// The units are of texts that have changed since.
    stale: bool,
    /// What the editor was told last, by the real path of the file.
    published: BTreeMap<PathBuf, Vec<Diagnostic>>,
    /// What kept a text from being checked, as it was shown last.
    trouble: Option<String>,
}

/// Serves until the editor goes; whether it has said so before.
pub(super) fn serve(connection: &Connection) -> Result<bool> {
    let (id, _) = connection.initialize_start()?;
    let server = json!({ "name": "sinew", "version": env!("CARGO_PKG_VERSION") });
    let answer = json!({ "capabilities": capabilities(), "serverInfo": server });
    connection.initialize_finish(id, answer)?;
    let mut session = Session {
        connection,
        documents: Documents::default(),
        units: Vec::new(),
        stale: false,
        published: BTreeMap::new(),
        trouble: None,
    };
    let mut next = connection.receiver.recv().ok();
    while let Some(message) = next {
        match message {
            Message::Request(request) if connection.handle_shutdown(&request)? => return Ok(true),
            Message::Request(request) => {
                session.check()?;
                let answer = session.answer(request);
                connection.sender.send(answer.into())?;
            }
            Message::Notification(told) => session.note(told),
            Message::Response(_) => {}
        }
        // While somebody types faster than texts are checked, only the last is.
        next = connection.receiver.try_recv().ok();
        if next.is_none() {
            session.check()?;
            next = connection.receiver.recv().ok();
        }
    }
    Ok(false)
}

fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::Supported(true)),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    }
}

impl Session<'_> {
    /// A text has come, changed or gone. What cannot be read is left out, as nobody waits for an answer.
    fn note(&mut self, told: Notification) {
        let Notification { method, params } = told;
        match method.as_str() {
            notification::DidOpenTextDocument::METHOD => {
                if let Ok(it) = serde_json::from_value::<DidOpenTextDocumentParams>(params) {
                    let opened = it.text_document;
                    self.documents.put(opened.uri, opened.text);
                }
            }
            notification::DidChangeTextDocument::METHOD => {
                if let Ok(it) = serde_json::from_value::<DidChangeTextDocumentParams>(params)
                    && let Some(last) = it.content_changes.into_iter().next_back()
                {
                    self.documents.put(it.text_document.uri, last.text);
                }
            }
            notification::DidCloseTextDocument::METHOD => {
                if let Ok(it) = serde_json::from_value::<DidCloseTextDocumentParams>(params) {
                    self.documents.close(&it.text_document.uri);
                }
            }
            // Others may have changed files as well.
            notification::DidSaveTextDocument::METHOD
            | notification::DidChangeWatchedFiles::METHOD => {}
            _ => return,
        }
        self.stale = true;
    }

    fn answer(&self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let known = Known {
            documents: &self.documents,
            units: &self.units,
        };
        match method.as_str() {
            request::GotoDefinition::METHOD => reply(id, params, |it| known.definition(it)),
            request::References::METHOD => reply(id, params, |it| known.references(it)),
            request::PrepareRenameRequest::METHOD => reply(id, params, |it| known.renamed(it)),
            request::Rename::METHOD => reply(id, params, |it| known.rename(it)),
            request::HoverRequest::METHOD => reply(id, params, |it| known.hover(it)),
            request::DocumentSymbolRequest::METHOD => reply(id, params, |it| known.symbols(it)),
            request::CodeActionRequest::METHOD => reply(id, params, |it| known.actions(it)),
            request::Formatting::METHOD => reply(id, params, |it| known.formatted(it)),
            _ => {
                let message = format!("`{method}` is not known here");
                Response::new_err(id, ErrorCode::MethodNotFound as i32, message)
            }
        }
    }

    /// Checks what has changed, and tells the editor what was found.
    fn check(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.stale) {
            return Ok(());
        }
        self.units.clear();
        let mut trouble = None;
        for path in self.documents.paths() {
            if self.units.iter().any(|unit| unit.file_at(path).is_some()) {
                continue;
            }
            match Unit::around(path, &self.documents) {
                Ok(unit) => self.units.push(unit),
                Err(why) => trouble = Some(why),
            }
        }
        self.leave_parts();
        if trouble != self.trouble {
            self.trouble = trouble;
            if let Some(message) = self.trouble.clone() {
                let typ = MessageType::ERROR;
                self.tell::<notification::ShowMessage>(ShowMessageParams { typ, message })?;
            }
        }
        self.publish()
    }

    /// Leaves out what is only a part of something else that was checked: a file that others import is seen with them.
    fn leave_parts(&mut self) {
        let mut open: Vec<&Path> = self.documents.paths().collect();
        self.units.sort_by_key(|unit| Reverse(unit.files()));
        self.units.retain(|unit| {
            let before = open.len();
            open.retain(|path| unit.file_at(path).is_none());
            open.len() < before
        });
    }

    fn publish(&mut self) -> Result<()> {
        let mut found = self.found();
        for path in self.published.keys() {
            found.entry(path.clone()).or_default();
        }
        for (path, diagnostics) in &found {
            if self.published.get(path) != Some(diagnostics)
                && let Some(uri) = self.documents.uri(path)
            {
                self.tell::<notification::PublishDiagnostics>(PublishDiagnosticsParams {
                    uri,
                    diagnostics: diagnostics.clone(),
                    version: None,
                })?;
            }
        }
        self.published = found;
        Ok(())
    }

    /// What there is to say about each file: also about open ones of which there is nothing.
    fn found(&self) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
        let open = self.documents.paths();
        let mut found: BTreeMap<_, Vec<_>> =
            open.map(|path| (path.to_owned(), Vec::new())).collect();
        for unit in &self.units {
            for it in &unit.checked.diagnostics {
                let (_, path) = unit.file(it.primary.span.file);
                let list = found.entry(path.to_owned()).or_default();
                let it = shown(unit, &self.documents, it);
                // Two projects may have read one file.
                if !list.contains(&it) {
                    list.push(it);
                }
            }
        }
        found
    }

    fn tell<N: notification::Notification>(&self, params: N::Params) -> Result<()> {
        let told = Notification::new(N::METHOD.to_owned(), params);
        Ok(self.connection.sender.send(told.into())?)
    }
}

fn reply<P: DeserializeOwned, T: Serialize>(
    id: RequestId,
    params: serde_json::Value,
    answer: impl FnOnce(P) -> T,
) -> Response {
    match serde_json::from_value(params) {
        Ok(params) => Response::new_ok(id, answer(params)),
        Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
    }
}
