//! Constraints: which values one version refuses and the other one does not.

use std::cmp::Ordering;

use super::Comparison;
use super::effect::{Effect, Harm};
use super::finding::Finding;
use crate::diagnostics::Code;
use crate::resolve::compare::by_value;
use crate::schema::{Constraint, Value};
use crate::source::Span;

/// Whether the new version refuses more, and whether it lets through more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) tighter: bool,
    pub(super) looser: bool,
}

impl Comparison<'_> {
    /// Compares what the values of `name` must satisfy.
    pub(super) fn constraints(
        &mut self,
        name: &str,
        places: (Span, Span),
        old: &[Constraint],
        new: &[Constraint],
    ) {
        let (there, here) = places;
        let guard = guard(old, new);
        if guard.tighter {
            let message = format!("values of `{name}` are held to more");
            let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing);
            let finding = Finding::new(
                Code::Tighter,
                effect,
                message,
                here,
                "refuses more than before",
            );
            let finding = finding.before(there, "let through here");
            self.report(finding.help("check the rule where values are made, as long as there is old data or an old writer"));
        }
        if guard.looser {
            let message = format!("values of `{name}` are held to less");
            let effect = Effect::on_wire(Harm::Nothing, Harm::Limits);
            let finding = Finding::new(
                Code::Looser,
                effect,
                message,
                here,
                "lets through more than before",
            );
            let finding = finding.before(there, "refused here");
            self.report(finding.note("old code refuses values that were not allowed before"));
        }
    }
}

/// What changes between two lists of constraints.
pub(super) fn guard(old: &[Constraint], new: &[Constraint]) -> Guard {
    Guard {
        tighter: !new.iter().all(|rule| is_implied(rule, old)),
        looser: !old.iter().all(|rule| is_implied(rule, new)),
    }
}

/// Whether whatever satisfies all of `rules` satisfies `rule`.
fn is_implied(rule: &Constraint, rules: &[Constraint]) -> bool {
    rules.iter().any(|other| implies(other, rule))
}

fn implies(strong: &Constraint, weak: &Constraint) -> bool {
    match (strong, weak) {
        (
            Constraint::Len { min, max },
            Constraint::Len {
                min: least,
                max: most,
            },
        ) => {
            let below = most.is_none_or(|most| max.is_some_and(|max| max <= most));
            min >= least && below
        }
        (Constraint::Range { min: a, .. }, Constraint::Range { min: b, .. }) => {
            let above = b.as_ref().is_none_or(|least| {
                let min = a.as_ref();
                min.is_some_and(|min| by_value(min, least).is_some_and(Ordering::is_ge))
            });
            let below = match (end(strong), end(weak)) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some((max, with)), Some((most, also))) => match by_value(&max, &most) {
                    Some(Ordering::Less) => true,
                    Some(Ordering::Equal) => also || !with,
                    Some(Ordering::Greater) | None => false,
                },
            };
            above && below
        }
        (Constraint::Each(strong), Constraint::Each(weak)) => {
            weak.iter().all(|rule| is_implied(rule, strong))
        }
        (strong, weak) => strong == weak,
    }
}

/// The upper bound of a range, and whether it is allowed itself; always so for integers.
fn end(range: &Constraint) -> Option<(Value, bool)> {
    let Constraint::Range { max, inclusive, .. } = range else {
        return None;
    };
    Some(match max.clone()? {
        Value::Int(max) if !inclusive => (Value::Int(max - 1), true),
        Value::Uint(max) if !inclusive => (Value::Uint(max - 1), true),
        max => (max, *inclusive),
    })
}
