//! Annotations: which there are, where they stand, what they are given.
//!
//! Reads the annotations of one node at a time. Constraints are only checked for their form here;
//! what they mean for a type is in `constraints`.

pub(crate) mod builtin;
mod declared;
mod message;

use std::collections::BTreeMap;

use super::lookup::{Lookup, Wanted};
use super::types::wrong_kind;
use super::{Place, Resolver};
use crate::ast::{Annotation, AnnotationArg, ArgValue, Expr, ExprKind, ItemKind};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::schema::{Annotations, Deprecated, Fault, Hint, Retry};
use crate::source::Span;

use builtin::{Arg, ArgKind, BUILTINS, Builtin};
pub(crate) use message::{Piece, Template};

/// What the annotations of a node say.
#[derive(Default)]
pub(crate) struct Read<'a> {
    pub(crate) annotations: Annotations,
    /// Constraints with their arguments, in the order written.
    pub(crate) constraints: Vec<Applied<'a>>,
    pub(crate) wire_name: Option<Hint>,
    /// `@timeout`, in nanoseconds.
    pub(crate) timeout: Option<i64>,
    pub(crate) message: Option<Template>,
    pub(crate) fault: Fault,
    pub(crate) retry: Retry,
}

/// A built-in annotation with the arguments that were found good.
pub(crate) struct Applied<'a> {
    pub(crate) builtin: &'static Builtin,
    pub(crate) written: &'a Annotation,
    pub(crate) args: Vec<(&'static str, &'a AnnotationArg)>,
}

impl<'a> Applied<'a> {
    /// The argument of this name.
    pub(crate) fn arg(&self, name: &str) -> Option<&'a AnnotationArg> {
        let mut named = self.args.iter().filter(|(n, _)| *n == name);
        named.next().map(|(_, arg)| *arg)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.hint(name).map(|hint| hint.text)
    }

    fn hint(&self, name: &str) -> Option<Hint> {
        self.arg(name).and_then(text_of)
    }
}

