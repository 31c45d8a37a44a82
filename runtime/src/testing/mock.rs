//! A method of a mock: what it answers, and what it was called with. Generated mocks have one for each method.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::channel::BoxFuture;
use crate::streams::Halves;
use crate::{Ctx, Method, Result, Status};

/// A method of a mock: what it answers, and what it was called with.
///
/// `Req` holds the parameters, `T` and `E` are what the method returns, and `H` is what the handler holds of its
/// streams. Clones refer to the same method. [One-time](Self::once) answers are used first, in order; after that each
/// call gets the latest general answer. A call without an answer fails with
/// [`Code::Unimplemented`](crate::Code::Unimplemented) and a message that says so, and [`Verify::problem`] reports it.
pub struct Mocked<Req, T, E, H = ()> {
    method: &'static Method,
    script: Arc<Mutex<Script<Req, T, E, H>>>,
}

struct Script<Req, T, E, H> {
    calls: Vec<Req>,
    once: VecDeque<Once<Req, T, E, H>>,
    always: Option<Always<Req, T, E, H>>,
    unexpected: usize,
}

type Answer<T, E> = BoxFuture<Result<T, E>>;
type Once<Req, T, E, H> = Box<dyn FnOnce(Ctx, Req, H) -> Answer<T, E> + Send>;
type Always<Req, T, E, H> = Arc<dyn Fn(Ctx, Req, H) -> Answer<T, E> + Send + Sync>;

impl<Req, T, E> Mocked<Req, T, E>
where
    T: Send + 'static,
    E: Send + 'static,
{
    /// Answers each call from now on: `mock.greet.returns(|request| Ok(format!("Hello, {}!", request.name)))`.
    pub fn returns(&self, answer: impl Fn(Req) -> Result<T, E> + Send + Sync + 'static) -> &Self {
        self.always(move |_, request, ()| ready(answer(request)))
    }

    /// Answers one call, after earlier one-time answers.
    pub fn once(&self, answer: impl FnOnce(Req) -> Result<T, E> + Send + 'static) -> &Self {
        self.next(move |_, request, ()| ready(answer(request)))
    }

    /// Runs a handler for each call from now on: for answers that take time, or that need the [`Ctx`].
    pub fn runs<F, Fut>(&self, handler: F) -> &Self
    where
        F: Fn(Ctx, Req) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.always(move |cx, request, ()| Box::pin(handler(cx, request)))
    }
}

impl<Req, T, E, H: Halves> Mocked<Req, T, E, H> {
    /// Runs a handler for each call from now on. The last parameter is what it holds of the streams: `Tx`, `Rx`, or both as
    /// `(Rx, Tx)`.
    pub fn runs<F, Fut>(&self, handler: F) -> &Self
    where
        F: Fn(Ctx, Req, H) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.always(move |cx, request, streams| Box::pin(handler(cx, request, streams)))
    }

    /// Runs a handler for one call, after earlier one-time answers.
    pub fn once<F, Fut>(&self, handler: F) -> &Self
    where
        F: FnOnce(Ctx, Req, H) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.next(move |cx, request, streams| Box::pin(handler(cx, request, streams)))
    }
}

impl<Req, T, E, H> Mocked<Req, T, E, H> {
    /// A method that has no answer yet. Generated mocks write this.
    #[doc(hidden)]
    pub fn new(method: &'static Method) -> Self {
        Self {
            method,
            script: Arc::default(),
        }
    }

    /// Takes a call. Generated mocks do this.
    ///
    /// # Errors
    /// What the answer is, or that there is none.
    #[doc(hidden)]
    pub fn call(
        &self,
        cx: Ctx,
        request: Req,
        streams: H,
    ) -> impl Future<Output = Result<T, E>> + Send + use<Req, T, E, H>
    where
        Req: Clone + Send,
        T: Send,
        E: From<Status> + Send,
        H: Send,
    {
        let answer = self.script().take(request.clone());
        let running = match answer {
            Some(Taken::Once(answer)) => Ok(answer(cx, request, streams)),
            Some(Taken::Always(answer)) => Ok(answer(cx, request, streams)),
            None => Err(E::from(unexpected(self.method))),
        };
        async move { running?.await }
    }

