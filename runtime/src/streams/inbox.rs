//! What a reader has taken from a pipe: messages, one after the other, and how many bytes have been consumed.

use std::task::{Context, Poll, ready};

use super::ends::Read;
use super::pipe::{End, Pipe};
use crate::Status;
use crate::body::{Arrived, Written};
use crate::protocol::{Messages, NoMessage};
use crate::status::too_large;

/// How many consumed bytes to report at once, unless the reader runs out of messages first.
const GIVE_BACK: usize = 16 << 10;
/// How many messages to return before other tasks get their turn. With many small ones a reader might never have to
/// wait.
pub(super) const TURN: u32 = 256;

/// Messages that were taken from a pipe and not yet returned.
pub(super) struct Inbox {
    taken: Messages,
    theirs: Option<Written>,
    /// The size limit of a message; known once the pipe has returned one.
    largest: usize,
    /// Bytes consumed since the pipe was last told.
    used: usize,
    /// How many consumed bytes to report at once now.
    enough: usize,
    /// Messages returned since other tasks had their turn.
    turn: u32,
}

/// What comes next.
pub(super) enum Next<T> {
    Message(T),
    /// The input is not a valid message.
    Wrong(Wrong),
    /// The end of the stream. If it comes inside a message, the incomplete part is still here.
    End(End),
}

/// Why a message is invalid.
pub(super) enum Wrong {
    TooLarge(u64, usize),
    Malformed,
}

/// Makes a status that says who is to blame: the client for its messages, the server for its own.
pub(super) type Blame = fn(String) -> Status;

impl Inbox {
    pub(super) fn new() -> Self {
        Self {
            taken: Messages::default(),
            theirs: None,
            largest: usize::MAX,
            used: 0,
            enough: GIVE_BACK,
            turn: 0,
        }
    }

    /// The next message: `make` is called with its bytes and their shape. Reads from `pipe` when nothing is here.
    pub(super) fn poll_next<T>(
        &mut self,
        pipe: &Pipe,
        cx: &mut Context<'_>,
        make: impl FnOnce(Option<&Written>, Arrived<'_>) -> T,
    ) -> Poll<Next<T>> {
        loop {
            match self.taken.first_arrived(self.largest) {
                Ok(_) if self.turn == TURN => {
                    self.turn = 0;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Ok((message, size)) => {
                    self.turn += 1;
                    let made = make(self.theirs.as_ref(), message);
                    self.taken.advance(size);
                    self.give_back(size, pipe);
                    return Poll::Ready(Next::Message(made));
                }
                Err(NoMessage::Missing(_)) => {}
                Err(NoMessage::TooLarge(size)) => {
                    let wrong = Wrong::TooLarge(size, self.largest);
                    return Poll::Ready(Next::Wrong(wrong));
                }
                Err(NoMessage::Malformed) => return Poll::Ready(Next::Wrong(Wrong::Malformed)),
            }
            let used = std::mem::take(&mut self.used);
            match ready!(pipe.poll_read(&mut self.taken, used, cx)) {
                Read::Messages(batch) => {
                    (self.theirs, self.largest) = (batch.shape, batch.largest);
                    self.enough = if batch.pressing { 0 } else { GIVE_BACK };
                }
                Read::End(end) => return Poll::Ready(Next::End(end)),
            }
        }
    }

    /// Whether nothing is here, not even a part of a message.
    pub(super) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// Returns no more messages. Returns how many bytes the pipe does not know to be consumed.
    pub(super) fn close(&mut self) -> usize {
        let left = std::mem::take(&mut self.taken);
        std::mem::take(&mut self.used) + left.len()
    }

    /// Reports consumed bytes, so that the writer can continue before everything here is consumed.
    #[inline]
    fn give_back(&mut self, more: usize, pipe: &Pipe) {
        self.used += more;
        if self.used >= self.enough {
            self.enough = GIVE_BACK;
            pipe.give_back(std::mem::take(&mut self.used));
        }
    }
}

impl Wrong {
    pub(super) fn status(self, blame: Blame) -> Status {
        match self {
            Self::TooLarge(size, largest) => too_large(size, largest),
            Self::Malformed => blame("a message of the stream has no length".to_owned()),
        }
    }
}

/// For a stream that ends inside a message.
pub(super) fn cut_off(blame: Blame) -> Status {
    blame("a message of the stream ends before it is whole".to_owned())
}
