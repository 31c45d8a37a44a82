//! How a stream from a server ends: the body of its call's answer.

use std::error::Error;
use std::fmt;

use crate::outcome::MethodError;
use crate::transport::Flight;
use crate::wire::{
    DecodeError, Encoder, Message, ReadPayload, Shape, Union, Variant, Wire, choose, shape_of,
};
use crate::{Method, Reply, Result, Status};

/// The error of a handler whose method declares exceptions both for itself and for its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure<E, S> {
    /// The call is refused; for before the first message. Later it reaches the client as
    /// [`Code::Unknown`](crate::Code::Unknown), with its text.
    Call(E),
    /// The stream breaks off.
    Stream(S),
}

impl<E: From<Status>, S> From<Status> for Failure<E, S> {
    fn from(status: Status) -> Self {
        Self::Call(E::from(status))
    }
}

impl<E: fmt::Display, S: fmt::Display> fmt::Display for Failure<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Stream(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static, S: Error + 'static> Error for Failure<E, S> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            Self::Stream(error) => error.source(),
        }
    }
}

/// The answer of a call with a stream from the server. A closed union, like [`Outcome`](crate::outcome::Outcome).
#[derive(Debug)]
pub(crate) enum StreamOutcome<E, S> {
    Ended,
    Refused(E),
    Broke(S),
}

const ENDED: u16 = 1;
const REFUSED: u16 = 2;
const BROKE: u16 = 3;

impl<E: MethodError, S: MethodError> Union for StreamOutcome<E, S> {
    const NAME: &'static str = "sinew.StreamOutcome";
    const VARIANTS: &'static [Variant] = &[
        Variant::unit(ENDED, "ended"),
        Variant::new::<E>(REFUSED, "refused"),
        Variant::new::<S>(BROKE, "broke"),
    ];

    fn choose(&mut self, id: u16) -> bool {
        match id {
            ENDED => choose(self, || Self::Ended),
            REFUSED => choose(self, || Self::Refused(E::blank())),
            BROKE => choose(self, || Self::Broke(S::blank())),
            _ => false,
        }
    }

    fn read(&mut self, payload: ReadPayload<'_, '_>) -> Result<(), DecodeError> {
        match self {
            Self::Ended => payload.unit(),
            Self::Refused(error) => payload.fill(error, "sinew.StreamOutcome.refused"),
            Self::Broke(error) => payload.fill(error, "sinew.StreamOutcome.broke"),
        }
    }
}

impl<E: MethodError, S: MethodError> Wire for StreamOutcome<E, S> {
    const MIN: u32 = 16;

    crate::__union!();

    fn blank() -> Self {
        Self::Ended
    }

    fn put(&self, out: &mut Encoder) {
        match self {
            Self::Ended => out.unit::<Self>(ENDED),
            Self::Refused(error) => out.variant::<Self, E>(REFUSED, error),
            Self::Broke(error) => out.variant::<Self, S>(BROKE, error),
        }
    }
}

impl<E: MethodError, S: MethodError> Message for StreamOutcome<E, S> {
    fn shape() -> &'static Shape {
        shape_of::<Self>()
    }
}

/// The end of a stream that has never begun: its own end, or why the call was refused.
pub(super) fn refused<E: MethodError, S: MethodError>(
    method: &'static Method,
    answer: Result<Reply>,
    flight: Option<&Flight>,
) -> Result<Result<(), S>, E> {
    match decode::<E, S>(method, answer, flight)? {
        StreamOutcome::Ended => Ok(Ok(())),
        StreamOutcome::Refused(error) => Err(error),
        StreamOutcome::Broke(error) => Ok(Err(error)),
    }
}

/// The end of a stream, from the answer after it, if its errors include those of the call.
pub(super) fn ended<E: MethodError, S: MethodError>(
    method: &'static Method,
    answer: Result<Reply>,
    flight: Option<&Flight>,
) -> Result<(), S> {
    match decode::<E, S>(method, answer, flight) {
        Ok(StreamOutcome::Ended) => Ok(()),
        Ok(StreamOutcome::Broke(error)) => Err(error),
        Ok(StreamOutcome::Refused(error)) => Err(refused_late(error)),
        Err(error) => Err(match error.into_status() {
            Ok(status) => S::from(status),
            Err(error) => refused_late(error),
        }),
    }
}

fn decode<E: MethodError, S: MethodError>(
    method: &'static Method,
    answer: Result<Reply>,
    flight: Option<&Flight>,
) -> Result<StreamOutcome<E, S>, E> {
    let reply = answer.map_err(E::from)?;
    reply.body.decode(method.reply_shape()).map_err(|error| {
        let what = format_args!("the end of the stream of `{method:?}`");
        E::from(Flight::name_at(flight, error.end(Status::internal, what)))
    })
}

/// An error of the call after its stream has begun. It is also an error of the stream if the types are the same.
fn refused_late<E: MethodError, S: MethodError>(error: E) -> S {
    let mut error = Some(error);
    if let Some(same) = (&mut error as &mut dyn std::any::Any).downcast_mut::<Option<S>>()
        && let Some(same) = same.take()
    {
        return same;
    }
    S::from(Status::unknown(
        "the method failed with an error of its own after its stream had begun",
    ))
}
