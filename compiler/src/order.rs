//! Topological order and cycles.
//!
//! Nodes are numbers `0..n` with edges to what they depend on. Nothing here recurses, so a chain may have any length.

use std::collections::{BTreeMap, VecDeque};

/// A step of the order: a node, or a cycle of nodes.
pub(crate) enum Step {
    /// A node outside any cycle.
    Node(usize),
    /// Nodes that depend on each other, ascending, and a shortest cycle among them, which begins with its lowest node.
    Cycle {
        members: Vec<usize>,
        path: Vec<usize>,
    },
}

/// All nodes, each after those that it depends on.
pub(crate) fn steps(edges: &[Vec<usize>]) -> impl Iterator<Item = Step> {
    groups(edges).into_iter().map(|members| match members[..] {
        [node] if !edges[node].contains(&node) => Step::Node(node),
        _ => Step::Cycle {
            path: cycle(&members, edges),
            members,
        },
    })
}

/// The strongly connected components, each after those that it depends on. A node outside any cycle is a group of its
/// own. The members of a group ascend.
pub(crate) fn groups(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        edges,
        number: vec![UNSEEN; edges.len()],
        low: vec![0; edges.len()],
        waiting: Vec::new(),
        is_waiting: vec![false; edges.len()],
        next: 0,
        groups: Vec::new(),
    };
    for node in 0..edges.len() {
        if search.number[node] == UNSEEN {
            search.visit(node);
        }
    }
    search.groups
}

/// Whether a group of [`groups`] is a cycle.
pub(crate) fn is_cycle(group: &[usize], edges: &[Vec<usize>]) -> bool {
    group.len() > 1 || edges[group[0]].contains(&group[0])
}

/// A shortest cycle within `group`, beginning with its lowest node.
fn cycle(group: &[usize], edges: &[Vec<usize>]) -> Vec<usize> {
    let start = group[0];
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &next in &edges[node] {
            if next == start {
                return path_back(node, start, &from);
            }
            if !from.contains_key(&next) && group.binary_search(&next).is_ok() {
                from.insert(next, node);
                queue.push_back(next);
            }
        }
    }
    vec![start]
}

fn path_back(last: usize, start: usize, from: &BTreeMap<usize, usize>) -> Vec<usize> {
    let mut path = vec![last];
    let mut node = last;
    while node != start {
        let Some(&before) = from.get(&node) else {
            break;
        };
        path.push(before);
        node = before;
    }
    path.reverse();
    path
}

const UNSEEN: usize = usize::MAX;

/// Tarjan's algorithm with an explicit stack.
struct Search<'a> {
    edges: &'a [Vec<usize>],
    number: Vec<usize>,
    low: Vec<usize>,
    waiting: Vec<usize>,
    is_waiting: Vec<bool>,
    next: usize,
    groups: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn visit(&mut self, root: usize) {
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, edge)) = path.last_mut() {
            let node = *node;
            match self.edges[node].get(*edge) {
                Some(&next) => {
                    *edge += 1;
                    if self.number[next] == UNSEEN {
                        self.enter(next);
                        path.push((next, 0));
                    } else if self.is_waiting[next] {
                        self.low[node] = self.low[node].min(self.number[next]);
                    }
                }
                None => {
                    path.pop();
                    if let Some(&(parent, _)) = path.last() {
                        self.low[parent] = self.low[parent].min(self.low[node]);
                    }
                    self.leave(node);
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.number[node] = self.next;
        self.low[node] = self.next;
        self.next += 1;
        self.waiting.push(node);
        self.is_waiting[node] = true;
    }

    fn leave(&mut self, node: usize) {
        if self.low[node] != self.number[node] {
            return;
        }
        let mut group = Vec::new();
        while let Some(member) = self.waiting.pop() {
            self.is_waiting[member] = false;
            group.push(member);
            if member == node {
                break;
            }
        }
        group.sort_unstable();
        self.groups.push(group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_come_first() {
        let edges = [vec![1], vec![2], vec![]];
        assert_eq!(groups(&edges), [[2], [1], [0]]);
    }

    #[test]
    fn a_cycle_is_one_group_with_its_shortest_path() {
        let edges = [vec![1], vec![2, 3], vec![3], vec![0]];
        assert_eq!(groups(&edges), [[0, 1, 2, 3]]);
        assert_eq!(cycle(&[0, 1, 2, 3], &edges), [0, 1, 3]);
    }

    #[test]
    fn a_chain_of_any_length_is_fine() {
        let edges: Vec<_> = (1..=100_000).map(|n| vec![n]).chain([vec![]]).collect();
        assert_eq!(groups(&edges).len(), 100_001);
    }
}
