//! Callers that wait until the peer accepts another call, in order. A later caller stays behind them even if there is
//! room when it comes.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use super::link::{Link, State};
use crate::{Phase, Reached, Result, Status};

/// Waiting callers, by ascending ticket. As many are woken as there is room for. If there is still room the next time,
/// more are woken. So a caller that was woken but is not polled keeps its place and holds up nobody.
#[derive(Default)]
pub(super) struct Queue {
    list: VecDeque<Place>,
    next: u64,
}

struct Place {
    ticket: u64,
    /// `None` from when it is woken until it waits again.
    waker: Option<Waker>,
}

/// A caller's turn, from when it arrives until its call is placed.
pub(super) struct Turn<'a> {
    link: &'a Link,
    /// How many callers may wait.
    most: usize,
    /// Its ticket, if it had to wait.
    pub(super) ticket: Option<u64>,
}

impl Queue {
    /// Whether it is this caller's turn: it and all before it have been woken. A caller without a ticket comes last.
    pub(super) fn lets(&self, ticket: Option<u64>) -> bool {
        match ticket {
            Some(ticket) => self.are_woken(ticket),
            None => self.list.is_empty(),
        }
    }

    /// Whether all callers up to this ticket have been woken.
    fn are_woken(&self, ticket: u64) -> bool {
        let mut to_it = self.list.iter().take_while(|place| place.ticket <= ticket);
        to_it.all(|place| place.waker.is_none())
    }

    /// Whether somebody waits that has not been woken.
    pub(super) fn sleeps(&self) -> bool {
        self.list.iter().any(|place| place.waker.is_some())
    }

    /// The next `room` callers to wake.
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
    /// The turn of a caller, which may wait if fewer than `most` do.
    pub(super) fn new(link: &'a Link, most: usize) -> Self {
        Self {
            link,
            most,
            ticket: None,
        }
    }

    /// Waits until the peer accepts another call, or until it never will.
    ///
    /// # Errors
    /// Too many callers are waiting already.
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
                // Those before it have been woken. If they do not come, the driver gives this one its turn.
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
    /// Whether the caller with this ticket may go on: there is room, or never will be.
    fn lets(&self, ticket: Option<u64>) -> bool {
        !self.takes_calls() || self.has_room() && self.waiting.lets(ticket)
    }

    /// Whether the peer accepts another call now.
    pub(super) fn has_room(&self) -> bool {
        self.core.is_open() && self.core.room() > 0
    }
}

/// The status of a call that may not wait, because too many do.
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
