//! A task for each call, for handlers that should not share the connection's task.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;
use tracing::Instrument;

use super::Next;
use super::next::Run;
use crate::bounded::elsewhere;
use crate::channel::handler_panicked;
use crate::status::task_ended;
use crate::verdict::{self, Which};
use crate::{Call, Reply, Result, Status};

/// A layer that runs each call in its own task: `service.layer(sinew::layer::spawned)`.
///
/// The handlers of a connection share its task, which costs nothing for those that wait or finish soon. A handler that
/// computes for long blocks its client's other calls; in its own task it does not. The task costs more than most calls
/// do, so use it only for methods that need it. Put code that blocks its thread, or computes for longer than any client
/// can wait, into tokio's `spawn_blocking`: the thread may be the one that waits for all sockets.
///
/// A call that is given up ends its task at the next await, as it ends any handler.
pub fn spawned(call: Call, next: Next) -> impl Future<Output = Result<Reply>> + Send + 'static {
    let ended = Ended {
        which: call.cx.which(),
        with: Arc::default(),
    };
    let run = Told {
        ended: ended.clone(),
        run: Some(next.run(call)),
    };
    let task = tokio::spawn(elsewhere(run).in_current_span());
    Spawned { task, ended }
}

/// The status with which the server has ended the call, for observers inside the task: only what waits for the task
/// hears of it.
#[derive(Clone)]
struct Ended {
    which: Which,
    with: Arc<OnceLock<Status>>,
}

/// Waits for the task.
struct Spawned {
    task: JoinHandle<Result<Reply>>,
    ended: Ended,
}

impl Future for Spawned {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        Poll::Ready(match ready!(Pin::new(&mut self.task).poll(cx)) {
            Ok(result) => result,
            Err(error) if error.is_panic() => Err(handler_panicked()),
            Err(_) => Err(task_ended()),
        })
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        if let Some(status) = verdict::of(self.ended.which) {
            // Nobody else sets it.
            let _ = self.ended.with.set(status);
        }
        self.task.abort();
    }
}

/// The call in its task.
struct Told {
    ended: Ended,
    /// Only `None` while this is being dropped.
    run: Option<Run>,
}

impl Future for Told {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        match &mut self.run {
            Some(run) => Pin::new(run).poll(cx),
            None => Poll::Pending,
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let run = self.run.take();
        if let Some(status) = self.ended.with.get() {
            verdict::given(self.ended.which, status, || drop(run));
        }
    }
}
