//! Callers who wait until the peer takes another call, in turn: whoever comes later is behind them, also if there is room by then.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use super::link::{Link, State};
use crate::{Phase, Reached, Result, Status};

/// Callers who wait, by ascending ticket. As many of the first are woken as there is room for; if there is still room when they should have
/// come, more are. So one that is woken and does not come, as nobody polls it, keeps its place and holds up nobody.
#[derive(Default)]
pub(super) struct Queue {
    list: VecDeque<Place>,
    next: u64,
}

struct Place {
    ticket: u64,
    /// `None` once it is woken, until it says that it waits on.
    waker: Option<Waker>,
}

/// A caller's turn, from when it comes until it has gone on.
pub(super) struct Turn<'a> {
    link: &'a Link,
    /// So many may wait.
    most: usize,
    /// Its place in the queue, if it had to wait.
    pub(super) ticket: Option<u64>,
}

impl Queue {
    /// Whether it is the turn of the caller with this ticket: it was woken, and all who are before it. Who has none comes behind them.
    pub(super) fn lets(&self, ticket: Option<u64>) -> bool {
        match ticket {
            Some(ticket) => self.are_woken(ticket),
            None => self.list.is_empty(),
        }
    }

    /// Whether all callers were woken who came no later than the one with this ticket.
    fn are_woken(&self, ticket: u64) -> bool {
        let mut to_it = self.list.iter().take_while(|place| place.ticket <= ticket);
        to_it.all(|place| place.waker.is_none())
    }

    /// Whether somebody waits who was not woken.
    pub(super) fn sleeps(&self) -> bool {
        self.list.iter().any(|place| place.waker.is_some())
    }

    /// Whom to wake if there is room for so many.
    pub(super) fn wake(&mut self, room: usize) -> impl Iterator<Item = Waker> {
        let waiting = self.list.iter_mut();
        waiting.filter_map(|place| place.waker.take()).take(room)
    }

    fn place(&mut self, ticket: u64) -> Option<usize> {
        let place = self.list.binary_search_by_key(&ticket, |p| p.ticket);
        place.ok()
    }

    fn enter(&mut self, waker: Waker) -> u64 {
        let ticket = self.next;
        self.next += 1;
        let waker = Some(waker);
        self.list.push_back(Place { ticket, waker });
        ticket
    }
}

impl<'a> Turn<'a> {
    /// The turn of a caller if fewer than `most` wait.
    pub(super) fn new(link: &'a Link, most: usize) -> Self {
        Self {
            link,
            most,
            ticket: None,
        }
    }

    /// Waits until the peer takes another call, or none ever again.
    ///
    /// # Errors
    /// When too many callers wait already.
    pub(super) async fn comes(&mut self) -> Result<()> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let waker = cx.waker().clone();
        let mut before = None; // dropped after the lock
        let mut state = self.link.lock();
        if state.lets(self.ticket) {
            return Poll::Ready(Ok(()));
        }
        match self.ticket {
            Some(ticket) => {
                if let Some(place) = state.waiting.place(ticket) {
                    before = state.waiting.list[place].waker.replace(waker);
                }
            }
            None if state.waiting.list.len() >= self.most => {
                return Poll::Ready(Err(too_many(self.most).with_phase(Phase::Send)));
            }
            None => {
                self.ticket = Some(state.waiting.enter(waker));
                // Those before it are on their way. If they do not come, it has its turn from the driver all the same.
                if state.has_room() {
                    self.link.wake_driver(state);
                    return Poll::Pending;
                }
            }
        }
        drop(state);
        drop(before);
        Poll::Pending
    }
}

impl State {
    /// Whether it is the turn of the caller with this ticket: there is room, or will never be.
    fn lets(&self, ticket: Option<u64>) -> bool {
        !self.takes_calls() || self.has_room() && self.waiting.lets(ticket)
    }

    /// Whether the peer takes another call.
    pub(super) fn has_room(&self) -> bool {
        self.core.is_open() && self.core.room() > 0
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
        let place = state.waiting.place(ticket);
        let left = place.and_then(|place| state.waiting.list.remove(place));
        let next = match state.has_room() {
            true => state.waiting.wake(1).next(),
            false => None,
        };
        drop(state);
        drop(left);
        if let Some(next) = next {
            next.wake();
        }
    }
}
