//! Shapes as bytes: the head of a message from a graph, and a graph from a head.
//!
//! A head is the kind of the root, then for each union, in the order in which they were opened, the variants that
//! are described. Both are written in half bytes, the high half first.

use super::error::{DecodeError, DecodeErrorKind, ShapeFault};
use super::graph::{Graph, Kind, KindId, LayoutNode, Member, RecordId, UnionId};
use super::value::MAX_ID;
use super::{DEPTH_LIMIT, HEAD_LIMIT};
use std::collections::BTreeMap;

mod code {
    pub(super) const END: u8 = 0x0;
    pub(super) const RECORD: u8 = 0x8;
    pub(super) const LIST: u8 = 0x9;
    pub(super) const MAP: u8 = 0xa;
    pub(super) const UNION: u8 = 0xb;
    pub(super) const OPTIONAL: u8 = 0xc;
    pub(super) const GAP: u8 = 0xd;
    pub(super) const FROZEN: u8 = 0xe;
    pub(super) const MORE: u8 = 0xf;
    pub(super) const MORE_RECORD_AGAIN: u8 = 0x2;
    pub(super) const MORE_ARRAY: u8 = 0x6;
    pub(super) const MORE_UNION_AGAIN: u8 = 0x7;
    pub(super) const MORE_FUTURE: u8 = 0xf;
}

/// The kinds that are one code and nothing else: the half byte, or the half byte behind `F`.
fn plain_code(kind: Kind) -> Option<(u8, Option<u8>)> {
    Some(match kind {
        Kind::Uint => (0x1, None),
        Kind::Int => (0x2, None),
        Kind::String => (0x3, None),
        Kind::Bool => (0x4, None),
        Kind::U8 => (0x5, None),
        Kind::F64 => (0x6, None),
        Kind::F32 => (0x7, None),
        Kind::I8 => (code::MORE, Some(0x1)),
        Kind::U128 => (code::MORE, Some(0x3)),
        Kind::U16 => (code::MORE, Some(0x4)),
        Kind::I16 => (code::MORE, Some(0x5)),
        Kind::Decimal => (code::MORE, Some(0x9)),
        Kind::I128 => (code::MORE, Some(0xa)),
        Kind::Uuid => (code::MORE, Some(0xb)),
        Kind::Optional(_) | Kind::List(_) | Kind::Map(..) | Kind::Array(..) => return None,
        Kind::Frozen(_) | Kind::Record(_) | Kind::Union(_) | Kind::Future(_) => return None,
    })
}

/// The head of a value of kind `root`; `describes` says which variants of a union it lists.
pub(crate) fn write(
    graph: &Graph,
    root: KindId,
    mut describes: impl FnMut(u32, UnionId, u16) -> bool,
) -> Vec<u8> {
    let mut writer = HeadWriter {
        graph,
        out: Nibbles::default(),
        records: BTreeMap::new(),
        unions: BTreeMap::new(),
        opened: Vec::new(),
    };
    writer.kind(root);
    let mut number = 0;
    while let Some(&union) = writer.opened.get(number) {
        let variants = graph.union(union).variants.iter();
        let variants = variants.filter(|variant| describes(number as u32, union, variant.id));
        writer.members(variants);
        number += 1;
    }
    writer.out.finish()
}

struct HeadWriter<'g> {
    graph: &'g Graph,
    out: Nibbles,
    records: BTreeMap<RecordId, u32>,
    unions: BTreeMap<UnionId, u32>,
    opened: Vec<UnionId>,
}

