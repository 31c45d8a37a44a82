//! A client of the language server, as editors are.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A client with its folder and server.
pub(crate) struct Editor {
    pub(crate) folder: PathBuf,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: i32,
    /// The diagnostics last published for each file.
    pub(crate) found: BTreeMap<String, Value>,
    /// How many diagnostics messages have arrived.
    pub(crate) told: usize,
    pub(crate) shown: Vec<String>,
}

impl Editor {
    /// A client that has not sent `initialize` yet.
    pub(crate) fn silent(name: &str, files: &[(&str, &str)]) -> Self {
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
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command can be run");
        let output = process.stdout.take().expect("it is piped");
        Self {
            folder,
            input: process.stdin.take(),
            output: BufReader::new(output),
            process,
            asked: 0,
            found: BTreeMap::new(),
            told: 0,
            shown: Vec::new(),
        }
    }

    /// The same after `initialize`.
    pub(crate) fn begin(name: &str, files: &[(&str, &str)]) -> Self {
        Self::offering(name, files, json!({}))
    }

    /// The same with these client capabilities.
    pub(crate) fn offering(name: &str, files: &[(&str, &str)], can: Value) -> Self {
        let mut editor = Self::silent(name, files);
        editor.ask("initialize", json!({ "capabilities": can }));
        editor.tell("initialized", json!({}));
        editor
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        format!("file://{}", self.folder.join(file).display())
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.write(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    /// Writes raw text to the server.
    pub(crate) fn write(&mut self, text: &str) {
        let input = self.input.as_mut().expect("it is not ended yet");
        input.write_all(text.as_bytes()).expect("the server reads");
    }

    /// The next message of the server, including notifications.
    pub(crate) fn read(&mut self) -> Value {
        let mut length = None;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).expect("it can be read");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().ok(),
                _ => break,
            }
        }
        let mut text = vec![0; length.expect("a message has its length")];
        self.output.read_exact(&mut text).expect("it is all there");
        serde_json::from_slice(&text).expect("it is JSON")
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

    /// The response to a request, with `result` or `error`.
    pub(crate) fn response(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = json!(self.asked);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let answer = self.answer();
        assert_eq!(answer["id"], id);
        answer
    }

    /// The next response. Notifications before it are recorded.
    pub(crate) fn answer(&mut self) -> Value {
        loop {
            let message = self.read();
            assert_eq!(message["jsonrpc"], json!("2.0"));
            if message.get("method").is_none() {
                return message;
            }
            self.heard(&message);
        }
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let mut response = self.response(method, params);
        assert!(response.get("error").is_none(), "{response}");
        response["result"].take()
    }

    fn heard(&mut self, told: &Value) {
        let params = &told["params"];
        let text = |name: &str| params[name].as_str().expect("it is there").to_owned();
        match told["method"].as_str() {
            Some("textDocument/publishDiagnostics") => {
                self.told += 1;
                self.found
                    .insert(text("uri"), params["diagnostics"].clone());
            }
            Some("window/showMessage") => self.shown.push(text("message")),
            other => panic!("{other:?}"),
        }
    }

    /// The codes reported for a file, once everything sent before has been checked.
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

    /// Sends a request about the first place where a text contains `part`.
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

    /// Shuts down as the protocol demands, and returns the exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.gone()
    }

    pub(crate) fn gone(&mut self) -> Option<i32> {
        drop(self.input.take());
        self.process.wait().expect("it ends").code()
    }

    /// The server's standard error after its end.
    pub(crate) fn complaint(&mut self) -> String {
        let mut text = String::new();
        let errors = self.process.stderr.as_mut().expect("it is piped");
        errors.read_to_string(&mut text).expect("it is text");
        text
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

/// A client with both files in its folder.
pub(crate) fn shop(name: &str) -> Editor {
    Editor::begin(name, &[("idl/order.idl", ORDER), ("idl/list.idl", LIST)])
}

/// The line and character at which a range begins.
pub(crate) fn start(range: &Value) -> (u64, u64) {
    let start = &range["start"];
    let number = |name: &str| start[name].as_u64().expect("it is a number");
    (number("line"), number("character"))
}
