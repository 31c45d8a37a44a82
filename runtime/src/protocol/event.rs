//! What a connection reports to its owner.

use std::time::Duration;

use super::calls::CallId;
use super::hello::Offer;
use super::incoming::Data;
use super::methods::MethodIndex;
use super::turns::Ending;
use crate::{Metadata, Status};

/// What has happened on a connection. Borrows from the input.
#[derive(Debug)]
pub enum Event<'a> {
    /// The peer's hello has arrived or its offer has changed: calls that waited for room may try again.
    Offer(Offer),
    /// Server: a call to answer with [`Connection::reply`](super::Connection::reply) or [`Connection::fail`](super::Connection::fail).
    Call(Arrival<'a>),
    /// Server: this call was cancelled or has timed out. Drop its handler, then answer with the status.
    Cancelled(CallId, Status),
    /// Client: a call is over and its id is free.
    Done(Outcome<'a>),
    /// From now on, streams of this method begin with messages of this shape.
    Shape(MethodIndex, &'a [u8]),
    /// The next piece of a stream. Report what has been consumed of it with
    /// [`Connection::used`](super::Connection::used).
    Data(Data<'a>),
    /// Server: the client's stream has ended.
    Ended(CallId, Ending),
    /// Client: the server has accepted a call with streams, with this metadata.
    Accepted(CallId, Metadata),
    /// Client: the server no longer reads the stream of this call.
    Stopped(CallId),
    /// Client: the call has failed on this side: it timed out, or its answer is unusable. Report the status to the
    /// caller; the id stays taken until [`Event::Done`].
    GivenUp(CallId, Status),
    /// Client: the server accepts no more calls. These calls in flight were not accepted; their ids are free.
    Goaway(Vec<CallId>),
}

/// A call that has arrived.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// Its id.
    pub id: CallId,
    /// Its method, which [`Connection::next_method`](super::Connection::next_method) describes.
    pub method: MethodIndex,
    /// When it must be over, if that is limited.
    pub deadline: Option<Duration>,
    /// Whether it has streams.
    pub streams: bool,
    /// The metadata of the request.
    pub metadata: Metadata,
    /// The request, in the shape of the method's definition.
    pub body: &'a [u8],
}

/// How a call ended.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// Its id, which is free again.
    pub id: CallId,
    /// Its method.
    pub method: MethodIndex,
    /// The new shape of the method's replies, beginning with this one, if it has changed.
    pub shape: Option<&'a [u8]>,
    /// The metadata of the reply.
    pub metadata: Metadata,
    /// The reply in the current shape, or why there is none.
    pub result: Result<&'a [u8], Status>,
}
