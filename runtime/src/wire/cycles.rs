//! Which structs and unions can contain themselves. Only these count towards the depth of a value.

use super::graph::{Graph, Kind, KindId, Member, RecordId, UnionId};

/// The structs and unions of a graph that lie on a cycle.
#[derive(Debug)]
pub(crate) struct Cycles {
    records: Vec<bool>,
    unions: Vec<bool>,
}

impl Cycles {
    /// Finds the cycles of a graph, in time linear in its size.
    pub(crate) fn of(graph: &Graph) -> Self {
        let mut on_cycle = Search::new(edges(graph)).run();
        let unions = on_cycle.split_off(graph.records());
        Self {
            records: on_cycle,
            unions,
        }
    }

    pub(crate) fn has_record(&self, id: RecordId) -> bool {
        self.records[id.index()]
    }

    pub(crate) fn has_union(&self, id: UnionId) -> bool {
        self.unions[id.index()]
    }
}

/// For each struct, then for each union, the structs and unions that it holds.
fn edges(graph: &Graph) -> Vec<Vec<usize>> {
    let mut edges = Vec::with_capacity(graph.records() + graph.unions());
    for members in graph.all_members() {
        let mut held = Vec::new();
        for Member { kind, .. } in members {
            collect(graph, *kind, &mut held);
        }
        edges.push(held);
    }
    edges
}

/// Kinds are trees whose depth is limited where they are parsed.
fn collect(graph: &Graph, kind: KindId, held: &mut Vec<usize>) {
    match graph.kind(kind) {
        Kind::Record(record) => held.push(record.index()),
        Kind::Union(union) => held.push(graph.records() + union.index()),
        Kind::Optional(inner) | Kind::List(inner) | Kind::Array(_, inner) => {
            collect(graph, inner, held);
        }
        Kind::Map(key, value) => {
            collect(graph, key, held);
            collect(graph, value, held);
        }
        _ => {}
    }
}

/// Tarjan's search for strongly connected parts, on a stack of its own.
struct Search {
    edges: Vec<Vec<usize>>,
    /// When a node was found, from 1 on; 0 is not yet.
    found: Vec<usize>,
    /// The earliest open node that can be reached.
    low: Vec<usize>,
    open: Vec<bool>,
    trail: Vec<usize>,
    on_cycle: Vec<bool>,
    clock: usize,
}

impl Search {
    fn new(edges: Vec<Vec<usize>>) -> Self {
        let count = edges.len();
        Self {
            edges,
            found: vec![0; count],
            low: vec![0; count],
            open: vec![false; count],
            trail: Vec::new(),
            on_cycle: vec![false; count],
            clock: 0,
        }
    }

    fn run(mut self) -> Vec<bool> {
        for node in 0..self.edges.len() {
            if self.found[node] == 0 {
                self.from(node);
            }
        }
        self.on_cycle
    }

    fn from(&mut self, start: usize) {
        let mut path = vec![(start, 0)];
        self.enter(start);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let Some(&to) = self.edges[node].get(*next) else {
                path.pop();
                self.leave(node, path.last().map(|(parent, _)| *parent));
                continue;
            };
            *next += 1;
            if to == node {
                self.on_cycle[node] = true;
            } else if self.found[to] == 0 {
                self.enter(to);
                path.push((to, 0));
            } else if self.open[to] {
                self.low[node] = self.low[node].min(self.found[to]);
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.clock += 1;
        self.found[node] = self.clock;
        self.low[node] = self.clock;
        self.open[node] = true;
        self.trail.push(node);
    }

    fn leave(&mut self, node: usize, parent: Option<usize>) {
        if let Some(parent) = parent {
            self.low[parent] = self.low[parent].min(self.low[node]);
        }
        if self.low[node] != self.found[node] {
            return;
        }
        let place = self.trail.iter().rposition(|&open| open == node);
        let part = self.trail.split_off(place.unwrap_or_default());
        for &member in &part {
            self.open[member] = false;
            self.on_cycle[member] |= part.len() > 1;
        }
    }
}
