//! What a handler sends while the driver of its connection polls it lies on the desk of their thread, where each message is
//! added without a lock: nobody could send it before the driver goes on. Everybody else writes under the lock of the pipe.

use std::cell::RefCell;
use std::ptr;
use std::task::{Context, Poll};

use super::ends::not_sent;
use super::pipe::{Pipe, wake};
use crate::Result;
use crate::protocol::Messages;
use crate::wire::EncodeError;

/// A handler is being polled: its stream may lie on the desk until this is dropped.
pub(crate) struct Desk<'a> {
    pipe: &'a Pipe,
    before: Place,
}

/// Which stream may lie on a desk, and what is there of it.
#[derive(Default)]
struct Place {
    /// The address of the pipe, which a [`Desk`] borrows; 0 if no handler is polled.
    pipe: usize,
    lent: Option<Lent>,
}

/// The messages of a pipe, without their lock.
pub(super) struct Lent {
    pub(super) messages: Messages,
    /// Bytes that were there before.
    pub(super) before: usize,
    /// Bytes at which the writer waits.
    pub(super) full: usize,
    pub(super) largest: usize,
}

thread_local! {
    static PLACE: RefCell<Place> = const { RefCell::new(Place { pipe: 0, lent: None }) };
}

impl<'a> Desk<'a> {
    /// The desk for the handler that sends to `pipe` and is polled next.
    pub(crate) fn of(pipe: &'a Pipe) -> Self {
        let place = Place {
            pipe: address(pipe),
            lent: None,
        };
        let before = PLACE.replace(place);
        Self { pipe, before }
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        let mut place = PLACE.replace(std::mem::take(&mut self.before));
        place.clear(self.pipe);
    }
}

/// As [`Pipe::poll_write`], for the half of a handler.
#[inline]
pub(super) fn poll_write(
    pipe: &Pipe,
    encode: impl Fn(&mut Vec<u8>) -> std::result::Result<(), EncodeError>,
    cx: &mut Context<'_>,
) -> Poll<Result<()>> {
    on_desk(pipe, |place| {
        let Some(place) = place else {
            return pipe.poll_write(encode, |_| {}, cx);
        };
        if let Some(lent) = &mut place.lent
            && lent.has_room()
        {
            return Poll::Ready(lent.push(encode));
        }
        place.clear(pipe);
        pipe.poll_write(encode, |state| place.lent = Some(state.lend()), cx)
    })
}

/// As [`Pipe::poll_room`], for the half of a handler.
pub(super) fn poll_room(pipe: &Pipe, cx: &mut Context<'_>) -> Poll<Result<()>> {
    on_desk(pipe, |place| {
        if let Some(place) = place {
            match &place.lent {
                Some(lent) if lent.has_room() => return Poll::Ready(Ok(())),
                Some(_) | None => place.clear(pipe),
            }
        }
        pipe.poll_room(cx)
    })
}

/// Runs `act` with the desk, if the stream of this pipe may lie there.
#[inline]
fn on_desk<T>(pipe: &Pipe, act: impl FnOnce(Option<&mut Place>) -> T) -> T {
    PLACE.with(|place| {
        // An encoder that sends something itself does that under a lock.
        let mut place = place.try_borrow_mut().ok();
        let place = place.as_deref_mut();
        act(place.filter(|place| place.pipe == address(pipe)))
    })
}

fn address(pipe: &Pipe) -> usize {
    ptr::from_ref(pipe).addr()
}

impl Place {
    /// Gives back to `pipe` what lies here of it.
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

    /// Writes a message of this one byte; `false` if the writer waits.
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
        let desk = Desk::of(pipe);
        assert!(write(pipe, 1) && write(pipe, 2) && write(pipe, 3));
        assert_eq!(queued(pipe), 0);
        drop(desk);
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
        let desk = Desk::of(pipe);
        assert!(write(pipe, 1) && write(pipe, 2) && write(pipe, 3) && !write(pipe, 4));
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(poll_room(pipe, cx).is_pending());
        assert_eq!(queued(pipe), 4);
        drop(desk);
        assert_eq!(queued(pipe), 4);
    }

    #[test]
    fn a_half_in_other_hands_waits_until_the_handler_was_polled() {
        let streams = Streams::new(&limits(1 << 10), None);
        let pipe = &streams.duplex().down;
        let desk = Desk::of(pipe);
        assert!(write(pipe, 0));
        thread::scope(|scope| {
            let waits = scope.spawn(|| !write(pipe, 1));
            assert!(waits.join().expect("nothing panics there"));
        });
        drop(desk);
        assert!(write(pipe, 1));
        assert_eq!(queued(pipe), 2);
    }

    #[test]
    fn a_desk_is_for_one_stream_and_for_the_innermost_handler() {
        let [outer, inner] = [(); 2].map(|()| Streams::new(&limits(1 << 10), None));
        let (outer, inner) = (&outer.duplex().down, &inner.duplex().down);
        let desk = Desk::of(outer);
        assert!(write(inner, 0) && write(outer, 0));
        let innermost = Desk::of(inner);
        assert!(write(inner, 1) && !write(outer, 1));
        drop(innermost);
        assert!(write(outer, 1));
        drop(desk);
        assert_eq!((queued(outer), queued(inner)), (2, 2));
    }

    #[test]
    fn what_was_written_to_a_reader_who_left_is_gone() {
        let streams = Streams::new(&limits(1 << 10), None);
        let pipe = &streams.duplex().down;
        let desk = Desk::of(pipe);
        assert!(write(pipe, 0) && write(pipe, 1));
        pipe.abandon(0);
        assert!(write(pipe, 2));
        drop(desk);
        assert_eq!(queued(pipe), 0);
        let cx = &mut Context::from_waker(Waker::noop());
        match poll_room(pipe, cx) {
            Poll::Ready(Err(status)) => assert_eq!(status.code(), Code::Aborted),
            other => panic!("{other:?}"),
        }
    }
}
