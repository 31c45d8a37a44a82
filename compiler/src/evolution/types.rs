//! Compares types: what a reader of one makes of values of the other.

use super::constraints::{Held, guard, guards};
use super::effect::{Effect, Harm};
use super::fields::Both;
use super::finding::Finding;
use super::forms::{Form, form, inside, is_flags, is_octets};
use super::{Comparison, scalars};
use crate::diagnostics::Code;
use crate::schema::{DeclId, Scalar, Schema, Type};
use crate::source::Span;

/// The consequences of a type replacing another.
#[derive(Clone, Debug)]
pub(super) struct TypeChange {
    pub(super) code: Code,
    pub(super) effect: Effect,
    /// The reason.
    why: String,
}

impl TypeChange {
    pub(super) fn new(code: Code, effect: Effect, why: impl Into<String>) -> Self {
        let why = why.into();
        Self { code, effect, why }
    }

    /// Marks it as a change between an enum and flags.
    fn of_names(&mut self) {
        self.effect = self.effect.in_json(Harm::Breaks, Harm::Breaks);
        if self.why.is_empty() {
            NAMES.clone_into(&mut self.why);
        }
    }

    fn no_longer_optional() -> Self {
        let effect = Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source();
        Self::new(Code::OptionalToRequired, effect, IN_COLLECTION)
    }

    fn now_optional() -> Self {
        let effect = Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source();
        Self::new(Code::RequiredToOptional, effect, IN_COLLECTION)
    }

    fn frozen_or_not() -> Self {
        let effect = Effect::on_wire(Harm::Breaks, Harm::Breaks).and_source();
        let why = "a frozen struct is written in another way";
        Self::new(Code::FrozenOrNot, effect, why)
    }

    fn of_forms(before: &Form<'_>, now: &Form<'_>) -> Self {
        let effect = Effect::on_wire(Harm::Breaks, Harm::Breaks).and_source();
        let (before, now) = (before.words(), now.words());
        let why = format!("{before} and {now} are written in different ways");
        Self::new(Code::OtherForm, effect, why)
    }

    /// The finding for `member`, whose types are spelled like this and have these spans.
    pub(super) fn finding(
        &self,
        member: &str,
        spelled: (&str, &str),
        places: &Both<Span>,
    ) -> Finding {
        let (before, now) = spelled;
        let message = match before == now {
            true => format!("the type `{now}` of `{member}` is another one"),
            false => format!("the type of `{member}` changes from `{before}` to `{now}`"),
        };
        let finding = Finding::new(self.code, self.effect, message, places.new, "another type");
        let finding = finding.before(places.old, format!("`{before}` here"));
        let finding = match self.effect.worst() >= Harm::Corrupts {
            true => finding.help(RECIPE),
            false => finding,
        };
        match self.why.is_empty() {
            true => finding,
            false => finding.note(&self.why),
        }
    }
}

impl Comparison<'_> {
    /// The consequences of `new` replacing `old`; empty if there are none.
    pub(super) fn types(&mut self, old: &Type, new: &Type) -> Vec<TypeChange> {
        let (old_schema, new_schema) = (self.old, self.new);
        self.placed(&held(old_schema, old), &held(new_schema, new))
    }

    /// The same for types at places with constraints.
    pub(super) fn placed(&mut self, before: &Held<'_>, now: &Held<'_>) -> Vec<TypeChange> {
        let (old, new) = (before.ty, now.ty);
        if let (Type::Named(old_id, old_args), Type::Named(new_id, new_args)) = (old, new)
            && self.pairs.are(*old_id, *new_id)
        {
            return match self.same_args(*old_id, old_args, new_args) {
                true => Vec::new(),
                false => self.replaced(old, new),
            };
        }
        self.forms(before, now)
    }

    /// The same for types that are not matching declarations.
    pub(super) fn forms(&mut self, before: &Held<'_>, now: &Held<'_>) -> Vec<TypeChange> {
        let (old, new) = (before.ty, now.ty);
        let (old_schema, new_schema) = (self.old, self.new);
        let (old_inner, new_inner) = (inside(old_schema, old), inside(new_schema, new));
        if (old_inner, new_inner) != (old, new) {
            let mut changes = self.types(old_inner, new_inner);
            changes.push(TypeChange::new(Code::NewtypeChanged, Effect::SOURCE, ""));
            changes.extend(guarded(before, now));
            return changes;
        }
        match (form(old_schema, old), form(new_schema, new)) {
            (Form::Scalar(before), Form::Scalar(now)) => scalar(before, now),
            (Form::Scalar(before), Form::List(now, is_set))
                if is_octets(before, new_schema, now) =>
            {
                let mut changes = scalar(before, Scalar::Bytes);
                changes.extend(self.lists(&OCTET, now, (false, is_set)));
                changes.push(TypeChange::new(Code::OtherMeaning, OTHER_JSON, OCTETS));
                changes
            }
            (Form::List(before, was_set), Form::Scalar(now))
                if is_octets(now, old_schema, before) =>
            {
                let mut changes = self.lists(before, &OCTET, (was_set, false));
                changes.extend(scalar(Scalar::Bytes, now));
                changes.push(TypeChange::new(Code::OtherMeaning, OTHER_JSON, OCTETS));
                changes
            }
            (Form::Struct, Form::Struct)
            | (Form::Union, Form::Union)
            | (Form::Frozen, Form::Frozen) => self.replaced(old, new),
            (Form::Numbers(_), Form::Numbers(_)) => {
                let mut changes = self.replaced(old, new);
                if is_flags(old_schema, old) != is_flags(new_schema, new) {
                    changes.iter_mut().for_each(TypeChange::of_names);
                }
                changes
            }
            (Form::Numbers(it), Form::Scalar(now)) => {
                number_or_enum((it.base, it.closed), (now, false), false)
            }
            (Form::Scalar(before), Form::Numbers(it)) => {
                number_or_enum((before, false), (it.base, it.closed), true)
            }
            (Form::List(before, was_set), Form::List(now, is_set)) => {
                self.lists(before, now, (was_set, is_set))
            }
            (Form::Map(key, value), Form::Map(new_key, new_value)) => {
                let mut changes = self.types(key, new_key);
                changes.extend(self.types(value, new_value));
                changes
            }
            (Form::Array(before, count), Form::Array(now, new_count)) if count == new_count => {
                self.types(before, now)
            }
            (Form::Optional(before), Form::Optional(now)) => self.types(before, now),
            (Form::Optional(before), _) => {
                let mut changes = self.types(before, new);
                changes.push(TypeChange::no_longer_optional());
                changes
            }
            (_, Form::Optional(now)) => {
                let mut changes = self.types(old, now);
                changes.push(TypeChange::now_optional());
                changes
            }
            (Form::Param(before), Form::Param(now)) if before == now => Vec::new(),
            // The consequences depend on the type argument.
            (Form::Param(_), _) | (_, Form::Param(_)) => {
                self.depends = true;
                Vec::new()
            }
            (Form::Frozen, Form::Struct) | (Form::Struct, Form::Frozen) => {
                vec![TypeChange::frozen_or_not()]
            }
            (before, now) => vec![TypeChange::of_forms(&before, &now)],
        }
    }

    fn lists(&mut self, old: &Type, new: &Type, sets: (bool, bool)) -> Vec<TypeChange> {
        let mut changes = self.types(old, new);
        changes.extend(match sets {
            (false, true) => Some(TypeChange::new(
                Code::ListToSet,
                Effect::on_wire(Harm::Breaks, Harm::Nothing).and_source(),
                "new code refuses elements that are equal or out of order",
            )),
            (true, false) => Some(TypeChange::new(
                Code::SetToList,
                Effect::on_wire(Harm::Nothing, Harm::Breaks).and_source(),
                "old code refuses elements that are equal or out of order",
            )),
            (false, false) | (true, true) => None,
        });
        changes
    }

    /// Whether the arguments of a generic type are the same, and no use of it must be compared separately.
    fn same_args(&mut self, old: DeclId, old_args: &[Type], new_args: &[Type]) -> bool {
        if old_args.is_empty() && new_args.is_empty() {
            return true;
        }
        let mut pairs = old_args.iter().zip(new_args);
        old_args.len() == new_args.len()
            && !self.by_use.contains(&old)
            && pairs.all(|(before, now)| self.types(before, now).is_empty())
    }
}

