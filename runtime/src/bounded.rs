//! A call that is not on a connection: it has its own timer, catches panics, and limits calls within calls.

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

/// How deep calls may be nested in one process, whose stack they could otherwise overflow.
const MOST_WITHIN: u32 = 64;

/// A call that is not on a connection.
pub(crate) struct Bounded {
    /// `None` once it is over.
    running: Option<Running>,
    deadline: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
    /// How deep this call is nested; needed if it is polled in a task of its own.
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

    /// A call through `channel` that begins now; `first` is the state of its first attempt. To create its future may
    /// run user code.
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

    /// Lets the call run without anybody waiting for it.
    pub(crate) fn detach(self) {
        task::spawn(Box::pin(async move {
            // Nobody is interested in the result.
            let _ = self.await;
        }));
    }

    /// Polls the call, which may panic, be nested too deep, or have timed out.
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

    /// Waits for the deadline. No timer is needed if something else wakes the call by then.
    ///
    /// # Errors
    /// The deadline has passed, or there is no runtime to watch it.
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

    /// Ends a call early.
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
    /// When the call being polled will be woken at the latest, if that is guaranteed.
    static WOKEN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Called while a call is polled: what it waits for wakes it at `deadline` at the latest. `None` if it no longer waits.
pub(crate) fn woken_by(deadline: Option<Instant>) {
    WOKEN.set(deadline);
}

/// The same work for a task of its own, where its calls count as nested as deep as they would be here.
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

/// The current nesting of calls on this thread. The guard holds the previous value.
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
