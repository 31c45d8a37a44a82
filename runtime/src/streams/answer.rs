//! The answer of a call with streams, while the streams run. Dropping it cancels the call.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use crate::status::task_ended;
use crate::transport::Flight;
use crate::{Channel, Reply, Result};

/// Where the answer comes from. The channel must live as long.
pub(super) struct Answer {
    from: From,
    _channel: Channel,
}

enum From {
    Flight(Flight),
    Task(JoinHandle<Result<Reply>>),
    /// The answer itself; `None` once it has been taken.
    Here(Option<Result<Reply>>),
}

impl Answer {
    /// From a connection.
    pub(super) fn of(flight: Flight, channel: Channel) -> Self {
        Self::new(From::Flight(flight), channel)
    }

    /// From a task that makes the call.
    pub(super) fn task(task: JoinHandle<Result<Reply>>, channel: Channel) -> Self {
        Self::new(From::Task(task), channel)
    }

    /// An answer that is known already.
    pub(super) fn here(answer: Result<Reply>, channel: Channel) -> Self {
        Self::new(From::Here(Some(answer)), channel)
    }

    fn new(from: From, channel: Channel) -> Self {
        Self {
            from,
            _channel: channel,
        }
    }

    /// The call's end on a connection, if it is on one.
    pub(super) fn flight(&self) -> Option<&Flight> {
        match &self.from {
            From::Flight(flight) => Some(flight),
            From::Task(_) | From::Here(_) => None,
        }
    }

    /// Waits for the answer. Must not be called again after that.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        match &mut self.from {
            From::Flight(flight) => flight.poll(cx),
            From::Task(task) => {
                Poll::Ready(ready!(Pin::new(task).poll(cx)).unwrap_or_else(|_| Err(task_ended())))
            }
            From::Here(answer) => Poll::Ready(answer.take().unwrap_or_else(|| Err(task_ended()))),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let From::Task(task) = &self.from {
            task.abort();
        }
    }
}
