//! The calls that somebody waits for, each in a slot that is used again. A result stays until it is taken, which can be
//! after the call's id is in use by another.

use std::task::Waker;

use crate::protocol::CallId;
use crate::{Reply, Result};

/// The slots of a client's connection.
#[derive(Default)]
pub(super) struct Slots {
    list: Vec<Slot>,
    free: Vec<usize>,
    /// The slot of each call in flight that is waited for, by call id.
    by_id: Vec<Option<usize>>,
}

/// What a caller has met.
pub(super) enum Polled {
    Ready(Result<Reply>),
    Pending(Option<Waker>),
}

/// Where a caller waits.
pub(super) enum Slot {
    Free,
    Waiting { id: CallId, waker: Option<Waker> },
    Ended(Result<Reply>),
}

impl Slots {
    /// A slot for a call that has just been opened, and whom to wake when it is over.
    pub(super) fn take(&mut self, id: CallId, waker: Option<Waker>) -> usize {
        let slot = Slot::Waiting { id, waker };
        let place = match self.free.pop() {
            Some(place) => {
                self.list[place] = slot;
                place
            }
            None => {
                self.list.push(slot);
                self.list.len() - 1
            }
        };
        if self.by_id.len() <= id.index() {
            self.by_id.resize(id.index() + 1, None);
        }
        self.by_id[id.index()] = Some(place);
        place
    }

    /// Takes the result, which frees the slot, or notes whom to wake; then gives the waker that was there before, to
    /// be dropped without the lock.
    pub(super) fn poll(&mut self, place: usize, waker: &Waker) -> Polled {
        let slot = &mut self.list[place];
        if let Slot::Waiting { waker: known, .. } = slot {
            return match known {
                Some(known) if known.will_wake(waker) => Polled::Pending(None),
                known => Polled::Pending(known.replace(waker.clone())),
            };
        }
        let Slot::Ended(result) = std::mem::replace(slot, Slot::Free) else {
            return Polled::Pending(None);
        };
        self.free.push(place);
        Polled::Ready(result)
    }

    /// The caller has gone; what the slot held is the caller's to drop.
    pub(super) fn abandon(&mut self, place: usize) -> Option<Slot> {
        let slot = std::mem::replace(self.list.get_mut(place)?, Slot::Free);
        self.free.push(place);
        if let Slot::Waiting { id, .. } = &slot {
            self.by_id[id.index()] = None;
        }
        Some(slot)
    }

    /// A call is over; gives whom to wake.
    pub(super) fn end(&mut self, id: CallId, result: Result<Reply>) -> Option<Waker> {
        let place = self.by_id.get_mut(id.index())?.take()?;
        match std::mem::replace(&mut self.list[place], Slot::Ended(result)) {
            Slot::Waiting { waker, .. } => waker,
            Slot::Free | Slot::Ended(_) => None,
        }
    }

    /// All calls are over; gives whom to wake.
    pub(super) fn end_all(&mut self, result: impl Fn(CallId) -> Result<Reply>) -> Vec<Waker> {
        let ids: Vec<CallId> = self.list.iter().filter_map(Slot::waiting_for).collect();
        ids.into_iter()
            .filter_map(|id| self.end(id, result(id)))
            .collect()
    }
}

impl Slot {
    fn waiting_for(&self) -> Option<CallId> {
        match self {
            Self::Waiting { id, .. } => Some(*id),
            Self::Free | Self::Ended(_) => None,
        }
    }
}
