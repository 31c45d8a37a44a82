//! Tasks that nobody waits for, all of one type: what tokio keeps for a task is compiled once, and here.

use tokio::task::JoinHandle;

use crate::channel::BoxFuture;

/// Runs `task` beside everything else. Must be called within a tokio runtime.
pub(crate) fn spawn(task: BoxFuture<()>) -> JoinHandle<()> {
    tokio::spawn(task)
}
