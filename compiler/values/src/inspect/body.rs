//! Explains a body: walks its values by the head, and names them where the schema is known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use super::names::{Names, plain};
use super::natural;
use super::rows::{Rows, counted, shortened};
use super::sequences::NAME;
use crate::bytes::{Bytes, absent};
use crate::head::{Head, Kind, Owner};
use crate::json;
use crate::read::{Input, Step, path};
use crate::refused::{Refused, Rule};
use crate::schema::{Schema, Type};
use crate::value::Value;

/// How many values of one struct or union may be nested in each other.
const SAME: usize = 65;
/// How many values of any kind may be open at once.
const OPEN: usize = 4096;

/// Writes a row for each part of a body.
pub(super) fn rows(
    head: &Head,
    names: &Names<'_>,
    body: Range<usize>,
    (depth, alone): (usize, bool),
    known: Option<(&Schema, &Type)>,
    rows: &mut Rows<'_>,
) -> Result<Option<Refused>, fmt::Error> {
    let nothing = Schema::default();
    let (schema, ty) = match known {
        Some((schema, ty)) => (schema, Some(ty)),
        None => (&nothing, None),
    };
    let mut walk = Walk {
        schema,
        head,
        names,
        bytes: Bytes::new(&rows.all()[body.clone()]),
        base: body.start,
        rows,
        alone,
        depth: depth + 1,
        place: Vec::new(),
        open: BTreeMap::new(),
        occurred: BTreeSet::new(),
    };
    let walked = walk.all(ty);
    let refused = |rule, walk: &Walk<'_, '_>| Refused {
        rule,
        offset: walk.base + walk.bytes.start,
        path: path(&walk.place),
    };
    match walked {
        Ok(()) => Ok(None),
        Err(Stop::Output) => Err(fmt::Error),
        Err(Stop::Rule(rule)) => Ok(Some(refused(rule, &walk))),
        Err(Stop::Inside(refused)) => Ok(Some(refused)),
    }
}

/// Why a walk has ended early.
pub(super) enum Stop {
    Rule(Rule),
    /// A rule broken inside an escaped variant, at its own place.
    Inside(Refused),
    Output,
}

impl From<Rule> for Stop {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

impl From<fmt::Error> for Stop {
    fn from(_: fmt::Error) -> Self {
        Self::Output
    }
}

pub(super) struct Walk<'a, 'o> {
    pub(super) schema: &'a Schema,
    pub(super) head: &'a Head,
    pub(super) names: &'a Names<'a>,
    pub(super) bytes: Bytes<'o>,
    /// Offset of the body in the message.
    pub(super) base: usize,
    pub(super) rows: &'a mut Rows<'o>,
    /// Whether the head precedes the body, as in a message.
    pub(super) alone: bool,
    pub(super) depth: usize,
    pub(super) place: Vec<Step<'a>>,
    /// How many values of each struct and union enclose the current one.
    pub(super) open: BTreeMap<Owner, usize>,
    pub(super) occurred: BTreeSet<(usize, u16)>,
}

pub(super) type Walked = Result<(), Stop>;

impl<'a> Walk<'a, '_> {
    fn all(&mut self, ty: Option<&'a Type>) -> Walked {
        let head = self.head;
        let bits = self.bits_alone(&head.root)?;
        self.value("value", &head.root, ty, &bits)?;
        self.bytes.start = self.bytes.at();
        match self.bytes.rest().len() {
            0 if self.alone && self.occurred.len() != head.described() => Err(Rule::Unused.into()),
            0 => Ok(()),
            left => Err(Rule::TrailingBytes(left).into()),
        }
    }

    /// Explains a value; `label` begins its row.
    pub(super) fn value(
        &mut self,
        label: &str,
        kind: &'a Kind,
        ty: Option<&'a Type>,
        bits: &[bool],
    ) -> Walked {
        if self.place.len() > OPEN {
            return Err(Rule::Depth.into());
        }
        let plain = ty.map(|ty| plain(kind, ty));
        match (kind, plain) {
            (Kind::Optional(_), _) if !bits[0] => {
                absent(bits)?;
                self.row(0, &format!("{label}: absent"))
            }
            (Kind::Optional(kind), Some(Type::Optional(ty))) => {
                self.value(label, kind, Some(ty), &bits[1..])
            }
            (Kind::Optional(kind), ty) => self.value(label, kind, ty, &bits[1..]),
            (Kind::Record(number), None | Some(Type::Record(_))) => {
                self.record(label, *number, ty.is_some())
            }
            (Kind::Union(number), None | Some(Type::Union(_))) => {
                self.union(label, *number, ty.is_some())
            }
            (Kind::Map(key, value), None) => self.map(label, (key, None), (value, None)),
            (Kind::Map(key, value), Some(Type::Map(k, v))) => {
                self.map(label, (key, Some(k)), (value, Some(v)))
            }
            (Kind::Future(_), _) => {
                let start = self.bytes.at();
                self.bytes.sized()?;
                let spelled = self.names.spell(kind);
                self.row(self.bytes.at() - start, &format!("{label}: {spelled}"))
            }
            (kind, _) if natural::leaf(kind).is_some() => self.leaf(label, kind, ty, bits),
            (Kind::List(item), None) => self.list(label, item, None),
            (Kind::List(item), Some(Type::List(ty) | Type::Set(ty))) => {
                self.list(label, item, Some(ty))
            }
            (Kind::Array(count, item), None) => self.items(label, (*count).into(), item, None, 0),
            (Kind::Array(count, item), Some(Type::Array(_, ty))) => {
                self.items(label, (*count).into(), item, Some(ty), 0)
            }
            (kind, ty) => {
                self.bytes.start = self.bytes.at();
                let ty = ty.map(|ty| self.schema.spell(ty).to_string());
                let kind = self.names.spell(kind);
                Err(Rule::Incompatible(kind, ty.unwrap_or_default()).into())
            }
        }
    }

