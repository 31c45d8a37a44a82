//! Builds the plans for all pairs of types that a message can reach.

use super::{
    Action, FieldPlan, ListPlan, MapPlan, Narrow, Plan, PlanId, RecordPlan, Skip, Step, UnionPlan,
    VariantPlan,
};
use crate::wire::error::ShapeFault;
use crate::wire::graph::{Graph, Kind, KindId, RecordId, UnionId};
use crate::wire::measures::Measures;
use std::collections::HashMap;

/// The plans for reading `peer` as the kind `root` of `own`, and which one to begin with.
pub(super) fn build(
    own: &Graph,
    root: KindId,
    peer: &Graph,
    measures: &Measures,
) -> Result<(Vec<Plan>, PlanId), ShapeFault> {
    let mut builder = Builder {
        own,
        peer,
        measures,
        plans: Vec::new(),
        known: HashMap::new(),
        waiting: Vec::new(),
        left: 2 * (own.kinds() + peer.kinds()) + 256,
    };
    let root = builder.plan(root, peer.root())?;
    builder.finish_waiting()?;
    builder.settle();
    Ok((builder.plans, root))
}

/// Two structs or two unions, ours first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Pair {
    Records(RecordId, RecordId),
    Unions(UnionId, UnionId),
}

struct Builder<'g> {
    own: &'g Graph,
    peer: &'g Graph,
    measures: &'g Measures,
    plans: Vec<Plan>,
    known: HashMap<Pair, PlanId>,
    /// Pairs whose plan has an index but no content yet.
    waiting: Vec<(PlanId, Pair)>,
    /// How many plans and fields may still be made. If every type of one side meets one of the other, as when a schema
    /// grows, there are at most two for each kind. Hostile shapes pair every type with every other.
    left: usize,
}

impl Builder<'_> {
    fn add(&mut self, step: Step) -> Result<PlanId, ShapeFault> {
        self.left = self.left.checked_sub(1).ok_or(ShapeFault::Size)?;
        self.plans.push(Plan { step });
        Ok(PlanId(self.plans.len() as u32 - 1))
    }

    /// The plan for reading the writer's kind as ours. Structs and unions are deferred, so that cycles end.
    fn plan(&mut self, own: KindId, peer: KindId) -> Result<PlanId, ShapeFault> {
        let step = match (self.own.kind(own), self.peer.kind(peer)) {
            (Kind::Record(own), Kind::Record(peer)) => {
                return self.later(Pair::Records(own, peer));
            }
            (Kind::Union(own), Kind::Union(peer)) => {
                return self.later(Pair::Unions(own, peer));
            }
            (Kind::Optional(own), Kind::Optional(peer)) => Step::Optional(self.plan(own, peer)?),
            (Kind::Optional(own), _) => Step::Present(self.plan(own, peer)?),
            (Kind::List(own), Kind::List(peer)) => Step::List(self.list(own, peer)?),
            (Kind::Array(count, own), Kind::Array(written, peer)) if count == written => {
                Step::Array(self.list(own, peer)?)
            }
            (Kind::Map(own, own_value), Kind::Map(peer, value)) => {
                let key = self.plan(own, peer)?;
                let plan = self.plan(own_value, value)?;
                Step::Map(self.map((key, peer), (plan, value)))
            }
            (Kind::List(own), Kind::String) if self.own.kind(own) == Kind::U8 => Step::Same,
            (Kind::String, Kind::List(peer)) if self.peer.kind(peer) == Kind::U8 => Step::Same,
            (Kind::Frozen(own), Kind::Frozen(peer)) => {
                match self.own.layout(own) == self.peer.layout(peer) {
                    true => Step::Same,
                    false => Step::Refused,
                }
            }
            (own, peer) => scalar(own, peer),
        };
        self.add(step)
    }

    fn list(&mut self, own: KindId, peer: KindId) -> Result<ListPlan, ShapeFault> {
        Ok(ListPlan {
            item: self.plan(own, peer)?,
            bits: self.peer.bits(peer),
            least: self.measures.least(peer),
            words: matches!(self.peer.kind(peer), Kind::Uint | Kind::Int),
        })
    }

    fn map(&mut self, key: (PlanId, KindId), value: (PlanId, KindId)) -> MapPlan {
        let least = self.measures.least(key.1);
        MapPlan {
            key: key.0,
            value: value.0,
            key_bits: self.peer.bits(key.1),
            value_bits: self.peer.bits(value.1),
            least: least.saturating_add(self.measures.least(value.1)),
        }
    }

    fn later(&mut self, pair: Pair) -> Result<PlanId, ShapeFault> {
        if let Some(&known) = self.known.get(&pair) {
            return Ok(known);
        }
        let id = self.add(Step::Refused)?;
        self.known.insert(pair, id);
        self.waiting.push((id, pair));
        Ok(id)
    }

    fn finish_waiting(&mut self) -> Result<(), ShapeFault> {
        while let Some((id, pair)) = self.waiting.pop() {
            let step = match pair {
                Pair::Records(own, peer) => Step::Record(self.record(own, peer)?),
                Pair::Unions(own, peer) => Step::Union(self.union(own, peer)?),
            };
            self.plans[id.0 as usize].step = step;
        }
        Ok(())
    }

    fn record(&mut self, own: RecordId, peer: RecordId) -> Result<RecordPlan, ShapeFault> {
        let (ours, theirs) = (self.own.record(own), self.peer.record(peer));
        self.left = self
            .left
            .checked_sub(theirs.len())
            .ok_or(ShapeFault::Size)?;
        let mut bit = 0;
        let mut fields = Vec::with_capacity(theirs.len());
        for field in theirs {
            let bits = self.peer.bits(field.kind);
            let known = ours.binary_search_by_key(&field.id, |ours| ours.id);
            let (action, until) = match known {
                Ok(index) => {
                    let behind = ours.get(index + 1).map_or(u16::MAX, |ours| ours.id);
                    (self.action(ours[index].kind, field.kind)?, behind)
                }
                Err(_) => (Action::Skip(Skip::of(self.peer, field.kind)), field.id),
            };
            fields.push(FieldPlan {
                id: field.id,
                until,
                bit,
                bits,
                action,
            });
            bit += bits;
        }
        Ok(RecordPlan {
            bits: bit,
            complete: ours.len() == fields.len(),
            fields,
        })
    }

    fn action(&mut self, own: KindId, peer: KindId) -> Result<Action, ShapeFault> {
        Ok(match (self.own.kind(own), self.peer.kind(peer)) {
            (Kind::Optional(_), _) => Action::Read(self.plan(own, peer)?),
            (_, Kind::Optional(inner)) => Action::ReadIfPresent(self.plan(own, inner)?),
            _ => Action::Read(self.plan(own, peer)?),
        })
    }

    fn union(&mut self, own: UnionId, peer: UnionId) -> Result<UnionPlan, ShapeFault> {
        let ours = &self.own.union(own).variants;
        let theirs = &self.peer.union(peer).variants;
        self.left = self
            .left
            .checked_sub(theirs.len())
            .ok_or(ShapeFault::Size)?;
        let mut variants = Vec::with_capacity(theirs.len());
        for variant in theirs {
            let plan = match ours.binary_search_by_key(&variant.id, |ours| ours.id) {
                Ok(index) => Some(self.plan(ours[index].kind, variant.kind)?),
                Err(_) => None,
            };
            variants.push(VariantPlan {
                id: variant.id,
                kind: variant.kind,
                bits: self.peer.bits(variant.kind),
                plan,
            });
        }
        Ok(UnionPlan {
            union: peer,
            variants,
        })
    }

    /// Turns every plan that changes nothing into [`Step::Same`], so that equal parts are decoded at full speed.
    ///
    /// A plan changes something if its own step does, or if a plan that it uses does. Unions stay, because only their
    /// plan knows which of the writer's variants are described.
    fn settle(&mut self) {
        // Which plan is used by which, as linked lists: the last use of each plan, and for each use the one before it.
        // A `Vec` for each plan would take ten times the memory.
        let mut last: Vec<Option<u32>> = vec![None; self.plans.len()];
        let mut uses: Vec<(u32, Option<u32>)> = Vec::new();
        let mut changing = Vec::new();
        for (user, plan) in (0..).zip(&self.plans) {
            let settled = plan.step.uses(&mut |used| {
                let before = last[used.0 as usize].replace(uses.len() as u32);
                uses.push((user, before));
            });
            if !settled {
                changing.push(user);
            }
        }
        let mut changes = vec![false; self.plans.len()];
        while let Some(changed) = changing.pop() {
            if !core::mem::replace(&mut changes[changed as usize], true) {
                let mut next = last[changed as usize];
                while let Some((user, before)) = next.map(|place| uses[place as usize]) {
                    changing.push(user);
                    next = before;
                }
            }
        }
        for (plan, changed) in self.plans.iter_mut().zip(&changes) {
            match &mut plan.step {
                step if !changed => *step = Step::Same,
                Step::Record(record) => record.settle(&changes),
                _ => {}
            }
        }
    }
}

