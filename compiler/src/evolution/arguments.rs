//! Arguments of Rust functions: `new` of a struct or exception takes its required fields, and a method its parameters,
//! in source order.

use std::collections::BTreeMap;

use super::Comparison;
use super::effect::Effect;
use super::finding::Finding;
use super::presence::Presence;
use crate::diagnostics::Code;
use crate::schema::{Field, MOST_ARGUMENTS, Method};

impl Comparison<'_> {
    /// Compares the arguments of `new` for the type `name`.
    pub(super) fn constructors(&mut self, name: &str, old: &[Field], new: &[Field]) {
        let function = format!("{name}::new");
        let taken = |fields: &[Field]| -> Vec<Field> {
            let required = fields.iter().filter(|field| field.is_required());
            required.cloned().collect()
        };
        let (before, now) = (taken(old), taken(new));
        if before.is_empty() || before.len() > MOST_ARGUMENTS {
            return;
        }
        if now.len() <= MOST_ARGUMENTS {
            self.order(&function, &before, &now);
        }
        let known = by_id(old);
        for field in new {
            let was = known.get(&field.id).map(|old| (*old, Presence::of(old)));
            let what = match (was, Presence::of(field)) {
                (Some((old, Presence::Required)), Presence::Defaulted) => (old, "no longer takes"),
                (Some((old, Presence::Defaulted)), Presence::Required) => (old, "now takes"),
                (_, _) => continue,
            };
            self.report(other_argument(&function, what, field));
        }
    }

    /// Compares the arguments of a method.
    pub(super) fn parameters(&mut self, old: &Method, new: &Method) {
        self.order(&new.name, &old.params, &new.params);
    }

    /// Compares the order of a function's arguments in both versions.
    fn order(&mut self, function: &str, old: &[Field], new: &[Field]) {
        let (before, now) = (by_id(old), by_id(new));
        let kept = old.iter().filter(|field| now.contains_key(&field.id));
        let there = new.iter().filter(|field| before.contains_key(&field.id));
        let mut pairs = kept.zip(there);
        if let Some((was, is)) = pairs.find(|(was, is)| was.id != is.id) {
            self.report(other_order(function, was, is));
        }
    }
}

fn by_id(fields: &[Field]) -> BTreeMap<u16, &Field> {
    fields.iter().map(|field| (field.id, field)).collect()
}

fn other_order(function: &str, old: &Field, new: &Field) -> Finding {
    let message = format!("`{function}` takes its arguments in another order");
    let label = format!("stands where `{}` was", old.name);
    let finding = other(message, new, label).before(old.span, format!("`{}` here", old.name));
    finding.note("arguments of one type are taken for each other, and nobody notices")
}

fn other_argument(function: &str, (old, takes): (&Field, &str), new: &Field) -> Finding {
    let message = format!("`{function}` {takes} `{}`", new.name);
    let (was, is) = (Presence::of(old).word(), Presence::of(new).word());
    other(message, new, format!("{is} now")).before(old.span, format!("{was} here"))
}

fn other(message: String, at: &Field, label: String) -> Finding {
    Finding::new(
        Code::OtherArguments,
        Effect::SOURCE,
        message,
        at.span,
        label,
    )
}
