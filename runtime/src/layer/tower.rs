//! Both ways between services here and those of `tower`. It needs the feature `tower`.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use super::{Next, Run};
use crate::{Call, Channel, Reached, Reply, Result, Service, Status};

/// A channel as a `tower` service, to put its layers around it. It is always ready.
///
/// ```
/// # fn run(channel: sinew::Channel) {
/// use sinew::layer::{AsTower, FromTower};
///
/// // Whatever tower has goes between the two.
/// let stack = AsTower::new(channel);
/// let channel = sinew::Channel::new(FromTower::new(stack));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AsTower(Next);

impl AsTower {
    /// `channel` as a service of `tower`.
    pub fn new(channel: Channel) -> Self {
        Self(Next::by_name(channel))
    }
}

impl tower_service::Service<Call> for AsTower {
    type Response = Reply;
    type Error = Status;
    type Future = Run;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        self.0.run(call)
    }
}

/// An error of a stack, which may be anything.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// A `tower` stack as a service: behind a channel, or within a server.
///
/// Each call clones the stack, waits until the clone is ready, and calls it. A [`Status`] is returned unchanged; for
/// the stack's own errors see [`Self::map_errors`].
#[must_use = "a channel or a server has to be given it"]
pub struct FromTower<T> {
    stack: Mutex<T>,
    status: Arc<dyn Fn(BoxError) -> Status + Send + Sync>,
}

impl<T> FromTower<T> {
    /// The stack as a service. The stack's own errors become [`Code::Unknown`](crate::Code::Unknown) with
    /// [`Reached::Maybe`].
    pub fn new(stack: T) -> Self {
        Self {
            stack: Mutex::new(stack),
            status: Arc::new(unknown),
        }
    }

    /// Says what the errors of the stack mean: which code, and whether the handler can have begun. It is not called for
    /// a [`Status`].
    pub fn map_errors(
        mut self,
        status: impl Fn(BoxError) -> Status + Send + Sync + 'static,
    ) -> Self {
        self.status = Arc::new(status);
        self
    }
}

impl<T> Service for FromTower<T>
where
    T: tower_service::Service<Call, Response = Reply> + Clone + Send + 'static,
    T::Error: Into<BoxError>,
    T::Future: Send,
{
    async fn call(&self, call: Call) -> Result<Reply> {
        let mut stack = {
            let stack = self.stack.lock().unwrap_or_else(PoisonError::into_inner);
            stack.clone()
        };
        let ready = poll_fn(|cx| stack.poll_ready(cx)).await;
        let called = match ready.map_err(Into::into) {
            Ok(()) => stack.call(call).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        called.map_err(|error| match error.downcast::<Status>() {
            Ok(status) => *status,
            Err(error) => (self.status)(error),
        })
    }
}

impl<T> fmt::Debug for FromTower<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromTower").finish_non_exhaustive()
    }
}

fn unknown(error: BoxError) -> Status {
    Status::unknown(error.to_string()).with_reached(Reached::Maybe)
}
