//! Methods: their kind, parameters, results and errors.

use super::Comparison;
use super::effect::{Effect, Harm};
use super::fields::{Both, Owner};
use super::finding::Finding;
use super::renamed::{Named, renamed_to};
use super::spelling::spelled;
use crate::diagnostics::Code;
use crate::naming::Style;
use crate::schema::{Method, Stream, Type};
use crate::source::Span;

impl Comparison<'_> {
    /// Compares two versions of a method.
    pub(super) fn methods(&mut self, old: &Method, new: &Method) {
        if old.wire_name == new.wire_name {
            let [before, now] = [old, new].map(named);
            self.findings.extend(renamed_to(&before, &now));
        }
        if old.oneway != new.oneway {
            return self.report(other_way(old, new));
        }
        let streams = |method: &Method| {
            (
                method.param_stream.is_some(),
                method.result_stream.is_some(),
            )
        };
        if streams(old) != streams(new) {
            return self.report(other_streams(old, new));
        }
        if old.idempotent && !new.idempotent {
            self.report(not_repeatable(old, new));
        }
        let owners = Both {
            old: owner(old),
            new: owner(new),
        };
        self.fields(&owners, &old.params, &new.params);
        self.parameters(old, new);
        self.streams(
            &new.name,
            old.param_stream.as_ref(),
            new.param_stream.as_ref(),
        );
        self.streams(
            &new.name,
            old.result_stream.as_ref(),
            new.result_stream.as_ref(),
        );
        self.results(old, new);
        let methods = Both { old, new };
        self.throws(&methods, (&old.throws, &new.throws));
        if let (Some(before), Some(now)) = (&old.result_stream, &new.result_stream) {
            self.throws(&methods, (&before.throws, &now.throws));
        }
    }

    fn streams(&mut self, method: &str, old: Option<&Stream>, new: Option<&Stream>) {
        let (Some(old), Some(new)) = (old, new) else {
            return;
        };
        let places = Both {
            old: old.ty_span,
            new: new.ty_span,
        };
        self.flow(method, (&old.ty, &new.ty), &places);
    }

    fn results(&mut self, old: &Method, new: &Method) {
        let places = Both {
            old: old.result_span,
            new: new.result_span,
        };
        match (&old.result, &new.result) {
            (Some(before), Some(now)) => {
                self.result_presence(new, (before, now), &places);
                self.flow(
                    &new.name,
                    (before.unwrap_optional(), now.unwrap_optional()),
                    &places,
                );
            }
            (None, Some(now)) => {
                let backward = if now.is_optional() {
                    Harm::Nothing
                } else {
                    Harm::Breaks
                };
                let effect = Effect::on_wire(backward, Harm::Nothing).and_source();
                let message = format!("`{}` has a result, and had none", new.name);
                let label = "old servers give none";
                let finding = Finding::new(Code::ResultAdded, effect, message, places.new, label);
                let finding = finding.before(places.old, "no result here");
                self.report(finding.help("let the result be `optional`, or add another method"));
            }
            (Some(before), None) => {
                let forward = if before.is_optional() {
                    Harm::Nothing
                } else {
                    Harm::Breaks
                };
                let effect = Effect::on_wire(Harm::Nothing, forward).and_source();
                let message = format!("`{}` has no result any more", new.name);
                let label = "old callers wait for one";
                let finding = Finding::new(Code::ResultRemoved, effect, message, places.new, label);
                let finding = finding.before(places.old, "a result here");
                self.report(finding.help("keep the result, or add another method"));
            }
            (None, None) => {}
        }
    }

    fn result_presence(&mut self, new: &Method, types: (&Type, &Type), places: &Both<Span>) {
        let name = &new.name;
        let finding = match (types.0.is_optional(), types.1.is_optional()) {
            (false, true) => {
                let effect = Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source();
                let message = format!("the result of `{name}` was required and is optional now");
                Finding::new(
                    Code::RequiredToOptional,
                    effect,
                    message,
                    places.new,
                    "may be absent, where old callers need a value",
                )
            }
            (true, false) => {
                let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
                let message = format!("the result of `{name}` was optional and is required now");
                Finding::new(
                    Code::OptionalToRequired,
                    effect,
                    message,
                    places.new,
                    "needs a value, which old servers may leave out",
                )
            }
            (false, false) | (true, true) => return,
        };
        self.report(
            finding
                .before(places.old, "the result here")
                .help("add another method"),
        );
    }

    /// Compares the type that is sent in one direction.
    fn flow(&mut self, method: &str, (old, new): (&Type, &Type), places: &Both<Span>) {
        let changes = self.types(old, new);
        let (before, now) = (spelled(self.old, &[], old), spelled(self.new, &[], new));
        for change in changes {
            self.report(change.finding(method, (&before, &now), places));
        }
    }
}

fn owner(method: &Method) -> Owner<'_> {
    Owner {
        name: &method.name,
        span: method.span,
        params: &[],
        keeper: None,
        callers: true,
    }
}

const BREAKS: Effect = Effect::on_wire(Harm::Breaks, Harm::Breaks).and_source();

fn named(method: &Method) -> Named<'_> {
    Named {
        name: &method.name,
        annotations: &method.annotations,
        span: method.span,
        style: Style::Snake,
        in_json: false,
    }
}

fn other_way(old: &Method, new: &Method) -> Finding {
    let (was, is) = match old.oneway {
        true => (
            "is `oneway` here",
            "waits for an answer, which old servers do not send",
        ),
        false => (
            "waits for an answer here",
            "is `oneway`, while old callers wait for an answer",
        ),
    };
    let message = match old.oneway {
        true => format!("`{}` is no longer `oneway`", new.name),
        false => format!("`{}` becomes `oneway`", new.name),
    };
    let finding = Finding::new(Code::OnewayOrNot, BREAKS, message, new.span, is).of_calls();
    finding.before(old.span, was).help("add another method")
}

fn other_streams(old: &Method, new: &Method) -> Finding {
    let message = format!("`{}` streams in other directions", new.name);
    let words = |method: &Method| match (&method.param_stream, &method.result_stream) {
        (None, None) => "no stream",
        (Some(_), None) => "a stream from the caller",
        (None, Some(_)) => "a stream from the server",
        (Some(_), Some(_)) => "streams in both directions",
    };
    let finding = Finding::new(Code::StreamOrNot, BREAKS, message, new.span, words(new)).of_calls();
    finding
        .before(old.span, words(old))
        .help("add another method")
}

fn not_repeatable(old: &Method, new: &Method) -> Finding {
    let message = format!("`{}` is no longer `idempotent` or `readonly`", new.name);
    let effect = Effect::on_wire(Harm::Corrupts, Harm::Nothing);
    let label = "must not be called again";
    let finding = Finding::new(Code::NotIdempotent, effect, message, new.span, label).of_calls();
    let finding = finding.before(old.span, "could be called again here");
    finding
        .note("old callers go on to repeat calls that may have failed")
        .help("add another method")
}
