//! The cases in `tests/lsp`: a folder for each kind of question, a text with the place `/*^*/` where it is asked, and the
//! answer beside it.

use std::ops::Range;
use std::slice::from_ref;

use serde_json::{Value, json};
use sinew_compiler::check_and_index;
use sinew_compiler::complete::complete;
use sinew_compiler::diagnostics::Levels;
use sinew_compiler::source::{FileLoader as _, MemoryLoader};
use sinew_tests::cases::{Case, cases};
use sinew_tests::snapshot::assert_snapshots;

use crate::editor::{Editor, start};

/// Where somebody asks.
const CURSOR: &str = "/*^*/";

#[test]
fn every_question_is_answered_as_in_its_snapshot() {
    assert_snapshots(&cases("lsp"), |case| {
        let mut asked = Asked::of(case);
        let kind = case.name.split('/').next();
        match kind {
            Some("complete") => asked.completions(),
            Some("rename") => asked.rename(),
            Some("actions") => asked.actions(),
            Some("named") => asked.named(),
            Some("hover") => asked.hover(),
            Some("shapes") => asked.shapes(),
            Some("tokens") => asked.tokens(),
            Some("symbols") => asked.symbols(),
            _ => panic!("nobody knows how to ask `{}`", case.name),
        }
    });
}

/// An editor with a case, in which its main file is open.
struct Asked {
    editor: Editor,
    file: String,
    text: String,
    /// The first comment of the text.
    said: String,
    position: Value,
}

impl Asked {
    fn of(case: &Case) -> Self {
        let names = case.files.names().into_iter();
        let files = names.map(|name| {
            let text = case.files.read(&name, usize::MAX).expect("it is there");
            let text = String::from_utf8(text).expect("it is text");
            (format!("idl/{name}"), text)
        });
        let files: Vec<_> = files.filter(|(name, _)| name.ends_with(".idl")).collect();
        let on_disk = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        let folder = format!("case-{}", case.name.replace('/', "-"));
        let mut editor = Editor::begin(&folder, &on_disk.collect::<Vec<_>>());
        let file = format!("idl/{}", case.main);
        let mut written = files.into_iter().filter(|(name, _)| *name == file);
        let (_, written) = written.next().expect("a case has a main file");
        let at = written.find(CURSOR);
        let text = written.replacen(CURSOR, "", 1);
        let before = &text[..at.unwrap_or(0)];
        let line = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        let first = text.lines().next().unwrap_or_default();
        let said = first.trim_start_matches("//").trim().to_owned();
        editor.open(&file, &text);
        Self {
            editor,
            file,
            text,
            said,
            position: json!({ "line": line, "character": column }),
        }
    }

    fn ask(&mut self, method: &str) -> Value {
        let mut context = json!({ "includeDeclaration": true, "triggerKind": 1 });
        if self.said == "a space was typed" {
            context["triggerKind"] = json!(2);
            context["triggerCharacter"] = json!(" ");
        }
        let params = json!({
            "position": self.position,
            "positions": [self.position],
            "context": context,
        });
        self.editor.about(method, &self.file, params)
    }

    /// Each proposal with what the text would be.
    fn completions(&mut self) -> String {
        let answer = self.ask("textDocument/completion");
        let items = list(&answer["items"]).iter().map(|item| {
            let edit = &item["textEdit"];
            let new = edit["newText"].as_str().expect("it is an edit");
            let (line, from) = start(&edit["range"]);
            let to = edit["range"]["end"]["character"]
                .as_u64()
                .expect("a number");
            let line = self.text.lines().nth(line as usize).unwrap_or_default();
            let (from, to) = (from as usize, to as usize);
            let line = format!("{}{new}{}", &line[..from], &line[to..]);
            let word = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            let doc = item["documentation"]["value"].as_str().unwrap_or_default();
            let doc = doc.replace('\n', " ");
            let more = list(&item["additionalTextEdits"]).iter().map(|it| {
                let place = range(&it["range"]);
                format!("{place} {}", it["newText"])
            });
            let more = more.collect::<String>();
            let told = [line.trim(), &word("label"), &word("detail"), &doc, &more].join(" | ");
            told.trim_end_matches([' ', '|']).to_owned() + "\n"
        });
        items.collect()
    }

    /// Gives what stands there the name in the first line.
    fn rename(&mut self) -> String {
        let params = json!({
            "textDocument": { "uri": self.editor.uri(&self.file) },
            "position": self.position,
            "newName": self.said,
        });
        let mut answer = self.editor.response("textDocument/rename", params);
        let mut told = String::new();
        if let Some(why) = answer["error"]["message"].as_str() {
            told.push_str(&format!("refused: {why}\n"));
        }
        let changes = answer["result"]["changes"].take();
        let mut files: Vec<_> = changes.as_object().into_iter().flatten().collect();
        files.sort_by_key(|(uri, _)| *uri);
        for (uri, edits) in files {
            let file = uri.rsplit('/').next().unwrap_or_default();
            for edit in list(edits) {
                told.push_str(&format!(
                    "{file}:{} {}\n",
                    range(&edit["range"]),
                    edit["newText"]
                ));
            }
        }
        for shown in &self.editor.shown {
            told.push_str(&format!("warning: {shown}\n"));
        }
        told
    }

    /// What can be done there, and the edits that do it.
    fn actions(&mut self) -> String {
        let range = json!({ "start": self.position, "end": self.position });
        let params = json!({ "range": range, "context": { "diagnostics": [] } });
        let answer = self
            .editor
            .about("textDocument/codeAction", &self.file, params);
        let uri = self.editor.uri(&self.file);
        let mut told = String::new();
        for action in list(&answer) {
            told.push_str(&format!("{} {}\n", action["kind"], action["title"]));
            for edit in list(&action["edit"]["changes"][&uri]) {
                let place = self::range(&edit["range"]);
                told.push_str(&format!("{place} {}\n", edit["newText"]));
            }
        }
        told
    }

