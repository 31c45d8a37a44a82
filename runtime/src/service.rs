//! The central trait: anything that takes calls.

use std::future::Future;
use std::sync::Arc;

use crate::body::{BodyError, Packed, Written};
use crate::channel::{Boxing, Start, Started};
use crate::handler::Handler;
use crate::layer::{Layered, Limited, Next, Observed, Observer};
use crate::outcome::{MethodError, Outcome};
use crate::retry::Retrying;
use crate::wire::{Message, Wire};
use crate::{Body, Ctx, Metadata, Method, MethodRef, Reached, Result, Status};

/// Anything that takes calls: a generated server, a router, a channel to a remote server, a middleware, a mock.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take calls",
    label = "not a service",
    note = "a type that implements the trait of a service is served by what is generated beside it: `GreeterServer::new(greeter)`"
)]
pub trait Service: Send + Sync + 'static {
    /// Answers one call. Dropping the future cancels the call.
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply>> + Send;

    /// Starts a call without boxing, if possible: a connection encodes the request right away.
    #[doc(hidden)]
    fn start(&self, start: &mut Start<'_>) -> Started {
        let _ = start;
        Started::Later
    }

    /// The handler of a method, for callers that call it often. `None` if there is no such method, or if each call must
    /// go through [`Self::call`].
    #[doc(hidden)]
    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let _ = method;
        None
    }

    /// The address that calls go to, for failures that name the server. `None` if there is none, or several.
    #[doc(hidden)]
    fn far_address(&self) -> Option<Arc<str>> {
        None
    }

    /// The rules by which it retries calls. `None` if there are none, or if they are not known.
    #[doc(hidden)]
    fn retrying_within(&self) -> Option<Arc<Retrying>> {
        None
    }

    /// The service, if it boxes the futures of its calls itself.
    #[doc(hidden)]
    fn boxing(&self) -> Option<&dyn Boxing> {
        None
    }

    /// This service with a layer around each call: `|call, next| async move { .. next.run(call).await .. }`.
    ///
    /// The layer that is added last runs first. It may look at the call, change it, answer it itself, or make it
    /// several times with [`Call::share`]. It costs more than [`Self::observe`] does.
    fn layer<F, Fut>(self, layer: F) -> Layered<F, Self>
    where
        Self: Sized,
        F: Fn(Call, Next) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        Layered::new(self, layer)
    }

    /// This service with an observer, which is told when each call begins and ends.
    fn observe(self, observer: impl Into<Observer>) -> Observed<Self>
    where
        Self: Sized,
    {
        Observed::new(self, observer)
    }

    /// This service with at most this many calls at a time; more are refused with
    /// [`Code::ResourceExhausted`](crate::Code::ResourceExhausted) and [`Reached::No`].
    fn limit(self, calls: usize) -> Limited<Self>
    where
        Self: Sized,
    {
        Limited::new(self, calls)
    }
}

/// A service that says by which names it is called, as generated servers do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say by which names it is called",
    label = "not the server of a service",
    note = "a type that implements the trait of a service is served by what is generated beside it: `GreeterServer::new(greeter)`",
    note = "what goes around all services of a server is given to `Server::wrap`"
)]
pub trait NamedService: Service {
    /// Its own full name, then those of the services that it extends.
    const NAMES: &'static [&'static str];
    /// Its methods, those of the extended services first.
    const METHODS: &'static [&'static Method];
}

/// One call on its way to a handler.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call {
    /// What is called.
    pub method: MethodRef,
    /// Deadline, metadata, peer.
    pub cx: Ctx,
    /// The request.
    pub body: Body,
}

impl Call {
    /// The index of the method in `S::METHODS`; `None` if it is not there.
    pub fn index<S: NamedService>(&self) -> Option<usize> {
        self.method.index::<S>()
    }

