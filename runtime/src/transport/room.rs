//! Callers who wait until the peer takes another call, in turn.

use std::task::{Context, Poll};

use super::link::Link;
use crate::{Phase, Reached, Result, Status};

/// A caller's turn in the queue for room. Whoever is woken and does not use the room passes it on.
pub(super) struct Turn<'a> {
    pub(super) link: &'a Link,
    /// So many may wait.
    pub(super) most: usize,
    pub(super) ticket: Option<u64>,
}

impl Turn<'_> {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let waker = cx.waker().clone();
        let mut before = None; // dropped after the lock
        let mut state = self.link.lock();
        if state.has_room() {
            return Poll::Ready(Ok(()));
        }
        match self.ticket {
            Some(ticket) => match state.turn_of(ticket) {
                Ok(place) => before = Some(std::mem::replace(&mut state.waiting[place].1, waker)),
                // It was let try in vain, and those behind it are still behind it.
                Err(place) => state.waiting.insert(place, (ticket, waker)),
            },
            None if state.waiting.len() >= self.most => {
                return Poll::Ready(Err(too_many(self.most).with_phase(Phase::Send)));
            }
            None => {
                let ticket = state.next_ticket;
                state.next_ticket += 1;
                state.waiting.push_back((ticket, waker));
                self.ticket = Some(ticket);
            }
        }
        drop(state);
        drop(before);
        Poll::Pending
    }
}

/// What a call ends with that may not wait, as so many do already.
pub(crate) fn too_many(limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "more than {limit} calls wait for room on a connection: the limit `waiting`"
    ))
    .with_reached(Reached::No)
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut state = self.link.lock();
        let place = state.turn_of(ticket);
        let other = match place {
            Ok(place) => state.waiting.remove(place),
            Err(_) if state.has_room() => state.waiting.pop_front(),
            Err(_) => None,
        };
        drop(state);
        if let (Err(_), Some((_, waker))) = (place, other) {
            waker.wake();
        }
    }
}
