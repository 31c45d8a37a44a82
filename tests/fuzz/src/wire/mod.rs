//! Targets for the wire format: for any bytes, the runtime and the second reader get the same value or both refuse, and
//! a value is written as the bytes that it was read from.

use std::sync::LazyLock;

use sinew_promises::subject::{Subject, WIRE, named, wire_schema};
use sinew_promises::{differential, explained, vectors};
use sinew_values::Schema;

use crate::{Behaviour, Target};

/// A message, read as the type that the first byte selects.
pub const MESSAGE: Target = Target {
    name: "message",
    about: "two readers take the same value from a message, or none",
    corpus: messages,
    pieces: PIECES,
    max_length: 4096,
    stack: STACK,
    test: message,
};

/// A body after the head of the type that the first byte selects.
pub const BODY: Target = Target {
    name: "body",
    about: "two readers take the same value from a body, or none",
    corpus: bodies,
    pieces: PIECES,
    max_length: 4096,
    stack: STACK,
    test: body,
};

/// The head of another schema, and a body after it: plans are built and followed.
pub const HEAD: Target = Target {
    name: "head",
    about: "two readers take the same value by any head, or none",
    corpus: heads,
    pieces: PIECES,
    max_length: 4096,
    stack: STACK,
    test: head,
};

/// A body after the head of one type, read as another; the first two bytes select both.
pub const PLAN: Target = Target {
    name: "plan",
    about: "two readers take the same value of a writer of another type, or none",
    corpus: plans,
    pieces: PIECES,
    max_length: 4096,
    stack: STACK,
    test: plan,
};

/// A message, explained as the type that the first byte selects.
pub const INSPECT: Target = Target {
    name: "inspect",
    about: "what is read is explained to its end, and what is not is said to be wrong",
    corpus: messages,
    pieces: PIECES,
    max_length: 4096,
    stack: STACK,
    test: inspect,
};

/// A text, read as JSON of the type that the first byte selects.
pub const JSON: Target = Target {
    name: "json",
    about: "any text is a value or refused; as a message, and shown again, the value is the same",
    corpus: texts,
    pieces: &[
        b"null",
        b"[",
        b"{\"\":",
        b"1e9",
        b"\"\\ud83d\\ude00\"",
        b"-0.0",
        b"NaN(1)",
    ],
    max_length: 4096,
    stack: STACK,
    test: json,
};

/// The second reader is recursive in values that it skips.
const STACK: usize = 64 * 1024 * 1024;

/// Kinds, claims of counts, and escape forms.
const PIECES: &[&[u8]] = &[
    &[0x8f, 0x20],
    &[0x9f, 0x70],
    &[0xb0],
    &[0xd0],
    &[0xf6, 0x20],
    &[0xff, 0x00],
    &[0x00, 0x12, 0x02, 0x80, 0x02, 0x00],
    &[0xef, 0xff, 0xff, 0xff, 0x1f],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

static SCHEMA: LazyLock<Schema> = LazyLock::new(wire_schema);

fn message(input: &[u8]) -> Behaviour {
    let Some((subject, message)) = subject(input) else {
        return Behaviour::of("nothing");
    };
    let accepted = differential::message(&SCHEMA, subject, message);
    let error = (subject.read)(message).err();
    let error = error.map(|error| (error.kind(), error.place()));
    Behaviour::of((subject.name, accepted, error))
}

fn body(input: &[u8]) -> Behaviour {
    match subject(input) {
        Some((subject, body)) => judged(subject, (subject.head)(), body),
        None => Behaviour::of("nothing"),
    }
}

fn head(input: &[u8]) -> Behaviour {
    let split = |(subject, rest): (_, &'_ [u8])| {
        let (len, rest) = rest.split_first()?;
        let (head, body) = rest.split_at_checked((*len).into())?;
        Some(judged(subject, head, body))
    };
    let judged = subject(input).and_then(split);
    judged.unwrap_or(Behaviour::of("nothing"))
}

fn plan(input: &[u8]) -> Behaviour {
    let judged = |(reader, rest): (_, &'_ [u8])| {
        let (writer, body) = subject(rest)?;
        Some(judged(reader, (writer.head)(), body))
    };
    let judged = subject(input).and_then(judged);
    judged.unwrap_or(Behaviour::of("nothing"))
}

fn inspect(input: &[u8]) -> Behaviour {
    match subject(input) {
        Some((subject, message)) => {
            let ty = named(&SCHEMA, subject.name);
            let error = (subject.read)(message).err();
            let error = error.map(|error| (error.kind(), error.place()));
            Behaviour::of((explained::message(&SCHEMA, ty, message), error))
        }
        None => Behaviour::of("nothing"),
    }
}

fn json(input: &[u8]) -> Behaviour {
    match subject(input) {
        Some((subject, text)) => {
            let (ty, text) = (named(&SCHEMA, subject.name), String::from_utf8_lossy(text));
            Behaviour::of((subject.name, explained::text(&SCHEMA, ty, &text)))
        }
        None => Behaviour::of("nothing"),
    }
}

fn judged(subject: &Subject, head: &[u8], body: &[u8]) -> Behaviour {
    let accepted = differential::body(&SCHEMA, subject, head, body);
    let error = (subject.body)(head, body).err();
    let error = error.map(|error| (error.kind(), error.place()));
    Behaviour::of((subject.name, accepted, error))
}

/// The type that the first byte selects, and the other bytes.
fn subject(input: &[u8]) -> Option<(&'static Subject, &[u8])> {
    let (first, rest) = input.split_first()?;
    Some((&WIRE[usize::from(*first) % WIRE.len()], rest))
}

fn messages() -> Vec<Vec<u8>> {
    inputs(|vector| vector.hex("message"))
}

fn texts() -> Vec<Vec<u8>> {
    inputs(|vector| vector.text("value").as_bytes().to_vec())
}

fn bodies() -> Vec<Vec<u8>> {
    inputs(|vector| vector.hex("body"))
}

fn heads() -> Vec<Vec<u8>> {
    inputs(|vector| {
        let head = vector.hex("head");
        let len = head.len().min(255);
        [&[len as u8], &head[..len], &vector.hex("body")[..]].concat()
    })
}

fn plans() -> Vec<Vec<u8>> {
    let readers = (0..WIRE.len()).cycle();
    let all = bodies().into_iter().zip(readers);
    all.flat_map(|(body, reader)| {
        let same = body[0];
        [same, reader as u8].map(|reader| [&[reader], &body[..]].concat())
    })
    .collect()
}

fn inputs(bytes: impl Fn(&vectors::Vector) -> Vec<u8>) -> Vec<Vec<u8>> {
    let input = |vector: &vectors::Vector| {
        let mut subjects = WIRE.iter();
        let index = subjects.position(|subject| subject.name == vector.text("type"));
        let mut input = vec![index.expect("every type is listed") as u8];
        input.extend(bytes(vector));
        input
    };
    vectors::of_file("values.txt").iter().map(input).collect()
}
