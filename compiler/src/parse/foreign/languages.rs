//! Languages that can be recognized by a line that no Sinew schema has.

/// A language, and how to write its common forms in Sinew.
pub(super) struct Language {
    /// Its name.
    pub(super) name: &'static str,
    /// How its lines begin, and what else they contain. Unindented lines of the file must begin so, too.
    pub(super) lines: &'static [(&'static str, &'static str)],
    /// How it writes a struct with an optional string.
    pub(super) theirs: &'static str,
    /// How to write its other forms here; appended to the rest of the help.
    pub(super) others: &'static str,
    /// Whether it has namespaces of its own.
    pub(super) namespaces: bool,
    /// Whether fixes translate most of it once a file is parsed as a schema.
    pub(super) translated: bool,
}

/// Defaults for most languages.
const OTHER: Language = Language {
    name: "",
    lines: &[],
    theirs: "",
    others: "",
    namespaces: false,
    translated: false,
};

/// A language that shares namespaces or words with another comes before it.
pub(super) const LANGUAGES: &[Language] = &[
    Language {
        name: "Rust",
        lines: &[
            ("use ", "::"),
            ("#[derive(", ""),
            ("pub struct ", ""),
            ("pub enum ", ""),
            ("pub trait ", ""),
            ("pub type ", " = "),
            ("impl ", "{"),
            ("mod ", ";"),
        ],
        theirs: "struct User { email: Option<String> }",
        others: "; an enum that holds something is a `union`, a trait a `service`",
        translated: true,
        ..OTHER
    },
    Language {
        name: "zod",
        lines: &[
            ("import ", "'zod'"),
            ("import ", "\"zod\""),
            ("const ", " = z."),
            ("export const ", " = z."),
        ],
        theirs: "z.object({ email: z.string().optional() })",
        others: "; `z.enum` is an `enum`, and bounds come before fields: `@len(1..=64)`",
        ..OTHER
    },
    Language {
        name: "TypeSpec",
        lines: &[("import \"@typespec/", ""), ("@typespec", "")],
        theirs: "model User { email?: string }",
        others: "; an interface is a `service`",
        namespaces: true,
        translated: true,
    },
    Language {
        name: "TypeScript",
        lines: &[
            ("import ", " from '"),
            ("import type ", ""),
            ("export interface ", ""),
            ("export type ", ""),
            ("export enum ", ""),
            ("export class ", ""),
            ("export const ", ""),
            ("declare ", ""),
            ("type ", " = {"),
            ("type ", " = '"),
            ("type ", " = \""),
        ],
        theirs: "interface User { email?: string }",
        others: "; an interface of functions is a `service`, `'a' | 'b'` an `enum`, and `|` of types a `union`",
        translated: true,
        ..OTHER
    },
    Language {
        name: "FIDL",
        lines: &[
            ("using fuchsia.", ";"),
            ("@discoverable", ""),
            ("type ", " = table {"),
            ("type ", " = struct {"),
            ("type ", " = strict "),
            ("type ", " = flexible "),
            ("type ", " = resource "),
        ],
        theirs: "type User = table { 1: email string; };",
        others: "; a protocol is a `service`",
        translated: true,
        ..OTHER
    },
    Language {
        name: "Go",
        lines: &[
            ("type ", " struct {"),
            ("type ", " interface {"),
            ("import (", ""),
            ("func ", "("),
        ],
        theirs: "type User struct { Email *string }",
        others: "; an interface is a `service`, constants with `iota` are an `enum`",
        ..OTHER
    },
    Language {
        name: "Python",
        lines: &[
            ("from ", " import "),
            ("@dataclass", ""),
            ("class ", "):"),
            ("def ", "):"),
            ("    def ", ":"),
        ],
        theirs: "class User: email: str | None",
        others: "; `Enum` is an `enum`, a class of methods a `service`",
        ..OTHER
    },
    Language {
        name: "Kotlin",
        lines: &[
            ("data class ", "("),
            ("sealed class ", ""),
            ("sealed interface ", ""),
            ("value class ", "("),
            ("import kotlin", ""),
            ("fun ", "("),
            ("    suspend fun ", "("),
            ("    fun ", "("),
        ],
        theirs: "data class User(val email: String?)",
        others: "; a sealed class is a `union`, an interface a `service`",
        ..OTHER
    },
    Language {
        name: "Swift",
        lines: &[
            ("import Foundation", ""),
            ("struct ", ": Codable"),
            ("extension ", "{"),
            ("    let ", ": "),
            ("    var ", ": "),
            ("    func ", ") "),
        ],
        theirs: "struct User { var email: String? }",
        others: "; an enum that holds something is a `union`, a protocol a `service`",
        ..OTHER
    },
    Language {
        name: "C++",
        lines: &[
            ("#pragma once", ""),
            ("using namespace ", ";"),
            ("template ", ">"),
            ("template<", ">"),
            ("  std::", ";"),
            ("    std::", ";"),
        ],
        theirs: "struct User { std::optional<std::string> email; };",
        others: "; `std::variant` is a `union`, a class of methods a `service`",
        namespaces: true,
        ..OTHER
    },
    Language {
        name: "C",
        lines: &[
            ("#include <", ".h>"),
            ("#include \"", ".h\""),
            ("#ifndef ", ""),
            ("#define ", ""),
            ("typedef struct ", " {"),
            ("typedef enum ", " {"),
            ("typedef union ", " {"),
        ],
        theirs: "struct user { char *email; };",
        others: "; a struct with a tag and a `union` is a `union`, functions are methods of a `service`",
        ..OTHER
    },
    Language {
        name: "C#",
        lines: &[
            ("using System", ";"),
            ("", "{ get; "),
            ("public sealed ", ""),
        ],
        theirs: "class User { public string? Email { get; set; } }",
        others: "; an interface is a `service`",
        namespaces: true,
        ..OTHER
    },
    Language {
        name: "Java",
        lines: &[
            ("import java", ";"),
            ("public class ", ""),
            ("public final class ", ""),
            ("public interface ", ""),
            ("public record ", ""),
            ("public enum ", ""),
            ("    private ", ";"),
        ],
        theirs: "class User { Optional<String> email; }",
        others: "; a sealed interface is a `union`, an interface of methods a `service`",
        ..OTHER
    },
    Language {
        name: "SQL",
        lines: &[
            ("CREATE TABLE ", ""),
            ("CREATE TYPE ", ""),
            ("create table ", ""),
            ("create type ", ""),
        ],
        theirs: "CREATE TABLE users (email TEXT)",
        others: ", and a column that is `NOT NULL` is not `optional`",
        ..OTHER
    },
    Language {
        name: "ASN.1",
        lines: &[
            ("", "::= SEQUENCE"),
            ("", "::= CHOICE"),
            ("", "::= ENUMERATED"),
            ("", "::= BEGIN"),
            ("DEFINITIONS ", ""),
        ],
        theirs: "User ::= SEQUENCE { email UTF8String OPTIONAL }",
        others: "; `CHOICE` is a `union`, `ENUMERATED` an `enum`",
        ..OTHER
    },
    Language {
        name: "Smithy",
        lines: &[("$version", ":"), ("operation ", "{")],
        theirs: "structure User { email: String }",
        others: "; an operation is a method of a `service`",
        namespaces: true,
        translated: true,
    },
    Language {
        name: "FlatBuffers",
        lines: &[
            ("root_type ", ";"),
            ("file_identifier ", ";"),
            ("rpc_service ", "{"),
            ("attribute \"", "\";"),
        ],
        theirs: "table User { email: string; }",
        others: "; a `rpc_service` is a `service`",
        namespaces: true,
        translated: true,
    },
    Language {
        name: "Cap'n Proto",
        lines: &[("@0x", ";"), ("using ", " = import "), ("$", ".namespace(")],
        theirs: "struct User { email @0 :Text; }",
        others: ", ids begin at 1, and an interface is a `service`",
        translated: true,
        ..OTHER
    },
    Language {
        name: "Slice",
        lines: &[
            ("[cs::", ""),
            ("[[", ""),
            ("compact struct ", ""),
            ("unchecked enum ", ""),
            ("typealias ", " = "),
        ],
        theirs: "struct User { email: string? }",
        others: "; an interface is a `service`",
        translated: true,
        ..OTHER
    },
    Language {
        name: "WIT",
        lines: &[("package ", ":"), ("world ", "{")],
        theirs: "record user { email: option<string> }",
        others: "; a variant is a `union`, an interface of functions a `service`",
        translated: true,
        ..OTHER
    },
    Language {
        name: "Avro IDL",
        lines: &[
            ("@namespace(", ""),
            ("  record ", "{"),
            ("    record ", "{"),
        ],
        theirs: "record User { string? email; }",
        others: "; an error is an `exception`, a protocol a `service`",
        ..OTHER
    },
    Language {
        name: "Web IDL",
        lines: &[
            ("[Exposed=", ""),
            ("dictionary ", "{"),
            ("partial interface ", ""),
        ],
        theirs: "dictionary User { DOMString email; };",
        others: "; an interface is a `service`",
        ..OTHER
    },
    Language {
        name: "Prisma",
        lines: &[("datasource ", "{"), ("generator ", "{")],
        theirs: "model User { email String? }",
        others: "; what refers to another model is its key",
        ..OTHER
    },
];

