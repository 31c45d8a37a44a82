//! Waiting for events that happen once and for all: wakers are registered, woken without holding locks, and removed
//! when nobody waits.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::dense;

/// The wakers of those that wait for an event.
#[derive(Debug, Default)]
pub(crate) struct Watchers(Mutex<Waiting>);

/// There may be thousands, of which each leaves by itself.
#[derive(Debug, Default)]
struct Waiting {
    places: Vec<Option<Waker>>,
    free: Vec<usize>,
    /// How often the wakers were taken.
    round: u64,
}

/// A place for one waker, until the wakers are taken.
#[derive(Clone, Copy)]
struct Ticket {
    place: usize,
    round: u64,
}

/// Waits until the event `has_happened` for its owner. Dropping this stops waiting.
pub(crate) struct Watching<O> {
    owner: O,
    watchers: fn(&O) -> &Watchers,
    has_happened: fn(&O) -> bool,
    ticket: Option<Ticket>,
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
        let mut waiting = self.lock();
        if waiting.places.is_empty() {
            // The usual case.
            return Vec::new();
        }
        waiting.round += 1;
        waiting.free.clear();
        let places = std::mem::take(&mut waiting.places);
        drop(waiting);
        places.into_iter().flatten().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Registers a waker. Returns the previous one under this ticket.
    fn put(&mut self, ticket: &mut Option<Ticket>, waker: &Waker) -> Option<Waker> {
        let valid = ticket.filter(|ticket| ticket.round == self.round);
        let place = valid.map(|ticket| ticket.place).or_else(|| self.free.pop());
        let place = place.unwrap_or(self.places.len());
        let round = self.round;
        *ticket = Some(Ticket { place, round });
        dense::place(&mut self.places, place).replace(waker.clone())
    }

    fn remove(&mut self, ticket: Ticket) -> Option<Waker> {
        if ticket.round != self.round {
            return None;
        }
        self.free.push(ticket.place);
        let gone = self.places.get_mut(ticket.place)?.take();
        if self.free.len() == self.places.len() {
            self.free.clear();
            self.places.clear();
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

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

    /// Counts how often it was woken.
    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// One who waits for an event that happens again and again.
    fn waits(watchers: &Arc<Watchers>) -> (Watching<Arc<Watchers>>, Arc<Woken>) {
        let woken = Arc::<Woken>::default();
        let waker = Waker::from(woken.clone());
        let mut waits = Watching::new(watchers.clone(), |watchers| watchers, |_| false);
        let polled = Pin::new(&mut waits).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        (waits, woken)
    }

    #[test]
    fn whoever_leaves_and_whenever_the_others_are_woken_once() {
        let watchers = Arc::<Watchers>::default();
        let mut late = Vec::new();
        for round in 1..50 {
            let mut all: Vec<_> = (0..round).map(|_| waits(&watchers)).collect();
            // Those of earlier events take nobody's place with them.
            late.drain(..);
            let mut place = 0;
            all.retain(|_| {
                place += 1;
                place % round.min(3) != 1
            });
            all.extend((0..round / 2).map(|_| waits(&watchers)));
            watchers.take().into_iter().for_each(Waker::wake);
            for (_, woken) in &all {
                assert_eq!(woken.0.load(Ordering::Relaxed), 1, "round {round}");
            }
            late = all;
        }
    }
}
