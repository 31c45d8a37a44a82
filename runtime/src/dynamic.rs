//! Calls of methods that are known only at run time, for tools that read schemas and gateways to other protocols. Feature `dynamic`.
//!
//! What goes over the connection is what a generated client would send. Encoding and decoding are the caller's: a message is
//! [`Encoded`], bytes beside the head that says how they are read. `sinew-values` makes them of JSON and back, by a schema.
//!
//! ```no_run
//! use sinew::dynamic::{DynamicCall, Encoded};
//! # async fn call(channel: &sinew::Channel, head: sinew::Bytes, body: sinew::Bytes) -> sinew::Result {
//! let greet = DynamicCall::new(channel, "hello.Greeter", "greet", Encoded { head, body });
//! let reply = greet.reply().await?;
//! println!("{} bytes", reply.message.body.len());
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::body::{Packed, Written};
use crate::bounded::Bounded;
use crate::layer::Next;
use crate::status::too_late;
use crate::{Body, Call, Channel, Limits, Metadata, MethodRef, Reply, Result, Status, task};

pub use crate::streams::{EncodedRx, EncodedTx};

/// A message as sent on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The full head of its shape: what `sinew.Reflect` reports for a method, and [`Shape::head`](crate::Shape::head)
    /// for a type.
    pub head: Bytes,
    /// The message. The reader finds out whether it has that shape: a server answers
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) if it does not.
    pub body: Bytes,
}

/// The answer of a method.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DynamicReply {
    /// The reply's metadata.
    pub metadata: Metadata,
    /// The result or a declared exception: a union of both, as described on the protocol page.
    pub message: Encoded,
}

/// A call of a method by its name.
///
/// A method that is `oneway` in its schema answers such a call once its handler is done. An attempt that did not reach
/// a handler may be retried by the channel's rules; one that did is not, whatever the schema says about the method.
#[must_use = "a call does nothing until it is awaited"]
pub struct DynamicCall {
    channel: Channel,
    method: MethodRef,
    request: Encoded,
    timeout: Option<Duration>,
    metadata: Metadata,
}

impl DynamicCall {
    /// A call of the method `method` of the service with the full name `service`, both by their names on the wire.
    pub fn new(channel: &Channel, service: &str, method: &str, request: Encoded) -> Self {
        Self {
            channel: channel.clone(),
            method: MethodRef::defined(service.into(), method.into(), None),
            request,
            timeout: None,
            metadata: Metadata::new(),
        }
    }

    /// Ends the call after this time, including its streams. Without it a call ends after the channel's timeout, and
    /// streams last until they end.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends metadata along; see [`Metadata`] for what may be in it.
    pub fn meta(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.append(key, value);
        self
    }

    /// Makes the call of a method without streams.
    ///
    /// # Errors
    /// Why there is no reply. A declared exception is a reply.
    pub async fn reply(self) -> Result<DynamicReply> {
        let timeout = self.timeout.unwrap_or(self.channel.timeout());
        let deadline = ends(Some(timeout))?;
        let (method, channel) = (self.method, self.channel);
        let body = self.request.into_body();
        let call = Bounded::new(deadline, self.metadata, |cx| {
            Box::pin(Next::by_name(channel).run(Call { method, cx, body }))
        });
        DynamicReply::of(call.await?)
    }

    /// Makes the call of a method with a stream from the server, and no other.
    ///
    /// # Errors
    /// The time for the call is over before it began, or there is no tokio runtime. The returned value reports
    /// everything else.
    pub fn download(self) -> Result<EncodedRx> {
        self.begin()
    }

    /// Makes the call of a method with a stream from the client, whose messages have the shape with this head. Also
    /// returns what the server sends: its stream, if there is one, and the reply.
    ///
    /// # Errors
    /// As for [`Self::download`].
    pub fn upload(self, messages: Bytes) -> Result<(EncodedTx, EncodedRx)> {
        let rx = self.begin()?;
        Ok((EncodedTx::beside(&rx, &messages), rx))
    }

    /// Makes the call of a method with streams. Its outcome is reported through the returned value.
    fn begin(self) -> Result<EncodedRx> {
        task::has_runtime()?;
        let deadline = ends(self.timeout)?;
        let (method, body) = (self.method, self.request.into_body());
        let call = |cx, streams| Call {
            method,
            cx,
            body: body.with_streams(streams),
        };
        Ok(EncodedRx::begin(
            self.channel,
            deadline,
            self.metadata,
            call,
        ))
    }
}

/// When something that may take this long must be over if it begins now.
fn ends(lasts: Option<Duration>) -> Result<Option<Instant>> {
    match lasts {
        Some(Duration::ZERO) => Err(too_late()),
        lasts => Ok(lasts.and_then(|lasts| Instant::now().checked_add(lasts))),
    }
}

impl Encoded {
    fn into_body(self) -> Body {
        Body::encoded(in_shape(&self.head), Packed::Many(self.body))
    }
}

/// The shape with this head, for decoding.
pub(crate) fn in_shape(head: &[u8]) -> Written {
    Written::new(head, None, Limits::VALUE_BYTES)
}

impl DynamicReply {
    pub(crate) fn of(reply: Reply) -> Result<Self> {
        let encoded = reply.body.into_encoded();
        let (shape, bytes) = encoded.map_err(|error| {
            Status::internal(format!("the reply cannot be encoded: {error}")).with_source(error)
        })?;
        Ok(Self {
            metadata: reply.metadata,
            message: Encoded {
                head: Bytes::copy_from_slice(shape.head()),
                body: bytes.arrived().kept(),
            },
        })
    }
}

impl fmt::Debug for DynamicCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DynamicCall").field(&self.method).finish()
    }
}
