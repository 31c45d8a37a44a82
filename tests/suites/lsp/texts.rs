//! Diagnostics and fixes while texts are edited.

use std::fs;

use serde_json::{Value, json};

use crate::editor::{Editor, LIST, ORDER, shop, start};

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
fn what_is_said_at_the_place_and_above_it_is_said_once() {
    let mut editor = shop("once");
    editor.open("idl/order.idl", &ORDER.replace("u32", "list<u32"));
    assert_eq!(editor.codes("idl/order.idl"), ["E0101"]);
    let found = editor.found[&editor.uri("idl/order.idl")][0].clone();
    let message = found["message"].as_str().expect("it is text");
    assert_eq!(message.matches("expected").count(), 1, "{message}");
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
    // For a closed file the saved text counts.
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
    assert_eq!(found["tags"], json!([1]), "greyed out: {found}");
    // An invalid project is reported once, and its files are checked again when it is fixed.
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
fn what_a_closed_file_had_is_taken_back_once() {
    let mut editor = shop("closed");
    editor.open("idl/order.idl", &ORDER.replace("u32", "Number"));
    editor.open("idl/list.idl", LIST);
    assert_eq!(editor.codes("idl/order.idl"), ["E0201"]);
    editor.close("idl/order.idl");
    assert!(editor.codes("idl/order.idl").is_empty());
    assert!(editor.codes("idl/list.idl").is_empty());
    let told = editor.told;
    for text in [&LIST.replace("all", "every"), LIST] {
        editor.change("idl/list.idl", text);
        assert!(editor.codes("idl/list.idl").is_empty());
    }
    assert_eq!(editor.told, told, "there was nothing new to say");
}

#[test]
fn files_come_and_go_while_they_are_open() {
    let mut editor = shop("moved");
    editor.open("idl/list.idl", LIST);
    editor.open("idl/order.idl", &ORDER.replace("u32", "Number"));
    assert_eq!(editor.codes("idl/order.idl"), ["E0201"]);
    let path = |editor: &Editor, file: &str| editor.folder.join(file);
    // A file deleted from the disk is still open.
    fs::remove_file(path(&editor, "idl/order.idl")).expect("it is there");
    editor.change("idl/order.idl", ORDER);
    assert!(editor.codes("idl/order.idl").is_empty());
    assert!(editor.codes("idl/list.idl").is_empty());
    // A renamed file is closed and opened.
    editor.open("idl/order.idl", &ORDER.replace("u32", "Number"));
    assert_eq!(editor.codes("idl/order.idl"), ["E0201"]);
    fs::write(path(&editor, "idl/wish.idl"), ORDER).expect("it can be written");
    editor.close("idl/order.idl");
    editor.open("idl/wish.idl", ORDER);
    assert!(editor.codes("idl/order.idl").is_empty());
    assert!(!editor.codes("idl/list.idl").is_empty());
    let list = LIST.replace("order.idl", "wish.idl");
    editor.change("idl/list.idl", &list);
    assert!(editor.codes("idl/list.idl").is_empty());
    // A deleted folder.
    fs::remove_dir_all(path(&editor, "idl")).expect("it is there");
    editor.change("idl/list.idl", &list.replace("Order>", "Ordre>"));
    assert_eq!(editor.codes("idl/list.idl"), ["E0201"]);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn columns_are_counted_as_the_editor_offers() {
    let text =
        "namespace shop.price;\r\n\r\n/* 😀é */ struct Price {\r\n    1: Cents cents;\r\n}\r\n";
    for (offered, chosen, column) in [
        (json!(["utf-16", "utf-8"]), "utf-8", 20),
        (json!(["utf-32", "utf-16"]), "utf-16", 17),
        (json!([]), "utf-16", 17),
        (json!("utf-8"), "utf-16", 17),
        (Value::Null, "utf-16", 17),
    ] {
        let name = format!("columns-{column}");
        let mut editor = Editor::silent(&name, &[]);
        let can = json!({ "general": { "positionEncodings": offered } });
        let greeting = editor.ask("initialize", json!({ "capabilities": can }));
        assert_eq!(greeting["capabilities"]["positionEncoding"], json!(chosen));
        editor.open("price.idl", text);
        assert_eq!(editor.codes("price.idl"), ["E0201"]);
        let found = &editor.found[&editor.uri("price.idl")][0];
        assert_eq!(start(&found["range"]), (3, 7), "{found}");
        let position = json!({ "line": 2, "character": column + 1 });
        let params = json!({ "position": position, "newName": "Cost" });
        editor.change("price.idl", &text.replace("Cents", "u32"));
        let edit = editor.about("textDocument/rename", "price.idl", params);
        let edit = &edit["changes"][editor.uri("price.idl")][0];
        assert_eq!(start(&edit["range"]), (2, column), "{edit}");
    }
}

#[test]
fn an_editor_that_can_watch_files_is_asked_to() {
    let files = [("idl/order.idl", ORDER), ("idl/list.idl", LIST)];
    let mut editor = Editor::silent("watch", &files);
    let can = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    editor.ask("initialize", json!({ "capabilities": can }));
    editor.tell("initialized", json!({}));
    let asked = editor.read();
    assert_eq!(asked["method"], json!("client/registerCapability"));
    let what = &asked["params"]["registrations"][0];
    assert_eq!(what["method"], json!("workspace/didChangeWatchedFiles"));
    editor.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": null }));
    editor.open("idl/list.idl", LIST);
    assert!(editor.codes("idl/list.idl").is_empty());
    let path = editor.folder.join("idl/order.idl");
    fs::remove_file(path).expect("it is there");
    let change = json!({ "uri": editor.uri("idl/order.idl"), "type": 3 });
    editor.tell(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [change] }),
    );
    assert!(!editor.codes("idl/list.idl").is_empty());
    // After a second `initialized` nothing is registered again.
    editor.tell("initialized", json!({}));
    assert_eq!(editor.end(), Some(0));
}
