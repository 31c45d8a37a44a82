//! The caller's end of a call that is on a connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use super::link::{Link, State};
use super::slots::Place;
use crate::balance::Ticket;
use crate::status::{deadline_passed, given_up};
use crate::{Code, Phase, Reply, Result, Status};

/// A call on a connection. Dropping it cancels the call.
pub(crate) struct Flight {
    link: Arc<Link>,
    /// `None` once the result has been taken.
    place: Option<Place>,
    /// When the call must be over, since the connection's start.
    deadline: Duration,
    /// Whether it was polled with a waker other than the first.
    moved: bool,
    /// If a balancer has chosen the connection: counts the call there.
    ticket: Option<Ticket>,
}

impl Flight {
    pub(super) fn new(link: Arc<Link>, place: Place, deadline: Duration) -> Self {
        Self {
            link,
            place: Some(place),
            deadline,
            moved: false,
            ticket: None,
        }
    }

    /// Counts the call at the server that a balancer has chosen.
    pub(crate) fn count_by(&mut self, ticket: Ticket) {
        self.ticket = Some(ticket);
    }

    /// When the call must be over.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.link.time(self.deadline)
    }

    /// When the first waker is woken at the latest, even if the future is polled with another one later. `None` if that
    /// is not guaranteed.
    pub(crate) fn wakes_by(&self) -> Option<Instant> {
        self.deadline().filter(|_| !self.moved)
    }

    /// The server's address, if the connection was dialed.
    pub(crate) fn address(&self) -> Option<&str> {
        self.link.address()
    }

    /// What the call waits for.
    pub(crate) fn phase(&self) -> Phase {
        self.link.lock().phase()
    }

    /// Adds the server's address to a failure, if the call was on a connection.
    pub(crate) fn name_at(flight: Option<&Self>, status: Status) -> Status {
        match flight {
            Some(flight) => flight.link.name(status),
            None => status,
        }
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let Some(place) = self.place else {
            return Poll::Pending;
        };
        let mut state = self.link.lock();
        if !state.slots.is_over(place) {
            let noted = state.slots.wait(place, cx.waker());
            drop(state);
            self.moved = noted.is_err();
            // Dropping a waker may run arbitrary code, so not under the lock.
            drop(noted);
            return Poll::Pending;
        }
        self.place = None;
        match self.ticket.take() {
            None => state.slots.poll(place),
            Some(ticket) => end_counted(state, place, ticket),
        }
    }
}

/// The result of a call that is over, and that counts for the server that a balancer has chosen.
fn end_counted(
    mut state: MutexGuard<'_, State>,
    place: Place,
    ticket: Ticket,
) -> Poll<Result<Reply>> {
    let polled = state.slots.poll(place);
    let Poll::Ready(result) = &polled else {
        return polled;
    };
    let excused = match result.as_ref().map_err(Status::code) {
        // A connection that ends because of its age, or because the server shuts down, cuts calls off.
        Err(Code::Unavailable) => state.ends_well(),
        // The server answered in time when it accepted the call; how long the streams last is the caller's affair.
        Err(Code::DeadlineExceeded) => state.slots.was_accepted(place),
        Ok(_) | Err(_) => false,
    };
    drop(state);
    if !excused {
        ticket.end(result);
    }
    polled
}

impl Future for Flight {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        Flight::poll(&mut self, cx)
    }
}

impl Drop for Flight {
    #[inline]
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.give_up(place);
        }
    }
}

impl Flight {
    /// A server that lets a call's deadline pass is not healthy, even if the caller goes away at that very moment, as a
    /// handler with the same deadline does.
    #[cold]
    fn give_up(&mut self, place: Place) {
        let mut state = self.link.lock();
        let slot = state.slots.abandon(place);
        let mut wakers = Vec::new();
        let (mut late, mut excused) = (None, false);
        if let Some(id) = slot.id {
            let now = self.link.now(&mut state);
            if state.core.is_late(id, now) {
                late = Some(deadline_passed().with_reached(state.core.reached(id)));
                excused = state.streams.was_accepted(id);
            }
            state.core.cancel(id, now);
            let why = late.clone().unwrap_or_else(given_up);
            state.streams.remove(id, &why, &mut wakers);
            self.link.wake_driver(state);
        } else {
            drop(state);
        }
        // Dropping a waker or a result may run arbitrary code, so not under the lock.
        drop(slot);
        wakers.into_iter().for_each(Waker::wake);
        let ticket = self.ticket.take().filter(|_| !excused);
        if let (Some(late), Some(ticket)) = (late, ticket) {
            ticket.end(&Err(late));
        }
    }
}
