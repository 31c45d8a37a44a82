//! The same call at several servers at once: the first answer, as many as it takes, or all of them.
//!
//! ```
//! # async fn run(pool: sinew::balance::Pool) -> sinew::Result<()> {
//! # async fn stock(_: sinew::Channel) -> sinew::Result<u32> { Ok(1) }
//! use sinew::fan_out;
//!
//! let calls = pool.each().await?.into_iter().map(|(_, channel)| stock(channel));
//! let total: u32 = fan_out::all(calls).await.into_iter().flatten().sum();
//! # Ok(())
//! # }
//! ```
//!
//! Each call runs in a task of its own, of the runtime that this is awaited in first. Those that are not needed any more are cancelled. A
//! panic of a call goes on in whoever waits for it, and so does the end of that runtime, which leaves calls without an end.

use std::future::Future;

use tokio::task::JoinSet;

use crate::bounded::elsewhere;

/// The first result; the other calls are cancelled.
///
/// # Errors
/// The errors of all calls, in the order in which they came, if none has a result.
pub async fn first<T, E, F>(calls: impl IntoIterator<Item = F>) -> Result<T, Vec<E>>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let mut results = quorum(1, calls).await?;
    Ok(results.pop().expect("a quorum of one is one result"))
}

/// The first `needed` results, in the order in which they came; the other calls are cancelled.
///
/// # Errors
/// The errors so far, in the order in which they came, as soon as too many calls have failed; at once, if there are
/// fewer calls than `needed`.
pub async fn quorum<T, E, F>(
    needed: usize,
    calls: impl IntoIterator<Item = F>,
) -> Result<Vec<T>, Vec<E>>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let mut running: JoinSet<Result<T, E>> = calls.into_iter().map(elsewhere).collect();
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    while results.len() < needed {
        if results.len() + running.len() < needed {
            return Err(errors);
        }
        match running.join_next().await.map(joined) {
            Some(Ok(result)) => results.push(result),
            Some(Err(error)) => errors.push(error),
            None => return Err(errors),
        }
    }
    Ok(results)
}

/// What each call ends with, in the order of the calls.
pub async fn all<T, E, F>(calls: impl IntoIterator<Item = F>) -> Vec<Result<T, E>>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let numbered = (0..).zip(calls);
    let numbered = numbered.map(|(number, call)| elsewhere(async move { (number, call.await) }));
    let running: JoinSet<(usize, Result<T, E>)> = numbered.collect();
    let mut results = running.join_all().await;
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A task's result. A panic of the task is resumed here.
fn joined<T>(task: Result<T, tokio::task::JoinError>) -> T {
    match task {
        Ok(output) => output,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