impl RecordPlan {
    /// Merges fields whose plans change nothing into runs, where ours follow each other as the writer's do.
    fn settle(&mut self, changes: &[bool]) {
        for field in &mut self.fields {
            if let Action::Read(plan) = field.action
                && !changes[plan.0 as usize]
            {
                field.action = Action::Same;
            }
        }
        self.fields.dedup_by(|field, run| {
            let joins = matches!((run.action, field.action), (Action::Same, Action::Same))
                && run.until == field.id
                && run.bits + field.bits <= u64::BITS;
            if joins {
                run.until = field.until;
                run.bits += field.bits;
            }
            joins
        });
    }
}

impl Step {
    /// Passes the plans that this one uses to `each`. Returns false if the step itself changes something.
    fn uses(&self, each: &mut dyn FnMut(PlanId)) -> bool {
        match self {
            Self::Same => true,
            Self::Refused | Self::Widen(_) | Self::Present(_) | Self::Union(_) => false,
            Self::Optional(inner) => {
                each(*inner);
                true
            }
            Self::List(list) | Self::Array(list) => {
                each(list.item);
                true
            }
            Self::Map(map) => {
                each(map.key);
                each(map.value);
                true
            }
            Self::Record(record) => {
                record.complete
                    && record.fields.iter().all(|field| match field.action {
                        Action::Read(plan) => {
                            each(plan);
                            true
                        }
                        Action::Same => true,
                        Action::ReadIfPresent(_) | Action::Skip(_) => false,
                    })
            }
        }
    }
}

/// Kinds without parts: equal, widened or refused.
fn scalar(own: Kind, peer: Kind) -> Step {
    match (own, peer) {
        (Kind::U16 | Kind::Uint | Kind::U128, Kind::U8) => Step::Widen(Narrow::U8),
        (Kind::Uint | Kind::U128, Kind::U16) => Step::Widen(Narrow::U16),
        (Kind::U128, Kind::Uint) => Step::Widen(Narrow::Uint),
        (Kind::I16 | Kind::Int | Kind::I128, Kind::I8) => Step::Widen(Narrow::I8),
        (Kind::Int | Kind::I128, Kind::I16) => Step::Widen(Narrow::I16),
        (Kind::I128, Kind::Int) => Step::Widen(Narrow::Int),
        (own, peer) if own == peer && own.is_scalar() => Step::Same,
        _ => Step::Refused,
    }
}
