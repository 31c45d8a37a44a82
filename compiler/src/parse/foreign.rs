//! Files that are in another language as a whole, by their names or by what they begin with.

use sinew_grammar::token_at;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{FileId, SourceFile, Span};

/// The other language whose files are called like this.
pub(crate) fn language(file: &str) -> Option<&'static str> {
    match file.rsplit_once('.')?.1 {
        "thrift" => Some("Thrift"),
        "proto" => Some("protobuf"),
        _ => None,
    }
}

/// A file that is called like those of another language.
pub(super) fn named(source: &SourceFile, file: FileId, language: &str) -> Diagnostic {
    let stem = stem(source);
    let copy = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    not_read(source, file, format!("`{stem}` is a {language} file")).with_help(format!(
        "copy it to `{copy}.idl` and let `sinew fix {copy}.idl` translate what it can; errors say what is left"
    ))
}

/// A file that holds data, or text of a language that is not translated, whatever it is called.
pub(super) fn held(source: &SourceFile, file: FileId) -> Option<Diagnostic> {
    let text = source.text.trim_start_matches('\u{feff}').trim_start();
    let data = Data::of(text)?;
    let message = format!("`{}` holds {}, not a schema", stem(source), data.word());
    let mut error = not_read(source, file, message)
        .with_help("a schema looks like this: `namespace shop; struct Order { 1: uuid id; }`");
    if matches!(data, Data::Json) {
        error = error.with_note("JSON that is a value of a schema is for `sinew encode`");
    }
    Some(error)
}

/// What a file may hold instead.
enum Data {
    Json,
    Yaml,
    Xml,
    CapnProto,
    CSharp,
    Slice,
}

impl Data {
    fn of(text: &str) -> Option<Self> {
        let second = text.get(1..).unwrap_or_default().trim_start();
        let begins = |signs: &[char]| second.starts_with(signs);
        match text.bytes().next()? {
            b'[' if has_module(text) => Some(Self::Slice),
            b'{' if begins(&['"', '}']) => Some(Self::Json),
            b'[' if begins(&['{', '[', '"', ']'])
                || second.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                Some(Self::Json)
            }
            b'<' if second.starts_with(|c: char| c.is_ascii_alphabetic() || "?!".contains(c)) => {
                Some(Self::Xml)
            }
            b'u' if text.starts_with("using System") => Some(Self::CSharp),
            b'@' | b'#' if has_capnp_id(text) => Some(Self::CapnProto),
            _ if is_yaml(text) => Some(Self::Yaml),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Xml => "XML",
            Self::CapnProto => "Cap'n Proto",
            Self::CSharp => "C#",
            Self::Slice => "Slice",
        }
    }
}

/// Whether the first thing behind comments is the id that a file of Cap'n Proto begins with, `@0xdbb9ad1f14bf0b36;`, and
/// there is no namespace yet: whoever has written one is on the way from it.
fn has_capnp_id(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("@0x"))
        && !lines.any(|line| line.starts_with("namespace"))
}

/// Whether a line begins as a module of Slice does, whose files may begin with metadata in brackets.
fn has_module(text: &str) -> bool {
    text.lines()
        .any(|line| line.trim_start().starts_with("module "))
}

/// Whether the first line that says something is `---` or `key: value`, with nothing of a schema in it.
fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let Some((key, value)) = first.and_then(|line| line.split_once(':')) else {
        return first.is_some_and(|line| line == "---");
    };
    let is_key = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let is_value = value.is_empty() || value.starts_with(' ');
    let is_ours = matches!(key, "namespace" | "package" | "module" | "library");
    let has_signs = value.contains([';', '{', '(']) || value.ends_with(',');
    !key.is_empty() && key.chars().all(is_key) && is_value && !is_ours && !has_signs
}

fn stem(source: &SourceFile) -> &str {
    source.name.rsplit('/').next().unwrap_or(&source.name)
}

fn not_read(source: &SourceFile, file: FileId, message: String) -> Diagnostic {
    let first = token_at(&source.text, 0);
    Diagnostic::new(
        Code::OtherLanguage,
        Span::new(file, first.start, first.end),
        message,
        "not read any further",
    )
}
