//! Work that is finished although nobody waits for its call any more, and a server that waits for it.

use std::convert::Infallible;
use std::future::Future;
use std::panic::resume_unwind;

use tokio::sync::mpsc;

use crate::Ctx;

/// Counts the work that is under way; without one, as in one process, nobody waits for it.
#[derive(Clone, Default)]
pub(crate) struct Work(Option<mpsc::WeakSender<Infallible>>);

/// Waits for the work of a server.
pub(crate) struct Finished {
    sender: mpsc::Sender<Infallible>,
    receiver: mpsc::Receiver<Infallible>,
}

impl Work {
    pub(crate) fn new() -> (Self, Finished) {
        let (sender, receiver) = mpsc::channel(1);
        (
            Self(Some(sender.downgrade())),
            Finished { sender, receiver },
        )
    }
}

impl Finished {
    /// Waits until no work is under way. Work that begins after that is not waited for.
    pub(crate) async fn wait(self) {
        let Self {
            sender,
            mut receiver,
        } = self;
        drop(sender);
        while receiver.recv().await.is_some() {}
    }
}

impl Ctx {
    /// Does work that must be finished although nobody waits for the call any more, and gives its result to whoever
    /// still does. A server that shuts down waits for it, at most for the limit `drain`.
    ///
    /// The work begins at once, in a task of its own. Must be called within a tokio runtime.
    ///
    /// # Panics
    /// The future panics if the work does.
    pub fn shield<F>(&self, work: F) -> impl Future<Output = F::Output> + Send + use<F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let counted = self.work().0.as_ref().and_then(mpsc::WeakSender::upgrade);
        let task = tokio::spawn(async move {
            let _counted = counted;
            work.await
        });
        async move {
            match task.await {
                Ok(result) => result,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    // The runtime shuts down, and this future with it.
                    Err(_) => std::future::pending().await,
                },
            }
        }
    }
}
