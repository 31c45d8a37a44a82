//! Words of other languages, and of later versions of this one.

use std::collections::BTreeSet;

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};

/// Keywords of declarations.
pub(super) const DECLARATIONS: [&str; 12] = [
    "annotation",
    "const",
    "enum",
    "exception",
    "flags",
    "import",
    "namespace",
    "newtype",
    "service",
    "struct",
    "typedef",
    "union",
];

/// Modifiers of methods.
pub(super) const METHOD_MODIFIERS: [&str; 3] = ["oneway", "readonly", "idempotent"];

/// Keywords of declarations in a later version.
pub(super) const LATER_DECLARATIONS: [&str; 6] = [
    "events",
    "interaction",
    "mixin",
    "patch",
    "resource",
    "view",
];

/// The type that is called `word` in Thrift, Protobuf and the like.
pub(crate) fn old_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "boolean" => "bool",
        "byte" | "sbyte" | "int8" | "sint8" | "s8" | "int8_t" => "i8",
        "int16" | "short" | "s16" | "int16_t" => "i16",
        "int" | "int32" | "sint32" | "sfixed32" | "s32" | "int32_t" => "i32",
        "int64" | "sint64" | "sfixed64" | "long" | "s64" | "int64_t" => "i64",
        "uint8" | "uint8_t" => "u8",
        "uint16" | "ushort" | "uint16_t" => "u16",
        "uint" | "uint32" | "fixed32" | "uint32_t" => "u32",
        "uint64" | "fixed64" | "ulong" | "uint64_t" | "size_t" => "u64",
        "float" | "float32" => "f32",
        "double" | "float64" => "f64",
        "binary" => "bytes",
        "str" | "slist" => "string",
        "guid" => "uuid",
        _ => return None,
    })
}

/// The keyword here for declarations that begin with `word` elsewhere.
pub(super) fn old_declaration(word: &str) -> Option<&'static str> {
    Some(match word {
        "message" | "record" | "class" | "table" | "structure" | "input" => "struct",
        "senum" | "intEnum" => "enum",
        "bitmask" | "bits" => "flags",
        "oneof" | "variant" => "union",
        "error" => "exception",
        "interface" | "protocol" | "trait" => "service",
        "package" | "library" | "module" => "namespace",
        "include" | "using" => "import",
        "alias" | "type" | "typealias" => "typedef",
        "let" | "static" | "define" | "constexpr" => "const",
        _ => return None,
    })
}

/// How to replace a modifier of another language.
pub(super) enum OldModifier {
    /// By another word.
    Spelled(&'static str),
    /// By nothing, and why.
    Needless(&'static str),
}

/// How to replace `word`, a modifier of declarations in another language.
pub(super) fn old_modifier(word: &str) -> Option<OldModifier> {
    use OldModifier::{Needless, Spelled};
    Some(match word {
        "private" => Spelled("internal"),
        "strict" => Spelled("closed"),
        "flexible" | "unchecked" => {
            Needless("enums, flags and unions are open unless they are `closed`")
        }
        "pub" | "public" | "export" | "abstract" => {
            Needless("everything that a file declares is public unless it is `internal`")
        }
        "sealed" | "final" | "partial" | "open" | "ajar" | "local" | "declare" | "compact" => {
            Needless(
                "declarations have no such word; unions and enums may be `closed`, structs `frozen`",
            )
        }
        _ => return None,
    })
}

/// Why a line that begins with `word` elsewhere is not needed.
pub(super) fn needless_line(word: &str) -> Option<&'static str> {
    Some(match word {
        "syntax" | "edition" => "the language has no editions",
        "option" => "what concerns generated code is an annotation: `@rust.name(\"…\")`",
        "cpp_include" => "generated code includes what it needs",
        _ => return None,
    })
}

/// What to do instead of a line that begins with `word` elsewhere.
pub(super) fn old_line(word: &str) -> Option<&'static str> {
    Some(match word {
        "use" | "from" => {
            "import the file: `import \"common.idl\";` or `import \"common.idl\" { Money };`"
        }
        "impl" => "methods of generated types are written in Rust, beside them",
        "mod" => "a namespace holds the whole file: `namespace shop;`",
        "operation" => "it is a method of a `service`: `Reply name(1: Request request);`",
        "scalar" | "custom" => "name a type: `newtype string Date;`",
        "directive" => "declare an `annotation`: `annotation owner on struct { string team; }`",
        "world" | "schema" | "fragment" => "remove it: all that files declare is generated",
        "extend" => {
            "add the fields to the struct itself; `optional` ones and ones with a default can be added later"
        }
        _ => return None,
    })
}

/// What to do instead of a `oneof`.
pub(super) const ONEOF: &str = "declare a `union` and use it as the type of a field";

/// What to do instead of a member that begins with `word` elsewhere.
pub(super) fn old_member(word: &str) -> Option<&'static str> {
    Some(match word {
        "repeated" => "write `list<T>` as the type",
        "oneof" => ONEOF,
        word if is_function_word(word) => {
            "write the result first: `Reply name(1: Request request);`"
        }
        "returns" => "write the result in front of the method: `Reply name(1: Request request);`",
        "use" => "import it at the top of the file: `import \"common.idl\" { Money };`",
        "async" => "`oneway` is a method without an answer; in Rust all methods are async",
        word if is_field_word(word) => "remove the word: a field is `1: type name;`",
        "unsigned" => "write `u8`, `u16`, `u32`, `u64` or `u128`",
        "signed" => "write `i8`, `i16`, `i32`, `i64` or `i128`",
        _ => return None,
    })
}

/// Whether functions begin with this word in other languages.
pub(super) fn is_function_word(word: &str) -> bool {
    matches!(
        word,
        "rpc" | "fn" | "fun" | "func" | "function" | "def" | "method"
    )
}

/// Whether this word is a modifier of fields elsewhere, without a meaning here.
pub(super) fn is_field_word(word: &str) -> bool {
    let of_who_sees_it = matches!(word, "pub" | "public" | "private" | "protected");
    of_who_sees_it
        || matches!(
            word,
            "var" | "let" | "val" | "mut" | "final" | "static" | "readonly"
        )
}

impl<'i> Parser<'i, '_> {
    /// Whether the file itself declares or imports this name.
    pub(super) fn declares(&mut self, name: &str) -> bool {
        let root = self.root.as_ref();
        self.declared
            .get_or_insert_with(|| root.map(declared_names).unwrap_or_default())
            .contains(name)
    }
}

/// The names of declarations, type parameters, and selectively imported items.
fn declared_names<'i>(root: &Node<'i>) -> BTreeSet<&'i str> {
    let mut names = BTreeSet::new();
    for item in Cursor::new(root).rest_of(Rule::item) {
        for part in item.into_inner() {
            let parts = part.into_inner().flat_map(|pair| match pair.as_rule() {
                Rule::type_params | Rule::import_names => pair.into_inner().flatten().collect(),
                _ => vec![pair],
            });
            names.extend(
                parts
                    .filter(|pair| pair.as_rule() == Rule::name)
                    .map(|pair| pair.as_str()),
            );
        }
    }
    names
}
