//! Definitions, references and renames.

use serde_json::{Value, json};

use crate::editor::{Editor, LIST, ORDER, shop, start};

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
    let expected = "```sinew\nstruct Order\n```\n\nWhat somebody wants.";
    assert_eq!(told["contents"]["value"], json!(expected));
    let nothing = editor.at("textDocument/hover", "idl/list.idl", LIST, "shop.list");
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
        let why = refused(&mut editor, "idl/list.idl", params);
        assert!(why.contains("is not a name"), "{why}");
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

/// The error of a rename.
fn refused(editor: &mut Editor, file: &str, mut params: Value) -> String {
    params["textDocument"] = json!({ "uri": editor.uri(file) });
    let error = editor.response("textDocument/rename", params)["error"].take();
    assert_eq!(error["code"], json!(-32803), "{error}");
    error["message"].as_str().expect("it is text").to_owned()
}

#[test]
fn what_others_import_is_seen_with_them() {
    let files = [
        ("sinew.toml", "roots = [\"schema\", \"base\"]\n"),
        ("schema/list.idl", LIST),
        ("base/order.idl", ORDER),
    ];
    let mut editor = Editor::begin("parts", &files);
    editor.open("base/order.idl", ORDER);
    let alone = editor.at(
        "textDocument/references",
        "base/order.idl",
        ORDER,
        "Order {",
    );
    assert_eq!(alone.as_array().map(Vec::len), Some(1), "{alone}");
    editor.open("schema/list.idl", LIST);
    let all = editor.at(
        "textDocument/references",
        "base/order.idl",
        ORDER,
        "Order {",
    );
    assert_eq!(all.as_array().map(Vec::len), Some(4), "{all}");
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