impl HeadWriter<'_> {
    fn kind(&mut self, id: KindId) {
        let kind = self.graph.kind(id);
        if let Some((first, second)) = plain_code(kind) {
            self.out.push(first);
            second.into_iter().for_each(|half| self.out.push(half));
            return;
        }
        match kind {
            Kind::Optional(inner) => self.nested(code::OPTIONAL, inner),
            Kind::List(item) => self.nested(code::LIST, item),
            Kind::Map(key, value) => {
                self.nested(code::MAP, key);
                self.kind(value);
            }
            Kind::Array(count, item) => {
                self.more(code::MORE_ARRAY, count);
                self.kind(item);
            }
            Kind::Frozen(layout) => {
                self.out.push(code::FROZEN);
                let members = &self.graph.layout(layout).code;
                members.iter().for_each(|half| self.out.push(*half));
                self.out.push(code::END);
            }
            Kind::Record(record) => self.record(record),
            Kind::Union(union) => self.union(union),
            Kind::Future(number) => self.more(code::MORE_FUTURE, number),
            kind => debug_assert!(kind.is_scalar(), "{kind:?} has no code"),
        }
    }

    fn nested(&mut self, code: u8, inner: KindId) {
        self.out.push(code);
        self.kind(inner);
    }

    fn more(&mut self, code: u8, number: u32) {
        self.out.push(code::MORE);
        self.out.push(code);
        self.out.number(number);
    }

    fn record(&mut self, id: RecordId) {
        if let Some(&number) = self.records.get(&id) {
            return self.more(code::MORE_RECORD_AGAIN, number);
        }
        self.records.insert(id, self.records.len() as u32);
        self.out.push(code::RECORD);
        self.members(self.graph.record(id).iter());
    }

    fn union(&mut self, id: UnionId) {
        if let Some(&number) = self.unions.get(&id) {
            return self.more(code::MORE_UNION_AGAIN, number);
        }
        self.unions.insert(id, self.opened.len() as u32);
        self.opened.push(id);
        self.out.push(code::UNION);
    }

    fn members<'m>(&mut self, members: impl Iterator<Item = &'m Member>) {
        let mut next = 1;
        for member in members {
            if member.id > next {
                self.out.push(code::GAP);
                self.out.number(u32::from(member.id - next) - 1);
            }
            self.kind(member.kind);
            next = member.id + 1;
        }
        self.out.push(code::END);
    }
}

/// The graph of a head; errors count their offset from its begin.
pub(crate) fn parse(head: &[u8]) -> Result<Graph, DecodeError> {
    let error = |fault, at| DecodeError::new(DecodeErrorKind::Shape(fault), at);
    if head.len() > HEAD_LIMIT {
        return Err(error(ShapeFault::Size, 0));
    }
    let mut parser = HeadParser {
        head,
        at: 0,
        graph: Graph::default(),
    };
    let result = parser.head();
    let at = parser.at / 2;
    result
        .map(|()| parser.graph)
        .map_err(|fault| error(fault, at))
}

type Parsed<T> = Result<T, ShapeFault>;

struct HeadParser<'h> {
    head: &'h [u8],
    /// In half bytes.
    at: usize,
    graph: Graph,
}

