//! How to read a writer whose shape differs from ours: which field goes where, what is converted and what is skipped.
//!
//! A table is built once for a pair of shapes; `planned` follows it.

use super::error::ShapeFault;
use super::graph::{Graph, KindId, UnionId};
use super::measures::Measures;
use super::skip::Skipper;

mod build;

/// How to read values of one of our types from one of the writer's.
#[derive(Debug)]
pub struct Plan {
    pub(super) step: Step,
}

impl Plan {
    /// The plan for a writer whose shape is ours.
    pub const fn same() -> &'static Self {
        &Self { step: Step::Same }
    }

    /// Whether the writer's values are read as our own.
    #[inline]
    pub(crate) fn is_same(&self) -> bool {
        matches!(self.step, Step::Same)
    }
}

/// An index into [`Table::plans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlanId(u32);

#[derive(Debug)]
pub(super) enum Step {
    /// Like our own values.
    Same,
    /// Not at all: a value of this kind is an error.
    Refused,
    /// A narrower number of the writer.
    Widen(Narrow),
    /// The writer's value is always there, ours is optional.
    Present(PlanId),
    /// Both are optional.
    Optional(PlanId),
    /// A list or set.
    List(ListPlan),
    Map(MapPlan),
    /// This many values.
    Array(ListPlan),
    Record(RecordPlan),
    Union(UnionPlan),
}

impl Step {
    /// How much memory the step takes outside itself.
    fn memory(&self) -> usize {
        match self {
            Self::Same | Self::Refused | Self::Widen(_) | Self::Present(_) | Self::Optional(_) => 0,
            Self::List(_) | Self::Map(_) | Self::Array(_) => 0,
            Self::Record(record) => record.fields.capacity() * size_of::<FieldPlan>(),
            Self::Union(union) => union.variants.capacity() * size_of::<VariantPlan>(),
        }
    }
}

/// The number types that can be read into wider ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Narrow {
    U8,
    I8,
    U16,
    I16,
    Uint,
    Int,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ListPlan {
    pub(super) item: PlanId,
    /// Header bits of one of the writer's elements.
    pub(super) bits: u32,
    /// Least bits of one of the writer's elements.
    pub(super) least: u64,
    /// Whether the writer's elements are numbers of one width.
    pub(super) words: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct MapPlan {
    pub(super) key: PlanId,
    pub(super) value: PlanId,
    pub(super) key_bits: u32,
    pub(super) value_bits: u32,
    pub(super) least: u64,
}

#[derive(Debug)]
pub(super) struct RecordPlan {
    /// Header bits of the writer's struct.
    pub(super) bits: u32,
    /// The writer's fields, in its order.
    pub(super) fields: Vec<FieldPlan>,
    /// Whether we have no other fields.
    pub(super) complete: bool,
}

/// How to read one of the writer's fields, or a run of them.
#[derive(Debug)]
pub(super) struct FieldPlan {
    /// The id of the first one.
    pub(super) id: u16,
    /// Our fields from that one up to this id are read; none if the field is skipped.
    pub(super) until: u16,
    /// Where the header bits begin.
    pub(super) bit: u32,
    /// How many there are.
    pub(super) bits: u32,
    pub(super) action: Action,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// Like our own values.
    Same,
    Read(PlanId),
    /// The writer's field is optional and ours is not: it is read if it is there.
    ReadIfPresent(PlanId),
    Skip(Skip),
}

/// How to skip a value. The common cases are stored directly, without a look at the writer's types.
#[derive(Clone, Copy, Debug)]
pub(super) enum Skip {
    /// This many bytes.
    Width(usize),
    /// A number in prefix form.
    Number,
    /// A length and that many bytes.
    Sized,
    /// Any value of this kind.
    Kind(KindId),
}

#[derive(Debug)]
pub(super) struct UnionPlan {
    pub(super) union: UnionId,
    /// The writer's variants, in ascending order of ids.
    pub(super) variants: Vec<VariantPlan>,
}

impl UnionPlan {
    /// The writer's variant with this id.
    pub(super) fn variant(&self, id: u16) -> Option<VariantPlan> {
        let found = self
            .variants
            .binary_search_by_key(&id, |variant| variant.id);
        found.ok().map(|index| self.variants[index])
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct VariantPlan {
    pub(super) id: u16,
    /// The writer's payload.
    pub(super) kind: KindId,
    /// Header bits of the writer's payload.
    pub(super) bits: u32,
    /// How to read it, if we know the variant.
    pub(super) plan: Option<PlanId>,
}

/// Plans for all pairs of types that a message can reach.
#[derive(Debug)]
pub(crate) struct Table {
    plans: Vec<Plan>,
    root: PlanId,
    pub(super) root_bits: u32,
    /// The writer's types, for skipping what we do not know.
    pub(super) peer: Graph,
    pub(super) skipper: Skipper,
    /// How many variants the writer describes.
    pub(super) described: usize,
}

impl Table {
    /// The table for reading `peer` as one of our own kinds.
    pub(super) fn new(own: &Graph, root: KindId, peer: Graph) -> Result<Self, ShapeFault> {
        let measures = Measures::of(&peer)?;
        let (plans, root) = build::build(own, root, &peer, &measures)?;
        let root_bits = peer.bits(peer.root());
        let unions = (0..).map_while(|number| peer.union_id(number));
        let described = unions.map(|id| peer.union(id).variants.len()).sum();
        let skipper = Skipper::new(measures);
        Ok(Self {
            plans,
            root,
            root_bits,
            peer,
            skipper,
            described,
        })
    }

    /// How much memory the table takes.
    pub(super) fn memory(&self) -> usize {
        let plans = self.plans.iter().map(|plan| plan.step.memory());
        let plans = plans.sum::<usize>() + self.plans.capacity() * size_of::<Plan>();
        size_of::<Self>() + plans + self.peer.memory() + self.skipper.memory()
    }

    pub(super) fn plan(&self, id: PlanId) -> &Plan {
        &self.plans[id.0 as usize]
    }

    pub(super) fn root(&self) -> &Plan {
        self.plan(self.root)
    }
}
