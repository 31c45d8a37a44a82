//! What a call or a reply carries: the value itself as far as it can, bytes in a known shape beyond that.

mod payload;

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

pub(crate) use payload::{Arrived, Given, Held, Lent, Payload};

use crate::streams::Streams;
use crate::types::{Copied, Source};
use crate::wire::{
    self, DecodeError, DecodeLimits, EncodeError, Message, Output, PeerShape, Shape, Wire,
};

/// What a call or a reply carries.
///
/// In one process it is the value itself, and nothing is encoded. From a connection it is bytes with their shape, so
/// that whoever only passes it on need not know the type.
pub struct Body {
    form: Form,
    streams: Option<Streams>,
}

#[derive(Clone)]
enum Form {
    Value(Arc<dyn Value>),
    Encoded {
        shape: Arc<EncodedShape>,
        bytes: Packed,
    },
}

/// Bytes that were received: few of them in place, so that small replies cost no allocation.
#[derive(Clone)]
enum Packed {
    Few { length: u8, bytes: [u8; Self::FEW] },
    Many(Bytes),
}

impl Body {
    pub(crate) fn value<T: Message>(value: T, shape: &'static Shape) -> Self {
        Self::new(Form::Value(Arc::new(Typed { value, shape })))
    }

    /// The same body once more, for another try or another server: no part of it is copied. `None` if it can be had
    /// only once.
    pub fn share(&self) -> Option<Self> {
        match self.streams {
            Some(_) => None,
            None => Some(Self::new(self.form.clone())),
        }
    }

    /// Bytes that have arrived, shared or copied.
    pub(crate) fn encoded(shape: Arc<EncodedShape>, bytes: Arrived<'_>) -> Self {
        let bytes = Packed::new(bytes);
        Self::new(Form::Encoded { shape, bytes })
    }

    /// The same body for another try: without streams, or with those of a client that only sends some, as long as nothing has
    /// taken them. `None` if it can be had only once.
    pub(crate) fn keep(&self) -> Option<Self> {
        self.can_be_kept().then(|| Self {
            form: self.form.clone(),
            streams: self.streams.clone(),
        })
    }

    pub(crate) fn can_be_kept(&self) -> bool {
        self.streams.as_ref().is_none_or(Streams::are_kept)
    }

    fn new(form: Form) -> Self {
        Self {
            form,
            streams: None,
        }
    }

    /// The same with streams.
    pub(crate) fn with_streams(mut self, streams: Streams) -> Self {
        self.streams = Some(streams);
        self
    }

    /// Takes the streams out.
    pub(crate) fn take_streams(&mut self) -> Option<Streams> {
        let streams = self.streams.take();
        streams.inspect(Streams::taken)
    }

    /// Whether streams go with it.
    pub fn has_streams(&self) -> bool {
        self.streams.is_some()
    }

    /// The head of its shape, and what appends its bytes once: what is large in a value is not copied, unless somebody else has
    /// the value too.
    pub(crate) fn give(
        self,
        send: impl FnOnce(&[u8], &mut dyn FnMut(&mut Output) -> Result<(), EncodeError>),
    ) {
        match self.form {
            Form::Value(value) => {
                let (head, mut value) = (value.shape().head(), Some(value));
                send(head, &mut |out| {
                    value.take().map_or(Ok(()), |value| value.give(out))
                });
            }
            Form::Encoded { shape, bytes } => send(&shape.head, &mut |out| {
                bytes.put(out);
                Ok(())
            }),
        }
    }

    /// The bytes that have arrived and their shape, if that is all that it is.
    pub(crate) fn arrived(&self) -> Option<(&Arc<EncodedShape>, Arrived<'_>)> {
        match &self.form {
            Form::Encoded { shape, bytes } if self.streams.is_none() => {
                Some((shape, bytes.arrived()))
            }
            Form::Encoded { .. } | Form::Value(_) => None,
        }
    }

    /// The value, decoded if it is not one already.
    pub(crate) fn decode<T: Message>(self, shape: &'static Shape) -> Result<T, BodyError> {
        let (theirs, bytes) = match self.form {
            Form::Encoded { shape, bytes } => (shape, bytes),
            Form::Value(value) => match take(value) {
                Ok(value) => return Ok(value),
                Err(other) => encoded(&*other)?,
            },
        };
        Ok(theirs.decode(shape, bytes.arrived())?)
    }
}

impl Packed {
    /// Leaves the whole at eight words.
    const FEW: usize = 62;

    fn new(arrived: Arrived<'_>) -> Self {
        let bytes = arrived.bytes;
        match u8::try_from(bytes.len()) {
            Ok(length) if bytes.len() <= Self::FEW => {
                let mut few = [0; Self::FEW];
                few[..bytes.len()].copy_from_slice(bytes);
                Self::Few { length, bytes: few }
            }
            Ok(_) | Err(_) => Self::Many(match arrived.source {
                Some(source) => Source::Message(source).part(bytes),
                None => Bytes::copy_from_slice(bytes),
            }),
        }
    }

