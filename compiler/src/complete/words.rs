//! Keywords, built-in types and annotations, with a line of documentation for each.

use super::Found;
use crate::ast::Scalar;
use crate::resolve::annotations::builtin::BUILTINS;

/// Adds the built-in types and `more` keywords.
pub(super) fn types(more: &[&str], found: &mut Found) {
    for scalar in Scalar::ALL {
        found.add(scalar.word(), "type", Some(of_scalar(scalar)));
    }
    for (word, doc) in CONTAINERS {
        found.add(word, "type", Some(doc));
    }
    found.keywords(more);
}

/// Adds the built-in annotations for a target, or those for anything but members, that begin with a path.
pub(super) fn annotations(path: &[&str], target: Option<&str>, found: &mut Found) {
    let prefix: String = path.iter().map(|name| format!("{name}.")).collect();
    for builtin in BUILTINS.iter().filter(|it| is_for(it.targets, target)) {
        if let Some(rest) = builtin.name.strip_prefix(&prefix) {
            found.add(rest, "annotation", of_annotation(builtin.name));
        }
    }
}

/// Adds the arguments of a built-in annotation that are not given yet. A single one needs no name.
pub(super) fn arguments(path: &[&str], given: &[&str], found: &mut Found) {
    let name = path.join(".");
    let builtin = BUILTINS.iter().find(|it| it.name == name);
    let args = builtin.map(|it| it.args).unwrap_or_default();
    for arg in args.iter().filter(|_| args.len() > 1) {
        if !given.contains(&arg.name) {
            found.assigned(arg.name, "argument", None);
        }
    }
}

fn is_for(targets: &[&str], target: Option<&str>) -> bool {
    let members = ["field", "param", "value", "variant", "method"];
    match target {
        _ if targets.is_empty() => true,
        Some(target) => targets.contains(&target),
        None => targets.iter().any(|it| !members.contains(it)),
    }
}

/// Documentation of a keyword.
pub(super) fn keyword(word: &str) -> Option<&'static str> {
    let mut known = KEYWORDS.iter().filter(|(known, _)| *known == word);
    known.next().map(|(_, doc)| *doc)
}

/// Documentation of a built-in type.
pub(super) fn of_type(word: &str) -> Option<&'static str> {
    let mut containers = CONTAINERS.iter().filter(|(known, _)| *known == word);
    let scalar = Scalar::from_word(word).map(of_scalar);
    scalar.or_else(|| containers.next().map(|(_, doc)| *doc))
}

/// Documentation of a built-in annotation.
pub(super) fn of_annotation(name: &str) -> Option<&'static str> {
    let mut known = ANNOTATIONS.iter().filter(|(known, _)| *known == name);
    known.next().map(|(_, doc)| *doc)
}

fn of_scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "`true` or `false`",
        Scalar::I8 => "a whole number with sign, 8 bits",
        Scalar::I16 => "a whole number with sign, 16 bits",
        Scalar::I32 => "a whole number with sign, 32 bits",
        Scalar::I64 => "a whole number with sign, 64 bits",
        Scalar::I128 => "a whole number with sign, 128 bits",
        Scalar::U8 => "a whole number, 8 bits",
        Scalar::U16 => "a whole number, 16 bits",
        Scalar::U32 => "a whole number, 32 bits",
        Scalar::U64 => "a whole number, 64 bits",
        Scalar::U128 => "a whole number, 128 bits",
        Scalar::F32 => "a floating-point number of IEEE 754, 32 bits",
        Scalar::F64 => "a floating-point number of IEEE 754, 64 bits",
        Scalar::String => "text in UTF-8",
        Scalar::Bytes => "bytes",
        Scalar::Uuid => "128 bits that identify something",
        Scalar::Timestamp => "a moment, in nanoseconds since 1970: the years 1677 to 2262",
        Scalar::Duration => "a span of time with sign, in nanoseconds",
        Scalar::Date => "a day without a time",
        Scalar::Decimal => "a decimal number with 0 to 28 digits after the point: money",
    }
}

const CONTAINERS: [(&str, &str); 4] = [
    ("list", "`list<T>`: values in order"),
    ("set", "`set<T>`: different values"),
    ("map", "`map<K, V>`: a value for each key"),
    ("array", "`array<T, N>`: exactly so many values"),
];