    /// This call once more, for another try or another server. `None` if its body can be had only once, as it is a
    /// stream.
    pub fn share(&self) -> Option<Self> {
        Some(Self {
            method: self.method.clone(),
            cx: self.cx.clone(),
            body: self.body.share()?,
        })
    }

    /// The same call for another attempt: see [`Body::keep`].
    pub(crate) fn keep(&self) -> Option<Self> {
        Some(Self {
            method: self.method.clone(),
            cx: self.cx.clone(),
            body: self.body.keep()?,
        })
    }

    /// The request, and the context for the handler.
    ///
    /// # Errors
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) if the body is not a request of `method`.
    pub fn decode<Req: Message>(self, method: &'static Method) -> Result<(Ctx, Req)> {
        self.check_streams(method)?;
        match self.body.decode::<Req>(method.request_shape()) {
            Ok(request) => Ok((self.cx, request)),
            Err(error) => Err(bad_request(method, error)),
        }
    }

    /// The request as bytes with their shape, and the context for the handler.
    ///
    /// # Errors
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) if the body cannot be a request of `method`.
    pub(crate) fn encoded(self, method: &'static Method) -> Result<(Ctx, Written, Packed)> {
        self.check_streams(method)?;
        match self.body.into_encoded() {
            Ok((shape, bytes)) => Ok((self.cx, shape, bytes)),
            Err(error) => Err(bad_request(method, error.into())),
        }
    }

    fn check_streams(&self, method: &'static Method) -> Result<()> {
        match self.body.has_streams() {
            true => Err(no_streams_here(method)),
            false => Ok(()),
        }
    }
}

/// What a handler answers.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reply {
    /// The reply's metadata.
    pub metadata: Metadata,
    /// The result or a declared exception.
    pub body: Body,
}

fn no_streams_here(method: &Method) -> Status {
    Status::invalid_argument(format!("`{method:?}` is a method without streams"))
        .with_reached(Reached::No)
}

pub(crate) fn bad_request(method: &Method, error: BodyError) -> Status {
    let status = error.end(
        Status::invalid_argument,
        format_args!("the request of `{method:?}`"),
    );
    status.with_reached(Reached::No)
}

impl Reply {
    /// What the caller of a oneway method gets.
    pub(crate) fn to_oneway() -> Self {
        let result = Outcome::<(), Status>::Returned(());
        Self {
            metadata: Metadata::new(),
            body: Body::value(result, Outcome::<(), Status>::shape()),
        }
    }
}

/// A handler's result as a reply. Generated servers call it.
///
/// # Errors
/// The status that the handler has ended with.
pub fn reply<T: Wire, E: MethodError>(
    method: &'static Method,
    result: Result<T, E>,
) -> Result<Reply> {
    Ok(Reply {
        metadata: Metadata::new(),
        body: Body::value(outcome(result)?, method.reply_shape()),
    })
}

/// A handler's result as the contents of a reply.
///
/// # Errors
/// The status that the handler has ended with.
pub(crate) fn outcome<T, E: MethodError>(result: Result<T, E>) -> Result<Outcome<T, E>> {
    match result {
        Ok(value) => Ok(Outcome::Returned(value)),
        Err(error) => declared(error).map(Outcome::Failed),
    }
}

/// The declared exception that a handler has returned; a status becomes the error instead.
pub(crate) fn declared<E: MethodError>(error: E) -> Result<E> {
    match error.into_status() {
        // Whatever the status says about calls that the handler has made, this one has begun.
        Ok(status) => Err(status.with_reached(Reached::Yes)),
        Err(error) => Ok(error),
    }
}

/// What a generated server answers to a call of a method that it does not have.
pub fn no_such_method(call: &Call) -> Status {
    Status::unimplemented(format!("there is no method `{:?}` here", call.method))
        .with_reached(Reached::No)
}

/// What a method answers that its server does not implement.
pub fn unimplemented(method: &'static Method) -> Status {
    Status::unimplemented(format!("`{method:?}` is not implemented here"))
}
