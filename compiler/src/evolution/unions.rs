//! Unions and the payloads of their variants.

use super::Comparison;
use super::constraints::Held;
use super::effect::{Effect, Harm};
use super::fields::{Both, Owner, instantiated};
use super::finding::Finding;
use super::forms::inside;
use super::members::{Change, changes};
use super::renamed::{renamed, renumbered, reused, swapped, used_although_reserved};
use super::reserved::{Gone, Keeper};
use super::spelling::spelled;
use super::throws::error_added;
use crate::diagnostics::Code;
use crate::schema::{Decl, DeclKind, Field, Number, Payload, Schema, Type, Union, Variant};

/// A union with type arguments.
#[derive(Clone, Copy)]
pub(super) struct Instance<'a> {
    pub(super) decl: &'a Decl,
    pub(super) union: &'a Union,
    pub(super) args: &'a [Type],
}

impl<'a> Instance<'a> {
    fn keeper(&self) -> Keeper<'a> {
        Keeper {
            name: &self.decl.name,
            span: self.decl.span,
            whole: self.decl.whole,
            reserved: &self.union.reserved,
        }
    }
}

impl Comparison<'_> {
    /// Compares the variants of two unions.
    pub(super) fn unions(&mut self, unions: &Both<Instance<'_>>) {
        let Both { old, new } = unions;
        let decls = Both {
            old: old.decl,
            new: new.decl,
        };
        self.openness(&decls, old.union.closed, new.union.closed);
        for change in changes(&old.union.variants, &new.union.variants) {
            match change {
                Change::Kept(before, now) => self.kept_variant(unions, before, now),
                Change::Swapped(before, now, other) => self.report(swapped(before, now, other)),
                Change::Renumbered(before, now) => self.report(renumbered(before, now)),
                Change::Removed(before) => self.removed_variant(unions, before),
                Change::Added(now, before) => self.added_variant(unions, now, before),
            }
        }
        let used: Vec<Number> = new.union.variants.iter().map(|v| v.id.into()).collect();
        self.kept(old.keeper(), new.keeper(), &used);
    }

    fn kept_variant(&mut self, unions: &Both<Instance<'_>>, old: &Variant, new: &Variant) {
        let found = self.apart(|comparison| comparison.payloads(unions, old, new));
        let breaks = |finding: &Finding| finding.effect.worst() >= Harm::Corrupts;
        if old.name != new.name && found.iter().any(breaks) {
            return self.report(reused(old, new));
        }
        self.findings.extend(renamed(old, new));
        self.findings.extend(found);
    }

    fn payloads(&mut self, unions: &Both<Instance<'_>>, old: &Variant, new: &Variant) {
        let args = (unions.old.args, unions.new.args);
        if let (
            Payload::Typed {
                ty,
                ty_span,
                constraints,
                ..
            },
            Payload::Typed {
                ty: now,
                ty_span: new_span,
                constraints: rules,
                ..
            },
        ) = (&old.payload, &new.payload)
        {
            let (old_type, new_type) = (ty.instantiate(args.0), now.instantiate(args.1));
            let before = Held {
                schema: self.old,
                ty: &old_type,
                own: constraints,
            };
            let after = Held {
                schema: self.new,
                ty: &new_type,
                own: rules,
            };
            let changes = self.placed(&before, &after);
            self.constraints(&new.name, (old.span, new.span), &before, &after);
            let before = spelled(self.old, &unions.old.union.params, ty);
            let now = spelled(self.new, &unions.new.union.params, now);
            let places = Both {
                old: *ty_span,
                new: *new_span,
            };
            for change in changes {
                self.report(change.finding(&new.name, (&before, &now), &places));
            }
            return;
        }
        let before = carried(self.old, &old.payload, args.0);
        let now = carried(self.new, &new.payload, args.1);
        match (before, now) {
            (Some(before), Some(now)) => {
                let owners = Both {
                    old: owner(old, &unions.old.union.params),
                    new: owner(new, &unions.new.union.params),
                };
                self.fields(&owners, &before, &now);
                self.other_payload(old, new);
            }
            (_, _) => {
                let message = format!("`{}` carries something else", new.name);
                let effect = Effect::on_wire(Harm::Breaks, Harm::Breaks).and_source();
                let label = format!("carries {} now", words(&new.payload));
                let finding = Finding::new(Code::OtherForm, effect, message, new.span, label);
                self.report(
                    finding.before(old.span, format!("carries {} here", words(&old.payload))),
                );
            }
        }
    }

    /// Reports payloads that are declared in another form with the same encoding.
    fn other_payload(&mut self, old: &Variant, new: &Variant) {
        let code = match (&old.payload, &new.payload) {
            (Payload::Unit, Payload::Unit) | (Payload::Struct(_), Payload::Struct(_)) => return,
            (Payload::Unit, _) | (_, Payload::Unit) => Code::UnitOrStruct,
            (_, _) => Code::FieldsOrType,
        };
        let (before, now) = (words(&old.payload), words(&new.payload));
        let message = format!("`{}` carries {now} instead of {before}", new.name);
        let finding = Finding::new(
            code,
            Effect::SOURCE,
            message,
            new.span,
            format!("{now} now"),
        );
        self.report(finding.before(old.span, format!("{before} here")));
    }

    fn removed_variant(&mut self, unions: &Both<Instance<'_>>, variant: &Variant) {
        let name = &variant.name;
        let now = unions.new.decl;
        let message = format!("`{name}` is removed from `{}`", now.name);
        let label = format!("`{name}` is gone");
        let finding = match unions.new.union.closed {
            true => {
                let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
                Finding::new(Code::ClosedVariantRemoved, effect, message, now.span, label)
                    .note("the union is `closed`: new code refuses the variant")
                    .help("keep the variant and mark it `@deprecated`, or let the union be open first")
            }
            false => Finding::new(
                Code::VariantRemoved,
                Effect::SOURCE.in_json(Harm::Breaks, Harm::Nothing),
                message,
                now.span,
                label,
            ),
        };
        self.report(finding.before(variant.span, "was here"));
        let gone = Gone {
            name,
            number: variant.id.into(),
            span: variant.span,
        };
        self.gone(unions.new.keeper(), &gone);
    }

    fn added_variant(&mut self, unions: &Both<Instance<'_>>, new: &Variant, old: Option<&Variant>) {
        let before = unions.old.keeper();
        if let Some(old) = old {
            self.report(reused(old, new));
        } else if before.keeps(new.id.into()) {
            self.report(used_although_reserved(before, new));
        }
        if unions.old.union.closed {
            let message = format!(
                "`{}` is added to `{}`, which was closed",
                new.name, unions.new.decl.name
            );
            let effect = Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source();
            let finding = Finding::new(
                Code::ClosedVariantAdded,
                effect,
                message,
                new.span,
                "refused by old code",
            );
            let finding = finding.before(unions.old.decl.span, "closed here");
            self.report(finding.help(
                "let the union be open, and wait until all readers know that, or use another type",
            ));
        } else {
            let message = format!("`{}` is added to `{}`", new.name, unions.new.decl.name);
            let effect = Effect::default().in_json(Harm::Nothing, Harm::Limits);
            let label = "a name that old code refuses in JSON";
            let finding = Finding::new(Code::VariantAdded, effect, message, new.span, label);
            self.report(finding.before(unions.old.decl.span, "does not have it"));
        }
        if unions.old.union.thrown {
            let message = format!(
                "`{}` is added to what `{}` throws",
                new.name, unions.new.decl.name
            );
            self.report(error_added(message, new.span, unions.old.decl.span));
        }
    }
}

