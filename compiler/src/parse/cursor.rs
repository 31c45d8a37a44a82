//! Walks over the children of a pair.

use std::mem;

use sinew_grammar::{Pair, Pairs, Rule};

/// A pair of the grammar.
pub(super) type Node<'i> = Pair<'i, Rule>;

/// The remaining children of a pair.
pub(super) struct Cursor<'i> {
    next: Option<Node<'i>>,
    rest: Pairs<'i, Rule>,
    /// End of the last child taken.
    last_end: Option<usize>,
}

impl<'i> Cursor<'i> {
    /// Begins at the first child of `pair`.
    pub(super) fn new(pair: &Node<'i>) -> Self {
        let mut rest = pair.clone().into_inner();
        Self {
            next: rest.next(),
            rest,
            last_end: None,
        }
    }

    /// The next child, whatever it is.
    pub(super) fn next(&mut self) -> Option<Node<'i>> {
        let pair = mem::replace(&mut self.next, self.rest.next())?;
        self.last_end = Some(end_of(&pair));
        Some(pair)
    }

    /// The next child, if it is a `rule`.
    pub(super) fn take(&mut self, rule: Rule) -> Option<Node<'i>> {
        if self.peek() == Some(rule) {
            self.next()
        } else {
            None
        }
    }

    /// The next child, which the grammar says is a `rule`.
    ///
    /// # Panics
    /// If the grammar and its caller disagree.
    pub(super) fn expect(&mut self, rule: Rule) -> Node<'i> {
        match self.next() {
            Some(pair) if pair.as_rule() == rule => pair,
            other => panic!("the grammar promises {rule:?} here, not {other:?}"),
        }
    }

    /// End of the last child taken.
    ///
    /// # Panics
    /// If none was taken.
    pub(super) fn last_end(&self) -> usize {
        self.last_end.expect("something was taken")
    }

    /// The rule of the next child.
    pub(super) fn peek(&self) -> Option<Rule> {
        self.next.as_ref().map(Node::as_rule)
    }

    /// Where the next child starts.
    pub(super) fn peek_start(&self) -> Option<usize> {
        self.next.as_ref().map(|pair| pair.as_span().start())
    }

    /// All children that are a `rule`, up to the first that is not.
    pub(super) fn take_all(&mut self, rule: Rule) -> Vec<Node<'i>> {
        std::iter::from_fn(|| self.take(rule)).collect()
    }

    /// All children that are left and are a `rule`; punctuation between them is dropped.
    pub(super) fn rest_of(self, rule: Rule) -> impl Iterator<Item = Node<'i>> {
        let left = self.next.into_iter().chain(self.rest);
        left.filter(move |pair| pair.as_rule() == rule)
    }
}

/// Where the last token in `pair` ends. A pest pair includes white space before an optional part that is absent.
pub(super) fn end_of(pair: &Node<'_>) -> usize {
    pair.as_span().start() + pair.as_str().trim_ascii_end().len()
}
