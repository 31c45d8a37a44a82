//! A call with streams at its server: what the handler is given, and how its result ends the call.

use super::Streams;
use super::outcome::{Failure, StreamOutcome};
use super::rx::Rx;
use super::tx::Tx;
use crate::outcome::MethodError;
use crate::service::declared;
use crate::wire::{Message, Wire};
use crate::{Body, Call, Ctx, Metadata, Method, Reached, Reply, Result, Status};

/// What a handler holds of its streams: [`Tx`], [`Rx`], or both.
pub trait Halves: Sized {
    #[doc(hidden)]
    fn of(streams: &Streams, method: &'static Method) -> Self;
}

impl<T: Wire> Halves for Tx<T> {
    fn of(streams: &Streams, method: &'static Method) -> Self {
        Self::of_server(streams.duplex(), method.down().shape())
    }
}

impl<T: Wire> Halves for Rx<T> {
    fn of(streams: &Streams, method: &'static Method) -> Self {
        Self::of_server(streams.duplex(), method.up().shape())
    }
}

impl<U: Wire, T: Wire> Halves for (Rx<U>, Tx<T>) {
    fn of(streams: &Streams, method: &'static Method) -> Self {
        (Rx::of(streams, method), Tx::of(streams, method))
    }
}

impl Call {
    /// The request of a call with streams, the context for the handler, and the streams themselves.
    ///
    /// # Errors
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) if this is not a call of `method`.
    pub fn accept<Req: Message, S: Halves>(
        mut self,
        method: &'static Method,
    ) -> Result<(Ctx, Req, S)> {
        let streams = self.body.take_streams().ok_or_else(|| no_streams(method))?;
        let (cx, request) = self.decode(method)?;
        streams.duplex().down.attend(cx.clone());
        Ok((cx, request, S::of(&streams, method)))
    }
}

/// Turns a handler's result into the end of its stream. Generated servers call this.
///
/// # Errors
/// The status that the handler has ended with.
pub fn reply_stream<E: MethodError, S: MethodError>(
    method: &'static Method,
    result: Result<(), Failure<E, S>>,
) -> Result<Reply> {
    let outcome = match result {
        Ok(()) => Ok(StreamOutcome::Ended),
        Err(Failure::Call(error)) => declared(error).map(StreamOutcome::Refused),
        Err(Failure::Stream(error)) => declared(error).map(StreamOutcome::Broke),
    };
    Ok(Reply {
        metadata: Metadata::new(),
        body: Body::value::<StreamOutcome<E, S>>(outcome?, method.reply_shape()),
    })
}

/// The same for a method whose stream ends with the errors of the call.
///
/// # Errors
/// The status that the handler has ended with.
pub fn ends_as_call<E: MethodError>(
    method: &'static Method,
    result: Result<(), E>,
) -> Result<Reply> {
    reply_stream(method, result.map_err(Failure::<E, E>::Call))
}

/// The same for a method that declares errors only for its stream.
///
/// # Errors
/// The status that the handler has ended with.
pub fn ends_as_stream<S: MethodError>(
    method: &'static Method,
    result: Result<(), S>,
) -> Result<Reply> {
    reply_stream(method, result.map_err(Failure::<Status, S>::Stream))
}

fn no_streams(method: &Method) -> Status {
    Status::invalid_argument(format!("`{method:?}` is a method with streams"))
        .with_reached(Reached::No)
}