impl<'a> Resolver<'a, '_> {
    /// What `annotations`, which stand on a `target`, say.
    pub(crate) fn annotations(
        &mut self,
        annotations: &'a [Annotation],
        target: &str,
        place: &Place<'a>,
    ) -> Read<'a> {
        let mut read = Read::default();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for annotation in annotations {
            let name = annotation.path.text();
            let repeatable = builtin::find(&name).is_some_and(|b| b.repeatable);
            if let Some(first) = seen.get(&name).filter(|_| !repeatable) {
                self.sink.push(given_twice(&name, *first, annotation.span));
                continue;
            }
            seen.insert(name.clone(), annotation.span);
            match builtin::find(&name) {
                Some(builtin) => self.builtin(annotation, builtin, target, place, &mut read),
                None if builtin::is_for_later(&name) => {
                    self.sink.push(for_later(&name, annotation.path.span));
                }
                None => self.declared_annotation(annotation, target, place, &mut read),
            }
        }
        if let (Some(ty), Some(map)) = (seen.get("rust.type"), seen.get("rust.map")) {
            self.sink.push(conflict("rust.map", *map, "rust.type", *ty));
        }
        read
    }

    fn builtin(
        &mut self,
        annotation: &'a Annotation,
        builtin: &'static Builtin,
        target: &str,
        place: &Place<'a>,
        read: &mut Read<'a>,
    ) {
        if !builtin.targets.is_empty() && !builtin.targets.contains(&target) {
            let targets: Vec<&str> = builtin.targets.to_vec();
            self.sink.push(wrong_target(
                builtin.name,
                target,
                &targets,
                annotation.path.span,
            ));
            return;
        }
        let Some(args) = self.bind(annotation, builtin) else {
            return;
        };
        let applied = Applied {
            builtin,
            written: annotation,
            args,
        };
        self.apply(applied, place, read);
    }

    /// Which argument of the table each written one is; `None` after a report.
    fn bind(
        &mut self,
        annotation: &'a Annotation,
        builtin: &'static Builtin,
    ) -> Option<Vec<(&'static str, &'a AnnotationArg)>> {
        let mut bound: Vec<(&'static str, &AnnotationArg)> = Vec::new();
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
                self.sink.push(bad_arg(builtin.name, arg, names.collect()));
                good = false;
                continue;
            };
            let first = bound.iter().find(|(name, _)| *name == spec.name);
            if let Some((_, first)) = first.filter(|_| !spec.kind.takes_many()) {
                let error = super::names::duplicate_name(spec.name, first.span, arg.span);
                self.sink.push(error);
                good = false;
            } else if fits(spec.kind, &arg.value) {
                bound.push((spec.name, arg));
            } else {
                let word = spec.kind.word();
                self.sink.push(wrong_arg(
                    builtin.name,
                    spec.name,
                    word,
                    value_span(&arg.value),
                ));
                good = false;
            }
        }
        let given = |spec: &&Arg| bound.iter().any(|(name, _)| *name == spec.name);
        if let Some(spec) = builtin.args.iter().find(|s| s.required && !given(s))
            && good
        {
            let word = spec.kind.word();
            self.sink
                .push(missing_arg(builtin.name, spec.name, word, annotation));
            return None;
        }
        good.then_some(bound)
    }

    fn apply(&mut self, applied: Applied<'a>, place: &Place<'a>, read: &mut Read<'a>) {
        let rust = &mut read.annotations.rust;
        match applied.builtin.name {
            "deprecated" => {
                read.annotations.deprecated = Some(Deprecated {
                    note: applied.text("note"),
                    since: applied.text("since"),
                    removal: applied.text("removal"),
                });
            }
            "since" => read.annotations.since = applied.text("version"),
            "sensitive" => read.annotations.sensitive = true,
            "example" => read.annotations.example = true,
            "allow" => read.annotations.allow = applied.args.iter().filter_map(code_of).collect(),
            "message" => {
                let template = applied.hint("template");
                read.message = template.map(|t| Template::parse(&t, self.sources));
            }
            "error" => {
                read.fault = applied.arg("fault").map_or(Fault::Server, fault_of);
                read.retry = applied.arg("retry").map_or(Retry::Never, retry_of);
            }
            "timeout" => read.timeout = self.timeout(&applied, place),
            "wire_name" => read.wire_name = applied.hint("name"),
            "rust.name" => rust.name = applied.hint("name"),
            "rust.module" => rust.module = applied.hint("path"),
            "rust.derive" => rust
                .derives
                .extend(applied.args.iter().filter_map(|(_, a)| text_of(a))),
            "rust.attr" => rust.attrs.extend(applied.hint("text")),
            "rust.type" => rust.ty = applied.hint("path"),
            "rust.map" => match applied.hint("kind") {
                Some(hint) if hint.text == "hash" => rust.hash_map = true,
                Some(hint) => {
                    self.sink
                        .push(wrong_arg("rust.map", "kind", "`\"hash\"`", hint.span));
                }
                None => {}
            },
            "rust.exhaustive" => rust.exhaustive = true,
            "len" | "range" | "pattern" | "unique" | "each" => read.constraints.push(applied),
            _ => {}
        }
    }

    fn timeout(&mut self, applied: &Applied<'a>, place: &Place<'a>) -> Option<i64> {
        use crate::schema::{Scalar, Type, Value};
        let arg = applied.arg("duration")?;
        let ArgValue::Expr(expr) = &arg.value else {
            return None;
        };
        match self.value_at(expr, &Type::Scalar(Scalar::Duration), place)? {
            Value::Duration(nanos) if nanos > 0 => Some(nanos),
            _ => {
                let word = "a duration longer than nothing";
                self.sink
                    .push(wrong_arg("timeout", "duration", word, expr.span));
                None
            }
        }
    }

    /// An annotation that is not built in.
    fn declared_annotation(
        &mut self,
        annotation: &'a Annotation,
        target: &str,
        place: &Place<'a>,
        read: &mut Read<'a>,
    ) {
        let path = &annotation.path;
        let id = match self.lookup(path, place.file) {
            Lookup::Found(id, used) if used == path.segments.len() => id,
            Lookup::Broken => return,
            Lookup::Found(..) | Lookup::Missing => {
                let error = self.unknown_annotation(annotation, place.file);
                self.report_unless_lost(error, place.file);
                return;
            }
        };
        let item = self.names.decl(id).item;
        let ItemKind::Annotation(decl) = &item.kind else {
            self.sink.push(wrong_kind("annotation", item, path.span));
            return;
        };
        let targets: Vec<&str> = decl.targets.iter().map(|t| t.name.as_str()).collect();
        if !targets.contains(&target) {
            let error = wrong_target(&path.text(), target, &targets, path.span);
            let error = error.with_label(item.name.span, "declared here");
            self.sink.push(error);
            return;
        }
        if let Some(found) = self.declared_args(annotation, id, decl, place) {
            read.annotations.declared.push(found);
        }
    }

    fn unknown_annotation(&self, annotation: &Annotation, file: usize) -> Diagnostic {
        let name = annotation.path.text();
        let error = self.unknown(&annotation.path, file, Wanted::Annotation, &[]);
        if !error.fixes.is_empty() {
            return error;
        }
        let near = nearest(&name, BUILTINS.iter().map(|b| b.name));
        near.into_iter().fold(error, |error, near| {
            let message = format!("did you mean `@{near}`?");
            error.with_fix(message, annotation.path.span, near)
        })
    }
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

