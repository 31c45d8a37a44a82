//! Arguments of built-in annotations: which parameter each is for, and of what kind it is.

use super::builtin::{Arg, ArgKind, Builtin};
use super::ranges::ends_of_range;
use super::wrong_args::{bad_arg, missing_arg, obvious, with_argument, wrong_arg};
use crate::ast::{Annotation, AnnotationArg, ArgValue, BinaryOp, Expr, ExprKind, Path, RangeExpr};
use crate::diagnostics::{Code, Diagnostic};
use crate::resolve::Resolver;
use crate::resolve::literals::is_duration;
use crate::schema::{Fault, Hint, Retry};
use crate::source::{SourceMap, Span};

/// A checked argument of a built-in annotation.
#[derive(Clone)]
pub(crate) enum Given<'a> {
    Text(Hint),
    /// The code of a lint or a change.
    Code(String),
    Range(&'a RangeExpr),
    /// A number, or a range of numbers.
    Length(&'a ArgValue),
    Duration(&'a Expr),
    Fault(Fault),
    Retry(Retry),
}

impl Given<'_> {
    /// Its text, if it is one.
    pub(super) fn text(&self) -> Option<&Hint> {
        match self {
            Given::Text(hint) => Some(hint),
            Given::Code(_) | Given::Range(_) | Given::Length(_) => None,
            Given::Duration(_) | Given::Fault(_) | Given::Retry(_) => None,
        }
    }

    /// Its code, if it is one.
    pub(super) fn code(&self) -> Option<&String> {
        match self {
            Given::Code(code) => Some(code),
            Given::Text(_) | Given::Range(_) | Given::Length(_) => None,
            Given::Duration(_) | Given::Fault(_) | Given::Retry(_) => None,
        }
    }
}

/// The arguments of an annotation, by their names in the table.
pub(crate) type Arguments<'a> = Vec<(&'static str, Given<'a>)>;

/// Values of the built-in enum `Fault`.
const FAULTS: [(&str, Fault); 2] = [("CLIENT", Fault::Client), ("SERVER", Fault::Server)];
/// Values of the built-in enum `Retry`.
const RETRIES: [(&str, Retry); 3] = [
    ("NEVER", Retry::Never),
    ("SAFE", Retry::Safe),
    ("LATER", Retry::Later),
];

impl<'a> Resolver<'a, '_> {
    /// The written arguments with their entries in the table; `None` if something was reported.
    pub(super) fn bind(
        &mut self,
        annotation: &'a Annotation,
        builtin: &'static Builtin,
    ) -> Option<Arguments<'a>> {
        if let Some(error) = ends_of_range(self.sources, annotation, builtin) {
            self.sink.push(error);
            return None;
        }
        let mut bound: Vec<(&'static str, &AnnotationArg)> = Vec::new();
        let mut values = Vec::new();
        let (mut good, mut lacks_name) = (true, false);
        for (position, arg) in annotation.args.iter().enumerate() {
            let Some(spec) = spec_of(builtin, arg, position) else {
                // Several without a name are a single mistake.
                if arg.name.is_none() && std::mem::replace(&mut lacks_name, true) {
                    continue;
                }
                let names = builtin.args.iter().map(|spec| spec.name);
                let error = bad_arg(annotation, builtin.name, arg, names, true);
                self.sink.push(error);
                good = false;
                continue;
            };
            let first = bound.iter().find(|(name, _)| *name == spec.name);
            if let Some((_, first)) = first.filter(|_| !spec.kind.takes_many()) {
                let error = crate::resolve::names::duplicate_name(spec.name, first.span, arg.span);
                self.sink.push(error);
                good = false;
                continue;
            }
            bound.push((spec.name, arg));
            match given(spec.kind, &arg.value) {
                Some(value) => values.push((spec.name, value)),
                None => {
                    let error = self.wrong_kind_of_arg(builtin, spec, arg);
                    self.sink.push(error);
                    good = false;
                }
            }
        }
        let is_given = |spec: &&Arg| bound.iter().any(|(name, _)| *name == spec.name);
        if let Some(spec) = builtin.args.iter().find(|s| s.required && !is_given(s))
            && good
        {
            let error = missing_arg(builtin.name, spec.name, spec.kind.word(), annotation);
            self.sink.push(match obvious(builtin.name, spec.name) {
                Some(value) => with_argument(error, annotation, value),
                None => error,
            });
            return None;
        }
        good.then_some(values)
    }

    fn wrong_kind_of_arg(&self, builtin: &Builtin, spec: &Arg, arg: &AnnotationArg) -> Diagnostic {
        let place = value_span(&arg.value);
        let error = wrong_arg(builtin.name, spec.name, spec.kind.word(), place);
        match meant(self.sources, spec.kind, arg) {
            Some((message, place, text)) => error.with_fix(message, place, text),
            None => error,
        }
    }
}