impl HeadParser<'_> {
    fn head(&mut self) -> Parsed<()> {
        let root = self.kind(0)?;
        self.graph.set_root(root);
        let mut number = 0;
        while let Some(union) = self.graph.union_id(number) {
            let variants = self.members(0)?;
            self.graph.close_union(union, variants);
            number += 1;
        }
        if self.at % 2 == 1 && self.half()? != 0 {
            return Err(ShapeFault::Trailing);
        }
        match self.at / 2 == self.head.len() {
            true => Ok(()),
            false => Err(ShapeFault::Trailing),
        }
    }

    fn half(&mut self) -> Parsed<u8> {
        let byte = *self.head.get(self.at / 2).ok_or(ShapeFault::Truncated)?;
        self.at += 1;
        Ok(if self.at % 2 == 1 {
            byte >> 4
        } else {
            byte & 15
        })
    }

    /// Three bits per half byte, low first; the shortest form only.
    fn number(&mut self) -> Parsed<u32> {
        let mut number = 0_u32;
        for shift in (0..30).step_by(3) {
            let half = self.half()?;
            number |= u32::from(half & 7) << shift;
            if half & 8 == 0 {
                return match half == 0 && shift > 0 {
                    true => Err(ShapeFault::Number),
                    false => Ok(number),
                };
            }
        }
        Err(ShapeFault::Number)
    }

    fn kind(&mut self, depth: u32) -> Parsed<KindId> {
        let first = self.half()?;
        self.kind_of(first, depth)
    }

    fn kind_of(&mut self, first: u8, depth: u32) -> Parsed<KindId> {
        if depth == DEPTH_LIMIT {
            return Err(ShapeFault::Depth);
        }
        let kind = match first {
            0x1 => Kind::Uint,
            0x2 => Kind::Int,
            0x3 => Kind::String,
            0x4 => Kind::Bool,
            0x5 => Kind::U8,
            0x6 => Kind::F64,
            0x7 => Kind::F32,
            code::RECORD => {
                let record = self.graph.open_record();
                let fields = self.members(depth + 1)?;
                self.graph.close_record(record, fields);
                Kind::Record(record)
            }
            code::LIST => Kind::List(self.kind(depth + 1)?),
            code::MAP => {
                let key = self.kind(depth + 1)?;
                Kind::Map(key, self.kind(depth + 1)?)
            }
            code::UNION => Kind::Union(self.graph.open_union(None)),
            code::OPTIONAL => {
                let inner = self.kind(depth + 1)?;
                if self.graph.bits(inner) > 63 {
                    return Err(ShapeFault::Depth);
                }
                Kind::Optional(inner)
            }
            code::FROZEN => {
                let layout = self.layout(depth + 1)?;
                Kind::Frozen(self.graph.add_layout(layout))
            }
            code::MORE => self.more(depth)?,
            _ => return Err(ShapeFault::Kind),
        };
        Ok(self.graph.add_kind(kind))
    }

    fn more(&mut self, depth: u32) -> Parsed<Kind> {
        Ok(match self.half()? {
            0x1 => Kind::I8,
            0x3 => Kind::U128,
            0x4 => Kind::U16,
            0x5 => Kind::I16,
            0x9 => Kind::Decimal,
            0xa => Kind::I128,
            0xb => Kind::Uuid,
            code::MORE_RECORD_AGAIN => {
                let number = self.number()?;
                let record = self.graph.record_id(number);
                Kind::Record(record.ok_or(ShapeFault::Reference)?)
            }
            code::MORE_UNION_AGAIN => {
                let number = self.number()?;
                let union = self.graph.union_id(number);
                Kind::Union(union.ok_or(ShapeFault::Reference)?)
            }
            code::MORE_ARRAY => match self.number()? {
                0 => return Err(ShapeFault::Number),
                count => Kind::Array(count, self.kind(depth + 1)?),
            },
            code::MORE_FUTURE => Kind::Future(self.number()?),
            _ => return Err(ShapeFault::Kind),
        })
    }

    /// The fields of a struct or the variants of a union, up to their end.
    fn members(&mut self, depth: u32) -> Parsed<Vec<Member>> {
        let mut members = Vec::new();
        let mut id = 1_u32;
        loop {
            let mut first = self.half()?;
            if first == code::END {
                return Ok(members);
            }
            if first == code::GAP {
                id = id.saturating_add(self.number()?).saturating_add(1);
                first = self.half()?;
            }
            if id > u32::from(MAX_ID) {
                return Err(ShapeFault::Number);
            }
            let kind = self.kind_of(first, depth)?;
            members.push(Member {
                id: id as u16,
                kind,
            });
            id += 1;
        }
    }

    /// The members of a frozen struct, up to their end.
    fn layout(&mut self, depth: u32) -> Parsed<LayoutNode> {
        let start = self.at;
        let mut size = 0_u64;
        loop {
            let first = self.half()?;
            if first == code::END {
                break;
            }
            size = size.saturating_add(self.fixed(first, depth)?);
        }
        if size == 0 {
            return Err(ShapeFault::Number);
        }
        let halves = start..self.at - 1;
        let half = |at: usize| match at % 2 {
            0 => self.head[at / 2] >> 4,
            _ => self.head[at / 2] & 15,
        };
        let code = halves.map(half).collect();
        Ok(LayoutNode { code, size })
    }

    /// The size of one member of a frozen struct.
    fn fixed(&mut self, first: u8, depth: u32) -> Parsed<u64> {
        if depth == DEPTH_LIMIT {
            return Err(ShapeFault::Depth);
        }
        Ok(match first {
            0x1 | 0x2 | 0xb => 1,
            0x3 | 0x4 => 2,
            0x5 | 0x6 | 0x9 => 4,
            0x7 | 0x8 | 0xa => 8,
            0xc => 16,
            0xf => 17,
            0xd => {
                let count = self.number()?;
                let first = self.half()?;
                if count == 0 {
                    return Err(ShapeFault::Number);
                }
                self.fixed(first, depth + 1)?.saturating_mul(count.into())
            }
            0xe => self.layout(depth + 1)?.size,
            _ => return Err(ShapeFault::Kind),
        })
    }
}

/// Half bytes, the high half of a byte first.
#[derive(Debug, Default)]
pub(crate) struct Nibbles {
    halves: Vec<u8>,
}

impl Nibbles {
    pub(crate) fn push(&mut self, half: u8) {
        self.halves.push(half);
    }

    /// Three bits per half byte, low first; 8 says that more follow.
    pub(crate) fn number(&mut self, mut number: u32) {
        while number > 7 {
            self.push(8 | (number & 7) as u8);
            number >>= 3;
        }
        self.push(number as u8);
    }

    /// The half bytes, one per byte.
    pub(crate) fn halves(self) -> Vec<u8> {
        self.halves
    }

    /// Whole bytes; a half byte that is left over is followed by a zero.
    fn finish(self) -> Vec<u8> {
        let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
        self.halves.chunks(2).map(pair).collect()
    }
}
