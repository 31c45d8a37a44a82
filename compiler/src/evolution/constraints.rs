//! Constraints: which values one version rejects and the other one does not.

use std::cmp::Ordering;

use super::Comparison;
use super::effect::{Effect, Harm};
use super::finding::Finding;
use super::forms::{Form, form, inside};
use crate::diagnostics::Code;
use crate::resolve::compare::by_value;
use crate::resolve::literals::integer_value;
use crate::resolve::widths::bounds;
use crate::schema::{Constraint, DeclKind, Scalar, Schema, Type, Value};
use crate::source::Span;

/// Whether the new version rejects more values, and whether it accepts more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) tighter: bool,
    pub(super) looser: bool,
}

/// The values at a place of one version: their type, and additional constraints of the place.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) schema: &'a Schema,
    pub(super) ty: &'a Type,
    pub(super) own: &'a [Constraint],
}

impl Held<'_> {
    /// Constraints that all these values satisfy, either checked or by the nature of the type.
    fn known(&self) -> Vec<Constraint> {
        let ty = self.ty.unwrap_optional();
        let mut known = self.own.to_vec();
        known.extend(of_type(self.schema, ty));
        let inner = inside(self.schema, ty).unwrap_optional();
        let element = match inner {
            Type::List(element) | Type::Set(element) | Type::Array(element, _) => element,
            Type::Map(_, value) => value,
            Type::Optional(_) | Type::Scalar(_) | Type::Named(..) | Type::Param(_) => return known,
        };
        if matches!(inner, Type::Set(_)) {
            known.push(Constraint::Unique);
        }
        known.push(Constraint::Each(of_type(self.schema, element)));
        known
    }

    /// Whether they are encoded as strings, whose length is counted in characters.
    fn is_text(&self) -> bool {
        let inner = inside(self.schema, self.ty.unwrap_optional()).unwrap_optional();
        matches!(inner, Type::Scalar(Scalar::String))
    }
}

/// The constraints of the newtypes around a type, and the range of an integer type.
fn of_type(schema: &Schema, ty: &Type) -> Vec<Constraint> {
    let mut found = guards(schema, ty);
    let scalar = match form(schema, ty) {
        Form::Scalar(scalar) => scalar,
        Form::Numbers(it) => it.base,
        Form::List(..) | Form::Map(..) | Form::Array(..) | Form::Optional(_) => return found,
        Form::Struct | Form::Frozen | Form::Union | Form::Param(_) => return found,
    };
    if scalar.integer().is_some() {
        let (min, max) = bounds(scalar);
        found.push(Constraint::Range {
            min: integer_value(&min, scalar),
            max: integer_value(&max, scalar),
            inclusive: true,
        });
    }
    found
}

/// The constraints of the newtypes around a type.
pub(super) fn guards(schema: &Schema, ty: &Type) -> Vec<Constraint> {
    let mut ty = ty.unwrap_optional();
    let mut found = Vec::new();
    while let Type::Named(id, _) = ty
        && let DeclKind::Newtype(newtype) = &schema.decl(*id).kind
    {
        found.extend(newtype.constraints.iter().cloned());
        ty = newtype.ty.unwrap_optional();
    }
    found
}

impl Comparison<'_> {
    /// Compares the constraints on the values of `name`.
    pub(super) fn constraints(
        &mut self,
        name: &str,
        places: (Span, Span),
        old: &Held<'_>,
        new: &Held<'_>,
    ) {
        let (there, here) = places;
        let guard = guard((old, old.own), (new, new.own));
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

/// What changes for values with these constraints in the two versions.
pub(super) fn guard(
    (old, asked): (&Held<'_>, &[Constraint]),
    (new, asks): (&Held<'_>, &[Constraint]),
) -> Guard {
    let is_held = |asks: &[Constraint], writer: &Held<'_>, reader: &Held<'_>| {
        let known = counted(writer.known(), writer.is_text(), reader.is_text());
        asks.iter().all(|rule| is_implied(rule, &known))
    };
    Guard {
        tighter: !is_held(asks, old, new),
        looser: !is_held(asked, new, old),
    }
}

/// Converts known lengths between characters and bytes: a character has one to four bytes.
fn counted(mut known: Vec<Constraint>, was_text: bool, is_text: bool) -> Vec<Constraint> {
    for rule in &mut known {
        if let Constraint::Len { min, max } = rule {
            match (was_text, is_text) {
                (true, false) => *max = max.map(|max| max.saturating_mul(4)),
                (false, true) => *min = min.div_ceil(4),
                (true, true) | (false, false) => {}
            }
        }
    }
    known
}

/// Whether every value that satisfies all of `rules` satisfies `rule`.
fn is_implied(rule: &Constraint, rules: &[Constraint]) -> bool {
    match rule {
        Constraint::Len { min, max } => {
            let lengths = || {
                rules.iter().filter_map(|rule| match rule {
                    Constraint::Len { min, max } => Some((*min, *max)),
                    Constraint::Range { .. } | Constraint::Pattern(_) => None,
                    Constraint::Unique | Constraint::Each(_) => None,
                })
            };
            (*min == 0 || lengths().any(|(least, _)| least >= *min))
                && max.is_none_or(|max| {
                    lengths().any(|(_, most)| most.is_some_and(|most| most <= max))
                })
        }
        Constraint::Range { min, .. } => {
            let is_above = |other: &Constraint, least: &Value| match other {
                Constraint::Range { min: Some(min), .. } => {
                    by_value(min, least).is_some_and(Ordering::is_ge)
                }
                Constraint::Range { min: None, .. } | Constraint::Len { .. } => false,
                Constraint::Pattern(_) | Constraint::Unique | Constraint::Each(_) => false,
            };
            let above = |least| rules.iter().any(|other| is_above(other, least));
            min.as_ref().is_none_or(above)
                && end(rule).is_none_or(|end| rules.iter().any(|other| is_below(other, &end)))
        }
        Constraint::Each(each) => {
            let known = rules.iter().filter_map(|rule| match rule {
                Constraint::Each(known) => Some(known),
                Constraint::Len { .. } | Constraint::Range { .. } => None,
                Constraint::Pattern(_) | Constraint::Unique => None,
            });
            let known: Vec<Constraint> = known.flatten().cloned().collect();
            each.iter().all(|rule| is_implied(rule, &known))
        }
        Constraint::Pattern(_) | Constraint::Unique => rules.contains(rule),
    }
}

fn is_below(range: &Constraint, (most, also): &(Value, bool)) -> bool {
    end(range).is_some_and(|(max, with)| match by_value(&max, most) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => *also || !with,
        Some(Ordering::Greater) | None => false,
    })
}

/// The upper bound of a range, and whether it is included; always so for integers.
fn end(range: &Constraint) -> Option<(Value, bool)> {
    let Constraint::Range { max, inclusive, .. } = range else {
        return None;
    };
    // The bound is not the least value: the range would be empty, which is an error.
    Some(match max.clone()? {
        Value::Int(max) if !inclusive => (Value::Int(max - 1), true),
        Value::Uint(max) if !inclusive => (Value::Uint(max - 1), true),
        max => (max, *inclusive),
    })
}
