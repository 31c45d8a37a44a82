//! Callers who wait until the peer takes another call, in turn.

use std::task::{Context, Poll};

use super::link::Link;
use crate::{Phase, Reached, Result, Status};

/// A caller's turn in the queue for room. Whoever is woken and does not use the room passes it on.
pub(super) struct Turn<'a> {
    pub(super) link: &'a Link,
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
            Some(ticket) => match state.waiting.iter_mut().find(|(other, _)| *other == ticket) {
                Some((_, known)) => before = Some(std::mem::replace(known, waker)),
                None => state.waiting.push_front((ticket, waker)),
            },
            None if state.waiting.len() >= self.link.waiting_limit => {
                let limit = self.link.waiting_limit;
                let status = Status::resource_exhausted(format!(
                    "more than {limit} calls wait for room on a connection"
                ));
                return Poll::Ready(Err(status
                    .with_reached(Reached::No)
                    .with_phase(Phase::Send)));
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

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut state = self.link.lock();
        let place = state.waiting.iter().position(|(other, _)| *other == ticket);
        let other = match place {
            Some(place) => state.waiting.remove(place),
            None if state.has_room() => state.waiting.pop_front(),
            None => None,
        };
        drop(state);
        if let (None, Some((_, waker))) = (place, other) {
            waker.wake();
        }
    }
}
