//! While the driver of a connection polls a handler, nobody could send the handler's messages anyway. So they are
//! collected in a buffer of the thread, where each is appended without a lock. Everybody else writes to the pipe, under
//! its lock.

use std::cell::RefCell;
use std::ptr;
use std::task::{Context, Poll};

use super::ends::not_sent;
use super::pipe::{Pipe, wake};
use crate::Result;
use crate::protocol::Messages;
use crate::wire::EncodeError;

/// While this exists, a handler is being polled, and the thread's buffer may hold the messages that it sends to `pipe`.
pub(crate) struct SendBuffer<'a> {
    pipe: &'a Pipe,
    before: Slot,
}

/// The thread's buffer, and the pipe that may use it.
#[derive(Default)]
struct Slot {
    /// The address of the pipe, which a [`SendBuffer`] borrows; 0 if no handler is being polled.
    pipe: usize,
    lent: Option<Lent>,
}

/// The messages of a pipe, borrowed from it so that no lock is needed.
pub(super) struct Lent {
    pub(super) messages: Messages,
    /// How many bytes of them were there before.
    pub(super) before: usize,
    /// The writer waits once there are this many bytes.
    pub(super) full: usize,
    pub(super) largest: usize,
}

thread_local! {
    static SLOT: RefCell<Slot> = const { RefCell::new(Slot { pipe: 0, lent: None }) };
}

impl<'a> SendBuffer<'a> {
    /// For the handler that sends to `pipe` and is about to be polled.
    pub(crate) fn of(pipe: &'a Pipe) -> Self {
        let slot = Slot {
            pipe: address(pipe),
            lent: None,
        };
        let before = SLOT.replace(slot);
        Self { pipe, before }
    }
}

impl Drop for SendBuffer<'_> {
    fn drop(&mut self) {
        let mut slot = SLOT.replace(std::mem::take(&mut self.before));
        slot.clear(self.pipe);
    }
}

/// Like [`Pipe::poll_write`], for a handler.
#[inline]
pub(super) fn poll_write(
    pipe: &Pipe,
    encode: impl Fn(&mut Vec<u8>) -> std::result::Result<(), EncodeError>,
    cx: &mut Context<'_>,
) -> Poll<Result<()>> {
    with_slot(pipe, |slot| {
        let Some(slot) = slot else {
            return pipe.poll_write(encode, |_| {}, cx);
        };
        if let Some(lent) = &mut slot.lent
            && lent.has_room()
        {
            return Poll::Ready(lent.push(encode));
        }
        slot.clear(pipe);
        pipe.poll_write(encode, |state| slot.lent = Some(state.lend()), cx)
    })
}

/// Like [`Pipe::poll_room`], for a handler.
pub(super) fn poll_room(pipe: &Pipe, cx: &mut Context<'_>) -> Poll<Result<()>> {
    with_slot(pipe, |slot| {
        if let Some(slot) = slot {
            match &slot.lent {
                Some(lent) if lent.has_room() => return Poll::Ready(Ok(())),
                Some(_) | None => slot.clear(pipe),
            }
        }
        pipe.poll_room(cx)
    })
}

/// Calls `act` with the thread's buffer if this pipe may use it.
#[inline]
fn with_slot<T>(pipe: &Pipe, act: impl FnOnce(Option<&mut Slot>) -> T) -> T {
    SLOT.with(|slot| {
        // If an encoder sends something itself, that goes through the lock.
        let mut slot = slot.try_borrow_mut().ok();
        let slot = slot.as_deref_mut();
        act(slot.filter(|slot| slot.pipe == address(pipe)))
    })
}

fn address(pipe: &Pipe) -> usize {
    ptr::from_ref(pipe).addr()
}

impl Slot {
    /// Gives the messages back to `pipe`.
    fn clear(&mut self, pipe: &Pipe) {
        if let Some(lent) = self.lent.take() {
            let wakers = pipe.lock().take_back(lent);
            wakers.into_iter().for_each(wake);
        }
    }
}

impl Lent {
    #[inline]
    fn has_room(&self) -> bool {
        self.messages.len() < self.full
    }