    /// Explains a value whose parts have no rows of their own.
    fn leaf(&mut self, label: &str, kind: &Kind, known: Option<&Type>, bits: &[bool]) -> Walked {
        let natural = natural::leaf(kind);
        let ty = known
            .or(natural.as_ref())
            .expect("the kind has a type of its own");
        let mut input = Input::at(self.schema, self.head, self.bytes.rest());
        let read = input.one(kind, ty, bits);
        let (taken, begin, inside) = input.reached();
        self.bytes.start = self.bytes.at() + begin;
        let value = match read {
            Ok(value) => value,
            Err(rule) => {
                return Err(Stop::Inside(Refused {
                    rule,
                    offset: self.base + self.bytes.start,
                    path: path(&self.place) + &inside,
                }));
            }
        };
        self.bytes.take(taken)?;
        let shown = json::print(self.schema, ty, &value);
        let shown = match value {
            Value::Unsigned(_) => shown.trim_matches('"'),
            _ => &shown,
        };
        let spelled = match known {
            None => self.names.spell(kind),
            Some(ty) => self.schema.spell(plain(kind, ty)).to_string(),
        };
        self.row(
            taken,
            &format!("{label}: {} = {shown}", shortened(&spelled, NAME)),
        )
    }

    fn record(&mut self, label: &str, number: usize, typed: bool) -> Walked {
        let owner = Owner::Record(number);
        let (head, names) = (self.head, self.names);
        let fields = &head.records[number];
        let name = names.spell_owner(owner);
        let start = self.bytes.at();
        if fields.is_empty() && self.bytes.take(1)? != [0] {
            return Err(Rule::SpareBits.into());
        }
        let count = fields.iter().map(|(_, kind)| kind.bits()).sum();
        let mut bits = self.bytes.bits_of_elements(1, count)?;
        let meaning = match count {
            0 => format!("{label}: {name}"),
            count => format!("{label}: {name}, {}", counted(count, "bit")),
        };
        self.row(self.bytes.at() - start, &meaning)?;
        self.inside(owner, |walk| {
            for (id, kind) in fields {
                let own = bits.next(kind.bits());
                let known = names.of_member(owner, *id).filter(|_| typed);
                let step = known.map_or_else(|| Step::Id(*id), |(name, _)| Step::Field(name));
                let label = names.label(owner, *id);
                walk.within(step, |walk| {
                    walk.value(&label, kind, known.map(|(_, ty)| ty), &own)
                })?;
            }
            Ok(())
        })
    }

    /// The header bits of a value that is not in a struct, list or map.
    pub(super) fn bits_alone(&mut self, kind: &Kind) -> Result<Vec<bool>, Stop> {
        let start = self.bytes.at();
        let bits = self.bytes.bits(kind.bits())?;
        if !bits.is_empty() {
            self.row(self.bytes.at() - start, "its bits")?;
        }
        Ok(bits)
    }

    pub(super) fn inside(
        &mut self,
        owner: Owner,
        walk: impl FnOnce(&mut Self) -> Walked,
    ) -> Walked {
        let open = self.open.entry(owner).or_default();
        if *open == SAME {
            return Err(Rule::Depth.into());
        }
        *open += 1;
        self.depth += 1;
        walk(self)?;
        self.depth -= 1;
        self.open.entry(owner).and_modify(|open| *open -= 1);
        Ok(())
    }

    /// Walks one step further. On failure the step stays, to tell the place.
    pub(super) fn within(
        &mut self,
        step: Step<'a>,
        walk: impl FnOnce(&mut Self) -> Walked,
    ) -> Walked {
        self.place.push(step);
        walk(self)?;
        self.place.pop();
        Ok(())
    }

    /// A row for the last `taken` bytes.
    pub(super) fn row(&mut self, taken: usize, meaning: &str) -> Walked {
        let end = self.base + self.bytes.at();
        self.rows.row(self.depth, end - taken..end, meaning)?;
        Ok(())
    }
}
