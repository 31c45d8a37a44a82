//! Errors of methods, from a list or a union, matched by id.

use std::collections::BTreeMap;

use super::Comparison;
use super::effect::{Effect, Harm};
use super::fields::Both;
use super::finding::Finding;
use super::renamed::{Named, renamed_to};
use super::spelling::spelled;
use crate::diagnostics::Code;
use crate::naming::Style;
use crate::schema::{
    Annotations, Decl, DeclKind, Exception, Method, Payload, Retry, Schema, Throws, Type,
};
use crate::source::Span;

/// An error that can be thrown.
struct Thrown<'a> {
    name: &'a str,
    annotations: &'a Annotations,
    span: Span,
    ty: &'a Type,
    ty_span: Span,
}

impl Comparison<'_> {
    /// Compares the errors of two versions of a method.
    pub(super) fn throws(&mut self, methods: &Both<&Method>, (old, new): (&Throws, &Throws)) {
        if let (Throws::Union(before), Throws::Union(now)) = (old, new)
            && self.pairs.are(*before, *now)
        {
            return;
        }
        if !matches!(
            (old, new),
            (Throws::Nothing, Throws::Nothing) | (Throws::List(_), Throws::List(_))
        ) {
            self.report(self.another_type(methods, (old, new)));
        }
        let (before, now) = (thrown(self.old, old), thrown(self.new, new));
        for (id, error) in &before {
            match now.get(id) {
                Some(kept) => self.kept_error(error, kept),
                None => {
                    let message =
                        format!("`{}` no longer throws `{}`", methods.new.name, error.name);
                    let label = "throws less";
                    let finding = Finding::new(
                        Code::ErrorRemoved,
                        Effect::SOURCE.in_json(Harm::Breaks, Harm::Nothing),
                        message,
                        methods.new.span,
                        label,
                    );
                    self.report(finding.before(error.span, "was here"));
                }
            }
        }
        for (id, error) in &now {
            if !before.contains_key(id) {
                let message = format!("`{}` throws `{}`, too", methods.new.name, error.name);
                self.report(error_added(message, error.span, methods.old.span));
            }
        }
    }

    /// The Rust error type stays the same only while it is a list, or the same union.
    fn another_type(&self, methods: &Both<&Method>, (old, new): (&Throws, &Throws)) -> Finding {
        let name = &methods.new.name;
        let message = format!("the errors of `{name}` are of another type in Rust");
        let is = |schema, throws| match throws {
            &Throws::Nothing => "no errors of its own".to_owned(),
            Throws::List(_) => "a list".to_owned(),
            Throws::Union(id) => format!("the union `{}`", Schema::decl(schema, *id).name),
        };
        let (was, is) = (is(self.old, old), is(self.new, new));
        Finding::new(
            Code::ErrorType,
            Effect::SOURCE,
            message,
            methods.new.span,
            format!("{is} now"),
        )
        .before(methods.old.span, format!("{was} here"))
    }

    fn kept_error(&mut self, old: &Thrown<'_>, new: &Thrown<'_>) {
        let changes = self.types(old.ty, new.ty);
        let (before, now) = (
            spelled(self.old, &[], old.ty),
            spelled(self.new, &[], new.ty),
        );
        let places = Both {
            old: old.ty_span,
            new: new.ty_span,
        };
        for change in changes {
            self.report(change.finding(new.name, (&before, &now), &places));
        }
        let [before, now] = [old, new].map(|error| Named {
            name: error.name,
            annotations: error.annotations,
            span: error.span,
            style: Style::Pascal,
            in_json: true,
        });
        self.findings.extend(renamed_to(&before, &now));
    }

    /// Compares how callers should react to two versions of an exception.
    pub(super) fn faults(&mut self, decls: &Both<&Decl>, old: &Exception, new: &Exception) {
        if (old.fault, old.retry) == (new.fault, new.retry) {
            return;
        }
        let is_repeated = old.retry != Retry::Never && new.retry == Retry::Never;
        let (harm, note) = match is_repeated {
            true => (Harm::Corrupts, "old callers go on to repeat the call"),
            false => (Harm::Differs, "old callers go by what was said before"),
        };
        let message = format!("`@error` of `{}` says something else", decls.new.name);
        let effect = Effect::on_wire(Harm::Nothing, harm);
        let finding = Finding::new(
            Code::ErrorAdvice,
            effect,
            message,
            decls.new.span,
            "another advice to callers",
        );
        self.report(
            finding
                .of_calls()
                .before(decls.old.span, "the old one")
                .note(note),
        );
    }
}

/// An error that old clients do not know. `before` is the old place, without it.
pub(super) fn error_added(message: String, span: Span, before: Span) -> Finding {
    let effect = Effect::on_wire(Harm::Nothing, Harm::Differs).in_json(Harm::Nothing, Harm::Limits);
    let label = "unknown to old callers";
    Finding::new(Code::ErrorAdded, effect, message, span, label)
        .before(before, "does not throw it here")
        .note("old callers get an error that they cannot look into, never a result")
}

/// All errors by id.
fn thrown<'a>(schema: &'a Schema, throws: &'a Throws) -> BTreeMap<u16, Thrown<'a>> {
    match throws {
        Throws::Nothing => BTreeMap::new(),
        Throws::List(errors) => {
            let error = |error: &'a crate::schema::Field| Thrown {
                name: &error.name,
                annotations: &error.annotations,
                span: error.span,
                ty: &error.ty,
                ty_span: error.ty_span,
            };
            errors.iter().map(|it| (it.id, error(it))).collect()
        }
        Throws::Union(id) => match &schema.decl(*id).kind {
            DeclKind::Union(union) => {
                let error = |variant: &'a crate::schema::Variant| match &variant.payload {
                    Payload::Typed { ty, ty_span, .. } => Some(Thrown {
                        name: &variant.name,
                        annotations: &variant.annotations,
                        span: variant.span,
                        ty,
                        ty_span: *ty_span,
                    }),
                    Payload::Unit | Payload::Struct(_) => None,
                };
                union
                    .variants
                    .iter()
                    .filter_map(|it| Some((it.id, error(it)?)))
                    .collect()
            }
            _ => BTreeMap::new(),
        },
    }
}
