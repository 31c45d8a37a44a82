//! The keywords of the language, and names of grammar rules for users.

use std::ops::Range;

use crate::Rule;

/// All words with a meaning in the language, sorted. Members can have these names; declarations only in backticks.
pub const KEYWORDS: &[&str] = &[
    "annotation",
    "array",
    "as",
    "bool",
    "bytes",
    "closed",
    "const",
    "date",
    "decimal",
    "duration",
    "enum",
    "events",
    "exception",
    "extends",
    "f16",
    "f32",
    "f64",
    "false",
    "flags",
    "frozen",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "idempotent",
    "import",
    "inf",
    "interaction",
    "internal",
    "list",
    "map",
    "max",
    "mixin",
    "namespace",
    "nan",
    "newtype",
    "on",
    "oneway",
    "optional",
    "patch",
    "readonly",
    "required",
    "reserved",
    "resource",
    "service",
    "set",
    "stream",
    "string",
    "struct",
    "throws",
    "timestamp",
    "true",
    "typedef",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "union",
    "uuid",
    "view",
    "void",
    "with",
];

/// Whether `word` has a meaning in the language.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// The first token at or after `at`, skipping white space and comments; empty at the end.
pub fn token_at(text: &str, at: usize) -> Range<usize> {
    let start = skip_blank(text, at);
    let rest = &text[start..];
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let length = match rest.chars().next() {
        None => 0,
        Some(c) if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
        Some('"') => {
            // Does not look for the end of the line first, because there may be very many strings on it.
            let close = rest[1..].find('"').map_or(rest.len(), |close| close + 2);
            rest[..close].find('\n').unwrap_or(close)
        }
        Some(c) => c.len_utf8(),
    };
    start..start + length
}

fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        let rest = &text[at..];
        if rest.starts_with("//") || rest.starts_with('#') {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += comment_length(rest);
        } else {
            return at;
        }
    }
}

fn comment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0u32);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (at, depth) = (at + 2, depth + 1),
            [b'*', b'/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// A grammar rule in words for users. `None` for what the grammar merely tolerates, and for what would make a list of
/// expectations too long.
pub(crate) fn phrase(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::name
        | Rule::ident
        | Rule::path
        | Rule::target
        | Rule::import_name
        | Rule::namespace_scope => "a name",
        Rule::type_ref | Rule::scalar | Rule::named_type | Rule::list_type | Rule::set_type => {
            "a type"
        }
        Rule::map_type | Rule::array_type | Rule::flow | Rule::stream_type | Rule::result => {
            "a type"
        }
        Rule::expr | Rule::operand | Rule::array_length | Rule::named_value | Rule::group => {
            "a value"
        }
        Rule::list_value | Rule::map_value | Rule::float | Rule::duration_literal => "a value",
        Rule::raw_string | Rule::byte_string | Rule::hex_string | Rule::uuid_literal => "a value",
        Rule::timestamp_literal | Rule::date_literal | Rule::boolean | Rule::infinity => "a value",
        Rule::not_a_number | Rule::map_entry => "a value",
        Rule::int | Rule::bad_number | Rule::signed_int => "a number",
        Rule::id => "an id",
        Rule::string => "a string",
        Rule::field => "a field",
        Rule::value => "a value of the enum",
        Rule::variant | Rule::struct_variant | Rule::typed_variant | Rule::unit_variant => {
            "a variant"
        }
        Rule::method => "a method",
        Rule::param | Rule::throws_entry => "a parameter",
        Rule::argument => "an argument",
        Rule::reserved_entry => "a number or a name in quotes",
        Rule::field_value => "a field",
        Rule::item
        | Rule::only_item
        | Rule::const_decl
        | Rule::typedef_decl
        | Rule::newtype_decl => "a declaration",
        Rule::enum_decl | Rule::flags_decl | Rule::struct_decl | Rule::union_decl => {
            "a declaration"
        }
        Rule::exception_decl | Rule::service_decl | Rule::annotation_decl | Rule::mixin_decl => {
            "a declaration"
        }
        Rule::events_decl | Rule::namespace | Rule::import => "a declaration",
        Rule::struct_body | Rule::enum_body | Rule::union_body | Rule::service_body => "`{`",
        Rule::import_names | Rule::struct_value | Rule::lbrace => "`{`",
        Rule::params | Rule::throws_list | Rule::events_params | Rule::lparen => "`(`",
        Rule::type_params | Rule::type_arguments | Rule::less => "`<`",
        Rule::base | Rule::colon => "`:`",
        Rule::default | Rule::equals => "`=`",
        Rule::end | Rule::semicolon => "`;`",
        Rule::extends_clause | Rule::kw_extends => "`extends`",
        Rule::throws_clause | Rule::kw_throws => "`throws`",
        Rule::import_alias | Rule::kw_as => "`as`",
        Rule::reserved | Rule::kw_reserved => "`reserved`",
        Rule::kw_array => "`array`",
        Rule::kw_list => "`list`",
        Rule::kw_map => "`map`",
        Rule::kw_max => "`max`",
        Rule::kw_on => "`on`",
        Rule::kw_set => "`set`",
        Rule::kw_stream => "`stream`",
        Rule::kw_void => "`void`",
        Rule::comma => "`,`",
        Rule::through => "`..=`",
        Rule::greater => "`>`",
        Rule::rbrace => "`}`",
        Rule::rbracket => "`]`",
        Rule::rparen => "`)`",
        // Tolerated, reserved for later versions, possible nearly everywhere, or not part of the language.
        _ => return None,
    })
}