    #[inline]
    fn push(
        &mut self,
        encode: impl FnOnce(&mut Vec<u8>) -> std::result::Result<(), EncodeError>,
    ) -> Result<()> {
        let pushed = self.messages.push(self.largest, encode);
        pushed.map_err(|error| not_sent(error, self.largest))
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;
    use std::thread;

    use super::super::Streams;
    use super::*;
    use crate::{Code, Limits};

    /// Writes a message of this one byte. Returns `false` if the writer has to wait.
    fn write(pipe: &Pipe, byte: u8) -> bool {
        let encode = |out: &mut Vec<u8>| {
            out.push(byte);
            Ok(())
        };
        let cx = &mut Context::from_waker(Waker::noop());
        match poll_write(pipe, encode, cx) {
            Poll::Ready(written) => written.is_ok(),
            Poll::Pending => false,
        }
    }

    /// The messages in the pipe itself.
    fn queued(pipe: &Pipe) -> usize {
        pipe.lock().messages.len() / 2
    }

    fn limits(window: usize) -> Limits {
        Limits {
            stream_window: window,
            ..Limits::default()
        }
    }

    #[test]
    fn what_lies_on_the_desk_is_in_the_pipe_once_the_handler_was_polled() {
        let streams = Streams::new(&limits(1 << 10), None);
        let pipe = &streams.duplex().down;
        assert!(write(pipe, 0));
        let buffer = SendBuffer::of(pipe);
        assert!(write(pipe, 1) && write(pipe, 2) && write(pipe, 3));
        assert_eq!(queued(pipe), 0);
        drop(buffer);
        assert!(write(pipe, 4));
        let mut state = pipe.lock();
        for byte in 0..5 {
            assert_eq!(state.messages.first(9), Ok(&[byte][..]));
            state.messages.pop();
        }
    }

    #[test]
    fn the_window_holds_on_the_desk_too() {
        let streams = Streams::new(&limits(8), None);
        let pipe = &streams.duplex().down;
        assert!(write(pipe, 0));
        let buffer = SendBuffer::of(pipe);
        assert!(write(pipe, 1) && write(pipe, 2) && write(pipe, 3) && !write(pipe, 4));
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(poll_room(pipe, cx).is_pending());
        assert_eq!(queued(pipe), 4);
        drop(buffer);
        assert_eq!(queued(pipe), 4);
    }

    #[test]
    fn a_half_in_other_hands_waits_until_the_handler_was_polled() {
        let streams = Streams::new(&limits(1 << 10), None);
        let pipe = &streams.duplex().down;
        let buffer = SendBuffer::of(pipe);
        assert!(write(pipe, 0));
        thread::scope(|scope| {
            let waits = scope.spawn(|| !write(pipe, 1));
            assert!(waits.join().expect("nothing panics there"));
        });
        drop(buffer);
        assert!(write(pipe, 1));
        assert_eq!(queued(pipe), 2);
    }

    #[test]
    fn a_desk_is_for_one_stream_and_for_the_innermost_handler() {
        let [outer, inner] = [(); 2].map(|()| Streams::new(&limits(1 << 10), None));
        let (outer, inner) = (&outer.duplex().down, &inner.duplex().down);
        let buffer = SendBuffer::of(outer);
        assert!(write(inner, 0) && write(outer, 0));
        let innermost = SendBuffer::of(inner);
        assert!(write(inner, 1) && !write(outer, 1));
        drop(innermost);
        assert!(write(outer, 1));
        drop(buffer);
        assert_eq!((queued(outer), queued(inner)), (2, 2));
    }

    #[test]
    fn what_was_written_to_a_reader_who_left_is_gone() {
        let streams = Streams::new(&limits(1 << 10), None);
        let pipe = &streams.duplex().down;
        let buffer = SendBuffer::of(pipe);
        assert!(write(pipe, 0) && write(pipe, 1));
        pipe.abandon(0);
        assert!(write(pipe, 2));
        drop(buffer);
        assert_eq!(queued(pipe), 0);
        let cx = &mut Context::from_waker(Waker::noop());
        match poll_room(pipe, cx) {
            Poll::Ready(Err(status)) => assert_eq!(status.code(), Code::Aborted),
            other => panic!("{other:?}"),
        }
    }
}