/// Avro, as JSON.
pub(super) const AVRO_JSON: Language = Language {
    name: "Avro",
    theirs: "{ \"type\": \"record\", \"name\": \"User\", \"fields\": [{ \"name\": \"email\", \"type\": [\"null\", \"string\"] }] }",
    others: "; any other union is a `union`",
    ..OTHER
};

/// JSON Schema, as JSON or YAML.
pub(super) const JSON_SCHEMA: Language = Language {
    name: "JSON Schema",
    theirs: "\"User\": { \"properties\": { \"email\": { \"type\": \"string\" } } }",
    others: ", and what is `required` is not `optional`; `oneOf` is a `union`",
    ..OTHER
};

/// OpenAPI, as JSON or YAML.
pub(super) const OPEN_API: Language = Language {
    name: "OpenAPI",
    theirs: "User: { properties: { email: { type: string } } }",
    others: "; an operation is a method of a `service`, `oneOf` a `union`",
    ..OTHER
};

#[cfg(test)]
mod tests {
    use super::{AVRO_JSON, JSON_SCHEMA, LANGUAGES, OPEN_API};

    #[test]
    fn the_page_of_the_code_names_every_language() {
        let page = include_str!("../../../pages/E0118.md");
        let data = [&AVRO_JSON, &JSON_SCHEMA, &OPEN_API];
        for language in LANGUAGES.iter().chain(data) {
            assert!(page.contains(language.name), "{}", language.name);
        }
    }
}