    /// The parameters of all calls so far, in the order in which they came.
    pub fn calls(&self) -> Vec<Req>
    where
        Req: Clone,
    {
        self.script().calls.clone()
    }

    fn always(
        &self,
        answer: impl Fn(Ctx, Req, H) -> Answer<T, E> + Send + Sync + 'static,
    ) -> &Self {
        self.script().always = Some(Arc::new(answer));
        self
    }

    fn next(&self, answer: impl FnOnce(Ctx, Req, H) -> Answer<T, E> + Send + 'static) -> &Self {
        self.script().once.push_back(Box::new(answer));
        self
    }

    fn script(&self) -> MutexGuard<'_, Script<Req, T, E, H>> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Taken<Req, T, E, H> {
    Once(Once<Req, T, E, H>),
    Always(Always<Req, T, E, H>),
}

impl<Req, T, E, H> Script<Req, T, E, H> {
    /// Records a call. Returns its answer, which must be run after the script is unlocked.
    fn take(&mut self, request: Req) -> Option<Taken<Req, T, E, H>> {
        self.calls.push(request);
        let once = self.once.pop_front().map(Taken::Once);
        let taken = once.or_else(|| self.always.clone().map(Taken::Always));
        self.unexpected += usize::from(taken.is_none());
        taken
    }
}

impl<Req, T, E, H> Default for Script<Req, T, E, H> {
    fn default() -> Self {
        Self {
            calls: Vec::new(),
            once: VecDeque::new(),
            always: None,
            unexpected: 0,
        }
    }
}

impl<Req, T, E, H> Clone for Mocked<Req, T, E, H> {
    fn clone(&self) -> Self {
        Self {
            method: self.method,
            script: self.script.clone(),
        }
    }
}

impl<Req, T, E, H> fmt::Debug for Mocked<Req, T, E, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.script().calls.len();
        write!(f, "Mocked({:?}, {calls} calls)", self.method)
    }
}

/// What can be verified of a method of a mock.
pub trait Verify {
    /// What was other than expected: calls without an answer, answers without a call. `None` if nothing was.
    fn problem(&self) -> Option<String>;
}

impl<Req, T, E, H> Verify for Mocked<Req, T, E, H> {
    fn problem(&self) -> Option<String> {
        let script = self.script();
        let unexpected =
            (script.unexpected > 0).then(|| format!("{} calls had no answer", script.unexpected));
        let unused =
            (!script.once.is_empty()).then(|| format!("{} answers had no call", script.once.len()));
        let problems: Vec<String> = [unexpected, unused].into_iter().flatten().collect();
        match problems.is_empty() {
            true => None,
            false => Some(format!("`{:?}`: {}", self.method, problems.join(", "))),
        }
    }
}

/// Panics unless everything went as expected. Generated mocks call it.
///
/// # Panics
/// With what was unexpected, one method per line.
#[track_caller]
pub fn verify(methods: &[&dyn Verify]) {
    let problems: Vec<String> = methods
        .iter()
        .filter_map(|method| method.problem())
        .collect();
    assert!(
        problems.is_empty(),
        "the mock was not called as expected:\n{}",
        problems.join("\n")
    );
}

fn ready<T: Send + 'static, E: Send + 'static>(result: Result<T, E>) -> Answer<T, E> {
    Box::pin(std::future::ready(result))
}

fn unexpected(method: &Method) -> Status {
    let name = method.name();
    Status::unimplemented(format!(
        "`{method:?}` was called, and its mock has no answer: give it one before, such as `mock.{name}.once(..)`"
    ))
}
