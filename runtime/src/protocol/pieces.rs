//! Pieces of a stream, each in the memory in which it arrived. Knows no messages.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

/// Pieces, none of which is empty.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// The first piece, which is being read; empty if there is none.
    front: Bytes,
    rest: VecDeque<Bytes>,
    /// Bytes in `rest`.
    behind: usize,
}

impl Pieces {
    /// A shorter piece is copied, because it could keep a much larger allocation alive.
    const LEAST: usize = 8 << 10;

    /// Whether to share a piece rather than copy it.
    pub(super) fn is_worth(piece: &[u8]) -> bool {
        piece.len() >= Self::LEAST
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.front.len() + self.behind
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.front.is_empty()
    }

    #[inline]
    pub(super) fn front(&self) -> Option<&Bytes> {
        match self.is_empty() {
            true => None,
            false => Some(&self.front),
        }
    }

    pub(super) fn push(&mut self, piece: Bytes) {
        if self.is_empty() {
            self.front = piece;
        } else {
            self.behind += piece.len();
            self.rest.push_back(piece);
        }
    }

    pub(super) fn push_front(&mut self, piece: Bytes) {
        let second = std::mem::replace(&mut self.front, piece);
        if !second.is_empty() {
            self.behind += second.len();
            self.rest.push_front(second);
        }
    }

    pub(super) fn append(&mut self, more: &mut Self) {
        if !more.is_empty() {
            self.push(std::mem::take(&mut more.front));
        }
        self.behind += std::mem::take(&mut more.behind);
        self.rest.append(&mut more.rest);
    }

    /// The first `bytes` of the first piece have been read.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.front.advance(bytes);
        if self.front.is_empty() {
            self.front = self.rest.pop_front().unwrap_or_default();
            self.behind -= self.front.len();
        }
    }
}
