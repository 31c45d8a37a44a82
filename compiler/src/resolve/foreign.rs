//! Names from other languages: what they are called here, or what to do instead.

use super::lookup::Wanted;
use crate::parse::old_type;

/// The built-in type here for one of another language. Unlike those that the parser knows, schemas may well declare
/// these names themselves.
pub(super) fn word_of_another_language(word: &str) -> Option<&'static str> {
    old_type(word).or(match word {
        "Boolean" | "Bool" | "bolean" => Some("bool"),
        "Int8" | "Byte" => Some("i8"),
        "Int16" | "Short" => Some("i16"),
        "Int32" | "Int" => Some("i32"),
        "Int64" | "Long" => Some("i64"),
        "UInt8" => Some("u8"),
        "UInt16" => Some("u16"),
        "UInt32" => Some("u32"),
        "UInt64" => Some("u64"),
        "Float32" | "Float" => Some("f32"),
        "Float64" | "Double" => Some("f64"),
        "Data" | "Blob" | "blob" => Some("bytes"),
        "ByteString" | "ByteBuffer" | "Uint8Array" => Some("bytes"),
        "integer" | "Integer" | "varint32" => Some("i32"),
        "varuint32" => Some("u32"),
        "varint62" => Some("i64"),
        "varuint62" => Some("u64"),
        "bigint" | "BigInteger" => Some("i128"),
        "BigDecimal" | "Decimal" => Some("decimal"),
        "Guid" | "UUID" | "Uuid" => Some("uuid"),
        "TimeSpan" => Some("duration"),
        "LocalDate" | "DateOnly" | "NaiveDate" => Some("date"),
        "usize" => Some("u64"),
        "isize" => Some("i64"),
        "number" => Some("f64"),
        "String" | "Text" | "text" | "char" | "ID" => Some("string"),
        "vec" | "Vec" | "vector" | "List" | "array_list" | "lst" => Some("list"),
        "Array" | "Sequence" | "sequence" | "IEnumerable" | "slice" => Some("list"),
        "HashMap" | "BTreeMap" | "Map" | "dict" => Some("map"),
        "Dictionary" | "dictionary" | "Record" => Some("map"),
        "HashSet" | "BTreeSet" | "Set" => Some("set"),
        "datetime" | "DateTime" | "time" | "Instant" | "DateTimeOffset" => Some("timestamp"),
        _ => None,
    })
}

/// The type here for a well-known type of Protobuf.
pub(super) fn well_known_type(path: &str) -> Option<&'static str> {
    Some(match path.strip_prefix("google.protobuf.")? {
        "Timestamp" => "timestamp",
        "Duration" => "duration",
        "BoolValue" => "optional bool",
        "Int32Value" => "optional i32",
        "Int64Value" => "optional i64",
        "UInt32Value" => "optional u32",
        "UInt64Value" => "optional u64",
        "FloatValue" => "optional f32",
        "DoubleValue" => "optional f64",
        "StringValue" => "optional string",
        "BytesValue" => "optional bytes",
        _ => return None,
    })
}

/// How to write the argument of a wrapper type of another language.
pub(super) enum Without {
    /// With `optional` before it.
    Optional,
    /// Alone.
    Nothing,
}

/// How to write the argument of a generic type of another language, if the type is only a wrapper.
pub(super) fn without(word: &str) -> Option<Without> {
    match word {
        "Option" | "option" | "Optional" | "Maybe" | "Nullable" => Some(Without::Optional),
        "Box" | "box" | "Rc" | "Arc" | "Promise" | "Task" | "Future" => Some(Without::Nothing),
        _ => None,
    }
}

/// `true` or `false` in the spelling of another language.
pub(super) fn truth(word: &str) -> Option<&'static str> {
    match word {
        "True" | "TRUE" | "yes" => Some("true"),
        "False" | "FALSE" | "no" => Some("false"),
        _ => None,
    }
}

/// Whether the word is another language's null.
pub(super) fn is_nothing(word: &str) -> bool {
    matches!(
        word,
        "null" | "NULL" | "nil" | "None" | "none" | "undefined"
    )
}

/// What to do instead of a name of another language that has no counterpart here.
pub(super) fn instead(wanted: Wanted, word: &str) -> Option<&'static str> {
    match (wanted, word) {
        (Wanted::Type, "Option" | "Optional" | "Maybe" | "nullable") => {
            Some("write `optional` in front of the type: `optional i32`")
        }
        (Wanted::Type, "any" | "Any" | "object" | "Object" | "json" | "google.protobuf.Any")
        | (Wanted::Type, "unknown" | "Document" | "AnyPointer" | "AnyClass") => {
            Some("declare a `union` of what it may be, or send `bytes`")
        }
        (Wanted::Type, "Result" | "result" | "Either") => {
            Some("declare an `exception`; a method `throws (1: NotFound not_found)`")
        }
        (Wanted::Type, "tuple" | "Tuple" | "Pair") => {
            Some("there are no tuples; declare a `struct` with these fields")
        }
        (Wanted::Type, "rune") => Some("write `string`, or `u32` for the number of a character"),
        (Wanted::Type, "void" | "Void" | "null" | "undefined" | "never") => Some(
            "what holds nothing has no type: leave it out, or make it a variant without one, `1: cash;`",
        ),
        (Wanted::Value, word) if is_nothing(word) => {
            Some("remove the default; what may be absent is `optional`")
        }
        (Wanted::Thrown, _) => Some(
            "declare an `exception`, and list what is thrown: `throws (1: NotFound not_found)`",
        ),
        (
            Wanted::Annotation,
            "length" | "size" | "min_length" | "max_length" | "minLength" | "maxLength"
            | "minItems" | "maxItems",
        ) => Some("write `@len(1..=64)`"),
        (Wanted::Annotation, "items") => Some("write `@each(len = 1..=64)`"),
        (Wanted::Annotation, "uniqueItems") => Some("write `@unique`, or `set<T>` as the type"),
        (Wanted::Annotation, "enum") => Some("declare an `enum` and use it as the type"),
        (Wanted::Annotation, "min" | "max" | "minimum" | "maximum" | "between") => {
            Some("write `@range(1..=10)`")
        }
        (Wanted::Annotation, "regex" | "regexp") => Some("write `@pattern(\"[a-z]+\")`"),
        (Wanted::Annotation, "doc" | "documentation" | "description" | "summary") => {
            Some("write a doc comment: `/// What it is.`")
        }
        (Wanted::Annotation, "nullable" | "optional") => {
            Some("write `optional` in front of the type: `optional i32`")
        }
        (Wanted::Annotation, "required") => {
            Some("remove it: fields are required unless they are `optional` or have a default")
        }
        (Wanted::Annotation, "default") => {
            Some("write the default after the name: `1: u32 n = 5;`")
        }
        (Wanted::Annotation, "derive") => Some("write `@rust.derive(\"Hash\")`"),
        (Wanted::Annotation, _) => {
            Some("annotations are declared: `annotation owner on struct, field { string team; }`")
        }
        (Wanted::Exception, _) => Some("declare it: `exception NotFound { 1: string id; }`"),
        (Wanted::Type | Wanted::Value | Wanted::Service, _) => None,
    }
}