const ANNOTATIONS: [(&str, &str); 23] = [
    (
        "len",
        "`@len(1..=64)`: so many characters, bytes or elements",
    ),
    ("range", "`@range(0..=100)`: a value in this range"),
    (
        "pattern",
        "`@pattern(\"[A-Z]{3}\")`: text that matches this as a whole",
    ),
    ("unique", "`@unique`: a list without equal elements"),
    (
        "each",
        "`@each(len = 1..=9)`: what the elements must satisfy, of a map its values",
    ),
    (
        "deprecated",
        "`@deprecated(\"use this instead\")`: not to be used any more",
    ),
    ("since", "`@since(\"1.2\")`: the version that brought it"),
    ("sensitive", "`@sensitive`: not shown by `Debug`"),
    (
        "message",
        "`@message(\"no order {id}\")`: what the error says, with its fields",
    ),
    (
        "error",
        "`@error(fault = Fault.CLIENT, retry = Retry.NEVER)`: whose fault it is, and whether to try again",
    ),
    ("timeout", "`@timeout(5s)`: the time of a call"),
    (
        "wire_name",
        "`@wire_name(\"name\")`: what it is called on the wire, whatever its name",
    ),
    (
        "alias",
        "`@alias`: another name for the number of a value above",
    ),
    ("allow", "`@allow(W0903)`: these lints say nothing here"),
    (
        "breaking_ok",
        "`@breaking_ok(B003, reason = \"never used\")`: this change between versions is meant",
    ),
    (
        "example",
        "`@example`: a test that encodes and decodes the constant",
    ),
    ("rust.name", "`@rust.name(\"Name\")`: what Rust calls it"),
    (
        "rust.module",
        "`@rust.module(\"a::b\")`: the Rust module of the namespace",
    ),
    (
        "rust.derive",
        "`@rust.derive(\"serde::Serialize\")`: further derives",
    ),
    (
        "rust.attr",
        "`@rust.attr(\"#[must_use]\")`: an attribute in Rust",
    ),
    (
        "rust.type",
        "`@rust.type(\"my::Type\")`: the Rust type of the field",
    ),
    (
        "rust.map",
        "`@rust.map(\"hash\")`: a `HashMap` or `HashSet` in Rust",
    ),
    (
        "rust.exhaustive",
        "`@rust.exhaustive`: no default for methods of the trait",
    ),
];

const KEYWORDS: [(&str, &str); 27] = [
    (
        "namespace",
        "`namespace shop.orders;`: where the names of this file belong",
    ),
    (
        "import",
        "`import \"common.idl\";`: makes the names of another file visible",
    ),
    ("as", "`as name`: what the import is called here"),
    ("const", "`const u32 MAX = 500;`: a value with a name"),
    (
        "typedef",
        "`typedef list<string> Tags;`: another name for a type",
    ),
    (
        "newtype",
        "`newtype uuid OrderId;`: a type of its own with the values of another",
    ),
    (
        "enum",
        "`enum State { OPEN = 0; }`: one of several names, each with a number",
    ),
    (
        "flags",
        "`flags Access { READ = 1 << 0; }`: any of several names, each a bit",
    ),
    ("struct", "`struct Order { 1: u32 number; }`: named fields"),
    (
        "union",
        "`union Payment { 1: cash; 2: Card card; }`: one of several variants",
    ),
    (
        "exception",
        "`exception NotFound { 1: string what; }`: an error that methods throw",
    ),
    (
        "service",
        "`service Orders { void ping(); }`: methods that can be called",
    ),
    (
        "annotation",
        "`annotation owner on struct { string team; }`: an annotation of one's own",
    ),
    ("internal", "not visible in other namespaces"),
    ("closed", "values that are not declared are refused"),
    (
        "frozen",
        "`frozen struct`: fields without ids, which never change",
    ),
    (
        "extends",
        "`extends Health`: has the methods of these services, too",
    ),
    (
        "reserved",
        "`reserved 4, 6..=9, \"name\";`: ids and names that are not to be used again",
    ),
    ("optional", "may be absent"),
    ("void", "nothing but that it is done"),
    ("stream", "`stream<T>`: values one after another"),
    ("readonly", "changes nothing: the call may be made again"),
    ("idempotent", "may be done more than once"),
    ("oneway", "nobody waits for an answer"),
    (
        "throws",
        "`throws (1: NotFound not_found)`: the errors of the method",
    ),
    ("true", "the value of a `bool`"),
    ("false", "the value of a `bool`"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_annotation_has_its_line() {
        let built_in: Vec<&str> = BUILTINS.iter().map(|it| it.name).collect();
        let described: Vec<&str> = ANNOTATIONS.iter().map(|(name, _)| *name).collect();
        assert_eq!(described, built_in);
    }
}
