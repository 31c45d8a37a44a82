//! Enums and flags.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::effect::{Effect, Harm};
use super::fields::Both;
use super::finding::Finding;
use super::known::Known;
use super::renamed::{Named, renamed_as};
use super::reserved::{Gone, Keeper};
use super::{Comparison, scalars};
use crate::diagnostics::Code;
use crate::naming::Style;
use crate::schema::{Decl, DeclKind, Enum, EnumValue, Number};

impl Comparison<'_> {
    /// Compares the values of two enums or flags.
    pub(super) fn enums(&mut self, decls: &Both<&Decl>, old: &Enum, new: &Enum) {
        if let Some((code, effect, why)) = scalars::change(old.base, new.base) {
            let (before, now) = (old.base.word(), new.base.word());
            let message = format!(
                "the numbers of `{}` change from `{before}` to `{now}`",
                decls.new.name
            );
            let finding = Finding::new(
                code,
                effect,
                message,
                decls.new.span,
                format!("`{now}` now"),
            );
            self.report(
                finding
                    .before(decls.old.span, format!("`{before}` here"))
                    .note(why),
            );
        }
        self.openness(decls, old.closed, new.closed);
        let (before, after) = (Known::of(decls.old, old), Known::of(decls.new, new));
        let (old_names, names) = (by_name(old), by_name(new));
        let in_rust = LazyCell::new(|| in_rust(decls.new, new));
        for value in &old.values {
            match (names.get(value.name.as_str()), after.value(value.number)) {
                (Some(now), _) if now.number == value.number => {
                    self.findings.extend(renamed(decls, value, now));
                    self.second_name(&old_names, value, new, now);
                }
                (Some(now), _) => self.report(renumbered(value, now)),
                (None, Some(now)) if value.alias_of.is_none() => {
                    self.renamed_value(decls, &old_names, value, now)
                }
                (None, Some(_)) => {
                    let name = named(decls.old, value).in_rust();
                    let kept = in_rust.contains(&(value.number, name));
                    self.report(removed_alias(decls, value, kept));
                }
                (None, None) => self.removed_value(decls, (new, &after), value),
            }
        }
        let values = new.values.iter();
        for value in values.filter(|value| before.value(value.number).is_none()) {
            self.added_value(decls, (old, &before), value);
        }
        let used: Vec<Number> = new.values.iter().map(|value| value.number).collect();
        self.kept(keeper(decls.old, old), keeper(decls.new, new), &used);
    }

    /// Compares whether unknown values are rejected.
    pub(super) fn openness(&mut self, decls: &Both<&Decl>, old: bool, new: bool) {
        let name = &decls.new.name;
        let (code, effect, word, label, note) = match (old, new) {
            (false, true) => (
                Code::BecomesClosed,
                Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source(),
                "closed",
                "refuses what it does not name",
                "new code refuses what old code lets through",
            ),
            (true, false) => (
                Code::BecomesOpen,
                Effect::on_wire(Harm::Nothing, Harm::Limits).and_source(),
                "open",
                "lets through what it does not name",
                "old code refuses what is added from now on",
            ),
            (false, false) | (true, true) => return,
        };
        let message = format!("`{name}` becomes {word}");
        let finding = Finding::new(code, effect, message, decls.new.span, label);
        let was = if old { "closed here" } else { "open here" };
        self.report(finding.before(decls.old.span, was).note(note));
    }

    /// A name that new code no longer writes, because its number has another primary name.
    fn second_name(
        &mut self,
        old: &BTreeMap<&str, &EnumValue>,
        before: &EnumValue,
        new: &Enum,
        now: &EnumValue,
    ) {
        let first = now.alias_of.and_then(|at| new.values.get(at as usize));
        let Some(first) = first.filter(|_| before.alias_of.is_none()) else {
            return;
        };
        if old.contains_key(first.name.as_str()) {
            return;
        }
        let message = format!("`{}` is a second name of `{}` now", now.name, first.name);
        let effect = Effect::default().in_json(Harm::Nothing, Harm::Breaks);
        let label = "no longer written in JSON";
        let finding = Finding::new(Code::ValueRenamed, effect, message, now.span, label);
        self.report(finding.before(before.span, "the first name here"));
    }

    fn renamed_value(
        &mut self,
        decls: &Both<&Decl>,
        old: &BTreeMap<&str, &EnumValue>,
        before: &EnumValue,
        now: &EnumValue,
    ) {
        // The old primary name has become another name of the number.
        if old.contains_key(now.name.as_str()) {
            return self.report(removed_alias(decls, before, false));
        }
        self.findings.extend(renamed(decls, before, now));
    }

    fn removed_value(
        &mut self,
        decls: &Both<&Decl>,
        (new, known): (&Enum, &Known<'_>),
        value: &EnumValue,
    ) {
        let (name, owner) = (&value.name, &decls.new.name);
        let message = format!("`{name}` is removed from `{owner}`");
        let label = format!("`{name}` is gone");
        let finding = match new.closed {
            true if !known.allows(value.number) => {
                let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
                Finding::new(
                    Code::ClosedValueRemoved,
                    effect,
                    message,
                    decls.new.span,
                    label,
                )
                .note("the type is `closed`: new code refuses the number")
                .help("keep the value and mark it `@deprecated`, or let the type be open first")
            }
            _ => Finding::new(
                Code::ValueRemoved,
                Effect::SOURCE.in_json(Harm::Breaks, Harm::Nothing),
                message,
                decls.new.span,
                label,
            ),
        };
        self.report(finding.before(value.span, "was here"));
        if !known.allows(value.number) {
            let gone = Gone {
                name,
                number: value.number,
                span: value.span,
            };
            self.gone(keeper(decls.new, new), &gone);
        }
    }

    fn added_value(
        &mut self,
        decls: &Both<&Decl>,
        (old, known): (&Enum, &Known<'_>),
        value: &EnumValue,
    ) {
        let before = keeper(decls.old, old);
        let name = &value.name;
        if before.keeps(value.number) {
            self.report(used_although_reserved(before, value));
        }
        if old.closed && !known.allows(value.number) {
            let message = format!(
                "`{name}` is added to `{}`, which was closed",
                decls.new.name
            );
            let effect = Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source();
            let label = "refused by old code";
            let finding = Finding::new(Code::ClosedValueAdded, effect, message, value.span, label);
            let finding = finding.before(decls.old.span, "closed here");
            self.report(finding.help(
                "let the type be open, and wait until all readers know that, or use another type",
            ));
        } else if !old.closed {
            let message = format!("`{name}` is added to `{}`", decls.new.name);
            let effect = Effect::default().in_json(Harm::Nothing, Harm::Limits);
            let label = "a name that old code refuses in JSON";
            let finding = Finding::new(Code::ValueAdded, effect, message, value.span, label);
            self.report(finding.before(decls.old.span, "does not have it"));
        }
    }
}

fn renamed(decls: &Both<&Decl>, old: &EnumValue, new: &EnumValue) -> Option<Finding> {
    let (before, now) = (named(decls.old, old), named(decls.new, new));
    renamed_as(Code::ValueRenamed, &before, &now)
}

/// Flags and aliases are constants in Rust, other values are variants.
fn named<'a>(decl: &Decl, value: &'a EnumValue) -> Named<'a> {
    let is_constant = matches!(decl.kind, DeclKind::Flags(_)) || value.alias_of.is_some();
    Named {
        name: &value.name,
        annotations: &value.annotations,
        span: value.span,
        style: match is_constant {
            true => Style::Screaming,
            false => Style::Pascal,
        },
        in_json: true,
    }
}

