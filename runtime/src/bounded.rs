//! A call that nobody else looks after: it has its own timer, catches panics, and counts calls within calls.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep};

use crate::caught::{caught, discard};
use crate::channel::BoxFuture;
use crate::ctx::Scope;
use crate::retry::First;
use crate::status::deadline_passed;
use crate::task;
use crate::{Body, Call, Channel, Ctx, Metadata, Method, Phase, Reached, Reply, Result, Status};

/// Calls within calls in one process, which would come to the end of its stack.
const MOST_WITHIN: u32 = 64;

/// A call that no connection looks after.
pub(crate) struct Bounded {
    /// `None` once it is over.
    running: Option<Running>,
    deadline: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
    /// How many calls this one is within; a task of its own would not know.
    within: u32,
}

struct Running {
    scope: Arc<Scope>,
    /// `None` before it has begun.
    call: Option<BoxFuture<Result<Reply>>>,
}

impl Bounded {
    /// A call that does nothing until it is polled.
    pub(crate) fn new(
        deadline: Option<Instant>,
        metadata: Metadata,
        call: impl FnOnce(Ctx) -> BoxFuture<Result<Reply>>,
    ) -> Self {
        let scope = Scope::take();
        let call = Some(call(Ctx::begin(&scope, deadline, metadata)));
        Self::of(Running { scope, call }, deadline)
    }

    /// A call of `channel` that begins with this, after this has become of its first try. What makes its future may run code of the
    /// user's.
    pub(crate) fn begin(
        channel: &Channel,
        method: &'static Method,
        body: Body,
        metadata: Metadata,
        (deadline, first): (Option<Instant>, First),
        cx: &mut Context<'_>,
    ) -> (Self, Poll<Result<Reply>>) {
        let running = Running {
            scope: Scope::take(),
            call: None,
        };
        let mut this = Self::of(running, deadline);
        let polled = this.guarded(cx, |Running { scope, call }, cx| {
            let method = method.into();
            let made = Call {
                method,
                cx: Ctx::begin(scope, deadline, metadata),
                body,
            };
            call.insert(channel.begin(made, first)).as_mut().poll(cx)
        });
        (this, polled)
    }

    fn of(running: Running, deadline: Option<Instant>) -> Self {
        Self {
            running: Some(running),
            deadline,
            sleep: None,
            within: DEPTH.get(),
        }
    }

    /// Lets the call run although nobody waits for its end.
    pub(crate) fn detach(self) {
        task::spawn(Box::pin(async move {
            // Nobody is there to be told.
            let _ = self.await;
        }));
    }

    /// Runs a part of the call, which may panic, be too deep within others, or find no time left.
    fn guarded(
        &mut self,
        cx: &mut Context<'_>,
        run: impl FnOnce(&mut Running, &mut Context<'_>) -> Poll<Result<Reply>>,
    ) -> Poll<Result<Reply>> {
        let Some(running) = self.running.as_mut() else {
            return Poll::Pending;
        };
        let Some(_depth) = Depth::enter(self.within) else {
            self.give_up();
            let message = format!("more than {} calls within calls", MOST_WITHIN);
            return Poll::Ready(Err(Status::resource_exhausted(message).for_good()));
        };
        let around = WOKEN.replace(None);
        let polled = caught(|| run(running, cx));
        let woken = WOKEN.replace(around);
        let result = match polled {
            Some(Poll::Ready(result)) => result,
            None => Err(call_panicked()),
            Some(Poll::Pending) => match self.late(woken, cx) {
                Ok(()) => return Poll::Pending,
                Err(status) => {
                    self.give_up();
                    Err(status)
                }
            },
        };
        self.finish();
        Poll::Ready(result)
    }

    /// Waits for its deadline. If it is woken by then anyway, it needs no timer.
    ///
    /// # Errors
    /// Its time is over, or there is no runtime, which alone could say so.
    fn late(&mut self, woken: Option<Instant>, cx: &mut Context<'_>) -> Result<()> {
        let Some(deadline) = self.deadline else {
            return Ok(());
        };
        let sleep = match &mut self.sleep {
            Some(sleep) => sleep,
            None if woken.is_some_and(|woken| woken <= deadline) => return Ok(()),
            none => {
                task::has_runtime().map_err(|none| none.with_reached(Reached::Maybe))?;
                none.insert(Box::pin(tokio::time::sleep_until(deadline)))
            }
        };
        match sleep.as_mut().poll(cx) {
            Poll::Ready(()) => Err(deadline_passed().with_phase(Phase::Await)),
            Poll::Pending => Ok(()),
        }
    }

    /// Ends a call that has not come to its end.
    pub(crate) fn give_up(&mut self) {
        if let Some(running) = &self.running {
            running.scope.end_turn();
            self.finish();
        }
    }

    fn finish(&mut self) {
        let Some(Running { scope, call }) = self.running.take() else {
            return;
        };
        discard(call);
        scope.keep();
    }
}

impl Future for Bounded {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        self.guarded(cx, |running, cx| match &mut running.call {
            Some(call) => call.as_mut().poll(cx),
            None => Poll::Pending,
        })
    }
}

impl Drop for Bounded {
    fn drop(&mut self) {
        self.give_up();
    }
}

fn call_panicked() -> Status {
    Status::internal("the call panicked in this process: a layer of its client, or its handler")
}

thread_local! {
    /// When the call at hand is woken at the latest, if that is sure.
    static WOKEN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Says, while a call is polled, that what it waits for wakes it by then at the latest. `None` if it waits no longer.
pub(crate) fn woken_by(deadline: Option<Instant>) {
    WOKEN.set(deadline);
}

/// The same work for a task of its own: the calls that it makes are within as many calls there as they would be here.
pub(crate) fn elsewhere<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let within = DEPTH.get();
    async move {
        let mut work = pin!(work);
        poll_fn(|cx| {
            let _depth = Depth::at(within);
            work.as_mut().poll(cx)
        })
        .await
    }
}

/// Counts how deep calls of one process are within each other. Holds what the count was before.
struct Depth(u32);

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

impl Depth {
    fn enter(within: u32) -> Option<Self> {
        let depth = DEPTH.get().max(within);
        (depth < MOST_WITHIN).then(|| Self::at(depth + 1))
    }

    fn at(depth: u32) -> Self {
        Self(DEPTH.replace(depth))
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}
