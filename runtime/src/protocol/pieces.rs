//! Pieces of a stream in the memory in which they came, one behind the other. Knows no messages.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

/// Pieces, none of which is empty.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    list: VecDeque<Bytes>,
    /// Bytes of all of them.
    size: usize,
}

impl Pieces {
    /// What is shorter is copied, since the memory in which it lies can be much larger.
    const LEAST: usize = 8 << 10;

    /// Whether a piece is better kept than copied.
    pub(super) fn is_worth(piece: &[u8]) -> bool {
        piece.len() >= Self::LEAST
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.size
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.size == 0
    }

    #[inline]
    pub(super) fn front(&self) -> Option<&Bytes> {
        // Most streams have none: asked here, it is one look.
        match self.size {
            0 => None,
            _ => self.list.front(),
        }
    }

    pub(super) fn push(&mut self, piece: Bytes) {
        self.size += piece.len();
        self.list.push_back(piece);
    }

    pub(super) fn push_front(&mut self, piece: Bytes) {
        self.size += piece.len();
        self.list.push_front(piece);
    }

    pub(super) fn append(&mut self, more: &mut Self) {
        self.size += std::mem::take(&mut more.size);
        self.list.append(&mut more.list);
    }

    /// So many bytes of the first piece are used.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        let Some(front) = self.list.front_mut() else {
            return;
        };
        front.advance(bytes);
        self.size -= bytes;
        if front.is_empty() {
            self.list.pop_front();
        }
    }
}
