//! Rows of a body: a value for each of its bytes, found by the head, with the names of the schema where they are known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use super::names::{Names, plain};
use super::rows::{Rows, bytes, counted, shortened};
use super::{natural, whole};
use crate::bytes::{Bits, Bytes, absent};
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
/// How much of the name of a type a row shows, in characters.
const NAME: usize = 36;

/// A row for each part of a body.
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

/// Why there are no more rows.
enum Stop {
    Rule(Rule),
    /// In what is nested, with its own place.
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

struct Walk<'a, 'o> {
    schema: &'a Schema,
    head: &'a Head,
    names: &'a Names<'a>,
    bytes: Bytes<'o>,
    /// Where the body begins.
    base: usize,
    rows: &'a mut Rows<'o>,
    /// Whether the head stands in front of the body.
    alone: bool,
    depth: usize,
    place: Vec<Step<'a>>,
    /// How many values of each struct and union are open.
    open: BTreeMap<Owner, usize>,
    occurred: BTreeSet<(usize, u16)>,
}

type Walked = Result<(), Stop>;

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

    /// Rows of a value; `label` says which it is.
    fn value(
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

    /// A value that has no parts with rows of their own.
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

    fn union(&mut self, label: &str, number: usize, typed: bool) -> Walked {
        let owner = Owner::Union(number);
        let start = self.bytes.at();
        let id = self.bytes.number()?;
        let name = self.names.spell_owner(owner);
        let id = match u16::try_from(id) {
            Ok(0) => return self.escaped(label, owner, start, typed),
            Ok(id @ 1..=32_767) => id,
            Ok(_) | Err(_) => return Err(Rule::BadId(id).into()),
        };
        let head = self.head;
        let variants = &head.unions[number];
        let at = variants.binary_search_by_key(&id, |(known, _)| *known);
        let kind = &variants[at.map_err(|_| Rule::Undescribed(id))?].1;
        self.occurred.insert((number, id));
        let variant = self.names.label(owner, id);
        self.row(
            self.bytes.at() - start,
            &format!("{label}: {name}, variant {variant}"),
        )?;
        let known = self.names.of_member(owner, id).filter(|_| typed);
        let step = known.map_or_else(|| Step::Id(id), |(name, _)| Step::Field(name));
        self.inside(owner, |walk| {
            walk.within(step, |walk| {
                let bits = walk.bits_alone(kind)?;
                walk.value(&variant, kind, known.map(|(_, ty)| ty), &bits)
            })
        })
    }

    /// A variant that its writer did not know: a head and a body of its own.
    fn escaped(&mut self, label: &str, owner: Owner, start: usize, typed: bool) -> Walked {
        let id = self.bytes.number()?;
        let id = match u16::try_from(id) {
            Ok(id @ 1..=32_767) => id,
            Ok(_) | Err(_) => return Err(Rule::BadId(id).into()),
        };
        let name = self.names.spell_owner(owner);
        let variant = self.names.label(owner, id);
        let meaning = format!("{label}: {name}, variant {variant}, unknown to its writer");
        self.row(self.bytes.at() - start, &meaning)?;
        let start = self.bytes.at();
        let head = self.bytes.sized()?.len();
        let head_at = self.bytes.at() - head;
        self.depth += 1;
        let length = self.base + start..self.base + head_at;
        self.rows
            .row(self.depth, length, &format!("head: {}", bytes(head)))?;
        let start = self.bytes.at();
        let body = self.bytes.sized()?.len();
        let body_at = self.bytes.at() - body;
        let length = self.base + start..self.base + body_at;
        self.rows.row(self.depth, length, "length of the body")?;
        let known = self.names.of_member(owner, id).filter(|_| typed);
        let known = known.map(|(_, ty)| (self.schema, ty));
        let [head, body] = [(head_at, head), (body_at, body)]
            .map(|(at, len)| self.base + at..self.base + at + len);
        let refused = whole(head, body, self.depth, known, self.rows)?;
        match refused {
            // Whoever does not know the variant does not look at it either.
            Some(Refused { rule, offset, .. }) if known.is_none() => {
                let end = self.base + self.bytes.at();
                let meaning = format!("what nobody reads: {rule}");
                self.rows.row(self.depth, offset.min(end)..end, &meaning)?;
            }
            Some(refused) => return Err(Stop::Inside(refused)),
            None => {}
        }
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self, label: &str, item: &'a Kind, ty: Option<&'a Type>) -> Walked {
        let start = self.bytes.at();
        let count = self.bytes.number()?;
        let taken = self.bytes.at() - start;
        self.items(label, count, item, ty, taken)
    }

    /// Elements behind a count of so many bytes.
    fn items(
        &mut self,
        label: &str,
        count: u64,
        item: &'a Kind,
        ty: Option<&'a Type>,
        taken: usize,
    ) -> Walked {
        let mut bits = self.bytes.bits_of_elements(count, item.bits())?;
        let of = shortened(&self.names.spell(item), NAME);
        let taken = taken + (item.bits() * count as usize).div_ceil(8);
        let elements = counted(count as usize, "element");
        self.row(taken, &format!("{label}: {elements}, {of}"))?;
        self.depth += 1;
        for index in 0..count as usize {
            let own = bits.next(item.bits());
            self.within(Step::Item(index), |walk| {
                walk.value(&format!("[{index}]"), item, ty, &own)
            })?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn map(
        &mut self,
        label: &str,
        key: (&'a Kind, Option<&'a Type>),
        value: (&'a Kind, Option<&'a Type>),
    ) -> Walked {
        let start = self.bytes.at();
        let count = self.bytes.number()?;
        let widths = (key.0.bits(), value.0.bits());
        let mut bits: Bits = self.bytes.bits_of_elements(count, widths.0 + widths.1)?;
        let of = [key, value].map(|(kind, _)| shortened(&self.names.spell(kind), NAME));
        let entries = match count {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        self.row(
            self.bytes.at() - start,
            &format!("{label}: {entries}, {}", of.join(" to ")),
        )?;
        self.depth += 1;
        for index in 0..count as usize {
            let own = (bits.next(widths.0), bits.next(widths.1));
            self.within(Step::Item(index), |walk| {
                walk.value(&format!("[{index}] key"), key.0, key.1, &own.0)?;
                walk.value(&format!("[{index}] value"), value.0, value.1, &own.1)
            })?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// The bits of a value that nothing holds.
    fn bits_alone(&mut self, kind: &Kind) -> Result<Vec<bool>, Stop> {
        let start = self.bytes.at();
        let bits = self.bytes.bits(kind.bits())?;
        if !bits.is_empty() {
            self.row(self.bytes.at() - start, "its bits")?;
        }
        Ok(bits)
    }

    fn inside(&mut self, owner: Owner, walk: impl FnOnce(&mut Self) -> Walked) -> Walked {
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

    /// Walks what is one step further; the step stays if it fails, to say where.
    fn within(&mut self, step: Step<'a>, walk: impl FnOnce(&mut Self) -> Walked) -> Walked {
        self.place.push(step);
        walk(self)?;
        self.place.pop();
        Ok(())
    }

    /// A row about the last so many bytes that were read.
    fn row(&mut self, taken: usize, meaning: &str) -> Walked {
        let end = self.base + self.bytes.at();
        self.rows.row(self.depth, end - taken..end, meaning)?;
        Ok(())
    }
}
