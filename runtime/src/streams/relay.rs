//! For tests: passes streams on, and cuts them after some messages.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use super::ends::Read;
use super::{Duplex, Pipe, Streams, answered};
use crate::protocol::{Messages, NoMessage};
use crate::watchers::Watching;
use crate::{Call, Limits, Reply, Result, Status};

/// Makes a call, and cuts its streams with `status` once `left` messages have passed in both directions together.
/// Returns the answer, or `None` if the streams were cut. A call without streams is left alone.
pub(crate) async fn cut_after<F: Future<Output = Result<Reply>>>(
    mut call: Call,
    mut left: u32,
    status: Status,
    make: impl FnOnce(Call) -> F,
) -> Option<Result<Reply>> {
    let Some(outer) = call.body.take_streams() else {
        return Some(make(call).await);
    };
    let outer = outer.duplex().clone();
    let inner = Streams::new(&Limits::default(), outer.opening);
    call.body = call.body.with_streams(inner.clone());
    let inner = inner.duplex().clone();
    let mut relay = Relay::new(&outer, &inner);
    let mut answer = pin!(make(call));
    let answer = poll_fn(|cx| {
        let answer = answer.as_mut().poll(cx).map(Some);
        relay.run(&mut left, cx);
        match left {
            0 => Poll::Ready(None),
            _ => answer,
        }
    });
    let answer = answer.await;
    if answer.is_some() {
        // The handler's messages come before its answer.
        inner.over(&answered());
        poll_fn(|cx| relay.poll_down(&mut left, cx)).await;
    } else {
        inner.over(&status);
        outer.over(&status);
    }
    answer.filter(|_| left > 0)
}

/// Both directions of a relayed call.
struct Relay {
    outer: Arc<Duplex>,
    inner: Arc<Duplex>,
    leaving: Watching<Arc<Duplex>>,
    up: Pump,
    down: Pump,
}

impl Relay {
    fn new(outer: &Arc<Duplex>, inner: &Arc<Duplex>) -> Self {
        let (up, down): (Pick, Pick) = (|duplex| &duplex.up, |duplex| &duplex.down);
        Self {
            outer: outer.clone(),
            inner: inner.clone(),
            leaving: inner.clone().until_leaving(),
            up: Pump::new(outer.clone(), inner.clone(), up),
            down: Pump::new(inner.clone(), outer.clone(), down),
        }
    }

    /// Moves what can be moved.
    fn run(&mut self, left: &mut u32, cx: &mut Context<'_>) {
        // A direction that has ended stays ended.
        let _ = self.up.poll(left, cx);
        let _ = self.poll_down(left, cx);
        if pin!(&mut self.leaving).poll(cx).is_ready() {
            let mut wakers = Vec::new();
            self.outer.leave(&mut wakers);
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    /// Moves what the handler sends. Accepting the call comes before its messages.
    fn poll_down(&mut self, left: &mut u32, cx: &mut Context<'_>) -> Poll<()> {
        if self.inner.down.is_opened() {
            let (head, mut wakers) = (self.inner.down.take_head(), Vec::new());
            self.outer.down.open_with(head, &mut wakers);
            wakers.into_iter().for_each(Waker::wake);
        }
        self.down.poll(left, cx)
    }
}

type Pick = fn(&Duplex) -> &Pipe;

/// Moves one direction from one pipe to another.
struct Pump {
    from: Arc<Duplex>,
    to: Arc<Duplex>,
    pick: Pick,
    taken: Messages,
    largest: usize,
    used: usize,
    over: bool,
}

impl Pump {
    fn new(from: Arc<Duplex>, to: Arc<Duplex>, pick: Pick) -> Self {
        Self {
            from,
            to,
            pick,
            taken: Messages::default(),
            largest: 0,
            used: 0,
            over: false,
        }
    }

    /// Moves messages. Ready once this direction is over, or no more messages may pass.
    fn poll(&mut self, left: &mut u32, cx: &mut Context<'_>) -> Poll<()> {
        let (from, to) = ((self.pick)(&self.from), (self.pick)(&self.to));
        while !self.over {
            while let Ok(message) = self.taken.first(self.largest) {
                if *left == 0 {
                    return Poll::Ready(());
                }
                let copy = |out: &mut Vec<u8>| {
                    out.extend_from_slice(message);
                    Ok(())
                };
                if ready!(to.poll_write(copy, |_| {}, cx)).is_err() {
                    from.abandon(self.used + self.taken.len());
                    self.over = true;
                    return Poll::Ready(());
                }
                *left -= 1;
                self.used += self.taken.pop();
            }
            if let Err(NoMessage::TooLarge(_) | NoMessage::Malformed) =
                self.taken.first(self.largest)
            {
                // An invalid message cuts the call too.
                *left = 0;
                return Poll::Ready(());
            }
            match ready!(from.poll_read(&mut self.taken, std::mem::take(&mut self.used), cx)) {
                Read::Messages(batch) => {
                    to.lock().shape = batch.shape;
                    self.largest = batch.largest;
                }
                Read::End(end) => {
                    to.end(end);
                    self.over = true;
                }
            }
        }
        Poll::Ready(())
    }
}
