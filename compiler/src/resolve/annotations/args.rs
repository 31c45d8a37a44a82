//! Arguments of built-in annotations: which is which, and of what kind.

use super::builtin::{Arg, ArgKind, Builtin};
use super::ranges::ends_of_range;
use crate::ast::{Annotation, AnnotationArg, ArgValue, BinaryOp, Expr, ExprKind, Path};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::resolve::Resolver;
use crate::resolve::literals::is_duration;
use crate::schema::{Fault, Hint, Retry};
use crate::source::{SourceMap, Span};

impl<'a> Resolver<'a, '_> {
    /// Which argument of the table each written one is; `None` after a report.
    pub(super) fn bind(
        &mut self,
        annotation: &'a Annotation,
        builtin: &'static Builtin,
    ) -> Option<Vec<(&'static str, &'a AnnotationArg)>> {
        let mut bound: Vec<(&'static str, &AnnotationArg)> = Vec::new();
        if let Some(error) = ends_of_range(self.sources, annotation, builtin) {
            self.sink.push(error);
            return None;
        }
        let mut good = true;
        let one_required = builtin.args.iter().filter(|a| a.required).count() <= 1;
        for (position, arg) in annotation.args.iter().enumerate() {
            let spec = match &arg.name {
                Some(name) => builtin.args.iter().find(|spec| spec.name == name.name),
                None => builtin
                    .args
                    .first()
                    .filter(|spec| one_required && (position == 0 || spec.kind.takes_many())),
            };
            let Some(spec) = spec else {
                let names = builtin.args.iter().map(|spec| spec.name);
                self.sink
                    .push(bad_arg(annotation, builtin.name, arg, names));
                good = false;
                continue;
            };
            let first = bound.iter().find(|(name, _)| *name == spec.name);
            if let Some((_, first)) = first.filter(|_| !spec.kind.takes_many()) {
                let error = crate::resolve::names::duplicate_name(spec.name, first.span, arg.span);
                self.sink.push(error);
                good = false;
            } else if fits(spec.kind, &arg.value) {
                bound.push((spec.name, arg));
            } else {
                let place = value_span(&arg.value);
                let error = wrong_arg(builtin.name, spec.name, spec.kind.word(), place);
                self.sink.push(match meant(self.sources, spec.kind, arg) {
                    Some((message, place, text)) => error.with_fix(message, place, text),
                    None => error,
                });
                good = false;
            }
        }
        let given = |spec: &&Arg| bound.iter().any(|(name, _)| *name == spec.name);
        if let Some(spec) = builtin.args.iter().find(|s| s.required && !given(s))
            && good
        {
            let error = missing_arg(builtin.name, spec.name, spec.kind.word(), annotation);
            self.sink.push(match obvious(builtin.name, spec.name) {
                Some(value) => with_argument(error, annotation, value),
                None => error,
            });
            return None;
        }
        good.then_some(bound)
    }
}

/// What a value of the wrong kind was meant to be: what to do, where, and with which text.
fn meant(
    sources: &SourceMap,
    kind: ArgKind,
    arg: &AnnotationArg,
) -> Option<(&'static str, Span, String)> {
    let ArgValue::Expr(expr) = &arg.value else {
        return None;
    };
    match (kind, &expr.kind) {
        (ArgKind::Text | ArgKind::Texts, ExprKind::Path(path)) => Some((
            "put it in quotes",
            expr.span,
            format!("\"{}\"", path.text()),
        )),
        (ArgKind::Text, ExprKind::Int(_) | ExprKind::Float(_)) => {
            let text = sources.slice(expr.span);
            Some(("put it in quotes", expr.span, format!("\"{text}\"")))
        }
        (ArgKind::Codes, ExprKind::Str(text)) if Code::from_id(text).is_some() => {
            Some(("write it without quotes", expr.span, text.clone()))
        }
        (ArgKind::Fault, ExprKind::Path(path)) => prefixed(path, "Fault", &["CLIENT", "SERVER"]),
        (ArgKind::Retry, ExprKind::Path(path)) => {
            prefixed(path, "Retry", &["NEVER", "SAFE", "LATER"])
        }
        (ArgKind::Duration, ExprKind::Str(text)) if is_duration(text) => {
            Some(("write it without quotes", expr.span, text.clone()))
        }
        (ArgKind::Range | ArgKind::Length, ExprKind::Binary(BinaryOp::Sub, from, to)) => {
            let between = from.span.after().to(to.span.before());
            Some(("write `..=` between its ends", between, "..=".to_owned()))
        }
        _ => None,
    }
}

