//! Kinds of declarations: their keywords, and errors if another kind is expected.

use crate::ast::{self, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// The error if a declaration is not a type.
pub(crate) fn not_a_type(item: &ast::Item, span: Span) -> Option<Diagnostic> {
    let name = &item.name.name;
    match &item.kind {
        ItemKind::Service(_) => Some(
            Diagnostic::new(
                Code::ServiceAsType,
                span,
                format!("service `{name}` is not a type"),
                "a type is expected here",
            )
            .with_label(item.name.span, "declared as a service here")
            .with_help("send what identifies the service, such as its address, instead"),
        ),
        ItemKind::Const(_) | ItemKind::Annotation(_) => Some(wrong_kind("type", item, span)),
        ItemKind::Typedef(_)
        | ItemKind::Newtype(_)
        | ItemKind::Enum(_)
        | ItemKind::Flags(_)
        | ItemKind::Struct(_)
        | ItemKind::Frozen(_)
        | ItemKind::Union(_)
        | ItemKind::Exception(_) => None,
    }
}

/// The keyword of a kind of declaration.
pub(crate) fn kind_word(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Const(_) => "constant",
        ItemKind::Typedef(_) => "typedef",
        ItemKind::Newtype(_) => "newtype",
        ItemKind::Enum(_) => "enum",
        ItemKind::Flags(_) => "flags",
        ItemKind::Struct(_) => "struct",
        ItemKind::Frozen(_) => "frozen struct",
        ItemKind::Union(_) => "union",
        ItemKind::Exception(_) => "exception",
        ItemKind::Service(_) => "service",
        ItemKind::Annotation(_) => "annotation",
    }
}

/// A declaration of another kind than expected.
pub(crate) fn wrong_kind(wanted: &str, item: &ast::Item, span: Span) -> Diagnostic {
    let (name, kind) = (&item.name.name, kind_word(&item.kind));
    Diagnostic::new(
        Code::WrongKind,
        span,
        format!(
            "expected {} {wanted}, but `{name}` is {} {kind}",
            article(wanted),
            article(kind)
        ),
        format!("not {} {wanted}", article(wanted)),
    )
    .with_label(
        item.name.span,
        format!("declared as {} {kind} here", article(kind)),
    )
    .with_help(format!("name {} {wanted} here", article(wanted)))
}

/// `a` or `an`, whichever a keyword or the name of a type needs.
pub(crate) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    }
}

/// The name of a type in backticks, with its article.
pub(crate) fn with_article(ty: &str) -> String {
    format!("{} `{ty}`", article(ty))
}