/// The fields of a variant's payload, if it has the encoding of a struct.
pub(super) fn carried(schema: &Schema, payload: &Payload, args: &[Type]) -> Option<Vec<Field>> {
    match payload {
        Payload::Unit => Some(Vec::new()),
        Payload::Struct(fields) => Some(instantiated(fields, args)),
        Payload::Typed { ty, .. } => match inside(schema, &ty.instantiate(args)) {
            Type::Named(id, args) => match &schema.decl(*id).kind {
                DeclKind::Struct(it) => Some(instantiated(&it.fields, args)),
                DeclKind::Exception(it) => Some(it.fields.clone()),
                _ => None,
            },
            _ => None,
        },
    }
}

fn owner<'a>(variant: &'a Variant, params: &'a [String]) -> Owner<'a> {
    let keeper = match &variant.payload {
        Payload::Struct(_) => Some(Keeper {
            name: &variant.name,
            span: variant.span,
            whole: variant.whole,
            reserved: &variant.reserved,
        }),
        Payload::Unit | Payload::Typed { .. } => None,
    };
    Owner {
        name: &variant.name,
        span: variant.span,
        params,
        keeper,
        callers: false,
    }
}

fn words(payload: &Payload) -> &'static str {
    match payload {
        Payload::Unit => "nothing",
        Payload::Typed { .. } => "a value",
        Payload::Struct(_) => "fields",
    }
}
