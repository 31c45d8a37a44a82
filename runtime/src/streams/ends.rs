//! The ends of a pipe that a task uses: it writes and reads whole messages, or waits until it can.

use std::sync::MutexGuard;
use std::task::{Context, Poll, Waker};

use super::pipe::{End, Pipe, State, wake};
use crate::body::Written;
use crate::protocol::{Messages, NoMessage, PushError, Waits};
use crate::status::too_large;
use crate::wire::EncodeError;
use crate::{Result, Status};

/// What a reader gets.
pub(super) enum Read {
    /// Messages.
    Messages(Batch),
    /// The end of the stream. If it comes inside a message, the incomplete part stays in the buffer.
    End(End),
}

/// What messages that were read together have in common.
pub(super) struct Batch {
    pub(super) shape: Option<Written>,
    /// The size limit of a message.
    pub(super) largest: usize,
    /// The reader waited for the rest of the first message. Other streams may have to wait until it is consumed.
    pub(super) pressing: bool,
}

impl Pipe {
    /// Writes a message once there is room for it, then calls `behind` under the lock.
    pub(super) fn poll_write(
        &self,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
        behind: impl FnOnce(&mut State),
        cx: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        let mut state = self.lock();
        if let Some(status) = state.refusal() {
            return Poll::Ready(Err(status));
        }
        if !state.has_room() {
            return wait(state, |state| &mut state.writer, cx);
        }
        let (before, largest) = (state.messages.len(), state.largest);
        let pushed = state.messages.push(largest, encode);
        state.held += state.messages.len() - before;
        if pushed.is_ok() {
            state.open();
            behind(&mut state);
        }
        let reader = state.reader.take();
        drop(state);
        wake(reader);
        Poll::Ready(pushed.map_err(|error| not_sent(error, largest)))
    }

    /// Waits until there is room for a message, or will never be.
    pub(super) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let state = self.lock();
        if let Some(status) = state.refusal() {
            return Poll::Ready(Err(status));
        }
        if state.has_room() {
            return Poll::Ready(Ok(()));
        }
        wait(state, |state| &mut state.writer, cx)
    }

    /// Moves messages to `to`, which must not contain a whole one, or returns the end. `used` bytes have been consumed.
    pub(super) fn poll_read(
        &self,
        to: &mut Messages,
        used: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Read> {
        let mut state = self.lock();
        let writer = state.give_back(used);
        let (read, mut before) = (state.read(to), None);
        if read.is_none() {
            before = state.reader.replace(cx.waker().clone());
        }
        // A message that is too large for the window can only continue if the writer knows that somebody waits for it.
        let waits = state.waits() != Waits::Reader(0);
        let nudge = if waits { state.writer.take() } else { None };
        drop(state);
        drop(before);
        wake(writer);
        wake(nudge);
        read.map_or(Poll::Pending, Poll::Ready)
    }

    /// Waits until nothing can be written any more.
    pub(super) fn poll_closed(&self, cx: &mut Context<'_>) -> Poll<()> {
        let state = self.lock();
        if state.refusal().is_some() {
            return Poll::Ready(());
        }
        wait(state, |state| &mut state.writer, cx)
    }

    /// Waits until the stream is accepted (`true`) or the call is over.
    pub(super) fn poll_opened(&self, cx: &mut Context<'_>) -> Poll<bool> {
        let state = self.lock();
        if state.is_opened() {
            return Poll::Ready(true);
        }
        if state.end.is_some() {
            return Poll::Ready(false);
        }
        wait(state, |state| &mut state.reader, cx)
    }

    /// Nobody reads any more.
    pub(super) fn abandon(&self, used: usize) {
        let mut state = self.lock();
        let mine = state.give_back(used);
        let writer = state.abandon().or(mine);
        let reader = state.reader.take();
        drop(state);
        drop(reader);
        wake(writer);
    }
}

/// Registers the waker of a writer or reader. Dropping the previous one may run arbitrary code, so not under the lock.
fn wait<T>(
    mut state: MutexGuard<'_, State>,
    as_whom: fn(&mut State) -> &mut Option<Waker>,
    cx: &mut Context<'_>,
) -> Poll<T> {
    let before = as_whom(&mut state).replace(cx.waker().clone());
    drop(state);
    drop(before);
    Poll::Pending
}

impl State {
    fn read(&mut self, to: &mut Messages) -> Option<Read> {
        to.refill(&mut self.messages);
        match (to.first(self.largest), &self.end) {
            (Err(NoMessage::Missing(_)), Some(end)) => Some(Read::End(end.clone())),
            (Err(NoMessage::Missing(missing)), None) => {
                // The next piece can then be appended directly.
                std::mem::swap(&mut self.messages, to);
                let part = self.messages.len();
                self.wanted = Some(if part > 0 { part + missing } else { 0 });
                None
            }
            // Whatever is wrong with a message, the reader reports it.
            (Ok(_) | Err(NoMessage::TooLarge(_) | NoMessage::Malformed), _) => {
                Some(Read::Messages(Batch {
                    shape: self.shape.clone(),
                    largest: self.largest,
                    pressing: self.wanted.take().is_some_and(|wanted| wanted > 0),
                }))
            }
        }
    }
}

pub(super) fn not_sent(error: PushError<EncodeError>, largest: usize) -> Status {
    match error {
        PushError::TooLarge(size) => too_large(size as u64, largest),
        PushError::Encode(error) => {
            Status::invalid_argument(format!("the message cannot be encoded: {error}"))
                .with_source(error)
        }
    }
}
