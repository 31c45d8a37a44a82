//! `sinew lsp`, with an editor that speaks as editors do.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// An editor with a folder, and its server.
struct Editor {
    folder: PathBuf,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: i32,
    /// What was told last about each file.
    found: BTreeMap<String, Value>,
    shown: Vec<String>,
}

impl Editor {
    fn begin(name: &str, files: &[(&str, &str)]) -> Self {
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

    fn uri(&self, file: &str) -> String {
        format!("file://{}", self.folder.join(file).display())
    }

    fn tell(&mut self, method: &str, params: Value) {
        let message = Notification::new(method.to_owned(), params).into();
        self.send(message);
    }

    fn send(&mut self, message: Message) {
        let mut input = self.input.as_ref().expect("it is not ended yet");
        message.write(&mut input).expect("the server reads");
    }

    fn open(&mut self, file: &str, text: &str) {
        let uri = self.uri(file);
        let document = json!({ "uri": uri, "languageId": "idl", "version": 1, "text": text });
        let params = json!({ "textDocument": document });
        self.tell("textDocument/didOpen", params);
    }

    fn change(&mut self, file: &str, text: &str) {
        let document = json!({ "uri": self.uri(file), "version": 2 });
        let changes = json!([{ "text": text }]);
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.tell("textDocument/didChange", params);
    }

    fn close(&mut self, file: &str) {
        let params = json!({ "textDocument": { "uri": self.uri(file) } });
        self.tell("textDocument/didClose", params);
    }

    fn response(&mut self, method: &str, params: Value) -> Response {
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

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let response = self.response(method, params);
        response.response_result.expect("there is an answer")
    }

    fn heard(&mut self, told: Notification) {
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
    fn codes(&mut self, file: &str) -> Vec<String> {
        self.about("textDocument/documentSymbol", file, json!({}));
        let found = self.found.get(&self.uri(file));
        let found = found.and_then(Value::as_array).cloned().unwrap_or_default();
        let code = |it: &Value| it["code"].as_str().expect("it has one").to_owned();
        found.iter().map(code).collect()
    }

    fn about(&mut self, method: &str, file: &str, mut params: Value) -> Value {
        params["textDocument"] = json!({ "uri": self.uri(file) });
        self.ask(method, params)
    }

    /// Asks about the first place where a text has this.
    fn at(&mut self, method: &str, file: &str, text: &str, part: &str) -> Value {
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
    fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.gone()
    }

    fn gone(&mut self) -> Option<i32> {
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

const ORDER: &str = "namespace shop.order;\n\n/// What somebody wants.\nstruct Order {\n    /// Given by the shop.\n    1: u32 number;\n}\n";
const LIST: &str = "namespace shop.list;\n\nimport \"order.idl\" { Order };\n\nservice Lists {\n    list<Order> all();\n    void add(1: Order order);\n}\n";

fn shop(name: &str) -> Editor {
    Editor::begin(name, &[("idl/order.idl", ORDER), ("idl/list.idl", LIST)])
}

/// The line and character at which a range begins.
fn start(range: &Value) -> (u64, u64) {
    let start = &range["start"];
    let number = |name: &str| start[name].as_u64().expect("it is a number");
    (number("line"), number("character"))
}

#[test]
fn what_is_typed_is_checked_and_the_disk_is_left_alone() {
    let mut editor = shop("typed");
    editor.open("idl/order.idl", ORDER);
    assert!(editor.codes("idl/order.idl").is_empty());
    editor.change("idl/order.idl", &ORDER.replace("u32", "Number"));
    assert_eq!(editor.codes("idl/order.idl"), ["E0201"]);
    let found = editor.found[&editor.uri("idl/order.idl")][0].clone();
    assert_eq!(start(&found["range"]), (5, 7), "{found}");
    assert_eq!(
        (&found["severity"], &found["source"]),
        (&json!(1), &json!("sinew"))
    );
    editor.change("idl/order.idl", ORDER);
    assert!(editor.codes("idl/order.idl").is_empty());
    let kept = fs::read_to_string(editor.folder.join("idl/order.idl"));
    assert_eq!(kept.expect("it is there"), ORDER);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn other_files_are_seen_with_what_is_open() {
    let mut editor = shop("others");
    editor.open(
        "idl/order.idl",
        &ORDER.replace("struct Order", "struct Wish"),
    );
    let codes = editor.codes("idl/list.idl");
    assert!(
        !codes.is_empty() && codes.iter().all(|code| code.starts_with('E')),
        "{codes:?}"
    );
    // What counts for a closed file is what was saved.
    editor.close("idl/order.idl");
    editor.open("idl/list.idl", LIST);
    assert!(editor.codes("idl/list.idl").is_empty());
}

#[test]
fn a_file_that_is_not_saved_yet_is_checked_and_imported() {
    let mut editor = shop("new");
    let price = "namespace shop.price;\n\nstruct Price {\n    1: u64 cents;\n}\n";
    let other = "namespace shop.other;\n\nimport \"price.idl\" { Price };\n\nstruct Other {\n    1: Price price;\n}\n";
    editor.open("idl/other.idl", other);
    assert!(!editor.codes("idl/other.idl").is_empty());
    editor.open("idl/price.idl", price);
    assert!(editor.codes("idl/other.idl").is_empty());
    editor.open("lone.idl", &price.replace("u64", "Cents"));
    assert_eq!(editor.codes("lone.idl"), ["E0201"]);
    let nowhere = json!({ "uri": "untitled:1", "languageId": "idl", "version": 1, "text": "?" });
    editor.tell("textDocument/didOpen", json!({ "textDocument": nowhere }));
    assert_eq!(editor.codes("lone.idl"), ["E0201"]);
}

#[test]
fn a_fix_mends_what_it_is_offered_for() {
    let mut editor = shop("fix");
    let wrong = LIST.replace("list<Order>", "list<Ordre>");
    editor.open("idl/list.idl", &wrong);
    let place = json!({ "line": 5, "character": 10 });
    let params =
        json!({ "range": { "start": place, "end": place }, "context": { "diagnostics": [] } });
    let actions = editor.about("textDocument/codeAction", "idl/list.idl", params);
    let best = &actions[0];
    assert_eq!(
        (&best["kind"], &best["isPreferred"]),
        (&json!("quickfix"), &json!(true))
    );
    let edits = &best["edit"]["changes"][editor.uri("idl/list.idl")];
    assert_eq!(start(&edits[0]["range"]), (5, 9), "{actions}");
    assert_eq!(edits[0]["newText"], json!("Order"), "{actions}");
    let elsewhere = json!({ "line": 0, "character": 0 });
    let params = json!({ "range": { "start": elsewhere, "end": elsewhere }, "context": { "diagnostics": [] } });
    let none = editor.about("textDocument/codeAction", "idl/list.idl", params);
    assert_eq!(none, json!([]));
}

#[test]
fn a_name_leads_to_its_declaration_and_to_all_its_uses() {
    let mut editor = shop("names");
    editor.open("idl/list.idl", LIST);
    for part in ["Order };", "Order>", "Order order"] {
        let found = editor.at("textDocument/definition", "idl/list.idl", LIST, part);
        assert_eq!(found["uri"], json!(editor.uri("idl/order.idl")), "{part}");
        assert_eq!(start(&found["range"]), (3, 7), "{part}");
    }
    let file = editor.at("textDocument/definition", "idl/list.idl", LIST, "order.idl");
    assert_eq!(
        (&file["uri"], start(&file["range"])),
        (&json!(editor.uri("idl/order.idl")), (0, 0))
    );
    let uses = editor.at("textDocument/references", "idl/list.idl", LIST, "Order>");
    let places = uses.as_array().expect("there are some").iter();
    let places: Vec<_> = places.map(|it| start(&it["range"])).collect();
    assert_eq!(places.len(), 4, "{uses}");
    let told = editor.at("textDocument/hover", "idl/list.idl", LIST, "Order>");
    let expected = "```idl\nstruct Order\n```\n\nWhat somebody wants.";
    assert_eq!(told["contents"]["value"], json!(expected));
    let nothing = editor.at("textDocument/hover", "idl/list.idl", LIST, "namespace");
    assert_eq!(nothing, Value::Null);
}

#[test]
fn a_declaration_gets_another_name_wherever_it_is_named() {
    let mut editor = shop("rename");
    let other = LIST
        .replace("shop.list", "shop.alias")
        .replace("{ Order }", "{ Order as Wish }")
        .replace("Order>", "Wish>")
        .replace("Order order", "Wish order");
    editor.open("idl/list.idl", LIST);
    editor.open("idl/alias.idl", &other);
    assert!(editor.codes("idl/alias.idl").is_empty());
    let range = editor.at("textDocument/prepareRename", "idl/list.idl", LIST, "Order>");
    assert_eq!(start(&range), (5, 9), "{range}");
    let position = json!({ "line": 5, "character": 9 });
    let params = json!({ "position": position.clone(), "newName": "Purchase" });
    let edit = editor.about("textDocument/rename", "idl/list.idl", params);
    let count = |file: &str| edit["changes"][editor.uri(file)].as_array().map(Vec::len);
    let counts = ["idl/order.idl", "idl/list.idl", "idl/alias.idl"].map(count);
    assert_eq!(counts, [Some(1), Some(3), Some(1)], "{edit}");
    for name in ["", "5a", "a b", "ä"] {
        let params = json!({ "position": position, "newName": name });
        let none = editor.about("textDocument/rename", "idl/list.idl", params);
        assert_eq!(none, Value::Null, "{name}");
    }
    for file in ["idl/list.idl", "idl/alias.idl"] {
        assert!(editor.codes(file).is_empty());
    }
    let alias = editor.at(
        "textDocument/prepareRename",
        "idl/alias.idl",
        &other,
        "Wish>",
    );
    assert_eq!(alias, Value::Null);
}

#[test]
fn a_file_has_an_outline() {
    let mut editor = shop("outline");
    editor.open("idl/order.idl", ORDER);
    let outline = editor.about("textDocument/documentSymbol", "idl/order.idl", json!({}));
    let order = &outline[0];
    assert_eq!(
        (&order["name"], &order["detail"]),
        (&json!("Order"), &json!("struct"))
    );
    let number = &order["children"][0];
    assert_eq!(
        (&number["name"], &number["detail"]),
        (&json!("number"), &json!("field"))
    );
}

#[test]
fn a_text_is_laid_out_unless_it_cannot_be_read() {
    let mut editor = shop("format");
    let options = json!({ "options": { "tabSize": 4, "insertSpaces": true } });
    editor.open("idl/order.idl", &ORDER.replace("    1: u32", "1:u32"));
    let edits = editor.about("textDocument/formatting", "idl/order.idl", options.clone());
    assert_eq!(edits[0]["newText"], json!(ORDER));
    assert_eq!(
        edits[0]["range"]["end"],
        json!({ "line": 7, "character": 0 })
    );
    editor.change("idl/order.idl", ORDER);
    let none = editor.about("textDocument/formatting", "idl/order.idl", options.clone());
    assert_eq!(none, json!([]));
    editor.change("idl/order.idl", "namespace shop.order;\nstruct {");
    let no = editor.about("textDocument/formatting", "idl/order.idl", options);
    assert_eq!(no, Value::Null);
}

#[test]
fn the_project_says_where_imports_are_and_how_lints_count() {
    let toml = "roots = [\"schema\", \"vendor\"]\n\n[lints]\nW0901 = \"deny\"\n";
    let unused = LIST
        .replace("Order>", "u32>")
        .replace("Order order", "u32 order");
    let files = [
        ("sinew.toml", toml),
        ("schema/list.idl", LIST),
        ("vendor/order.idl", ORDER),
    ];
    let mut editor = Editor::begin("project", &files);
    editor.open("schema/list.idl", LIST);
    assert!(editor.codes("schema/list.idl").is_empty());
    editor.change("schema/list.idl", &unused);
    assert_eq!(editor.codes("schema/list.idl"), ["W0901"]);
    let found = &editor.found[&editor.uri("schema/list.idl")][0];
    assert_eq!(found["severity"], json!(1), "{found}");
    // A project that is wrong is said once, and its files are checked again when it is mended.
    let path = editor.folder.join("sinew.toml");
    fs::write(&path, "roots = \"").expect("it can be written");
    let saved = json!({ "textDocument": { "uri": editor.uri("schema/list.idl") } });
    for _ in 0..2 {
        editor.tell("textDocument/didSave", saved.clone());
        editor.codes("schema/list.idl");
    }
    assert_eq!(editor.shown.len(), 1, "{:?}", editor.shown);
    assert!(editor.shown[0].contains("sinew.toml"), "{:?}", editor.shown);
    fs::write(&path, toml).expect("it can be written");
    editor.tell("textDocument/didSave", saved);
    assert_eq!(editor.codes("schema/list.idl"), ["W0901"]);
}

#[test]
fn what_is_not_understood_is_said_and_does_no_harm() {
    let mut editor = shop("odd");
    let unknown = editor.response("textDocument/completion", json!({}));
    let code = unknown.response_result.expect_err("it is not there").code;
    assert_eq!(code, -32601);
    let wrong = editor.response("textDocument/hover", json!({ "textDocument": 5 }));
    let code = wrong.response_result.expect_err("it is wrong").code;
    assert_eq!(code, -32602);
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": "idl/order.idl" }),
    );
    editor.tell("$/nothing", json!({}));
    let far = json!({ "position": { "line": 4_000_000, "character": 9 } });
    assert_eq!(
        editor.about("textDocument/hover", "idl/order.idl", far),
        Value::Null
    );
    editor.open("idl/order.idl", "\u{0}\r\u{FEFF}struct \u{1F600} {{{{");
    assert!(!editor.codes("idl/order.idl").is_empty());
    assert_eq!(editor.gone(), Some(1));
}
