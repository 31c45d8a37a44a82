//! The calls that somebody waits for, each in a slot that is used again. A result stays until it is taken, which can be
//! after the call's id is in use by another.

use std::task::{Poll, Waker};

use crate::body::{Arrived, Packed, Written};
use crate::protocol::CallId;
use crate::{Body, Metadata, Reply, Result, Status, dense};

/// The slots of a client's connection.
#[derive(Default)]
pub(super) struct Slots {
    list: Vec<Slot>,
    free: Vec<u32>,
    /// The slot of each call in flight that is waited for, by call id.
    by_id: Vec<Option<u32>>,
}

/// A slot's place.
#[derive(Clone, Copy)]
pub(super) struct Place(u32);

/// Where a caller waits. A reply's bytes are written here once, and read where the caller takes them to.
#[derive(Default)]
pub(super) struct Slot {
    /// The call, until it is over.
    pub(super) id: Option<CallId>,
    /// Who has waited first, and so knows that it is woken when the call is over, wherever that has gone meanwhile.
    waker: Option<Waker>,
    /// Who has waited last, if that is somebody else.
    moved: Option<Waker>,
    /// The shape of the reply, or why there is none.
    end: Option<Result<Written>>,
    metadata: Metadata,
    bytes: Packed,
}

impl Slots {
    /// Whether somebody has one.
    pub(super) fn any(&self) -> bool {
        self.free.len() < self.list.len()
    }

    /// A slot for a call that has just been opened, and whom to wake when it is over.
    #[inline]
    pub(super) fn take(&mut self, id: CallId, waker: Option<Waker>) -> Place {
        let place = self.free.pop().unwrap_or(self.list.len() as u32);
        if place as usize == self.list.len() {
            self.list.push(Slot::default());
        }
        let slot = &mut self.list[place as usize];
        slot.id = Some(id);
        slot.waker = waker;
        *dense::place(&mut self.by_id, id.index()) = Some(place);
        Place(place)
    }

    /// Takes the result, which frees the slot.
    #[inline]
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

    /// Notes whom to wake; gives whether that is who has waited first, and else the waker that was there before, to be
    /// dropped without the lock.
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

    /// The caller has gone; what the slot held is the caller's to drop.
    pub(super) fn abandon(&mut self, Place(place): Place) -> Slot {
        let slot = std::mem::take(&mut self.list[place as usize]);
        self.free.push(place);
        if let Some(id) = slot.id {
            self.by_id[id.index()] = None;
        }
        slot
    }

    /// A call is answered; adds whom to wake.
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

    /// A call has failed; adds whom to wake.
    pub(super) fn fail(&mut self, id: CallId, status: Status, wakers: &mut Vec<Waker>) {
        self.end(id, Err(status), wakers);
    }

    /// All calls have failed; adds whom to wake.
    pub(super) fn fail_all(&mut self, status: impl Fn(CallId) -> Status, wakers: &mut Vec<Waker>) {
        let ids: Vec<CallId> = self.list.iter().filter_map(|slot| slot.id).collect();
        for id in ids {
            self.fail(id, status(id), wakers);
        }
    }

    /// Ends a call; gives its slot if somebody waits.
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
