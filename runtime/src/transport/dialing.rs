//! A dial in progress. It has a task of its own, so that a caller who gives up does not cancel it for the others. The
//! same task then drives the connection.

use std::sync::{Arc, Weak};

use super::dial::Dialer;
use super::upkeep::Upkeep;
use crate::channel::BoxFuture;
use crate::{Limits, Reached, Status};

/// A dial in progress. If it is dropped early it has failed: the user's opener has panicked, or the runtime in which
/// the first caller was is gone. Others may be waiting for it.
pub(super) struct Dial {
    upkeep: Weak<Upkeep>,
    address: Arc<str>,
    is_over: bool,
}

impl Dial {
    /// A dial for `upkeep`, which has registered it.
    pub(super) fn new(upkeep: Weak<Upkeep>, address: Arc<str>) -> Self {
        Self {
            upkeep,
            address,
            is_over: false,
        }
    }

    /// Dials. Returns what drives the new connection.
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
