//! A dial that is under way, in a task of its own, so that a caller who gives up does not take it from the others. The task drives the
//! connection then.

use std::sync::{Arc, Weak};

use super::dial::Dialer;
use super::upkeep::Upkeep;
use crate::channel::BoxFuture;
use crate::{Limits, Reached, Status};

/// A dial that is under way. Dropped before its end it has failed: its task has panicked in code of the user's, or the runtime of whoever
/// called first has gone, and calls wait for its end.
pub(super) struct Dial {
    upkeep: Weak<Upkeep>,
    address: Arc<str>,
    is_over: bool,
}

impl Dial {
    /// A dial for `upkeep`, which has noted it.
    pub(super) fn new(upkeep: Weak<Upkeep>, address: Arc<str>) -> Self {
        Self {
            upkeep,
            address,
            is_over: false,
        }
    }

    /// Dials; gives what drives the connection that has come of it.
    pub(super) async fn run(
        mut self,
        dialer: Dialer,
        limits: Arc<Limits>,
    ) -> Option<BoxFuture<()>> {
        let begins = |phase| {
            if let Some(upkeep) = self.upkeep.upgrade() {
                upkeep.has_come_to(phase);
            }
        };
        let dialed = dialer.open(&self.address, &limits, &begins).await;
        self.is_over = true;
        self.upkeep.upgrade()?.dialed(&self.address, dialed)
    }
}

impl Drop for Dial {
    fn drop(&mut self) {
        let upkeep = self.upkeep.upgrade().filter(|_| !self.is_over);
        if let Some(upkeep) = upkeep {
            let failed = Status::unavailable(match std::thread::panicking() {
                true => "cannot connect: what opens connections has panicked",
                false => "cannot connect: the runtime that was to do so has ended",
            });
            let failed = failed
                .with_phase(upkeep.phase())
                .with_reached(Reached::No)
                .with_peer(self.address.clone());
            upkeep.dialed(&self.address, Err(failed));
        }
    }
}
