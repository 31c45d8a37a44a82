//! Computes the bytes of the vectors in `tests/wire/values.txt` and `tests/wire/evolution.txt` with the second writer,
//! and where the runtime refuses those in `tests/wire/refused.txt`. The suite then compares the runtime with them.

use std::fmt::Write;
use std::fs;

use sinew_values::{Schema, json, read_message, write};

use crate::subject::{named, refused, wire_schema};
use crate::vectors::{Vector, repository, spell, vector};

/// Rewrites the files with the bytes of every value and the position of every error.
///
/// # Panics
/// A file cannot be read or written, or a value does not have its type.
pub fn fill() {
    let schema = wire_schema();
    for (name, entries) in [
        ("values.txt", of_value as fn(&Schema, &Vector) -> String),
        ("evolution.txt", of_evolution),
        ("refused.txt", of_refused),
    ] {
        let path = repository().join("tests/wire").join(name);
        let text = fs::read_to_string(&path).expect("a file of vectors can be read");
        let blocks = text.trim_end().split("\n\n");
        let blocks = blocks.map(|block| match vector(name, block) {
            Some(vector) => {
                let comments = block.lines().filter(|line| line.starts_with('#'));
                let comments = comments.map(|line| format!("{line}\n"));
                comments.collect::<String>() + &entries(&schema, &vector)
            }
            None => format!("{}\n", block.trim_end()),
        });
        let blocks: Vec<String> = blocks.collect();
        fs::write(&path, blocks.join("\n")).expect("a file of vectors can be written");
    }
}

fn of_value(schema: &Schema, vector: &Vector) -> String {
    let ty = named(schema, vector.text("type"));
    let value = json::parse(schema, ty, vector.text("value"));
    let value = value.unwrap_or_else(|error| panic!("{}: {error}", vector.place));
    let written = write(schema, ty, &value).expect("a vector is not too deep");
    let mut out = String::new();
    for (key, text) in [
        ("type", vector.text("type").to_owned()),
        ("value", json::print(schema, ty, &value)),
        ("head", spell(&written.head)),
        ("body", spell(&written.body)),
        ("message", spell(&written.message)),
    ] {
        writeln!(out, "{key}: {text}").expect("a text takes anything");
    }
    out
}

fn of_evolution(schema: &Schema, vector: &Vector) -> String {
    let mut out = String::new();
    let message = match vector.find("writer") {
        Some(writer) => {
            let ty = named(schema, writer);
            let value = json::parse(schema, ty, vector.text("value"));
            let value = value.unwrap_or_else(|error| panic!("{}: {error}", vector.place));
            let text = json::print(schema, ty, &value);
            writeln!(out, "writer: {writer}\nvalue: {text}").expect("a text takes anything");
            write(schema, ty, &value)
                .expect("a vector is not too deep")
                .message
        }
        None => vector.hex("message"),
    };
    let ty = named(schema, vector.text("type"));
    let read = read_message(schema, ty, &message);
    let read = read.unwrap_or_else(|error| panic!("{}: {error}", vector.place));
    for (key, text) in [
        ("message", spell(&message)),
        ("type", vector.text("type").to_owned()),
        ("reads", json::print(schema, ty, &read.value)),
    ] {
        writeln!(out, "{key}: {text}").expect("a text takes anything");
    }
    out
}

fn of_refused(_: &Schema, vector: &Vector) -> String {
    let error = refused(vector);
    let error = error.unwrap_or_else(|| panic!("{}: it is accepted", vector.place));
    let mut out = String::new();
    for key in ["type", "memory", "message", "head", "body", "error"] {
        let Some(text) = vector.find(key) else {
            continue;
        };
        let text = match key {
            "message" | "head" | "body" => spell(&vector.hex(key)),
            _ => text.to_owned(),
        };
        writeln!(out, "{}", format!("{key}: {text}").trim_end()).expect("a text takes anything");
    }
    writeln!(out, "at: {}", error.offset()).expect("a text takes anything");
    if let Some(place) = error.place() {
        writeln!(out, "in: {place}").expect("a text takes anything");
    }
    out
}
