//! The least size of every type of a graph, and whether its values can be finite.

use super::DEPTH_LIMIT;
use super::error::ShapeFault;
use super::graph::{Graph, Kind, KindId, RecordId};

/// Computed once for a peer's graph, before any of its counts is trusted.
#[derive(Debug)]
pub(crate) struct Measures {
    /// The least number of bits of a value, by kind.
    least: Vec<u64>,
}

impl Measures {
    /// Measures a graph. A struct that directly contains itself has no finite values and is refused.
    pub(crate) fn of(graph: &Graph) -> Result<Self, ShapeFault> {
        let mut measuring = Measuring {
            graph,
            records: vec![Progress::New; graph.records()],
        };
        let least = graph
            .kind_ids()
            .map(|id| measuring.kind(id, 0).map(|size| size.bits));
        Ok(Self {
            least: least.collect::<Result<_, _>>()?,
        })
    }

    /// The least number of bits that a value takes, its header bits included.
    pub(crate) fn least(&self, kind: KindId) -> u64 {
        self.least[kind.index()]
    }

    /// How much memory the measures take outside themselves.
    pub(crate) fn memory(&self) -> usize {
        self.least.capacity() * size_of::<u64>()
    }
}

#[derive(Clone, Copy)]
enum Progress {
    New,
    Open,
    Done(Size),
}

/// The least size of a value, and how many structs and arrays are certainly nested in it.
#[derive(Clone, Copy)]
struct Size {
    bits: u64,
    height: u32,
}

impl Size {
    /// The size of a value with parts, of which the deepest has this height.
    fn around(bits: u64, height: u32) -> Result<Self, ShapeFault> {
        match height < DEPTH_LIMIT {
            true => Ok(Self {
                bits,
                height: height + 1,
            }),
            false => Err(ShapeFault::Depth),
        }
    }
}

struct Measuring<'g> {
    graph: &'g Graph,
    records: Vec<Progress>,
}

impl Measuring<'_> {
    fn kind(&mut self, id: KindId, depth: u32) -> Result<Size, ShapeFault> {
        if depth > DEPTH_LIMIT {
            return Err(ShapeFault::Depth);
        }
        let bits = match self.graph.kind(id) {
            Kind::Bool | Kind::Optional(_) => u64::from(self.graph.bits(id)),
            Kind::U8 | Kind::I8 | Kind::Uint | Kind::Int | Kind::String | Kind::List(_) => 8,
            Kind::Map(..) | Kind::Future(_) => 8,
            Kind::U16 | Kind::I16 | Kind::Decimal | Kind::Union(_) => 16,
            Kind::F32 => 32,
            Kind::F64 => 64,
            Kind::U128 | Kind::I128 | Kind::Uuid => 128,
            Kind::Frozen(layout) => self.graph.layout(layout).size.saturating_mul(8),
            Kind::Array(count, item) => return self.array(u64::from(count), item, depth),
            Kind::Record(record) => return self.record(record, depth),
        };
        Ok(Size { bits, height: 0 })
    }

    fn array(&mut self, count: u64, item: KindId, depth: u32) -> Result<Size, ShapeFault> {
        let Size { bits, height } = self.kind(item, depth + 1)?;
        let header = u64::from(self.graph.bits(item));
        let body = (bits - header).saturating_mul(count);
        let header = header.saturating_mul(count).div_ceil(8).saturating_mul(8);
        Size::around(body.saturating_add(header), height)
    }

    fn record(&mut self, id: RecordId, depth: u32) -> Result<Size, ShapeFault> {
        match self.records[id.index()] {
            Progress::Done(size) => return Ok(size),
            Progress::Open => return Err(ShapeFault::Infinite),
            Progress::New => self.records[id.index()] = Progress::Open,
        }
        let (mut header, mut body, mut height) = (0, 0_u64, 0);
        for field in self.graph.record(id) {
            let size = self.kind(field.kind, depth + 1)?;
            let bits = u64::from(self.graph.bits(field.kind));
            header += bits;
            body = body.saturating_add(size.bits - bits);
            height = height.max(size.height);
        }
        let bits = body.saturating_add(header.div_ceil(8) * 8).max(8);
        let size = Size::around(bits, height)?;
        self.records[id.index()] = Progress::Done(size);
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::graph::Member;

    #[test]
    fn a_struct_that_is_only_itself_has_no_size() {
        let mut graph = Graph::default();
        let record = graph.open_record();
        let kind = graph.add_kind(Kind::Record(record));
        graph.close_record(record, vec![Member { id: 1, kind }]);
        graph.set_root(kind);
        assert_eq!(Measures::of(&graph).err(), Some(ShapeFault::Infinite));
    }
}
