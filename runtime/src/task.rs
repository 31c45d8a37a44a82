//! Background tasks, all of one type, so that tokio's generic code for a task is compiled here once.

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::channel::BoxFuture;
use crate::{Reached, Result, Status};

/// Runs `task` in the background. Must be called in a tokio runtime.
pub(crate) fn spawn(task: BoxFuture<()>) -> JoinHandle<()> {
    tokio::spawn(task)
}

/// Whether there is a runtime, without which there are no sockets, timers or tasks.
///
/// # Errors
/// There is none.
pub(crate) fn has_runtime() -> Result<()> {
    match Handle::try_current() {
        Ok(_) => Ok(()),
        Err(error) => Err(Status::failed_precondition(
            "there is no tokio runtime here: call within one, by its `block_on` from code that is not async",
        )
        .with_source(error)
        .with_reached(Reached::No)),
    }
}
