//! An editor that speaks as editors do.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// An editor with a folder, and its server.
pub(crate) struct Editor {
    pub(crate) folder: PathBuf,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: i32,
    /// What was told last about each file.
    pub(crate) found: BTreeMap<String, Value>,
    pub(crate) shown: Vec<String>,
}

impl Editor {
    pub(crate) fn begin(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("lsp")
            .join(name);
        _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder can be made");
        let folder = folder.canonicalize().expect("it is there");
        for (file, text) in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            fs::write(path, text).expect("a file can be written");
        }
        let mut process = Command::new(env!("CARGO_BIN_EXE_sinew"))
            .arg("lsp")
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command can be run");
        let output = process.stdout.take().expect("it is piped");
        let mut editor = Self {
            folder,
            input: process.stdin.take(),
            output: BufReader::new(output),
            process,
            asked: 0,
            found: BTreeMap::new(),
            shown: Vec::new(),
        };
        editor.ask("initialize", json!({ "capabilities": {} }));
        editor.tell("initialized", json!({}));
        editor
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        format!("file://{}", self.folder.join(file).display())
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        let message = Notification::new(method.to_owned(), params).into();
        self.send(message);
    }

    pub(crate) fn send(&mut self, message: Message) {
        let mut input = self.input.as_ref().expect("it is not ended yet");
        message.write(&mut input).expect("the server reads");
    }

    pub(crate) fn open(&mut self, file: &str, text: &str) {
        let uri = self.uri(file);
        let document = json!({ "uri": uri, "languageId": "idl", "version": 1, "text": text });
        let params = json!({ "textDocument": document });
        self.tell("textDocument/didOpen", params);
    }

    pub(crate) fn change(&mut self, file: &str, text: &str) {
        let document = json!({ "uri": self.uri(file), "version": 2 });
        let changes = json!([{ "text": text }]);
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.tell("textDocument/didChange", params);
    }

    pub(crate) fn close(&mut self, file: &str) {
        let params = json!({ "textDocument": { "uri": self.uri(file) } });
        self.tell("textDocument/didClose", params);
    }

    pub(crate) fn response(&mut self, method: &str, params: Value) -> Response {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.send(request.into());
        loop {
            let message = Message::read(&mut self.output).expect("it is a message");
            match message.expect("the server answers") {
                Message::Response(response) => {
                    assert_eq!(response.id, id);
                    return response;
                }
                Message::Notification(told) => self.heard(told),
                Message::Request(request) => panic!("{request:?}"),
            }
        }
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let response = self.response(method, params);
        response.response_result.expect("there is an answer")
    }

    pub(crate) fn heard(&mut self, told: Notification) {
        let text = |name: &str| told.params[name].as_str().expect("it is there").to_owned();
        match told.method.as_str() {
            "textDocument/publishDiagnostics" => {
                let found = told.params["diagnostics"].clone();
                self.found.insert(text("uri"), found);
            }
            "window/showMessage" => self.shown.push(text("message")),
            other => panic!("{other}"),
        }
    }

    /// Codes of what is wrong with a file, once all that was told before is checked.
    pub(crate) fn codes(&mut self, file: &str) -> Vec<String> {
        self.about("textDocument/documentSymbol", file, json!({}));
        let found = self.found.get(&self.uri(file));
        let found = found.and_then(Value::as_array).cloned().unwrap_or_default();
        let code = |it: &Value| it["code"].as_str().expect("it has one").to_owned();
        found.iter().map(code).collect()
    }

    pub(crate) fn about(&mut self, method: &str, file: &str, mut params: Value) -> Value {
        params["textDocument"] = json!({ "uri": self.uri(file) });
        self.ask(method, params)
    }

    /// Asks about the first place where a text has this.
    pub(crate) fn at(&mut self, method: &str, file: &str, text: &str, part: &str) -> Value {
        let offset = text.find(part).expect("it is there");
        let line = text[..offset].matches('\n').count();
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let position = json!({ "line": line, "character": offset - start });
        let context = json!({ "includeDeclaration": true });
        self.about(
            method,
            file,
            json!({ "position": position, "context": context }),
        )
    }

    /// Ends the conversation as the protocol wants it; the exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.gone()
    }

    pub(crate) fn gone(&mut self) -> Option<i32> {
        drop(self.input.take());
        self.process.wait().expect("it ends").code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

pub(crate) const ORDER: &str = "namespace shop.order;\n\n/// What somebody wants.\nstruct Order {\n    /// Given by the shop.\n    1: u32 number;\n}\n";
pub(crate) const LIST: &str = "namespace shop.list;\n\nimport \"order.idl\" { Order };\n\nservice Lists {\n    list<Order> all();\n    void add(1: Order order);\n}\n";

/// An editor in a folder with both.
pub(crate) fn shop(name: &str) -> Editor {
    Editor::begin(name, &[("idl/order.idl", ORDER), ("idl/list.idl", LIST)])
}

/// The line and character at which a range begins.
pub(crate) fn start(range: &Value) -> (u64, u64) {
    let start = &range["start"];
    let number = |name: &str| start[name].as_u64().expect("it is a number");
    (number("line"), number("character"))
}
