//! Output that waits to be written.

use super::connection::Connection;
use crate::wire::Output;

impl Connection {
    /// Moves all output to `out`, which must be empty.
    pub fn transmit(&mut self, out: &mut Output) {
        if !self.wants_output() {
            return;
        }
        self.put_credits();
        if self.closed().is_none() {
            self.transmitted = self.calls.opened;
        }
        self.begun = true;
        self.meters.control_frames = 0;
        self.meters.pong = None;
        self.unwritten += self.out.len();
        debug_assert!(out.is_empty());
        std::mem::swap(out, &mut self.out);
    }

    /// Frees memory that is not in use.
    pub fn give_back(&mut self) {
        if self.out.is_empty() {
            self.out = Output::default();
        }
    }

    /// Whether [`Self::transmit`] would return something.
    pub fn wants_output(&self) -> bool {
        !self.out.is_empty() || self.has_credits()
    }

    /// Whether the connection has ended and nothing is left to write, so that the transport can be closed.
    pub fn is_finished(&self) -> bool {
        self.closed().is_some() && self.out.is_empty() && self.unwritten == 0
    }

    /// The transport takes no more bytes.
    pub(super) fn discard_output(&mut self) {
        self.out.clear();
        self.unwritten = 0;
        self.clock.stalled = None;
    }

    /// Bytes that are waiting to be written.
    pub(super) fn waiting(&self) -> usize {
        self.out.len() + self.unwritten
    }

    /// Whether more is waiting to be written than the limit `out_queue` allows.
    pub(super) fn is_backed_up(&self) -> bool {
        self.waiting() > self.limits.out_queue
    }
}
