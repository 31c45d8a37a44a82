//! The client's half of the limit: what its callers share with the task that owns the socket.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::header;

/// What the callers share with the task that owns the socket.
#[derive(Default)]
pub struct Connection(Mutex<State>);

/// Pending output, and callers that wait for replies.
#[derive(Default)]
pub(super) struct State {
    pub(super) out: Vec<u8>,
    pub(super) calls: Vec<Slot>,
    pub(super) free: Vec<u32>,
    pub(super) driver: Option<Waker>,
    /// Bytes of items that were not received yet.
    pub(super) unread: usize,
}

/// The state of a call. The reply may go into a vector of the caller's; a stream's items are queued.
#[derive(Default)]
pub(super) struct Slot {
    pub(super) body: Vec<u8>,
    pub(super) caller: Option<Waker>,
    pub(super) done: bool,
    pub(super) items: VecDeque<Vec<u8>>,
}

impl State {
    /// Keeps a reply for its caller.
    pub(super) fn finish(&mut self, id: u32, body: &[u8]) {
        let slot = &mut self.calls[id as usize];
        slot.body.clear();
        slot.body.extend_from_slice(body);
        slot.done = true;
    }
}

impl Connection {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls with a body, whose memory takes the reply.
    pub(super) async fn call(&self, method: u8, body: Vec<u8>) -> Vec<u8> {
        let write = |out: &mut Vec<u8>, slot: &mut Slot| {
            out.extend_from_slice(&body);
            slot.body = body;
        };
        self.call_with(method, write, std::mem::take).await
    }

    /// Calls with a body from `write`; `read` extracts the result from the reply.
    pub(super) async fn call_with<T>(
        &self,
        method: u8,
        write: impl FnOnce(&mut Vec<u8>, &mut Slot),
        mut read: impl FnMut(&mut Vec<u8>) -> T,
    ) -> T {
        let mut write = Some(write);
        let mut id = 0;
        poll_fn(|cx| match write.take() {
            Some(write) => {
                id = self.start(method, write, cx);
                Poll::Pending
            }
            None => self.finish(id, &mut read, cx),
        })
        .await
    }

    pub(super) fn start(
        &self,
        method: u8,
        write: impl FnOnce(&mut Vec<u8>, &mut Slot),
        cx: &Context<'_>,
    ) -> u32 {
        let mut guard = self.state();
        let state = &mut *guard;
        let id = state.free.pop().unwrap_or(state.calls.len() as u32);
        if id as usize == state.calls.len() {
            state.calls.push(Slot::default());
        }
        let slot = &mut state.calls[id as usize];
        let start = state.out.len();
        state.out.extend_from_slice(&header(0, id, method));
        let body = state.out.len();
        write(&mut state.out, slot);
        let length = ((state.out.len() - body) as u32).to_le_bytes();
        state.out[start..start + length.len()].copy_from_slice(&length);
        slot.caller = Some(cx.waker().clone());
        slot.done = false;
        let driver = state.driver.take();
        drop(guard);
        if let Some(driver) = driver {
            driver.wake();
        }
        id
    }

    fn finish<T>(
        &self,
        id: u32,
        read: impl FnOnce(&mut Vec<u8>) -> T,
        cx: &Context<'_>,
    ) -> Poll<T> {
        let mut state = self.state();
        let slot = &mut state.calls[id as usize];
        if !slot.done {
            slot.caller = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let found = read(&mut slot.body);
        state.free.push(id);
        Poll::Ready(found)
    }
}