const RECIPE: &str = "keep it, and add another one with the new type, `optional` if it is a field; once nobody reads this one, it may go";
const IN_COLLECTION: &str = "what may be absent is written in another way inside of a collection";
const OTHER_JSON: Effect = Effect::SOURCE.in_json(Harm::Breaks, Harm::Breaks);
const OCTETS: &str = "`bytes` is a list of `u8` on the wire";
const NAMES: &str = "an enum is one name in JSON, flags are a list";
const OCTET: Type = Type::Scalar(Scalar::U8);

/// Values of a type, without further constraints.
pub(super) fn held<'a>(schema: &'a Schema, ty: &'a Type) -> Held<'a> {
    let own = &[];
    Held { schema, ty, own }
}

fn scalar(old: Scalar, new: Scalar) -> Vec<TypeChange> {
    let change = scalars::change(old, new);
    let change = change.map(|(code, effect, why)| TypeChange::new(code, effect, why));
    change.into_iter().collect()
}

/// An integer that replaces an enum or flags, or the reverse; with whether each is closed.
fn number_or_enum(old: (Scalar, bool), new: (Scalar, bool), becomes_enum: bool) -> Vec<TypeChange> {
    let mut changes = scalar(old.0, new.0);
    let breaks = |closed| if closed { Harm::Breaks } else { Harm::Nothing };
    let effect = Effect::on_wire(breaks(new.1), breaks(old.1)).and_source();
    let why = match (old.1, new.1) {
        (true, _) => "old code refuses numbers that its `closed` type does not name",
        (_, true) => "new code refuses numbers that its `closed` type does not name",
        (false, false) => "",
    };
    // Readers of an enum accept numbers, readers of a number do not accept names.
    let effect = match becomes_enum {
        true => effect.in_json(Harm::Nothing, Harm::Breaks),
        false => effect.in_json(Harm::Breaks, Harm::Nothing),
    };
    changes.push(TypeChange::new(Code::NumberOrEnum, effect, why));
    changes
}

/// The consequences of different constraints in newtypes.
fn guarded(old: &Held<'_>, new: &Held<'_>) -> Vec<TypeChange> {
    let asked = [old, new].map(|held| guards(held.schema, held.ty));
    let guard = guard((old, &asked[0]), (new, &asked[1]));
    let tighter = Effect::on_wire(Harm::Breaks, Harm::Nothing);
    let looser = Effect::on_wire(Harm::Nothing, Harm::Limits);
    let changes = [
        (
            guard.tighter,
            Code::Tighter,
            tighter,
            "the newtype refuses values that were let through",
        ),
        (
            guard.looser,
            Code::Looser,
            looser,
            "the newtype of old code refuses more",
        ),
    ];
    let changes = changes.into_iter().filter(|(is_so, ..)| *is_so);
    changes
        .map(|(_, code, effect, why)| TypeChange::new(code, effect, why))
        .collect()
}
