//! What `sinew decode`, `encode` and `inspect` stand on: any bytes are explained or refused, and JSON loses nothing.

use sinew_promises::dice::Dice;
use sinew_promises::subject::{WIRE, named, wire_schema};
use sinew_promises::vectors::of_file;
use sinew_promises::{mutate, random};
use sinew_values::{
    Schema, Type, inspect_body, inspect_message, json, read_body, read_message, write,
};

#[test]
fn json_loses_nothing() {
    let schema = wire_schema();
    for vector in of_file("values.txt") {
        let ty = named(&schema, vector.text("type"));
        let read = read_message(&schema, ty, &vector.hex("message")).expect("it is accepted");
        let place = &vector.place;
        assert_eq!(
            json::print(&schema, ty, &read.value),
            vector.text("value"),
            "{place}"
        );
        written_again(&schema, ty, &vector.hex("message"));
    }
    let mut dice = Dice::new(7);
    for _ in 0..3_000 {
        let ty = named(&schema, dice.pick(WIRE).name);
        let value = random::value(&schema, ty, &mut dice, 40);
        if let Some(written) = write(&schema, ty, &value) {
            written_again(&schema, ty, &written.message);
        }
    }
}

/// Shown as JSON and made of it, a message is what it was.
fn written_again(schema: &Schema, ty: &Type, message: &[u8]) {
    let read = read_message(schema, ty, message).expect("it is accepted");
    let text = json::pretty(schema, ty, &read.value);
    let value = json::parse(schema, ty, &text).unwrap_or_else(|wrong| panic!("{wrong} of {text}"));
    assert_eq!(value, read.value, "{text}");
    let written = write(schema, ty, &value).expect("it was not too deep");
    assert_eq!(written.message, message, "{text}");
}

#[test]
fn any_bytes_are_explained() {
    // Explaining recurses without a thought, as the command does on a stack of this size.
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let thread = thread.spawn(explain_any_bytes).expect("a thread starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn explain_any_bytes() {
    let schema = wire_schema();
    for name in ["values.txt", "evolution.txt", "refused.txt"] {
        for vector in of_file(name) {
            let ty = named(&schema, vector.text("type"));
            match vector.find("message") {
                Some(_) => explained(&schema, ty, &vector.hex("message")),
                None => explained(&schema, ty, &vector.hex("body")),
            }
        }
    }
    let mut dice = Dice::new(11);
    let mut other = Vec::new();
    for _ in 0..1_000 {
        let ty = named(&schema, dice.pick(WIRE).name);
        let value = random::value(&schema, ty, &mut dice, 40);
        let Some(written) = write(&schema, ty, &value) else {
            continue;
        };
        explained(&schema, ty, &written.message);
        for _ in 0..4 {
            explained(
                &schema,
                ty,
                &mutate::bytes(&mut dice, &written.message, &other),
            );
            let body = mutate::bytes(&mut dice, &written.body, &other);
            let head = schema.full_head(ty);
            let explained = inspect_body(&body, (&schema, ty), &mut String::new());
            let explained = explained.expect("a text takes anything");
            let read = read_body(&schema, ty, &head, &body);
            assert_eq!(explained.is_none(), read.is_ok(), "{read:?} of {body:02x?}");
        }
        let reader = named(&schema, dice.pick(WIRE).name);
        explained(&schema, reader, &written.message);
        other = written.message;
    }
}

/// What is read is explained to its end, by its type and without one, and what is not is said to be wrong.
fn explained(schema: &Schema, ty: &Type, message: &[u8]) {
    let read = read_message(schema, ty, message);
    let [mut named, mut bare] = [String::new(), String::new()];
    let by_type = inspect_message(message, Some((schema, ty)), &mut named);
    let by_type = by_type.expect("a text takes anything");
    assert_eq!(
        by_type.is_none(),
        read.is_ok(),
        "{read:?} of {message:02x?}:\n{named}"
    );
    assert_eq!(by_type.is_some(), named.contains("WRONG: "), "{named}");
    let alone = inspect_message(message, None, &mut bare).expect("a text takes anything");
    // What its reader passes over may be wrong in ways that only those see who look.
    let is_read_whole = read.is_ok_and(|read| read.skipped.is_empty());
    assert!(
        !is_read_whole || alone.is_none() || named.contains("unknown"),
        "{bare}"
    );
}