/// A value of a built-in enum by its name alone.
fn prefixed(path: &Path, of: &str, names: &[&str]) -> Option<(&'static str, Span, String)> {
    let name = path.text();
    names.contains(&name.as_str()).then(|| {
        let written = format!("{of}.{name}");
        ("write the enum in front", path.span, written)
    })
}

fn fits(kind: ArgKind, value: &ArgValue) -> bool {
    let expr = match value {
        ArgValue::Expr(expr) => expr,
        ArgValue::Range(_) => return matches!(kind, ArgKind::Range | ArgKind::Length),
    };
    match kind {
        ArgKind::Text | ArgKind::Texts => matches!(expr.kind, ExprKind::Str(_)),
        ArgKind::Codes => matches!(&expr.kind, ExprKind::Path(path) if path.segments.len() == 1),
        ArgKind::Range => false,
        ArgKind::Length => !matches!(expr.kind, ExprKind::Str(_) | ExprKind::Bool(_)),
        ArgKind::Duration => matches!(expr.kind, ExprKind::Duration(_) | ExprKind::Path(_)),
        ArgKind::Fault => ["Fault.CLIENT", "Fault.SERVER"].contains(&path_text(expr).as_str()),
        ArgKind::Retry => {
            ["Retry.NEVER", "Retry.SAFE", "Retry.LATER"].contains(&path_text(expr).as_str())
        }
    }
}

fn path_text(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Path(path) => path.text(),
        _ => String::new(),
    }
}

fn arg_path(arg: &AnnotationArg) -> String {
    match &arg.value {
        ArgValue::Expr(expr) => path_text(expr),
        ArgValue::Range(_) => String::new(),
    }
}

pub(crate) fn code_of((_, arg): &(&'static str, &AnnotationArg)) -> Option<String> {
    Some(arg_path(arg)).filter(|code| !code.is_empty())
}

pub(crate) fn fault_of(arg: &AnnotationArg) -> Fault {
    if arg_path(arg) == "Fault.CLIENT" {
        Fault::Client
    } else {
        Fault::Server
    }
}

pub(crate) fn retry_of(arg: &AnnotationArg) -> Retry {
    match arg_path(arg).as_str() {
        "Retry.SAFE" => Retry::Safe,
        "Retry.LATER" => Retry::Later,
        _ => Retry::Never,
    }
}

pub(crate) fn text_of(arg: &AnnotationArg) -> Option<Hint> {
    let ArgValue::Expr(expr) = &arg.value else {
        return None;
    };
    match &expr.kind {
        ExprKind::Str(text) => Some(Hint {
            text: text.clone(),
            span: expr.span,
        }),
        _ => None,
    }
}

/// Where the value of an argument stands.
pub(crate) fn value_span(value: &ArgValue) -> Span {
    match value {
        ArgValue::Expr(expr) => expr.span,
        ArgValue::Range(range) => range.span,
    }
}

/// An argument that the annotation does not take, or that must say which of `names` it is.
pub(super) fn bad_arg<'n>(
    written: &Annotation,
    annotation: &str,
    arg: &AnnotationArg,
    names: impl Iterator<Item = &'n str>,
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
    for near in nearest(&name.name, names.iter().copied()) {
        error = error.with_fix(format!("did you mean `{near}`?"), name.span, near);
    }
    if !error.fixes.is_empty() {
        return error;
    }
    if names.is_empty() {
        return error.with_help("it takes no arguments");
    }
    error.with_help(format!("it takes {}", names.join(", ")))
}

/// A value without a name where it is not clear which argument is meant.
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
    .with_note("a value may stand alone only where one argument has no default");
    let given = written.args.iter().filter_map(|arg| arg.name.as_ref());
    let open = names
        .iter()
        .filter(|name| given.clone().all(|given| given.name != **name));
    open.take(3).fold(error, |error, name| {
        error.with_fix(
            format!("name it `{name}`"),
            span.before(),
            format!("{name} = "),
        )
    })
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

/// What an argument is, if there is one answer that changes nothing.
fn obvious(annotation: &str, arg: &str) -> Option<&'static str> {
    match (annotation, arg) {
        ("rust.map", _) => Some("\"hash\""),
        ("error", "retry") => Some("retry = Retry.NEVER"),
        _ => None,
    }
}

/// Offers to write `value` behind the other arguments.
fn with_argument(error: Diagnostic, annotation: &Annotation, value: &str) -> Diagnostic {
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

/// A required argument that is not given.
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
