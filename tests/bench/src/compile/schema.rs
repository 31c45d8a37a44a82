//! The same large schema in each peer's language: structs of 20 fields of ten kinds.

use std::fmt::Write;

/// A language that the schema is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Sinew's IDL.
    Sinew,
    /// Thrift's IDL.
    Thrift,
    /// Protobuf, syntax 3.
    Proto,
}

const FIELDS: usize = 20;

/// Structs without references to others, so that chains of types stay short.
const LEAVES: usize = 10;

/// The schema with this many structs.
pub fn schema(language: Language, structs: usize) -> String {
    let mut out = String::new();
    let _ = match language {
        Language::Sinew => writeln!(out, "namespace large;"),
        Language::Thrift => writeln!(out, "namespace rs large"),
        Language::Proto => writeln!(out, "syntax = \"proto3\";\n\npackage large;"),
    };
    colors(&mut out, language);
    for number in 0..structs {
        record(&mut out, language, number);
    }
    out
}

fn colors(out: &mut String, language: Language) {
    let end = if language == Language::Thrift {
        ','
    } else {
        ';'
    };
    let _ = writeln!(
        out,
        "\nenum Color {{\n    RED = 0{end}\n    GREEN = 1{end}\n    BLUE = 2{end}\n}}"
    );
}

fn record(out: &mut String, language: Language, number: usize) {
    let keyword = if language == Language::Proto {
        "message"
    } else {
        "struct"
    };
    let _ = writeln!(out, "\n{keyword} Record{number} {{");
    for field in 0..FIELDS {
        let (ty, name, id) = (ty(language, number, field), name(field), field + 1);
        let _ = match language {
            Language::Sinew => writeln!(out, "    {id}: {ty} {name}_{id};"),
            Language::Thrift => writeln!(out, "    {id}: required {ty} {name}_{id};"),
            Language::Proto => writeln!(out, "    {ty} {name}_{id} = {id};"),
        };
    }
    out.push_str("}\n");
}

fn name(field: usize) -> &'static str {
    [
        "count", "total", "title", "ratio", "active", "labels", "amounts", "part", "color",
        "content",
    ][field % 10]
}

fn ty(language: Language, number: usize, field: usize) -> String {
    let [sinew, thrift, proto] = match field % 10 {
        0 => ["i32", "i32", "int32"],
        1 => ["i64", "i64", "int64"],
        2 => ["string", "string", "string"],
        3 => ["f64", "double", "double"],
        4 => ["bool", "bool", "bool"],
        5 => ["list<string>", "list<string>", "repeated string"],
        6 => ["map<string, i64>", "map<string, i64>", "map<string, int64>"],
        7 if number < LEAVES => ["i32", "i32", "int32"],
        7 => return format!("Record{}", number % LEAVES),
        8 => ["Color", "Color", "Color"],
        _ => ["bytes", "binary", "bytes"],
    };
    match language {
        Language::Sinew => sinew,
        Language::Thrift => thrift,
        Language::Proto => proto,
    }
    .to_owned()
}
