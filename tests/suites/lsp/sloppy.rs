//! Clients that violate the protocol.

use serde_json::{Value, json};

use crate::editor::{Editor, ORDER, shop};

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().expect("it is an error")
}

#[test]
fn what_is_not_understood_is_said_and_does_no_harm() {
    let mut editor = shop("odd");
    assert_eq!(
        code(&editor.response("textDocument/moniker", json!({}))),
        -32601
    );
    assert_eq!(code(&editor.response("$/nothing", json!({}))), -32601);
    let wrong = json!({ "textDocument": 5 });
    assert_eq!(code(&editor.response("textDocument/hover", wrong)), -32602);
    assert_eq!(
        code(&editor.response("textDocument/hover", Value::Null)),
        -32602
    );
    let wrong = json!({ "textDocument": "idl/order.idl" });
    editor.tell("textDocument/didOpen", wrong);
    editor.tell("textDocument/didChange", Value::Null);
    editor.tell("$/nothing", json!({}));
    let far = json!({ "position": { "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 } });
    let none = editor.about("textDocument/hover", "idl/order.idl", far.clone());
    assert_eq!(none, Value::Null);
    editor.open("idl/order.idl", "\u{0}\r\u{FEFF}struct \u{1F600} {{{{");
    assert!(!editor.codes("idl/order.idl").is_empty());
    editor.about("textDocument/completion", "idl/order.idl", far);
    assert_eq!(editor.gone(), Some(1));
}

#[test]
fn an_answer_has_the_id_of_its_question() {
    let mut editor = shop("ids");
    for id in [
        json!("a"),
        json!(""),
        json!(7),
        json!(-1),
        json!(5_000_000_000_i64),
    ] {
        let hover = json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/hover" });
        editor.send(&hover);
        let answer = editor.answer();
        assert_eq!((&answer["id"], code(&answer)), (&id, -32602));
    }
    for wrong in [
        json!({ "id": null, "method": "textDocument/hover" }),
        json!({ "id": [1], "method": "textDocument/hover" }),
        json!({ "id": null }),
        json!({ "method": 5 }),
        json!({}),
        json!([]),
        json!([{ "id": 1, "method": "textDocument/hover" }]),
        json!("hello"),
    ] {
        editor.send(&wrong);
        let answer = editor.answer();
        assert_eq!(
            (&answer["id"], code(&answer)),
            (&Value::Null, -32600),
            "{wrong}"
        );
    }
    editor.send(&json!({ "id": 9, "method": 5 }));
    let answer = editor.answer();
    assert_eq!((&answer["id"], code(&answer)), (&json!(9), -32600));
    // Responses to requests that were never sent.
    editor.send(&json!({ "id": 9, "result": null }));
    editor.send(&json!({ "id": null, "error": { "code": 1, "message": "?" } }));
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn what_is_no_json_is_said_and_the_next_message_is_read() {
    let mut editor = shop("json");
    let deep = "[".repeat(100_000);
    for text in ["{", "", "\u{0}", "{\"id\": 1} {}", &deep] {
        editor.write(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
        let answer = editor.answer();
        assert_eq!((&answer["id"], code(&answer)), (&Value::Null, -32700));
    }
    // Headers in any order and case, and unknown ones.
    let text = json!({ "id": 1, "method": "shutdown" }).to_string();
    let other = "Content-Type: application/vscode-jsonrpc; charset=utf-8";
    editor.write(&format!(
        "{other}\r\ncontent-length:{}\n\r\n{text}",
        text.len()
    ));
    assert_eq!(editor.answer()["result"], Value::Null);
    assert_eq!(editor.gone(), Some(0));
}

#[test]
fn a_length_is_not_believed() {
    for (name, header, why) in [
        (
            "10-gb",
            "Content-Length: 10000000000\r\n\r\n{}",
            "10000000000",
        ),
        (
            "most",
            "Content-Length: 18446744073709551615\r\n\r\n",
            "18446744073709551615",
        ),
        (
            "more",
            "Content-Length: 99999999999999999999\r\n\r\n",
            "its length",
        ),
        ("minus", "Content-Length: -1\r\n\r\n", "its length"),
        ("none", "\r\n", "its length"),
        ("other", "Content-Type: x\r\n\r\n", "its length"),
    ] {
        let mut editor = shop(&format!("length-{name}"));
        editor.write(header);
        assert_eq!(editor.gone(), Some(3), "{name}");
        let complaint = editor.complaint();
        assert!(complaint.contains(why), "{complaint}");
    }
    let mut editor = shop("length-header");
    editor.write(&"X-".repeat(4096));
    assert_eq!(editor.gone(), Some(3));
    // A client may disconnect in the middle of a message.
    for (name, part) in [
        ("short", "Content-Length: 100\r\n\r\n{"),
        ("cut", "Content-Le"),
    ] {
        let mut editor = shop(&format!("length-{name}"));
        editor.write(part);
        assert_eq!((editor.gone(), editor.complaint().as_str()), (Some(1), ""));
    }
}

#[test]
fn a_conversation_begins_and_ends_as_agreed() {
    let mut editor = Editor::silent("stages", &[("idl/order.idl", ORDER)]);
    editor.open("idl/order.idl", "?");
    for method in ["textDocument/hover", "shutdown"] {
        assert_eq!(code(&editor.response(method, json!({}))), -32002);
    }
    // All client capabilities are optional.
    let greeting = editor.ask("initialize", Value::Null);
    assert_eq!(greeting["serverInfo"]["name"], json!("sinew"));
    assert_eq!(code(&editor.response("initialize", json!({}))), -32600);
    // Notifications before `initialize` are ignored.
    assert!(editor.codes("idl/order.idl").is_empty());
    assert_eq!(editor.ask("shutdown", Value::Null), Value::Null);
    for method in ["textDocument/hover", "initialize", "shutdown"] {
        assert_eq!(code(&editor.response(method, json!({}))), -32600);
    }
    editor.tell("exit", Value::Null);
    assert_eq!(editor.gone(), Some(0));
    for greets in [true, false] {
        let mut editor = Editor::silent("rude", &[]);
        if greets {
            editor.ask("initialize", json!({}));
        }
        editor.tell("exit", Value::Null);
        assert_eq!(editor.gone(), Some(1));
    }
}

#[test]
fn a_cancelled_question_is_answered_all_the_same() {
    let mut editor = shop("cancel");
    let params = json!({ "textDocument": { "uri": editor.uri("idl/order.idl") } });
    let method = "textDocument/documentSymbol";
    editor.send(&json!({ "id": "q", "method": method, "params": params }));
    editor.tell("$/cancelRequest", json!({ "id": "q" }));
    editor.tell("$/cancelRequest", json!({ "id": "never" }));
    assert_eq!(editor.answer()["id"], json!("q"));
    assert_eq!(editor.end(), Some(0));
}
