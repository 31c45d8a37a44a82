//! What a reader has taken of a stream: its messages, one after the other, and how much of them is used up.

use std::task::{Context, Poll, ready};

use super::ends::Read;
use super::pipe::{End, Pipe};
use crate::Status;
use crate::body::{Arrived, Written};
use crate::protocol::{Messages, NoMessage};
use crate::status::too_large;

/// Bytes after which the writer is told, if the reader is not out of messages before.
const GIVE_BACK: usize = 16 << 10;
/// Messages after which whoever else is there has a turn: a reader of many small ones might never have to wait.
pub(super) const TURN: u32 = 256;

/// What was taken from a pipe, and is not given to whoever reads yet.
pub(super) struct Inbox {
    taken: Messages,
    theirs: Option<Written>,
    /// How large a message may be: until there is one, that is for the pipe to say.
    largest: usize,
    /// Bytes that were given since the pipe was told.
    used: usize,
    /// Bytes at which the pipe is told.
    enough: usize,
    /// Messages that were given since others had their turn.
    turn: u32,
}

/// What comes next.
pub(super) enum Next<T> {
    Message(T),
    /// What has come is no message.
    Wrong(Wrong),
    /// The end of the stream. Of a message that is not whole, the part is still here.
    End(End),
}

/// Why it is none.
pub(super) enum Wrong {
    TooLarge(u64, usize),
    Malformed,
}

/// A status that says who is to blame: the client for its messages, the server for its own.
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

    /// The next message, as `make` makes it of its bytes and their shape. What is not here yet comes from `pipe`.
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

    /// Nothing more is given. Gives how many bytes the pipe has not been told of.
    pub(super) fn close(&mut self) -> usize {
        let left = std::mem::take(&mut self.taken);
        std::mem::take(&mut self.used) + left.len()
    }

    /// Lets the writer go on before everything at hand is used up.
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

/// Of a message that the stream ends within.
pub(super) fn cut_off(blame: Blame) -> Status {
    blame("a message of the stream ends before it is whole".to_owned())
}
