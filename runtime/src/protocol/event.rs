//! What a connection tells its owner.

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
    /// The peer has said hello or changed its offer: calls that waited for room may try again.
    Offer(Offer),
    /// Server: a call to answer with [`Connection::reply`](super::Connection::reply) or [`Connection::fail`](super::Connection::fail).
    Call(Arrival<'a>),
    /// Server: nobody waits for this call any more. Drop its handler, then answer with the status.
    Cancelled(CallId, Status),
    /// Client: a call is over and its id free.
    Done(Outcome<'a>),
    /// The messages of a method have this shape in the streams that begin from now on.
    Shape(MethodIndex, &'a [u8]),
    /// The next piece of a stream. Once it is used up, [`Connection::used`](super::Connection::used) must be told.
    Data(Data<'a>),
    /// Server: the client's stream has ended.
    Ended(CallId, Ending),
    /// Client: the server has accepted a call with streams, and this comes beside that.
    Accepted(CallId, Metadata),
    /// Client: the server does not read the stream of this call any more.
    Stopped(CallId),
    /// Client: the call has failed here, as it is too late or its answer not to be had. Tell the caller; the id stays taken until [`Event::Done`].
    GivenUp(CallId, Status),
    /// Client: the peer takes no more calls. These of the calls in flight it has not taken: their ids are free.
    Goaway(Vec<CallId>),
}

/// A call that has arrived.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// Its id.
    pub id: CallId,
    /// Its method: what that is, [`Connection::next_method`](super::Connection::next_method) has said or says now.
    pub method: MethodIndex,
    /// When it must be over.
    pub deadline: Option<Duration>,
    /// Streams go with it.
    pub streams: bool,
    /// What came beside the request.
    pub metadata: Metadata,
    /// The request in the shape of the definition.
    pub body: &'a [u8],
}

/// How a call ended.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// Its id, which is free again.
    pub id: CallId,
    /// Its method.
    pub method: MethodIndex,
    /// The shape of the method's replies from this one on, if it has changed.
    pub shape: Option<&'a [u8]>,
    /// What came beside the reply.
    pub metadata: Metadata,
    /// The reply in the shape last defined, or why there is none.
    pub result: Result<&'a [u8], Status>,
}
