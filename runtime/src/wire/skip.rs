//! Skips values of a writer that we do not know. It uses an explicit stack, so that no shape and no body can overflow
//! the thread's.

use super::DEPTH_LIMIT;
use super::bits::Bits;
use super::decoder::{Decoder, Seen};
use super::error::{DecodeErrorKind, Result};
use super::graph::{Graph, Kind, KindId, RecordId, UnionId};
use super::measures::Measures;
use super::plan::Skip;

/// How many values may be open at once: as many as a value of the greatest depth can need.
const STACK_LIMIT: usize = (DEPTH_LIMIT * DEPTH_LIMIT) as usize;

/// How many values of one struct or union may be nested. Writers count levels by declarations, which a head does not
/// describe. Between two values of one type there is at least one level, so no writer exceeds this.
const SAME_LIMIT: u16 = DEPTH_LIMIT as u16 + 1;

/// What skipping needs to know about a peer's types.
#[derive(Debug)]
pub(crate) struct Skipper {
    measures: Measures,
}

/// A value that has begun.
enum Open<'a> {
    Fields {
        record: RecordId,
        next: usize,
        header: Bits<'a>,
        bit: usize,
    },
    Items {
        item: KindId,
        left: usize,
        bits: Bits<'a>,
        at: usize,
    },
    Entries {
        key: KindId,
        value: KindId,
        left: usize,
        bits: Bits<'a>,
        at: usize,
        at_value: bool,
    },
    /// The payload of a union.
    Payload(UnionId),
}

impl Skip {
    /// How to skip values of a kind.
    pub(super) fn of(graph: &Graph, kind: KindId) -> Self {
        match graph.kind(kind) {
            Kind::Bool => Self::Width(0),
            Kind::Uint | Kind::Int => Self::Number,
            Kind::String | Kind::Decimal | Kind::Future(_) => Self::Sized,
            other => match fixed_width(graph, other) {
                Some(width) => Self::Width(width),
                None => Self::Kind(kind),
            },
        }
    }
}

impl Skipper {
    pub(crate) fn new(measures: Measures) -> Self {
        Self { measures }
    }

    /// How much memory it takes outside itself.
    pub(super) fn memory(&self) -> usize {
        self.measures.memory()
    }

    /// Advances `input` past a value with these header bits.
    pub(super) fn skip(
        &self,
        graph: &Graph,
        input: &mut Decoder<'_>,
        kind: KindId,
        bits: u64,
    ) -> Result<()> {
        let mut walk = Walk {
            skipper: self,
            graph,
            levels: Vec::new(),
            stack: Vec::new(),
        };
        let mut next = walk.begin(input, kind, bits)?;
        loop {
            next = match next {
                Some((kind, bits)) => walk.begin(input, kind, bits)?,
                None if walk.stack.is_empty() => return Ok(()),
                None => walk.proceed(),
            };
        }
    }
}

struct Walk<'g, 'a> {
    skipper: &'g Skipper,
    graph: &'g Graph,
    /// How many values of each struct, then of each union, are open.
    levels: Vec<u16>,
    stack: Vec<Open<'a>>,
}

/// The next value and its header bits.
type Next = Option<(KindId, u64)>;

