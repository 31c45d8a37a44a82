//! Streams of the limit: frames of one call, batched by the server, and queued for a receiver that gets each item as a
//! vector. One stream at a time per connection.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::connection::{Connection, Slot, State};
use super::{HEADER, STREAM, header, number};

/// Bytes that a server batches before it writes them.
const BATCH: usize = 64 << 10;
/// A client stops reading when this many bytes are queued.
const WINDOW: usize = 64 << 10;

/// The items that a server has still to send.
pub struct Source {
    header: [u8; HEADER],
    item: Vec<u8>,
    left: i64,
}

impl Source {
    /// Parses a request: the items' length and number.
    pub fn asked(call: u32, body: &[u8]) -> Self {
        let length = number(body) as usize;
        Self {
            header: header(length, call, STREAM),
            item: vec![0x5a; length],
            left: number(&body[8..]),
        }
    }

    /// Adds a batch; `false` if there are no more items.
    pub fn fill(&mut self, out: &mut Vec<u8>) -> bool {
        if self.left == 0 {
            return false;
        }
        while self.left > 0 && out.len() < BATCH {
            out.extend_from_slice(&self.header);
            out.extend_from_slice(&self.item);
            self.left -= 1;
        }
        true
    }
}

impl State {
    /// Queues an item for its receiver.
    pub(super) fn deliver(&mut self, call: u32, item: &[u8]) {
        self.calls[call as usize].items.push_back(item.to_vec());
        self.unread += item.len();
    }

    /// Whether enough is queued for now.
    pub(super) fn is_full(&self) -> bool {
        self.unread >= WINDOW
    }
}

impl Connection {
    /// Requests a stream. Returns the number of its call.
    pub(super) async fn open(&self, bytes: usize, items: usize) -> u32 {
        let asked = [(bytes as i64).to_le_bytes(), (items as i64).to_le_bytes()];
        let write = |out: &mut Vec<u8>, _: &mut Slot| out.extend_from_slice(&asked.concat());
        poll_fn(|cx| Poll::Ready(self.start(STREAM, write, cx))).await
    }

    /// The next item of a stream.
    pub(super) async fn next(&self, call: u32) -> Vec<u8> {
        poll_fn(|cx| self.poll_next(call, cx)).await
    }

    /// Frees the slot of a finished stream.
    pub(super) fn close(&self, call: u32) {
        self.state().free.push(call);
    }

    fn poll_next(&self, call: u32, cx: &Context<'_>) -> Poll<Vec<u8>> {
        let mut state = self.state();
        let slot = &mut state.calls[call as usize];
        let Some(item) = slot.items.pop_front() else {
            slot.caller = Some(cx.waker().clone());
            return Poll::Pending;
        };
        state.unread -= item.len();
        if state.unread == 0
            && let Some(driver) = state.driver.take()
        {
            driver.wake();
        }
        Poll::Ready(item)
    }
}
