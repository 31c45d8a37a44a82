//! Tasks that nobody waits for, all of one type: what tokio keeps for a task is compiled once, and here.

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::channel::BoxFuture;
use crate::{Reached, Result, Status};

/// Runs `task` beside everything else. Must be called within a tokio runtime.
pub(crate) fn spawn(task: BoxFuture<()>) -> JoinHandle<()> {
    tokio::spawn(task)
}

/// Whether there is a runtime here, without which there are no sockets, timers or tasks.
///
/// # Errors
/// There is none, which whoever has called outside of one has to be told.
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
