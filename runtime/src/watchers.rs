//! Waiting for events that happen once and for all: wakers are registered, woken without holding locks, and removed
//! when nobody waits.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The wakers of those that wait for an event.
#[derive(Debug, Default)]
pub(crate) struct Watchers(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    next_ticket: u64,
    wakers: Vec<(u64, Waker)>,
}

/// Waits until the event `has_happened` for its owner. Dropping this stops waiting.
pub(crate) struct Watching<O> {
    owner: O,
    watchers: fn(&O) -> &Watchers,
    has_happened: fn(&O) -> bool,
    ticket: Option<u64>,
    /// The registered waker: while it stays the same, polling takes no lock.
    noted: Option<Waker>,
}

impl<O> Watching<O> {
    pub(crate) fn new(
        owner: O,
        watchers: fn(&O) -> &Watchers,
        has_happened: fn(&O) -> bool,
    ) -> Self {
        Self {
            owner,
            watchers,
            has_happened,
            ticket: None,
            noted: None,
        }
    }
}

impl<O: Unpin> Future for Watching<O> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if (this.has_happened)(&this.owner) {
            return Poll::Ready(());
        }
        let noted = this.noted.as_ref();
        if noted.is_some_and(|noted| noted.will_wake(cx.waker())) {
            // The event is recorded before anybody is woken, so the registered waker is still to be woken.
            return Poll::Pending;
        }
        let mut waiting = (this.watchers)(&this.owner).lock();
        if (this.has_happened)(&this.owner) {
            return Poll::Ready(());
        }
        let before = waiting.put(&mut this.ticket, cx.waker());
        drop(waiting);
        drop(before);
        this.noted = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl<O> Drop for Watching<O> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let gone = (self.watchers)(&self.owner).lock().remove(ticket);
            // Dropping a waker may run arbitrary code, so not under the lock.
            drop(gone);
        }
    }
}

/// An event that happens at most once.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: AtomicBool,
    watchers: Watchers,
}

impl Bell {
    pub(crate) fn ring(&self) {
        self.rung.store(true, Ordering::Release);
        self.watchers.take().into_iter().for_each(Waker::wake);
    }

    pub(crate) fn has_rung(&self) -> bool {
        self.rung.load(Ordering::Acquire)
    }

    /// Waits until the bell [has rung](Self::has_rung).
    pub(crate) fn heard(self: &Arc<Self>) -> Watching<Arc<Self>> {
        Watching::new(self.clone(), |bell| &bell.watchers, |bell| bell.has_rung())
    }
}

impl Watchers {
    /// Takes the wakers, after the event has happened.
    pub(crate) fn take(&self) -> Vec<Waker> {
        let wakers = std::mem::take(&mut self.lock().wakers);
        match wakers.is_empty() {
            // The usual case.
            true => Vec::new(),
            false => wakers.into_iter().map(|(_, waker)| waker).collect(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Registers a waker. Returns the previous one under this ticket.
    fn put(&mut self, ticket: &mut Option<u64>, waker: &Waker) -> Option<Waker> {
        let known = ticket.and_then(|ticket| self.wakers.iter_mut().find(|(of, _)| *of == ticket));
        if let Some((_, known)) = known {
            return Some(std::mem::replace(known, waker.clone()));
        }
        *ticket = Some(self.next_ticket);
        self.wakers.push((self.next_ticket, waker.clone()));
        self.next_ticket += 1;
        None
    }

    fn remove(&mut self, ticket: u64) -> Option<Waker> {
        let place = self.wakers.iter().position(|(of, _)| *of == ticket)?;
        Some(self.wakers.swap_remove(place).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_no_longer_is_forgotten() {
        let bell = Arc::new(Bell::default());
        let mut cx = Context::from_waker(Waker::noop());
        let mut stays = bell.heard();
        assert!(Pin::new(&mut stays).poll(&mut cx).is_pending());
        for _ in 0..1000 {
            let mut leaves = bell.heard();
            assert!(Pin::new(&mut leaves).poll(&mut cx).is_pending());
            assert!(Pin::new(&mut leaves).poll(&mut cx).is_pending());
        }
        assert_eq!(bell.watchers.take().len(), 1);
        bell.ring();
        assert!(Pin::new(&mut stays).poll(&mut cx).is_ready());
    }
}
