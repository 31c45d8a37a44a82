//! Annotations: which exist, what they may annotate, and their arguments.
//!
//! Reads the annotations of one node at a time. Checks only the form of constraints; `constraints` applies them to
//! types.

pub(crate) mod args;
pub(crate) mod builtin;
mod declared;
mod message;
mod ranges;
mod wrong_args;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Place, Resolver};
use crate::ast::Annotation;
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Annotations, BreakingOk, Deprecated, Fault, Hint, Retry};
use crate::source::Span;

use args::{Arguments, Given};
use builtin::{Builtin, Rule, Says};
use declared::wrong_target;
use wrong_args::wrong_arg;

pub(crate) use message::{Piece, Template};

/// The annotations of a node, checked.
pub(crate) struct Read<'a> {
    pub(crate) annotations: Arc<Annotations>,
    /// Constraints with their arguments, in source order.
    pub(crate) constraints: Vec<(Rule, Applied<'a>)>,
    pub(crate) wire_name: Option<Hint>,
    /// `@timeout`, in nanoseconds.
    pub(crate) timeout: Option<i64>,
    pub(crate) message: Option<Template>,
    pub(crate) fault: Fault,
    pub(crate) retry: Retry,
}

/// A built-in annotation with valid arguments.
pub(crate) struct Applied<'a> {
    pub(crate) builtin: &'static Builtin,
    pub(crate) written: &'a Annotation,
    args: Arguments<'a>,
}

impl<'a> Applied<'a> {
    /// The argument with this name.
    pub(crate) fn arg(&self, name: &str) -> Option<&Given<'a>> {
        let mut named = self.args.iter().filter(|(n, _)| *n == name);
        named.next().map(|(_, arg)| arg)
    }

    /// Whether it has no arguments.
    pub(crate) fn is_bare(&self) -> bool {
        self.args.is_empty()
    }

    /// Its text arguments.
    fn texts(&self) -> impl Iterator<Item = Hint> {
        self.args.iter().filter_map(|(_, arg)| arg.text().cloned())
    }

    /// Its code arguments.
    fn codes(&self) -> impl Iterator<Item = String> {
        self.args.iter().filter_map(|(_, arg)| arg.code().cloned())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.hint(name).map(|hint| hint.text)
    }

    fn hint(&self, name: &str) -> Option<Hint> {
        self.arg(name)?.text().cloned()
    }
}

impl<'a> Resolver<'a, '_> {
    /// The result for a node without annotations.
    pub(super) fn nothing_read(&self) -> Read<'a> {
        Read {
            annotations: Arc::clone(&self.no_annotations),
            constraints: Vec::new(),
            wire_name: None,
            timeout: None,
            message: None,
            fault: Fault::default(),
            retry: Retry::default(),
        }
    }

    /// Checks `annotations`, which are on a `target`.
    pub(crate) fn annotations(
        &mut self,
        annotations: &'a [Annotation],
        target: &str,
        place: &Place<'a>,
    ) -> Read<'a> {
        let mut read = self.nothing_read();
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

    /// Reports those of `annotations` that are valid for a field but would have no effect `there`.
    pub(crate) fn idle(
        &mut self,
        annotations: &[Annotation],
        there: &str,
        is_idle: impl Fn(Says) -> bool,
    ) {
        for annotation in annotations {
            let builtin = builtin::find(&annotation.path.text());
            let builtin = builtin.filter(|builtin| builtin.targets.contains(&"field"));
            if let Some(builtin) = builtin.filter(|builtin| is_idle(builtin.says)) {
                self.sink.push(idle(builtin.name, annotation, there));
            }
        }
    }

    fn apply(&mut self, applied: Applied<'a>, place: &Place<'a>, read: &mut Read<'a>) {
        let said = Arc::make_mut(&mut read.annotations);
        let rust = &mut said.rust;
        match applied.builtin.says {
            Says::Constraint(rule) => read.constraints.push((rule, applied)),
            Says::Deprecated => {
                said.deprecated = Some(Deprecated {
                    note: applied.text("note"),
                    since: applied.text("since"),
                    removal: applied.text("removal"),
                });
            }
            Says::Since => said.since = applied.text("version"),
            Says::Sensitive => said.sensitive = true,
            Says::Example => said.example = true,
            Says::Allow => said.allow.extend(applied.codes()),
            Says::BreakingOk => {
                self.is_reason(&applied);
                said.breaking_ok.push(BreakingOk {
                    codes: applied.codes().collect(),
                    reason: applied.text("reason"),
                });
            }
            Says::Message => {
                let template = applied.hint("template");
                read.message = template.map(|t| Template::parse(&t, self.sources));
            }
            Says::Error => {
                if let Some(Given::Fault(fault)) = applied.arg("fault") {
                    read.fault = *fault;
                }
                if let Some(Given::Retry(retry)) = applied.arg("retry") {
                    read.retry = *retry;
                }
            }
            Says::Timeout => read.timeout = self.timeout(&applied, place),
            Says::WireName => {
                read.wire_name = applied.hint("name").filter(|name| self.is_wire_name(name));
            }
            // The check of enums handles aliases.
            Says::Alias => {}
            Says::RustName => rust.name = applied.hint("name"),
            Says::RustModule => rust.module = applied.hint("path"),
            Says::RustDerive => rust.derives.extend(applied.texts()),
            Says::RustAttr => rust.attrs.extend(applied.texts()),
            Says::RustType => rust.ty = applied.hint("path"),
            Says::RustMap => rust.hash_map = self.is_hash(&applied),
            Says::RustExhaustive => rust.exhaustive = true,
        }
    }

    /// Whether the map type is the only one that can be chosen; reports others.
    fn is_hash(&mut self, applied: &Applied<'a>) -> bool {
        let Some(kind) = applied.hint("kind") else {
            return false;
        };
        let is_hash = kind.text == "hash";
        if !is_hash {
            let error = wrong_arg("rust.map", "kind", "`\"hash\"`", kind.span);
            self.sink.push(error);
        }
        is_hash
    }

    /// Reports an empty reason.
    fn is_reason(&mut self, applied: &Applied<'a>) {
        let reason = applied.hint("reason");
        if let Some(reason) = reason.filter(|reason| reason.text.trim().is_empty()) {
            let error = wrong_arg("breaking_ok", "reason", "a reason in words", reason.span);
            self.sink.push(error);
        }
    }

    /// Whether a name can be displayed; reports others.
    fn is_wire_name(&mut self, name: &Hint) -> bool {
        let is_good = !name.text.is_empty() && !name.text.contains(char::is_control);
        if !is_good {
            let word = "a name of visible characters";
            let error = wrong_arg("wire_name", "name", word, name.span);
            self.sink.push(error);
        }
        is_good
    }

    fn timeout(&mut self, applied: &Applied<'a>, place: &Place<'a>) -> Option<i64> {
        use crate::schema::{Scalar, Type, Value};
        let Given::Duration(expr) = applied.arg("duration")? else {
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

fn idle(name: &str, annotation: &Annotation, there: &str) -> Diagnostic {
    Diagnostic::new(
        Code::WrongTarget,
        annotation.path.span,
        format!("`@{name}` is not allowed on {there}"),
        "would do nothing here",
    )
    .with_fix("remove it", annotation.span, "")
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
