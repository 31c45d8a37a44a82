//! Declared annotations: their names and what they may stand on.

use super::Resolved;
use crate::ast::ItemKind;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::resolve::annotations::builtin;
use crate::source::Span;

/// Reports annotations that take the name of a built-in one.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    for entry in &resolved.names.decls {
        let name = &entry.item.name;
        if matches!(entry.item.kind, ItemKind::Annotation(_)) && builtin::find(&name.name).is_some()
        {
            sink.push(builtin_name(&name.name, name.span));
        }
    }
}

fn builtin_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BuiltinName,
        span,
        format!("`@{name}` is a built-in annotation"),
        "cannot be declared",
    )
    .with_help("choose another name")
}