/// The entry of the table for a written argument.
fn spec_of(
    builtin: &'static Builtin,
    arg: &AnnotationArg,
    position: usize,
) -> Option<&'static Arg> {
    if let Some(name) = &arg.name {
        return builtin.args.iter().find(|spec| spec.name == name.name);
    }
    let is_clear = builtin.args.iter().filter(|a| a.required).count() <= 1;
    let first = builtin.args.first();
    first.filter(|spec| spec.kind.takes_many() || (is_clear && position == 0))
}

/// A value as an argument of this kind.
fn given(kind: ArgKind, value: &ArgValue) -> Option<Given<'_>> {
    let expr = match (value, kind) {
        (ArgValue::Range(_), ArgKind::Length) => return Some(Given::Length(value)),
        (ArgValue::Range(range), ArgKind::Range) => return Some(Given::Range(range)),
        (ArgValue::Range(_), _) => return None,
        (ArgValue::Expr(expr), _) => expr,
    };
    match (kind, &expr.kind) {
        (ArgKind::Text | ArgKind::Texts, ExprKind::Str(text)) => Some(Given::Text(Hint {
            text: text.clone(),
            span: expr.span,
        })),
        (ArgKind::Codes, ExprKind::Path(path)) if path.segments.len() == 1 => {
            Some(Given::Code(path.text()))
        }
        (ArgKind::Changes, ExprKind::Path(path)) => {
            let code = Code::from_id(&path.text()).filter(|code| code.is_change());
            code.map(|code| Given::Code(code.id().to_owned()))
        }
        (ArgKind::Length, ExprKind::Str(_) | ExprKind::Bool(_)) => None,
        (ArgKind::Length, _) => Some(Given::Length(value)),
        (ArgKind::Duration, ExprKind::Duration(_) | ExprKind::Path(_) | ExprKind::Unary(..)) => {
            Some(Given::Duration(expr))
        }
        (ArgKind::Fault, ExprKind::Path(path)) => of_enum(path, "Fault", &FAULTS).map(Given::Fault),
        (ArgKind::Retry, ExprKind::Path(path)) => {
            of_enum(path, "Retry", &RETRIES).map(Given::Retry)
        }
        (ArgKind::Text | ArgKind::Texts | ArgKind::Codes | ArgKind::Changes, _) => None,
        (ArgKind::Range, _) | (ArgKind::Duration | ArgKind::Fault | ArgKind::Retry, _) => None,
    }
}

/// The value of a built-in enum that a path names.
fn of_enum<T: Copy>(path: &Path, name: &str, values: &[(&str, T)]) -> Option<T> {
    let [of, value] = path.segments.as_slice() else {
        return None;
    };
    let mut named = values.iter().filter(|(word, _)| *word == value.name);
    named
        .next()
        .filter(|_| of.name == name)
        .map(|(_, value)| *value)
}

/// What a value of the wrong kind was probably meant to be: the message, the place and the text of the fix.
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
        (ArgKind::Codes | ArgKind::Changes, ExprKind::Str(text))
            if Code::from_id(text).is_some() =>
        {
            Some(("write it without quotes", expr.span, text.clone()))
        }
        (ArgKind::Changes, ExprKind::Str(_)) if arg.name.is_none() => {
            let name = "reason = ".to_owned();
            Some(("name it `reason`", expr.span.before(), name))
        }
        (ArgKind::Fault, ExprKind::Path(path)) => prefixed(path, "Fault", &FAULTS),
        (ArgKind::Retry, ExprKind::Path(path)) => prefixed(path, "Retry", &RETRIES),
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

/// A value of a built-in enum, without the name of the enum or in another style.
fn prefixed<T>(
    path: &Path,
    of: &str,
    values: &[(&str, T)],
) -> Option<(&'static str, Span, String)> {
    let name = &path.segments.last()?.name;
    let mut names = values.iter().map(|(known, _)| *known);
    let known = names.find(|known| known.eq_ignore_ascii_case(name))?;
    let message = match path.segments.len() {
        1 => "write the enum in front",
        _ => "write it in capitals",
    };
    Some((message, path.span, format!("{of}.{known}")))
}

/// The span of an argument's value.
pub(crate) fn value_span(value: &ArgValue) -> Span {
    match value {
        ArgValue::Expr(expr) => expr.span,
        ArgValue::Range(range) => range.span,
    }
}
