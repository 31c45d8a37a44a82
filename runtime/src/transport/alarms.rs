//! Which calls of a connection need attention. Each has an alarm, and the first to ring wakes the driver.

use std::sync::{Arc, PoisonError};
use std::task::{Context, Wake, Waker};

use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering};

/// Wakes all of them.
pub(super) fn wake(wakers: &mut Vec<Waker>) {
    if !wakers.is_empty() {
        wakers.drain(..).for_each(Waker::wake);
    }
}

/// What an alarm rings for: the index of a handler's slot, or of a call with streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) u32);

impl Place {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Adds its place to the list, and wakes the driver if that sleeps.
pub(super) struct Alarm {
    ready: Arc<Ready>,
    place: Place,
    queued: AtomicBool,
}

impl Alarm {
    pub(super) fn new(ready: &Arc<Ready>, place: Place) -> Arc<Self> {
        Arc::new(Self {
            ready: ready.clone(),
            place,
            queued: AtomicBool::new(false),
        })
    }

    /// The call is about to be looked at; from now on the alarm can ring again.
    pub(super) fn heard(&self) {
        // A swap rather than a store: a wake-up that finds `queued` still set adds nothing, so this must synchronize
        // with it and see everything written before it.
        self.queued.swap(false, Ordering::AcqRel);
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.ready.add(self.place);
        }
    }
}

/// The places whose alarms have rung.
#[derive(Default)]
pub(super) struct Ready {
    /// Whether there are any; read without the lock.
    any: AtomicBool,
    state: Mutex<Rung>,
}

#[derive(Default)]
struct Rung {
    places: Vec<Place>,
    driver: Option<Waker>,
    /// Whether the driver must be woken.
    asleep: bool,
}

impl Ready {
    fn add(&self, place: Place) {
        let mut state = self.lock();
        state.places.push(place);
        self.any.store(true, Ordering::Release);
        let driver = match std::mem::take(&mut state.asleep) {
            true => state.driver.clone(),
            false => None,
        };
        drop(state);
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    /// Whether an alarm has rung since the last [`Self::take`].
    pub(super) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Moves the places to `into`, which must be empty.
    pub(super) fn take(&self, into: &mut Vec<Place>) {
        let mut state = self.lock();
        std::mem::swap(&mut state.places, into);
        self.any.store(false, Ordering::Release);
    }

    /// Lets the next alarm wake the driver. `false` if one has rung already.
    pub(super) fn park(&self, cx: &mut Context<'_>) -> bool {
        let mut state = self.lock();
        if !state.places.is_empty() {
            return false;
        }
        state.asleep = true;
        let known = state.driver.as_ref();
        if known.is_none_or(|driver| !driver.will_wake(cx.waker())) {
            state.driver = Some(cx.waker().clone());
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
