//! Ranges written as two arguments, as in other languages.

use super::args::value_span;
use super::builtin::{ArgKind, Builtin};
use super::wrong_args::wrong_arg;
use crate::ast::{Annotation, AnnotationArg, ArgValue};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::SourceMap;

/// The report for two bounds where the only argument is a range: `@range(1, 5)`, `@len(min = 1, max = 5)`.
pub(super) fn ends_of_range(
    sources: &SourceMap,
    annotation: &Annotation,
    builtin: &Builtin,
) -> Option<Diagnostic> {
    let [spec] = builtin.args else {
        return None;
    };
    if !matches!(spec.kind, ArgKind::Range | ArgKind::Length) {
        return None;
    }
    named_ends(sources, annotation, builtin.name)
        .or_else(|| two_numbers(annotation, builtin.name, spec.name))
}

fn two_numbers(annotation: &Annotation, name: &str, spec: &str) -> Option<Diagnostic> {
    let [first, last] = annotation.args.as_slice() else {
        return None;
    };
    let is_end = |arg: &AnnotationArg| arg.name.is_none() && matches!(arg.value, ArgValue::Expr(_));
    if !is_end(first) || !is_end(last) {
        return None;
    }
    let span = first.span.to(last.span);
    let between = first.span.after().to(last.span.before());
    let error = wrong_arg(name, spec, "a range, such as `1..=9`", span);
    Some(error.with_fix("write `..=` between its ends", between, "..="))
}

fn named_ends(sources: &SourceMap, annotation: &Annotation, name: &str) -> Option<Diagnostic> {
    let (first, last) = (annotation.args.first()?, annotation.args.last()?);
    let mut ends = ["", ""];
    for arg in &annotation.args {
        let end = match arg.name.as_ref()?.name.as_str() {
            "min" => &mut ends[0],
            "max" => &mut ends[1],
            _ => return None,
        };
        *end = sources.slice(value_span(&arg.value));
    }
    let [min, max] = ends;
    let range = match max {
        "" => format!("{min}.."),
        max => format!("{min}..={max}"),
    };
    let place = first.name.as_ref()?.span;
    let message = format!("`@{name}` has no `min` and `max`: it takes a range");
    let error = Diagnostic::new(Code::UnknownArgument, place, message, "no such argument");
    Some(error.with_fix(
        format!("write `@{name}({range})`"),
        first.span.to(last.span),
        range,
    ))
}
