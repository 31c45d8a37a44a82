//! The golden vectors in `tests/wire/` and the worked examples of the specification, against the runtime and against
//! the second reader and writer.

use sinew::DecodeError;
use sinew_promises::subject::{self, WIRE, named, wire_schema};
use sinew_promises::vectors::{Vector, of_file, of_page, spell};
use sinew_values::{Refused, Schema, Type, json, read_body, read_message, write};

/// The second reader recurses without a thought, so it gets room for it.
fn with_room(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(64 * 1024 * 1024);
    let thread = thread.spawn(test).expect("a thread starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn values_are_written_and_read() {
    let schema = wire_schema();
    let vectors = of_file("values.txt");
    for vector in &vectors {
        holds(&schema, vector);
        accepts(vector);
    }
    println!("{} vectors of values", vectors.len());
    assert!(vectors.len() >= 200, "{} vectors of values", vectors.len());
}

/// The examples bring their schemas along; the types are those of the vectors.
#[test]
fn examples_of_the_specification_hold() {
    let mut text = "namespace page;\n".to_owned();
    for vector in of_page() {
        text += vector.find("schema").unwrap_or_default();
        holds(&Schema::of_text(&text).expect("it has no errors"), &vector);
        accepts(&vector);
    }
}

#[test]
fn other_schemas_are_read() {
    with_room(read_other_schemas);
}

fn read_other_schemas() {
    let schema = wire_schema();
    let vectors = of_file("evolution.txt");
    for vector in &vectors {
        let place = &vector.place;
        let (message, ty) = (vector.hex("message"), named(&schema, vector.text("type")));
        if let Some(writer) = vector.find("writer") {
            let writer = named(&schema, writer);
            let value = value(&schema, writer, vector);
            let written = write(&schema, writer, &value).expect("it is not too deep");
            assert_eq!(spell(&written.message), spell(&message), "{place}");
            let read = read_body(&schema, ty, &written.head, &written.body);
            let read = read.expect("the vector is to be accepted");
            assert_eq!(
                json::print(&schema, ty, &read.value),
                vector.text("reads"),
                "{place}"
            );
        }
        let read = read_message(&schema, ty, &message);
        let read = read.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(
            json::print(&schema, ty, &read.value),
            vector.text("reads"),
            "{place}"
        );
        let subject = subject::wire(vector.text("type")).expect("it is listed");
        let again = (subject.message)(&message);
        let again = again.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(
            (subject.look)(&message).as_ref(),
            Ok(&again.shown),
            "the view of {place}"
        );
        let expected = write(&schema, ty, &read.value).expect("it is not too deep");
        assert_eq!(spell(&again.message), spell(&expected.message), "{place}");
    }
    println!("{} vectors of other schemas", vectors.len());
}

/// The rule is part of the format, the byte and the field are what the runtime tells users.
#[test]
fn broken_bytes_are_refused() {
    with_room(refuse_broken_bytes);
}

fn refuse_broken_bytes() {
    let schema = wire_schema();
    let vectors = of_file("refused.txt");
    let mut wrong = Vec::new();
    for vector in &vectors {
        let ours = subject::refused(vector);
        let found = ours.as_ref().map(|error| {
            let place = error.place().map(str::to_owned);
            (
                format!("{:?}", error.kind()),
                error.offset().to_string(),
                place,
            )
        });
        let expected = (
            vector.text("error").to_owned(),
            vector.text("at").to_owned(),
            vector.find("in").map(str::to_owned),
        );
        if vector.find("memory").is_none() {
            let rule = |error: DecodeError| (error.kind(), error.place());
            let seen = subject::refused_view(vector).map(rule);
            assert_eq!(seen, ours.map(rule), "the view of {}", vector.place);
        }
        let theirs = second_reader(&schema, vector);
        // How much memory a value takes is a matter of the implementation.
        let agrees = theirs.is_err() != (expected.0 == "Budget");
        if found.as_ref() != Some(&expected) || !agrees {
            let place = &vector.place;
            wrong.push(format!(
                "{place}: {expected:?}, but the runtime: {found:?}, the second reader: {theirs:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{} vectors of what is refused", vectors.len());
}

fn second_reader(schema: &Schema, vector: &Vector) -> Result<(), Refused> {
    let ty = named(schema, vector.text("type"));
    let read = match vector.find("message") {
        Some(_) => read_message(schema, ty, &vector.hex("message")),
        None => read_body(schema, ty, &vector.hex("head"), &vector.hex("body")),
    };
    read.map(drop)
}

/// Whoever adds a kind of error adds a vector.
#[test]
fn every_kind_of_error_has_a_vector() {
    let vectors = of_file("refused.txt");
    let known = |kind: &&str| {
        let mut errors = vectors.iter().map(|vector| vector.text("error"));
        errors.any(|error| error == *kind || error.starts_with(&format!("{kind}(")))
    };
    let kinds = [
        "Truncated",
        "TrailingBytes",
        "Count",
        "NotMinimal",
        "OutOfRange",
        "SpareBits",
        "Bool",
        "Utf8",
        "Order",
        "Duplicate",
        "UnknownValue",
        "UnknownVariant",
        "Undescribed",
        "Escaped",
        "Unused",
        "Missing",
        "Incompatible",
        "Depth",
        "Budget",
        "Invalid",
    ];
    let faults = [
        "Truncated",
        "Trailing",
        "Kind",
        "Number",
        "Depth",
        "Size",
        "Reference",
        "Infinite",
    ];
    let faults = faults.map(|fault| format!("Shape({fault})"));
    let all = kinds.into_iter().chain(faults.iter().map(String::as_str));
    let missing: Vec<&str> = all.filter(|kind| !known(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The deepest values, the longest heads and whatever is passed over or kept.
#[test]
fn a_small_stack_is_enough() {
    let all = ["values.txt", "evolution.txt", "refused.txt"].map(of_file);
    let read = move || {
        for vector in all.iter().flatten() {
            let seen = subject::refused_view(vector);
            let expected = subject::refused(vector);
            let is_refused = vector.find("error").is_some();
            assert_eq!(expected.is_some(), is_refused, "{}", vector.place);
            let limited = vector.find("memory").is_some();
            assert_eq!(seen.is_some(), is_refused && !limited, "{}", vector.place);
        }
    };
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    let thread = thread.spawn(read).expect("a thread starts");
    thread.join().expect("all vectors are as they should be");
}

#[test]
fn there_are_enough_of_them() {
    let files = ["values.txt", "evolution.txt", "refused.txt"].map(|name| of_file(name).len());
    println!("{files:?} golden vectors");
    assert!(files.iter().sum::<usize>() >= 300, "{files:?}");
}

/// A list of types that were forgotten would be a list of types that nobody tries.
#[test]
fn every_type_is_a_subject() {
    let schema = wire_schema();
    let declared = schema.names().map(|(name, _)| name.rsplit('.').next());
    let declared: Vec<&str> = declared.flatten().collect();
    let mut listed: Vec<&str> = WIRE.iter().map(|subject| subject.name).collect();
    listed.sort_unstable();
    assert_eq!(listed, declared);
    let vectors = of_file("values.txt");
    for name in declared {
        let tried = vectors.iter().any(|vector| vector.text("type") == name);
        assert!(tried, "no vector has the type `{name}`");
    }
}

fn value(schema: &Schema, ty: &Type, vector: &Vector) -> sinew_values::Value {
    json::parse(schema, ty, vector.text("value"))
        .unwrap_or_else(|error| panic!("{}: {error}", vector.place))
}

/// The second writer writes these bytes, and the second reader reads them.
fn holds(schema: &Schema, vector: &Vector) {
    let (place, ty) = (&vector.place, named(schema, vector.text("type")));
    let value = value(schema, ty, vector);
    let written = write(schema, ty, &value).expect("it is not too deep");
    assert_eq!(spell(&written.head), spell(&vector.hex("head")), "{place}");
    assert_eq!(spell(&written.body), spell(&vector.hex("body")), "{place}");
    assert_eq!(
        spell(&written.message),
        spell(&vector.hex("message")),
        "{place}"
    );
    for read in [
        read_message(schema, ty, &written.message),
        read_body(schema, ty, &written.head, &written.body),
    ] {
        assert_eq!(read.map(|read| read.value), Ok(value.clone()), "{place}");
    }
}

/// The runtime reads and writes the same bytes.
fn accepts(vector: &Vector) {
    let place = &vector.place;
    let subject = subject::wire(vector.text("type")).expect("it is listed");
    let (head, body) = (vector.hex("head"), vector.hex("body"));
    assert_eq!(spell((subject.head)()), spell(&head), "{place}");
    let message = vector.hex("message");
    for (again, seen) in [
        ((subject.message)(&message), (subject.look)(&message)),
        (
            (subject.body)(&head, &body),
            (subject.look_body)(&head, &body),
        ),
    ] {
        let again = again.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(
            spell(&again.message),
            spell(&vector.hex("message")),
            "{place}"
        );
        assert_eq!(spell(&again.body), spell(&body), "{place}");
        assert_eq!(seen, Ok(again.shown), "the view of {place}");
    }
}