    fn arrived(&self) -> Arrived<'_> {
        match self {
            Self::Few { .. } => Arrived::part(self.get()),
            Self::Many(bytes) => Arrived::whole(bytes),
        }
    }

    fn put(&self, out: &mut Output) {
        match self {
            Self::Few { .. } => out.extend_from_slice(self.get()),
            Self::Many(bytes) => out.share(bytes),
        }
    }

    fn get(&self) -> &[u8] {
        match self {
            Self::Few { length, bytes } => &bytes[..usize::from(*length)],
            Self::Many(bytes) => bytes,
        }
    }
}

/// A value as if it had arrived.
fn encoded(value: &dyn Value) -> Result<(Arc<EncodedShape>, Packed), BodyError> {
    let mut out = Output::default();
    value.encode(&mut out)?;
    let bytes = Packed::Many(out.concat().into());
    Ok((Arc::new(EncodedShape::new(value.head())), bytes))
}

/// The value itself, unless it is kept for another try, or is of another type: the same method compiled twice has types
/// of its own each time.
fn take<T: Message>(value: Arc<dyn Value>) -> Result<T, Arc<dyn Value>> {
    if !value.as_any().is::<Typed<T>>() {
        return Err(value);
    }
    let typed = value
        .into_any()
        .downcast::<Typed<T>>()
        .expect("its type was just compared");
    match Arc::try_unwrap(typed) {
        Ok(typed) => Ok(typed.value),
        Err(shared) => Err(shared),
    }
}

impl Payload for Body {
    fn head(&self) -> &[u8] {
        match &self.form {
            Form::Value(value) => value.head(),
            Form::Encoded { shape, .. } => &shape.head,
        }
    }

    fn encode(&self, out: &mut Output) -> Result<(), EncodeError> {
        match &self.form {
            Form::Value(value) => value.encode(out),
            Form::Encoded { bytes, .. } => {
                bytes.put(out);
                Ok(())
            }
        }
    }

    fn streams(&self) -> Option<&Streams> {
        self.streams.as_ref()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.form {
            Form::Value(_) => f.write_str("Body(value)"),
            Form::Encoded { bytes, .. } => write!(f, "Body({} bytes)", bytes.get().len()),
        }
    }
}

/// A value of any type that can be sent.
trait Value: Payload {
    fn as_any(&self) -> &dyn Any;
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
    fn shape(&self) -> &'static Shape;
    /// Appends its bytes.
    fn give(self: Arc<Self>, out: &mut Output) -> Result<(), EncodeError>;
}

struct Typed<T> {
    value: T,
    shape: &'static Shape,
}

impl<T: Message> Payload for Typed<T> {
    fn head(&self) -> &[u8] {
        self.shape.head()
    }

    fn encode(&self, out: &mut Output) -> Result<(), EncodeError> {
        wire::encode_onto(&self.value, out)
    }
}

impl<T: Message> Value for Typed<T> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn shape(&self) -> &'static Shape {
        self.shape
    }

    fn give(self: Arc<Self>, out: &mut Output) -> Result<(), EncodeError> {
        match Arc::try_unwrap(self) {
            Ok(typed) => wire::give_onto(typed.value, out),
            Err(shared) => shared.encode(out),
        }
    }
}

/// The shape of bytes from a peer. It is parsed when the first of them are decoded.
pub(crate) struct EncodedShape {
    head: Box<[u8]>,
    parsed: OnceLock<Result<PeerShape, DecodeError>>,
}

impl EncodedShape {
    pub(crate) fn new(head: &[u8]) -> Self {
        Self {
            head: head.into(),
            parsed: OnceLock::new(),
        }
    }

    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The value; its texts and bytes may share the memory of what has arrived.
    pub(crate) fn decode<T: Wire>(
        &self,
        shape: &'static Shape,
        body: Arrived<'_>,
    ) -> Result<T, DecodeError> {
        let limits = DecodeLimits::default();
        let copied = Copied::new(body.bytes);
        let source = body.source.map_or(Source::Copy(&copied), Source::Message);
        self.parsed()?
            .decode_part(shape, body.bytes, source, &limits)
    }

    fn parsed(&self) -> Result<&PeerShape, DecodeError> {
        let parsed = self.parsed.get_or_init(|| PeerShape::parse(&self.head));
        parsed.as_ref().map_err(Clone::clone)
    }
}

/// Why a body is not the value that it should be.
#[derive(Debug)]
pub(crate) enum BodyError {
    Encode(EncodeError),
    Decode(DecodeError),
}

impl From<EncodeError> for BodyError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<DecodeError> for BodyError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl Error for BodyError {}
