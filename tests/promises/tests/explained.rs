//! What `sinew decode`, `encode` and `inspect` stand on.

use sinew_promises::dice::Dice;
use sinew_promises::subject::{WIRE, named, wire_schema};
use sinew_promises::vectors::of_file;
use sinew_promises::{explained, mutate, random};
use sinew_values::{Schema, Type, json, read_message, write};

/// Explaining recurses without a thought, as the command does on a stack of this size.
fn with_room(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let thread = thread.spawn(test).expect("a thread starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn json_loses_nothing() {
    let schema = wire_schema();
    for vector in of_file("values.txt") {
        let ty = named(&schema, vector.text("type"));
        let shown = written_again(&schema, ty, &vector.hex("message"));
        assert_eq!(shown, vector.text("value"), "{}", vector.place);
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
fn written_again(schema: &Schema, ty: &Type, message: &[u8]) -> String {
    let read = read_message(schema, ty, message).expect("it is accepted");
    let text = json::pretty(schema, ty, &read.value);
    let value = json::parse(schema, ty, &text).unwrap_or_else(|wrong| panic!("{wrong} of {text}"));
    let written = write(schema, ty, &value).expect("it was not too deep");
    assert_eq!(written.message, message, "{text}");
    json::print(schema, ty, &value)
}

/// Times have the texts that they have in Rust.
#[test]
fn times_are_those_of_the_runtime() {
    let text = "namespace times; struct Times { 1: timestamp at; 2: duration took; 3: date day; }";
    let schema = Schema::of_text(text).expect("it has no errors");
    let ty = named(&schema, "Times");
    let mut dice = Dice::new(3);
    for _ in 0..3_000 {
        let (at, day) = (dice.edge(64) as i64, dice.edge(32) as i32);
        let text = format!(
            r#"{{"at": "{}", "took": "{}", "day": "{}"}}"#,
            sinew::Timestamp::from_nanos(at),
            sinew::Duration::from_nanos(at),
            sinew::Date::from_days(day),
        );
        let value = json::parse(&schema, ty, &text).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(json::print(&schema, ty, &value), text);
    }
}

#[test]
fn any_bytes_are_explained() {
    with_room(explain_any_bytes);
}

fn explain_any_bytes() {
    let schema = wire_schema();
    for name in ["values.txt", "evolution.txt", "refused.txt"] {
        for vector in of_file(name) {
            let ty = named(&schema, vector.text("type"));
            match vector.find("message") {
                Some(_) => explained::message(&schema, ty, &vector.hex("message")),
                None => explained::body(&schema, ty, &vector.hex("body")),
            };
        }
    }
    let (mut dice, mut other) = (Dice::new(11), Vec::new());
    for _ in 0..1_000 {
        let ty = named(&schema, dice.pick(WIRE).name);
        let value = random::value(&schema, ty, &mut dice, 40);
        let Some(written) = write(&schema, ty, &value) else {
            continue;
        };
        assert!(explained::message(&schema, ty, &written.message));
        for _ in 0..4 {
            let changed = mutate::bytes(&mut dice, &written.message, &other);
            explained::message(&schema, ty, &changed);
            let changed = mutate::bytes(&mut dice, &written.body, &other);
            explained::body(&schema, ty, &changed);
        }
        let reader = named(&schema, dice.pick(WIRE).name);
        explained::message(&schema, reader, &written.message);
        other = written.message;
    }
}

#[test]
fn any_text_is_a_value_or_refused() {
    with_room(read_any_text);
}

fn read_any_text() {
    let schema = wire_schema();
    let vectors = of_file("values.txt");
    let mut dice = Dice::new(5);
    for _ in 0..4_000 {
        let vector = dice.pick(&vectors);
        let ty = named(&schema, vector.text("type"));
        let (text, other) = (vector.text("value"), dice.pick(&vectors).text("value"));
        assert!(explained::text(&schema, ty, text));
        let changed = mutate::bytes(&mut dice, text.as_bytes(), other.as_bytes());
        explained::text(&schema, ty, &String::from_utf8_lossy(&changed));
    }
    for deep in ["[", "{\"a\":"] {
        assert!(!explained::text(
            &schema,
            named(&schema, "Node"),
            &deep.repeat(100_000)
        ));
    }
}