    /// What is said of what stands there.
    fn hover(&mut self) -> String {
        let hover = self.ask("textDocument/hover");
        let said = hover["contents"]["value"].as_str();
        said.unwrap_or_default().to_owned() + "\n"
    }

    /// Where what stands there is declared and named, and what is said of it.
    fn named(&mut self) -> String {
        let definition = self.ask("textDocument/definition");
        let references = self.ask("textDocument/references");
        let highlights = self.ask("textDocument/documentHighlight");
        let links = self.ask("textDocument/documentLink");
        let place = |it: &Value| {
            let uri = it["uri"].as_str().unwrap_or_default();
            let file = uri.rsplit('/').next().unwrap_or_default();
            format!("{file}:{}\n", range(&it["range"]))
        };
        let mut told = format!("declared {}", place(&definition));
        for it in list(&references) {
            told.push_str(&format!("named {}", place(it)));
        }
        for it in list(&highlights) {
            told.push_str(&format!("here {}\n", range(&it["range"])));
        }
        for it in list(&links) {
            let target = it["target"].as_str().unwrap_or_default();
            let target = target.rsplit('/').next().unwrap_or_default();
            told.push_str(&format!("link {} {target}\n", range(&it["range"])));
        }
        told + "\n" + &self.hover()
    }

    /// What can be folded, and what is selected step by step.
    fn shapes(&mut self) -> String {
        let mut told = String::new();
        for it in list(&self.ask("textDocument/foldingRange")) {
            let kind = it["kind"].as_str().unwrap_or("block");
            told.push_str(&format!(
                "fold {}-{} {kind}\n",
                it["startLine"], it["endLine"]
            ));
        }
        let mut selection = self.ask("textDocument/selectionRange")[0].take();
        while !selection.is_null() {
            told.push_str(&format!("select {}\n", range(&selection["range"])));
            selection = selection["parent"].take();
        }
        told
    }

    /// What each word is.
    fn tokens(&mut self) -> String {
        let legend = [
            "keyword", "comment", "string", "number", "type", "struct", "enum",
        ];
        let more = ["enumMember", "interface", "method", "property", "parameter"];
        let last = ["typeParameter", "variable", "decorator"];
        let legend = [&legend[..], &more[..], &last[..]].concat();
        let answer = self.ask("textDocument/semanticTokens/full");
        let numbers = list(&answer["data"]).iter().filter_map(Value::as_u64);
        let numbers: Vec<usize> = numbers.map(|it| it as usize).collect();
        let (mut line, mut column) = (0, 0);
        let mut told = String::new();
        for token in numbers.chunks(5) {
            line += token[0];
            column = if token[0] == 0 {
                column + token[1]
            } else {
                token[1]
            };
            let text = self.text.lines().nth(line).unwrap_or_default();
            let word = &text[column..column + token[2]];
            let declared = ["", " declared", " built in"][token[4]];
            told.push_str(&format!(
                "{line}:{column} {word} {}{declared}\n",
                legend[token[3]]
            ));
        }
        told
    }

    /// What is called like the first line.
    fn symbols(&mut self) -> String {
        let query = json!({ "query": self.said });
        let answer = self.editor.ask("workspace/symbol", query);
        let symbols = list(&answer).iter().map(|it| {
            let uri = it["location"]["uri"].as_str().unwrap_or_default();
            let file = uri.rsplit('/').next().unwrap_or_default();
            let place = range(&it["location"]["range"]);
            format!("{} in {} {file}:{place}\n", it["name"], it["containerName"])
        });
        symbols.collect()
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn range(range: &Value) -> String {
    let place = |it: &Value| format!("{}:{}", it["line"], it["character"]);
    format!("{}-{}", place(&range["start"]), place(&range["end"]))
}

/// Every mistake there is a case for is somebody's text while it is typed.
#[test]
fn something_can_be_proposed_anywhere() {
    let mut proposed = 0;
    for case in cases("ui") {
        let found = check_and_index(&case.files, from_ref(&case.main), &Levels::default());
        let (checked, index) = found.expect("the case is there");
        let (file, source) = checked.sources.iter().next().expect("it was read");
        let text = &source.text;
        if text.len() > 4000 {
            continue;
        }
        for (offset, _) in text.char_indices() {
            let files = case.files.names();
            let all = complete(&index, file, text, offset, &files);
            let last = complete(&index, file, &text[..offset], offset, &files);
            for proposal in all.iter().chain(&last) {
                let Range { start, end } = proposal.replaced;
                assert!(
                    start <= offset && offset <= end,
                    "{} at {offset}",
                    case.name
                );
                proposed += 1;
            }
        }
    }
    assert!(proposed > 0);
}

/// What nobody writes takes no longer than its length.
#[test]
fn brackets_without_end_are_looked_into_as_well() {
    for text in [
        "(",
        "{",
        "<",
        "[",
        "({",
        "= {}",
        "(}",
        "@a.",
        "1:",
        "a,",
        "import \"",
        "a ",
    ] {
        let text = format!("struct A {{ {}", text.repeat(10_000));
        let mut loader = MemoryLoader::default();
        loader.insert("a.idl", text.as_str());
        let names = ["a.idl".to_owned()];
        let found = check_and_index(&loader, &names, &Levels::default());
        let (checked, index) = found.expect("it is there");
        let (file, _) = checked.sources.iter().next().expect("it was read");
        complete(&index, file, &text, text.len(), &names);
        complete(&index, file, &text, 11, &names);
    }
}
