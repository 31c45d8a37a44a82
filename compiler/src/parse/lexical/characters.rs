//! Misplaced characters, and symbols of other languages.

use sinew_grammar::Place;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// A file with the line endings of old Macintoshes. That is one mistake, however many lines it has.
pub(in crate::parse) fn returns_alone(text: &str, file: FileId) -> Option<Diagnostic> {
    let (first, last) = (text.find('\r')?, text.rfind('\r')?);
    if text.contains('\n') {
        return None;
    }
    let message = "lines end in carriage returns (U+000D) without line feeds";
    let label = "invisible here, as in every line";
    let feeds = text[first..=last].replace('\r', "\n");
    let error = Diagnostic::new(
        Code::ControlCharacter,
        Span::new(file, first, first + 1),
        message,
        label,
    );
    let all = Span::new(file, first, last + 1);
    Some(error.with_fix("write line feeds", all, feeds))
}

pub(super) fn character(span: Span, found: char, instead: Option<(Span, String)>) -> Diagnostic {
    let code_point = format!("U+{:04X}", u32::from(found));
    let message = if found.is_control() || found.is_whitespace() || is_invisible(found) {
        format!("unexpected character {code_point}")
    } else {
        format!("unexpected character `{found}` ({code_point})")
    };
    let diagnostic = Diagnostic::new(
        Code::UnexpectedCharacter,
        span,
        message,
        "not part of the language",
    );
    match instead {
        Some((edit, text)) if text.trim().is_empty() && text.is_empty() => {
            diagnostic.with_fix("remove it", edit, text)
        }
        Some((edit, text)) if text.trim().is_empty() => {
            diagnostic.with_fix("write a plain space", edit, text)
        }
        Some((edit, text)) => diagnostic.with_fix(format!("write `{text}`"), edit, text),
        None => diagnostic,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
    )
}

pub(super) fn control(span: Span, found: char, place: Place) -> Diagnostic {
    let code_point = format!("U+{:04X}", u32::from(found));
    let reorders = !found.is_control();
    let kind = if reorders {
        "bidirectional control character"
    } else {
        "control character"
    };
    let message = format!("{kind} {code_point} is not allowed here");
    let mut diagnostic = Diagnostic::new(Code::ControlCharacter, span, message, "invisible here");
    if reorders {
        diagnostic =
            diagnostic.with_note("it makes text look different from what the compiler reads");
    }
    match (place, found) {
        (Place::String, _) => {
            let escape = format!("\\u{{{:x}}}", u32::from(found));
            diagnostic.with_fix(format!("write `{escape}`"), span, escape)
        }
        (Place::Code | Place::Comment, '\r' | '\u{85}') => {
            diagnostic.with_fix("write a line feed", span, "\n")
        }
        (Place::Code | Place::Comment, _) => diagnostic.with_fix("remove it", span, ""),
        (Place::RawString, _) => {
            diagnostic.with_help("write it as an escape in a plain string `\"…\"`")
        }
    }
}

pub(super) fn hash_comment(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::HashComment,
        span,
        "`#` does not start a comment; use `//`",
        "not a comment",
    )
    .with_fix("write `//`", span, "//")
}

/// `r#move`
pub(super) fn raw_name(sign: Span) -> Diagnostic {
    let message = "keywords of Rust need no `r#` here";
    Diagnostic::new(Code::HashComment, sign, message, "not part of the name").with_fix(
        "remove it",
        sign,
        "",
    )
}

/// `#include "common.idl"`
pub(super) fn hash_include(span: Span) -> Diagnostic {
    let message = "`#include` is spelled `import` here";
    Diagnostic::new(Code::HashComment, span, message, "not a comment").with_fix(
        "write `import`",
        span,
        "import",
    )
}

/// `$version: "2"`
pub(super) fn version(sign: Span, line: Span) -> Diagnostic {
    let message = "unexpected character `$` (U+0024)";
    let label = "not part of the language";
    Diagnostic::new(Code::UnexpectedCharacter, sign, message, label)
        .with_note("the language has no editions")
        .with_fix("remove the line", line, "")
}

/// `#[derive(Hash)]`, `#[serde(default)]`
pub(super) fn hash_attribute(span: Span, derives: Option<Span>) -> Diagnostic {
    let message = "annotations begin with `@`, not with `#[`";
    let error = Diagnostic::new(Code::HashComment, span, message, "not an annotation");
    match derives {
        Some(all) => error
            .with_note("generated types derive what they can; `@rust.derive(\"Hash\")` adds to it")
            .with_fix("remove it", all, ""),
        None => {
            error.with_help("write `@deprecated`, or `@rust.derive(\"Hash\")` for generated Rust")
        }
    }
}