fn code_of((_, arg): &(&'static str, &AnnotationArg)) -> Option<String> {
    Some(arg_path(arg)).filter(|code| !code.is_empty())
}

fn fault_of(arg: &AnnotationArg) -> Fault {
    if arg_path(arg) == "Fault.CLIENT" {
        Fault::Client
    } else {
        Fault::Server
    }
}

fn retry_of(arg: &AnnotationArg) -> Retry {
    match arg_path(arg).as_str() {
        "Retry.SAFE" => Retry::Safe,
        "Retry.LATER" => Retry::Later,
        _ => Retry::Never,
    }
}

fn text_of(arg: &AnnotationArg) -> Option<Hint> {
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

fn given_twice(name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateAnnotation,
        second,
        format!("`@{name}` is given twice"),
        "given again here",
    )
    .with_label(first, "first given here")
    .with_fix("remove this one", second, "")
}

fn conflict(name: &str, span: Span, other: &str, other_span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::AnnotationConflict,
        span,
        format!("`@{name}` conflicts with `@{other}`"),
        "both choose the Rust type",
    )
    .with_label(other_span, "the other one")
    .with_help("keep one of them")
}

fn for_later(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotSupportedYet,
        span,
        format!("`@{name}` is part of the language but not supported by this compiler version yet"),
        "not supported yet",
    )
    .with_help("leave it out until a later version")
}

fn wrong_target(name: &str, target: &str, targets: &[&str], span: Span) -> Diagnostic {
    let list: Vec<_> = targets.iter().map(|t| format!("`{t}`")).collect();
    Diagnostic::new(
        Code::WrongTarget,
        span,
        format!(
            "`@{name}` is not allowed on a {target}; it applies to {}",
            list.join(", ")
        ),
        format!("stands on a {target}"),
    )
    .with_help("move it, or remove it")
}

fn bad_arg(annotation: &str, arg: &AnnotationArg, names: Vec<&str>) -> Diagnostic {
    let Some(name) = &arg.name else {
        return positional(annotation, arg, &names);
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
pub(crate) fn positional(annotation: &str, arg: &AnnotationArg, names: &[&str]) -> Diagnostic {
    let span = arg.span;
    if names.is_empty() {
        return Diagnostic::new(
            Code::UnknownArgument,
            span,
            format!("`@{annotation}` takes no arguments"),
            "not expected",
        )
        .with_help("remove it");
    }
    let error = Diagnostic::new(
        Code::PositionalArgument,
        span,
        format!("arguments of `@{annotation}` need their names here"),
        "which argument is this?",
    )
    .with_note("a value may stand alone only where one argument has no default");
    names.iter().take(3).fold(error, |error, name| {
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