/// The numbers of all values with their Rust names.
fn in_rust(decl: &Decl, it: &Enum) -> BTreeSet<(Number, String)> {
    let values = it.values.iter();
    values
        .map(|value| (value.number, named(decl, value).in_rust()))
        .collect()
}

fn keeper<'a>(decl: &'a Decl, it: &'a Enum) -> Keeper<'a> {
    Keeper {
        name: &decl.name,
        span: decl.span,
        whole: decl.whole,
        reserved: &it.reserved,
    }
}

fn by_name(it: &Enum) -> BTreeMap<&str, &EnumValue> {
    it.values
        .iter()
        .map(|value| (value.name.as_str(), value))
        .collect()
}

const CORRUPTS: Effect = Effect::on_wire(Harm::Corrupts, Harm::Corrupts);

fn renumbered(old: &EnumValue, new: &EnumValue) -> Finding {
    let (name, before, now) = (&new.name, old.number, new.number);
    let message = format!("the number of `{name}` changes from {before} to {now}");
    let label = "something else to old code";
    let finding = Finding::new(
        Code::NumberChanged,
        CORRUPTS,
        message,
        new.number_span,
        label,
    );
    let finding = finding.before(old.number_span, "its number here");
    finding.help(format!("give it the number {before} again"))
}

/// An alias that was removed, while its number was not. It may be `kept` in Rust.
fn removed_alias(decls: &Both<&Decl>, old: &EnumValue, kept: bool) -> Finding {
    let effect = Effect {
        source: !kept,
        ..Effect::default().in_json(Harm::Breaks, Harm::Nothing)
    };
    let message = format!(
        "the name `{}` is removed from `{}`",
        old.name, decls.new.name
    );
    let label = format!("`{}` is gone", old.name);
    let finding = Finding::new(Code::ValueRemoved, effect, message, decls.new.span, label);
    finding.before(old.span, "was here")
}

fn used_although_reserved(old: Keeper<'_>, new: &EnumValue) -> Finding {
    let (number, name) = (new.number, &new.name);
    let message = format!("{number} was reserved, and is `{name}` now");
    let label = "once had another meaning";
    let finding = Finding::new(Code::IdReused, CORRUPTS, message, new.number_span, label);
    let finding = finding.before(old.span, format!("reserves {number}"));
    finding.help(format!(
        "give `{name}` a number that was never used, and reserve {number} again"
    ))
}
