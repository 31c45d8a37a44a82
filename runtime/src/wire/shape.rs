//! The shapes of our own types, with caches of how to read bodies of other shapes.

use super::error::{DecodeError, DecodeErrorKind, Result};
use super::graph::{Graph, Kind, KindId};
use super::head;
use super::measures::Measures;
use super::peer::PeerShape;
use super::plan::Table;
use super::ty::Type;
use super::used::Used;
use super::value::Wire;
use core::any::TypeId;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// How much memory the readings of one type may take, and likewise the heads for its messages. A full cache is emptied.
/// The bound is needed because peers choose heads.
const READINGS_LIMIT: usize = 2 * 1024 * 1024;
const HEADS_LIMIT: usize = 64 * 1024;

/// The shape of one of our types: what it tells a reader, and how to read writers that tell something else.
#[derive(Debug)]
pub struct Shape {
    pub(super) key: TypeId,
    graph: Graph,
    negotiated: Box<[u8]>,
    /// The head of a message without any variants of unions.
    plain: Box<[u8]>,
    /// Whether readers accept the head: the types of a schema can be nested deeper than a head may be.
    readable: bool,
    readings: RwLock<Cache<Readings>>,
    heads: RwLock<Cache<Heads>>,
}

/// How to read the body after a head, sorted by head.
type Readings = Vec<(Box<[u8]>, Arc<Reading>)>;

/// The variants that occur, sorted, and the head that describes them.
type Heads = Vec<(Used<TypeId>, Arc<[u8]>)>;

/// A cache, and how much memory its entries account for.
#[derive(Debug, Default)]
struct Cache<T> {
    kept: T,
    weight: usize,
}

/// How to read bodies after a head.
#[derive(Debug)]
pub(super) enum Reading {
    /// The writer's shape is ours; the variants that the head describes.
    Own(Used<TypeId>),
    Planned(Table),
}

impl Reading {
    /// How much memory it takes.
    fn memory(&self) -> usize {
        match self {
            Self::Own(described) => size_of::<Self>() + described.memory(),
            Self::Planned(table) => table.memory(),
        }
    }
}

impl Shape {
    /// The shape of the type with this key, whose values take at least `least` bits.
    fn new(key: TypeId, ty: Type, least: u32) -> Self {
        let graph = Graph::of(ty);
        debug_assert!(
            Measures::of(&graph).is_ok_and(|all| u64::from(least) <= all.least(graph.root())),
            "the least size that a type states must not exceed its true least size"
        );
        let negotiated = head::write(&graph, graph.root(), &mut |_, _, _| true);
        let plain = head::write(&graph, graph.root(), &mut |_, _, _| false);
        Self {
            key,
            readable: PeerShape::parse(&negotiated).is_ok(),
            negotiated: negotiated.into(),
            plain: plain.into(),
            graph,
            readings: RwLock::default(),
            heads: RwLock::default(),
        }
    }

    /// The head that describes the whole shape to a peer, sent once per connection.
    pub fn head(&self) -> &[u8] {
        &self.negotiated
    }

    /// The head of a message without any variants of unions.
    pub(super) fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// Whether readers accept the head.
    pub(super) fn readable(&self) -> bool {
        self.readable
    }

    pub(super) fn has_unions(&self) -> bool {
        self.graph.unions() > 0
    }

    /// The head of a message in which these variants occur.
    pub(super) fn head_for(&self, used: &Used<TypeId>) -> Arc<[u8]> {
        let known = self.heads.read().unwrap_or_else(PoisonError::into_inner);
        if let Ok(place) = known.kept.binary_search_by_key(&used, |(used, _)| used) {
            return known.kept[place].1.clone();
        }
        drop(known);
        let head: Arc<[u8]> = self
            .describe(&mut |_, key, id| used.contains(key, id))
            .into();
        let mut known = self.heads.write().unwrap_or_else(PoisonError::into_inner);
        if known.admits(head.len() + 16 * used.len(), HEADS_LIMIT) {
            known.kept.clear();
        }
        let place = known.kept.binary_search_by_key(&used, |(used, _)| used);
        if let Err(place) = place {
            known.kept.insert(place, (used.clone(), head.clone()));
        }
        head
    }

    /// The head that describes the variants for which `describes` (number and type of the union, id) returns true.
    fn describe(&self, describes: &mut dyn FnMut(u32, TypeId, u16) -> bool) -> Vec<u8> {
        head::write(&self.graph, self.graph.root(), &mut |number, union, id| {
            let key = self.graph.union(union).key;
            key.is_some_and(|key| describes(number, key, id))
        })
    }

