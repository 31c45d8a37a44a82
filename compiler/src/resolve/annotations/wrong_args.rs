//! Diagnostics for wrong or missing arguments of annotations.

use std::collections::BTreeSet;

use crate::ast::{Annotation, AnnotationArg};
use crate::diagnostics::{Code, Diagnostic, Edit, MAX_SHOWN, nearest};
use crate::source::Span;

/// An argument that the annotation does not have, or that must be given by name, which is one of `names`. Suggests one
/// of them if `suggests` is set.
pub(super) fn bad_arg<'n>(
    written: &Annotation,
    annotation: &str,
    arg: &AnnotationArg,
    names: impl Iterator<Item = &'n str>,
    suggests: bool,
) -> Diagnostic {
    let names: Vec<&str> = names.collect();
    let Some(name) = &arg.name else {
        return positional(written, annotation, arg, &names);
    };
    let mut error = Diagnostic::new(
        Code::UnknownArgument,
        name.span,
        format!("`@{annotation}` has no argument `{}`", name.name),
        "no such argument",
    );
    let candidates = names.iter().copied().filter(|_| suggests);
    for near in nearest(&name.name, candidates) {
        error = error.with_fix(format!("did you mean `{near}`?"), name.span, near);
    }
    if !error.fixes.is_empty() {
        return error;
    }
    if names.is_empty() {
        return error.with_help("it takes no arguments");
    }
    let rest = match names.len() > MAX_SHOWN {
        true => ", …",
        false => "",
    };
    let shown = &names[..names.len().min(MAX_SHOWN)];
    error.with_help(format!("it takes {}{rest}", shown.join(", ")))
}

/// A positional argument that could be for several parameters.
fn positional(
    written: &Annotation,
    annotation: &str,
    arg: &AnnotationArg,
    names: &[&str],
) -> Diagnostic {
    let span = arg.span;
    if names.is_empty() || (names.len() == 1 && written.args[0].span != span) {
        let message = match names {
            [] => format!("`@{annotation}` takes no arguments"),
            _ => format!("`@{annotation}` takes one argument"),
        };
        let error = Diagnostic::new(Code::UnknownArgument, span, message, "not expected");
        return error.with_help("remove it");
    }
    let error = Diagnostic::new(
        Code::PositionalArgument,
        span,
        format!("arguments of `@{annotation}` need their names here"),
        "which argument is this?",
    )
    .with_note("a value may be given without a name only if one argument has no default");
    let given = written.args.iter().filter_map(|arg| arg.name.as_ref());
    let given: BTreeSet<&str> = given.map(|name| name.name.as_str()).collect();
    // Positional arguments before this one are unambiguous and take the first names.
    let unnamed = written.args.iter().filter(|arg| arg.name.is_none());
    let clear = unnamed.clone().take_while(|arg| arg.span != span).count();
    let open = names.iter().filter(|name| !given.contains(**name));
    let open = open.skip(clear);
    let unnamed: Vec<Span> = unnamed.skip(clear).map(|arg| arg.span).collect();
    if let [_] = unnamed[..] {
        return open.take(3).fold(error, |error, name| {
            let text = format!("{name} = ");
            error.with_fix(format!("name it `{name}`"), span.before(), text)
        });
    }
    let edits = unnamed.iter().zip(open).map(|(span, name)| Edit {
        span: span.before(),
        replacement: format!("{name} = "),
    });
    error.with_edits("name them in this order", edits.collect())
}

/// An argument of the wrong kind.
pub(crate) fn wrong_arg(annotation: &str, arg: &str, wanted: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongArgument,
        span,
        format!("argument `{arg}` of `@{annotation}` must be {wanted}"),
        format!("not {wanted}"),
    )
}

/// The value of an argument, if there is an obvious one that does not change the meaning.
pub(super) fn obvious(annotation: &str, arg: &str) -> Option<&'static str> {
    match (annotation, arg) {
        ("rust.map", _) => Some("\"hash\""),
        ("error", "retry") => Some("retry = Retry.NEVER"),
        _ => None,
    }
}

/// Offers to add `value` after the other arguments.
pub(super) fn with_argument(error: Diagnostic, annotation: &Annotation, value: &str) -> Diagnostic {
    let name = annotation.path.span;
    let (place, text) = match annotation.args.last() {
        Some(last) => (last.span.after(), format!(", {value}")),
        None => (
            name.after().to(annotation.span.after()),
            format!("({value})"),
        ),
    };
    error.with_fix(format!("write `{value}`"), place, text)
}

/// A missing required argument.
pub(crate) fn missing_arg(
    name: &str,
    arg: &str,
    wanted: &str,
    annotation: &Annotation,
) -> Diagnostic {
    Diagnostic::new(
        Code::MissingArgument,
        annotation.span,
        format!("`@{name}` needs argument `{arg}`"),
        format!("`{arg}` is missing"),
    )
    .with_help(format!("`{arg}` is {wanted}"))
}
