//! The calls that somebody waits for, in reusable slots. A result stays in its slot until it is taken, maybe after the
//! call's id has been reused.

use std::task::{Poll, Waker};

use crate::body::{Arrived, Packed, Written};
use crate::protocol::CallId;
use crate::{Body, Metadata, Reply, Result, Status, dense};

/// The slots of a client's connection.
#[derive(Default)]
pub(super) struct Slots {
    list: Vec<Slot>,
    free: Vec<u32>,
    /// The slot of each call that is waited for, by call id.
    by_id: Vec<Option<u32>>,
}

/// The index of a slot.
#[derive(Clone, Copy)]
pub(super) struct Place(u32);

/// Where a caller waits. The bytes of a reply are stored here, and decoded by the caller.
#[derive(Default)]
pub(super) struct Slot {
    /// The call, until it is over.
    pub(super) id: Option<CallId>,
    /// The first waker, which is woken when the call is over even if the future has moved to another task.
    waker: Option<Waker>,
    /// The latest waker, if it differs.
    moved: Option<Waker>,
    /// The shape of the reply, or why there is none.
    end: Option<Result<Written>>,
    /// The server had accepted the call with streams that ended so.
    accepted: bool,
    metadata: Metadata,
    bytes: Packed,
}

impl Slots {
    /// Whether any slot is in use.
    pub(super) fn any(&self) -> bool {
        self.free.len() < self.list.len()
    }

    /// A slot for a call that was just opened, and whom to wake when it is over.
    #[inline]
    pub(super) fn take(&mut self, id: CallId, waker: Option<Waker>) -> Place {
        let place = self.free.pop().unwrap_or(self.list.len() as u32);
        if place as usize == self.list.len() {
            self.list.push(Slot::default());
        }
        let slot = &mut self.list[place as usize];
        slot.id = Some(id);
        slot.waker = waker;
        slot.accepted = false;
        *dense::place(&mut self.by_id, id.index()) = Some(place);
        Place(place)
    }

    /// Whether the call has a result.
    #[inline]
    pub(super) fn is_over(&self, Place(place): Place) -> bool {
        self.list[place as usize].end.is_some()
    }

    /// Takes the result, and frees the slot.
    pub(super) fn poll(&mut self, Place(place): Place) -> Poll<Result<Reply>> {
        let slot = &mut self.list[place as usize];
        let Some(end) = slot.end.take() else {
            return Poll::Pending;
        };
        self.free.push(place);
        Poll::Ready(end.map(|shape| Reply {
            metadata: std::mem::take(&mut slot.metadata),
            body: Body::encoded(shape, std::mem::take(&mut slot.bytes)),
        }))
    }

    /// Registers a waker. `Ok` if it is the first one of the call. Otherwise returns the one that it has replaced, to
    /// be dropped without the lock.
    pub(super) fn wait(
        &mut self,
        Place(place): Place,
        waker: &Waker,
    ) -> std::result::Result<(), Option<Waker>> {
        let Slot {
            waker: first,
            moved,
            ..
        } = &mut self.list[place as usize];
        let first = first.get_or_insert_with(|| waker.clone());
        if first.will_wake(waker) {
            return Ok(());
        }
        Err(match moved {
            Some(moved) if moved.will_wake(waker) => None,
            moved => moved.replace(waker.clone()),
        })
    }

    /// Notes that the server had accepted a call with streams, which fails now.
    pub(super) fn accepted(&mut self, id: CallId) {
        if let Some(Some(place)) = self.by_id.get(id.index()) {
            self.list[*place as usize].accepted = true;
        }
    }

    /// Whether the server had accepted the call with streams whose failure was taken from here.
    pub(super) fn was_accepted(&self, Place(place): Place) -> bool {
        self.list[place as usize].accepted
    }

    /// The caller is gone. It drops the contents of its slot, outside the lock.
    pub(super) fn abandon(&mut self, Place(place): Place) -> Slot {
        let slot = std::mem::take(&mut self.list[place as usize]);
        self.free.push(place);
        if let Some(id) = slot.id {
            self.by_id[id.index()] = None;
        }
        slot
    }

    /// A call is answered. Adds whom to wake.
    #[inline]
    pub(super) fn answer(
        &mut self,
        id: CallId,
        shape: Written,
        metadata: Metadata,
        bytes: Arrived<'_>,
        wakers: &mut Vec<Waker>,
    ) {
        if let Some(slot) = self.end(id, Ok(shape), wakers) {
            slot.metadata = metadata;
            slot.bytes.set(bytes);
        }
    }

    /// A call has failed. Adds whom to wake.
    pub(super) fn fail(&mut self, id: CallId, status: Status, wakers: &mut Vec<Waker>) {
        self.end(id, Err(status), wakers);
    }

    /// All calls have failed. Adds whom to wake.
    pub(super) fn fail_all(&mut self, status: impl Fn(CallId) -> Status, wakers: &mut Vec<Waker>) {
        let ids: Vec<CallId> = self.list.iter().filter_map(|slot| slot.id).collect();
        for id in ids {
            self.fail(id, status(id), wakers);
        }
    }

    /// Ends a call. Returns its slot if somebody waits.
    #[inline]
    fn end(
        &mut self,
        id: CallId,
        end: Result<Written>,
        wakers: &mut Vec<Waker>,
    ) -> Option<&mut Slot> {
        let place = self.by_id.get_mut(id.index())?.take()?;
        let slot = &mut self.list[place as usize];
        slot.id = None;
        slot.end = Some(end);
        wakers.extend(slot.waker.take());
        wakers.extend(slot.moved.take());
        Some(slot)
    }
}