    /// How to read the bodies after a head.
    pub(super) fn reading(&self, head: &[u8]) -> Result<Arc<Reading>> {
        let known = self.readings.read().unwrap_or_else(PoisonError::into_inner);
        if let Ok(place) = place(&known.kept, head) {
            return Ok(known.kept[place].1.clone());
        }
        drop(known);
        let reading = Arc::new(self.work_out(head)?);
        let mut known = self
            .readings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if known.admits(head.len() + reading.memory(), READINGS_LIMIT) {
            known.kept.clear();
        }
        if let Err(place) = place(&known.kept, head) {
            known.kept.insert(place, (head.into(), reading.clone()));
        }
        Ok(reading)
    }

    fn work_out(&self, head: &[u8]) -> Result<Reading> {
        let peer = head::parse(head)?;
        let mut used = Used::default();
        let ours = self.describe(&mut |number, key, id| {
            let union = peer.union_id(number).map(|union| peer.union(union));
            let described = union.is_some_and(|union| union.variant(id).is_some());
            if described {
                used.add(key, id);
            }
            described
        });
        if ours == head {
            return Ok(Reading::Own(used));
        }
        self.table(self.graph.root(), peer).map(Reading::Planned)
    }

    /// How to read a payload that brings its own head, as a variant of this union.
    pub(super) fn of_payload(&self, variant: u16, head: &[u8]) -> Result<Table> {
        let peer = head::parse(head)?;
        let member = match self.graph.kind(self.graph.root()) {
            Kind::Union(union) => self.graph.union(union).variant(variant),
            _ => None,
        };
        let undescribed = DecodeErrorKind::Undescribed(variant);
        let member = member.ok_or_else(|| DecodeError::new(undescribed, 0))?;
        self.table(member.kind, peer)
    }

    /// How to read `peer` as one of our kinds.
    fn table(&self, kind: KindId, peer: Graph) -> Result<Table> {
        Table::new(&self.graph, kind, peer)
            .map_err(|fault| DecodeError::new(DecodeErrorKind::Shape(fault), 0))
    }
}

/// The index of the reading for a head, or where to insert it.
fn place(readings: &Readings, head: &[u8]) -> core::result::Result<usize, usize> {
    readings.binary_search_by(|(known, _)| (**known).cmp(head))
}

impl<T> Cache<T> {
    /// Accounts for another entry. Returns true if the cache must be emptied first.
    fn admits(&mut self, weight: usize, limit: usize) -> bool {
        self.weight += weight + 64;
        let full = self.weight > limit;
        if full {
            self.weight = weight + 64;
        }
        full
    }
}

/// Holds the shape of one type, for generated code.
#[derive(Debug)]
pub struct ShapeCell(OnceLock<Shape>);

impl ShapeCell {
    /// An empty cell.
    #[expect(clippy::new_without_default, reason = "made only in statics")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The shape of `T`, which is the same type at every call.
    pub fn of<T: Wire>(&self) -> &Shape {
        match self.0.get() {
            Some(shape) => shape,
            None => self.make(TypeId::of::<T>(), T::ty, T::MIN),
        }
    }

    fn make(&self, key: TypeId, ty: fn() -> Type, least: u32) -> &Shape {
        self.0.get_or_init(|| Shape::new(key, ty(), least))
    }
}

/// The shape of any type, computed once per type: for generic types, which cannot have a static of their own.
pub fn shape_of<T: Wire>() -> &'static Shape {
    shape_by_key(TypeId::of::<T>(), T::ty, T::MIN)
}

fn shape_by_key(key: TypeId, ty: fn() -> Type, least: u32) -> &'static Shape {
    /// Sorted by key.
    static SHAPES: RwLock<Vec<&'static Shape>> = RwLock::new(Vec::new());
    let place = |shapes: &[&Shape]| shapes.binary_search_by_key(&key, |shape| shape.key);
    let known = SHAPES.read().unwrap_or_else(PoisonError::into_inner);
    if let Ok(place) = place(&known) {
        return known[place];
    }
    drop(known);
    let shape = Shape::new(key, ty(), least);
    let mut shapes = SHAPES.write().unwrap_or_else(PoisonError::into_inner);
    if let Err(place) = place(&shapes) {
        shapes.insert(place, Box::leak(Box::new(shape)));
    }
    let place = place(&shapes).expect("the shape was put there if it was not");
    shapes[place]
}
