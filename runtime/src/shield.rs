//! Work that is finished even if its call is not.

use std::future::Future;
use std::panic::resume_unwind;

use crate::Ctx;
use crate::bounded::elsewhere;
use crate::tally::Tally;

impl Ctx {
    /// Runs work that must be finished even if nobody waits for the call any more, and gives its result to whoever
    /// still does. A server that shuts down waits for it, for at most the limit `drain`.
    ///
    /// The work begins at once, in its own task. Await it in the same runtime: if that ends, so does the work, and if
    /// you await it elsewhere you wait until the call is over.
    ///
    /// ```
    /// # async fn save(_: String) {}
    /// async fn handler(cx: sinew::Ctx, text: String) -> sinew::Result {
    ///     cx.shield(async move { save(text).await }).await;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Panics
    /// Outside of a tokio runtime. The future panics if the work does.
    pub fn shield<F>(&self, work: F) -> impl Future<Output = F::Output> + Send + use<F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let counted = self.work().map(Tally::enter);
        let task = tokio::spawn(elsewhere(async move {
            let _counted = counted;
            work.await
        }));
        async move {
            match task.await {
                Ok(result) => result,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    // The runtime is shutting down, and this future with it.
                    Err(_) => std::future::pending().await,
                },
            }
        }
    }
}
