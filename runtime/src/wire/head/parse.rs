//! Parses a head into a graph. Heads come from peers, so their size and depth are limited.

use super::code;
use crate::wire::error::{DecodeError, DecodeErrorKind, ShapeFault};
use crate::wire::graph::{Graph, Kind, KindId, LayoutNode, Member};
use crate::wire::ty::MAX_ID;
use crate::wire::{DEPTH_LIMIT, HEAD_LIMIT};

/// The graph of a head. Offsets in errors count from its start.
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

    /// Three bits per half byte, low first. Only the shortest form is accepted.
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