impl<'a> Walk<'_, 'a> {
    /// Skips a value, or begins one that has parts.
    fn begin(&mut self, input: &mut Decoder<'a>, kind: KindId, bits: u64) -> Result<Next> {
        match self.graph.kind(kind) {
            Kind::Bool => {}
            Kind::Uint | Kind::Int => drop(input.uint()?),
            Kind::String | Kind::Decimal | Kind::Future(_) => drop(input.sized()?),
            Kind::Optional(inner) if bits & 1 == 1 => return Ok(Some((inner, bits >> 1))),
            Kind::Optional(_) => input.absent(bits)?,
            Kind::List(item) => return self.list(input, item),
            Kind::Array(count, item) => return self.items(input, count as usize, item),
            Kind::Map(key, value) => return self.entries(input, key, value),
            Kind::Record(record) => return self.record(input, record),
            Kind::Union(union) => return self.union(input, union),
            kind => {
                let width = fixed_width(self.graph, kind).ok_or_else(|| input.incompatible())?;
                input.take(width)?;
            }
        }
        Ok(None)
    }

    /// The next part of the innermost open value; `None` if that value has just ended.
    fn proceed(&mut self) -> Next {
        let (part, ended) = match self.stack.last_mut()? {
            Open::Fields {
                record,
                next,
                header,
                bit,
            } => match self.graph.record(*record).get(*next) {
                Some(field) => {
                    let width = self.graph.bits(field.kind);
                    let bits = header.at(*bit, width);
                    *next += 1;
                    *bit += width as usize;
                    return Some((field.kind, bits));
                }
                None => (None, Some(record.index())),
            },
            Open::Items {
                item,
                left: left @ 1..,
                bits,
                at,
            } => {
                let width = self.graph.bits(*item);
                let own = bits.at(*at, width);
                *left -= 1;
                *at += width as usize;
                (Some((*item, own)), None)
            }
            Open::Entries {
                key,
                value,
                left: left @ 1..,
                bits,
                at,
                at_value,
            } => {
                let kind = if *at_value { *value } else { *key };
                let width = self.graph.bits(kind);
                let own = bits.at(*at, width);
                *left -= usize::from(*at_value);
                *at += width as usize;
                *at_value = !*at_value;
                (Some((kind, own)), None)
            }
            Open::Items { .. } | Open::Entries { .. } => (None, None),
            Open::Payload(union) => (None, Some(self.graph.records() + union.index())),
        };
        if part.is_none() {
            self.stack.pop();
            if let Some(level) = ended.and_then(|ended| self.levels.get_mut(ended)) {
                *level -= 1;
            }
        }
        part
    }

    fn open(&mut self, input: &Decoder<'_>, open: Open<'a>) -> Result<Next> {
        if self.stack.len() == STACK_LIMIT {
            return Err(input.error(DecodeErrorKind::Depth));
        }
        self.stack.push(open);
        Ok(None)
    }

    /// Counts one more open value of a struct or union.
    fn enter(&mut self, input: &Decoder<'_>, index: usize) -> Result<()> {
        let types = self.graph.records() + self.graph.unions();
        self.levels.resize(types, 0);
        let level = &mut self.levels[index];
        if *level == SAME_LIMIT {
            return Err(input.error(DecodeErrorKind::Depth));
        }
        *level += 1;
        Ok(())
    }

    fn list(&mut self, input: &mut Decoder<'a>, item: KindId) -> Result<Next> {
        match self.graph.kind(item) {
            Kind::Uint | Kind::Int => drop(input.words()?),
            kind => {
                let count = input.count(self.skipper.measures.least(item))?;
                match fixed_width(self.graph, kind) {
                    Some(width) => drop(input.take(count.saturating_mul(width))?),
                    None => return self.items(input, count, item),
                }
            }
        }
        Ok(None)
    }

    fn items(&mut self, input: &mut Decoder<'a>, count: usize, item: KindId) -> Result<Next> {
        let bits = input.element_bits(count, self.graph.bits(item))?;
        if self.graph.kind(item) == Kind::Bool {
            return Ok(None);
        }
        let open = Open::Items {
            item,
            left: count,
            bits,
            at: 0,
        };
        self.open(input, open)
    }

    fn entries(&mut self, input: &mut Decoder<'a>, key: KindId, value: KindId) -> Result<Next> {
        let measures = &self.skipper.measures;
        let least = measures.least(key).saturating_add(measures.least(value));
        let count = input.count(least)?;
        let width = self.graph.bits(key) + self.graph.bits(value);
        let open = Open::Entries {
            key,
            value,
            left: count,
            bits: input.element_bits(count, width)?,
            at: 0,
            at_value: false,
        };
        self.open(input, open)
    }

    fn record(&mut self, input: &mut Decoder<'a>, record: RecordId) -> Result<Next> {
        if self.graph.record(record).is_empty() {
            input.empty()?;
            return Ok(None);
        }
        self.enter(input, record.index())?;
        let open = Open::Fields {
            record,
            next: 0,
            header: input.element_bits(1, self.graph.header_bits(record))?,
            bit: 0,
        };
        self.open(input, open)
    }

    fn union(&mut self, input: &mut Decoder<'a>, union: UnionId) -> Result<Next> {
        let id = input.uint()?;
        if id == 0 {
            let id = input.uint()?;
            input.variant_id(id)?;
            input.sized()?;
            input.sized()?;
            return Ok(None);
        }
        let id = input.variant_id(id)?;
        let Some(variant) = self.graph.union(union).variant(id) else {
            return Err(input.error(DecodeErrorKind::Undescribed(id)));
        };
        if let Seen::Peer(used) = &mut input.seen {
            used.add(union, id);
        }
        self.enter(input, self.graph.records() + union.index())?;
        self.open(input, Open::Payload(union))?;
        let kind = variant.kind;
        let bits = match self.graph.bits(kind) {
            0 => 0,
            width => input.header(width)?,
        };
        Ok(Some((kind, bits)))
    }
}

/// The width of kinds whose values all have the same length.
fn fixed_width(graph: &Graph, kind: Kind) -> Option<usize> {
    match kind {
        Kind::U8 | Kind::I8 => Some(1),
        Kind::U16 | Kind::I16 => Some(2),
        Kind::F32 => Some(4),
        Kind::F64 => Some(8),
        Kind::U128 | Kind::I128 | Kind::Uuid => Some(16),
        Kind::Frozen(layout) => usize::try_from(graph.layout(layout).size).ok(),
        Kind::Bool | Kind::Uint | Kind::Int | Kind::String | Kind::Decimal => None,
        Kind::Optional(_) | Kind::List(_) | Kind::Map(..) | Kind::Array(..) => None,
        Kind::Record(_) | Kind::Union(_) | Kind::Future(_) => None,
    }
}
