//! Lock-free code, with every interleaving of threads and every order in which they can see each other's writes: the
//! real source, on the atomics and locks of loom.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Wake, Waker};

use alarms::{Alarm, Place, Ready};
use loom::thread;
use sync::{AtomicBool, Ordering};

#[allow(dead_code, reason = "the driver uses more of it")]
#[path = "../src/transport/alarms.rs"]
mod alarms;

/// Replaces the runtime's own.
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use loom::sync::{Mutex, MutexGuard};
}

/// A sleeping driver, and how often it was woken.
#[derive(Default)]
struct Driver(AtomicUsize);

impl Wake for Driver {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Lets the driver sleep unless an alarm has rung. Returns whether it does.
fn sleeps(ready: &Ready, driver: &Arc<Driver>) -> bool {
    let waker = Waker::from(driver.clone());
    ready.park(&mut Context::from_waker(&waker))
}

fn rung(ready: &Ready) -> Vec<Place> {
    let mut rung = Vec::new();
    ready.take(&mut rung);
    rung.sort_unstable();
    rung
}

/// A handler waits for two events. The first has happened; the second happens while the handler is polled for the
/// first.
#[test]
fn what_rings_while_its_call_is_looked_at_is_not_lost() {
    loom::model(|| {
        let (ready, driver) = (Arc::<Ready>::default(), Arc::<Driver>::default());
        let alarm = Alarm::new(&ready, Place(0));
        let second = Arc::new(AtomicBool::new(false));
        Waker::from(alarm.clone()).wake();
        let ringing = {
            let (alarm, second) = (alarm.clone(), second.clone());
            thread::spawn(move || {
                second.store(true, Ordering::Release);
                Waker::from(alarm).wake();
            })
        };
        assert_eq!(rung(&ready), [Place(0)]);
        alarm.heard();
        let seen = second.load(Ordering::Acquire);
        let asleep = sleeps(&ready, &driver);
        ringing.join().expect("it only rings");
        let woken = driver.0.load(SeqCst) > 0;
        assert!(seen || !asleep || woken, "the second is never looked at");
    });
}

#[test]
fn all_that_ring_at_once_are_looked_at() {
    loom::model(|| {
        let (ready, driver) = (Arc::<Ready>::default(), Arc::<Driver>::default());
        let ringing = [0, 1].map(|place| {
            let alarm = Waker::from(Alarm::new(&ready, Place(place)));
            thread::spawn(move || alarm.wake())
        });
        let early = rung(&ready);
        let asleep = sleeps(&ready, &driver);
        for thread in ringing {
            thread.join().expect("it only rings");
        }
        let late = rung(&ready);
        assert!(!asleep || late.is_empty() || driver.0.load(SeqCst) > 0);
        let mut all = [early, late].concat();
        all.sort_unstable();
        assert_eq!(all, [Place(0), Place(1)]);
    });
}
