//! Shapes as bytes: the head of a message from a graph, and a graph from a head.
//!
//! A head is the kind of the root, then for each union, in the order in which they were opened, the variants that
//! are described. Both are written in half bytes, the high half first.

use super::graph::{Graph, Kind, KindId, Member, RecordId, UnionId};

mod parse;

pub(crate) use parse::parse;

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

/// The kinds that are a single code: a half byte, or a half byte after `F`.
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

/// Writes the head of a value of kind `root`; `describes` decides which variants of a union it lists.
pub(crate) fn write(
    graph: &Graph,
    root: KindId,
    describes: &mut dyn FnMut(u32, UnionId, u16) -> bool,
) -> Vec<u8> {
    let mut writer = HeadWriter {
        graph,
        out: Nibbles::default(),
        records: vec![None; graph.records()],
        unions: vec![None; graph.unions()],
        structs: 0,
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
    /// The numbers of the structs and unions that were written before.
    records: Vec<Option<u32>>,
    unions: Vec<Option<u32>>,
    structs: u32,
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
        if let Some(number) = self.records[id.index()] {
            return self.more(code::MORE_RECORD_AGAIN, number);
        }
        self.records[id.index()] = Some(self.structs);
        self.structs += 1;
        self.out.push(code::RECORD);
        self.members(self.graph.record(id).iter());
    }

    fn union(&mut self, id: UnionId) {
        if let Some(number) = self.unions[id.index()] {
            return self.more(code::MORE_UNION_AGAIN, number);
        }
        self.unions[id.index()] = Some(self.opened.len() as u32);
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

/// Half bytes, the high half of a byte first.
#[derive(Debug, Default)]
pub(crate) struct Nibbles {
    halves: Vec<u8>,
}

impl Nibbles {
    pub(crate) fn push(&mut self, half: u8) {
        self.halves.push(half);
    }

    /// Three bits per half byte, low first; the fourth bit says that more follow.
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

    /// The whole bytes. A last half byte is padded with zero.
    fn finish(self) -> Vec<u8> {
        let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
        self.halves.chunks(2).map(pair).collect()
    }
}
