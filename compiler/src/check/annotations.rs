//! Declared annotations: their names, and what they may annotate.

use super::Resolved;
use crate::ast::{Ident, ItemKind};
use crate::diagnostics::{Code, Diagnostic, Sink, nearest};
use crate::resolve::annotations::builtin;
use crate::resolve::names::builtin_annotation;

/// Possible targets of a declared annotation.
pub(crate) const TARGETS: [&str; 15] = [
    "namespace",
    "const",
    "typedef",
    "newtype",
    "enum",
    "flags",
    "value",
    "struct",
    "field",
    "union",
    "variant",
    "exception",
    "service",
    "method",
    "param",
];

/// Reports annotations with the name of a built-in one, and unknown targets.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    for entry in &resolved.names.decls {
        let name = &entry.item.name;
        let ItemKind::Annotation(annotation) = &entry.item.kind else {
            continue;
        };
        if builtin::find(&name.name).is_some() {
            sink.push(builtin_annotation(name));
        }
        for target in &annotation.targets {
            if !TARGETS.contains(&target.name.as_str()) {
                sink.push(unknown_target(target));
            }
        }
    }
}

fn unknown_target(target: &Ident) -> Diagnostic {
    let name = &target.name;
    if ["mixin", "events"].contains(&name.as_str()) {
        let message =
            format!("`{name}` is part of the language, but not supported by this version yet");
        let label = "reserved for a later version";
        return Diagnostic::new(Code::NotSupportedYet, target.span, message, label);
    }
    let error = Diagnostic::new(
        Code::UnexpectedToken,
        target.span,
        format!("expected what an annotation applies to, found `{name}`"),
        "not a target",
    );
    let near = nearest(name, TARGETS);
    if near.is_empty() {
        return error.with_help(format!("it may stand on {}", TARGETS.join(", ")));
    }
    near.into_iter().fold(error, |error, near| {
        error.with_fix(format!("did you mean `{near}`?"), target.span, near)
    })
}
