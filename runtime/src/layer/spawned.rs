//! A task for each call, where the connection's own is not enough.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;
use tracing::Instrument;

use super::Next;
use crate::bounded::elsewhere;
use crate::channel::handler_panicked;
use crate::status::task_ended;
use crate::{Call, Reply, Result};

/// A layer that runs each call in a task of its own: `service.layer(sinew::layer::spawned)`.
///
/// The handlers of a connection share its task, which costs nothing for those that wait for something or are soon done. One that
/// computes for long holds up the other calls of its client; in a task of its own it does not. The task costs more
/// than most calls do, so it is for methods that need it. What blocks its thread, or computes for longer than all clients can wait, belongs
/// into tokio's `spawn_blocking`: the thread may be the one that waits for the sockets of all.
///
/// A call that is given up ends its task at the next await, as it ends any handler.
pub fn spawned(call: Call, next: Next) -> impl Future<Output = Result<Reply>> + Send + 'static {
    let call = elsewhere(async move { next.run(call).await });
    Spawned(tokio::spawn(call.in_current_span()))
}

struct Spawned(JoinHandle<Result<Reply>>);

impl Future for Spawned {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(cx)) {
            Ok(result) => result,
            Err(error) if error.is_panic() => Err(handler_panicked()),
            Err(_) => Err(task_ended()),
        })
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        self.0.abort();
    }
}
