//! The session with an editor: keeps its texts, checks them when no more messages are waiting, publishes diagnostics
//! and answers requests.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError};

use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    MessageType, PublishDiagnosticsParams, ShowMessageParams,
};
use serde_json::Value;

use super::answers::Known;
use super::capabilities;
use super::documents::Documents;
use super::shown::shown;
use super::unit::Unit;
use super::wire::{self, Answer, Fault, Incoming};

/// The state of a session.
struct Session<W> {
    output: W,
    stage: Stage,
    /// The editor can watch files and has not been asked to yet.
    watches: bool,
    documents: Documents,
    units: Vec<Unit>,
    /// The texts have changed since the units were checked.
    stale: bool,
    /// The diagnostics last published, by the canonical paths of files. Open files and those with diagnostics are in
    /// it.
    published: BTreeMap<PathBuf, Vec<Diagnostic>>,
    /// The error last shown that kept a text from being checked.
    trouble: Option<String>,
}

/// How far the session has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before `initialize`.
    New,
    Open,
    /// After `shutdown`.
    Ended,
}

/// Serves until the editor goes. Returns whether it has sent `shutdown` before.
pub(super) fn serve(
    incoming: &Receiver<io::Result<Incoming>>,
    output: impl Write,
) -> io::Result<bool> {
    let mut session = Session {
        output,
        stage: Stage::New,
        watches: false,
        documents: Documents::default(),
        units: Vec::new(),
        stale: false,
        published: BTreeMap::new(),
        trouble: None,
    };
    loop {
        // Check only when no message is waiting: if changes come faster than texts are checked, only the last one is.
        let next = match incoming.try_recv() {
            Err(TryRecvError::Empty) => {
                session.check()?;
                incoming.recv().ok()
            }
            next => next.ok(),
        };
        match next.transpose()? {
            None => break,
            Some(Incoming::Notification { method, .. }) if method == notification::Exit::METHOD => {
                break;
            }
            Some(message) => session.hear(message)?,
        }
    }
    Ok(session.stage == Stage::Ended)
}

impl<W: Write> Session<W> {
    fn hear(&mut self, message: Incoming) -> io::Result<()> {
        match message {
            Incoming::Request { id, method, params } => {
                let answer = self.answer(&method, params)?;
                wire::respond(&mut self.output, id, answer)
            }
            Incoming::Wrong { id, fault, why } => {
                wire::respond(&mut self.output, id, Err((fault, why)))
            }
            Incoming::Notification { .. } if self.stage != Stage::Open => Ok(()),
            Incoming::Notification { method, .. }
                if method == notification::Initialized::METHOD =>
            {
                self.watch()
            }
            Incoming::Notification { method, params } => {
                self.note(&method, params);
                Ok(())
            }
            Incoming::Response => Ok(()),
        }
    }

    fn answer(&mut self, method: &str, params: Value) -> io::Result<Answer> {
        let begins = method == request::Initialize::METHOD;
        match self.stage {
            Stage::New if begins => {
                self.stage = Stage::Open;
                self.watches = capabilities::watches(&params);
                self.documents.columns = capabilities::columns(&params);
                return Ok(Ok(capabilities::initialized(self.documents.columns)));
            }
            Stage::New => {
                let why = "`initialize` comes first".to_owned();
                return Ok(Err((Fault::NotInitialized, why)));
            }
            Stage::Open if begins => {
                let why = "`initialize` was said before".to_owned();
                return Ok(Err((Fault::InvalidRequest, why)));
            }
            Stage::Ended => {
                let why = "`shutdown` was said before".to_owned();
                return Ok(Err((Fault::InvalidRequest, why)));
            }
            Stage::Open => {}
        }
        if method == request::Shutdown::METHOD {
            self.stage = Stage::Ended;
            return Ok(Ok(Value::Null));
        }
        self.check()?;
        let mut known = Known {
            documents: &self.documents,
            units: &self.units,
            warning: None,
        };
        let answer = known.answer(method, params);
        if let Some(message) = known.warning {
            self.show(MessageType::WARNING, message)?;
        }
        Ok(answer)
    }

    /// Asks the editor to report changes on the disk, if it can.
    fn watch(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.watches) {
            return Ok(());
        }
        let method = request::RegisterCapability::METHOD;
        wire::ask(&mut self.output, "watch", method, capabilities::watched())
    }

    /// Handles a notification. Invalid ones are ignored, because nobody waits for an answer.
    fn note(&mut self, method: &str, params: Value) {
        match method {
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
            // A saved or watched file may be one that an open text imports.
            notification::DidSaveTextDocument::METHOD
            | notification::DidChangeWatchedFiles::METHOD => {}
            _ => return,
        }
        self.stale = true;
    }

    /// Checks the open texts if any has changed, and publishes the results.
    fn check(&mut self) -> io::Result<()> {
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
                self.show(MessageType::ERROR, message)?;
            }
        }
        self.publish()
    }

    /// Drops units whose open files are all part of larger units: a file is best checked with the files that import it.
    fn leave_parts(&mut self) {
        let mut open: Vec<&Path> = self.documents.paths().collect();
        self.units.sort_by_key(|unit| Reverse(unit.files()));
        self.units.retain(|unit| {
            let before = open.len();
            open.retain(|path| unit.file_at(path).is_none());
            open.len() < before
        });
    }

    fn publish(&mut self) -> io::Result<()> {
        let mut found = self.found();
        for path in self.published.keys() {
            found.entry(path.clone()).or_default();
        }
        for (path, diagnostics) in &found {
            if self.published.get(path) != Some(diagnostics)
                && let Some(uri) = self.documents.uri(path)
            {
                let params = PublishDiagnosticsParams {
                    uri,
                    diagnostics: diagnostics.clone(),
                    version: None,
                };
                let method = notification::PublishDiagnostics::METHOD;
                wire::notify(&mut self.output, method, params)?;
            }
        }
        // A closed file without diagnostics needs no update later.
        found.retain(|path, found| !found.is_empty() || self.documents.get(path).is_some());
        self.published = found;
        Ok(())
    }

    /// The diagnostics of each file, with an empty list for open files that have none.
    fn found(&self) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
        let open = self.documents.paths();
        let mut found: BTreeMap<_, Vec<_>> =
            open.map(|path| (path.to_owned(), Vec::new())).collect();
        for unit in &self.units {
            for it in &unit.checked.diagnostics {
                let (_, path) = unit.file(it.primary.span.file);
                let list = found.entry(path.to_owned()).or_default();
                let it = shown(unit, &self.documents, it);
                // Two projects may share a file.
                if !list.contains(&it) {
                    list.push(it);
                }
            }
        }
        found
    }

    fn show(&mut self, typ: MessageType, message: String) -> io::Result<()> {
        let method = notification::ShowMessage::METHOD;
        wire::notify(&mut self.output, method, ShowMessageParams { typ, message })
    }
}
