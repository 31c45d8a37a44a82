//! The contents of a call or reply: the value itself within a process, bytes in a known shape elsewhere.

mod arrived;
mod payload;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

pub(crate) use arrived::{Arrived, Packed, Written};
pub(crate) use payload::{Handed, Held, Outgoing};

use crate::Status;
use crate::streams::Streams;
use crate::wire::{self, DecodeError, EncodeError, Message, Output, Shape};

/// What a call or a reply carries.
///
/// Within one process it is the value itself, and nothing is encoded. From a connection it is bytes with their shape,
/// so code that only passes it on need not know the type.
pub struct Body {
    form: Form,
    streams: Option<Streams>,
}

#[derive(Clone)]
enum Form {
    Value(Arc<dyn Value>),
    Encoded { shape: Written, bytes: Packed },
}

impl Body {
    pub(crate) fn value<T: Message>(value: T, shape: &'static Shape) -> Self {
        Self::new(Form::Value(Arc::new(Typed { value, shape })))
    }

    /// The same body again, for a retry or another server, without copying. `None` if it can be used only once.
    pub fn share(&self) -> Option<Self> {
        match self.streams {
            Some(_) => None,
            None => Some(Self::new(self.form.clone())),
        }
    }

    /// Bytes that have arrived.
    #[inline]
    pub(crate) fn encoded(shape: Written, bytes: Packed) -> Self {
        Self::new(Form::Encoded { shape, bytes })
    }

    /// The same body for another attempt. It may have streams from the client, as long as nothing has used them. `None`
    /// if it can be used only once.
    pub(crate) fn keep(&self) -> Option<Self> {
        self.can_be_kept().then(|| Self {
            form: self.form.clone(),
            streams: self.streams.clone(),
        })
    }

    pub(crate) fn can_be_kept(&self) -> bool {
        self.streams.as_ref().is_none_or(Streams::are_kept)
    }

    /// A value of this shape, already encoded.
    fn written(shape: &'static Shape, bytes: Vec<u8>) -> Self {
        Self::encoded(Written::here(shape), Packed::Many(bytes.into()))
    }

    #[inline]
    fn new(form: Form) -> Self {
        Self {
            form,
            streams: None,
        }
    }

    /// The same body with streams.
    pub(crate) fn with_streams(mut self, streams: Streams) -> Self {
        self.streams = Some(streams);
        self
    }

    /// Takes the streams out.
    pub(crate) fn take_streams(&mut self) -> Option<Streams> {
        let streams = self.streams.take();
        streams.inspect(Streams::taken)
    }

    /// Whether it has streams.
    pub fn has_streams(&self) -> bool {
        self.streams.is_some()
    }

    /// Its streams, if it has any.
    pub(crate) fn streams(&self) -> Option<&Streams> {
        self.streams.as_ref()
    }

    /// The head of its shape.
    pub(crate) fn head(&self) -> &[u8] {
        match &self.form {
            Form::Value(value) => value.shape().head(),
            Form::Encoded { shape, .. } => shape.head(),
        }
    }

    /// Appends its bytes.
    fn put(&self, out: &mut Output) -> Result<(), EncodeError> {
        match &self.form {
            Form::Value(value) => value.put(out),
            Form::Encoded { bytes, .. } => {
                bytes.put(out);
                Ok(())
            }
        }
    }

    /// Passes `send` the head of its shape and a function that appends its bytes, once. Large parts of the value are
    /// not copied unless the value is shared.
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
            Form::Encoded { shape, bytes } => send(shape.head(), &mut |out| {
                bytes.put(out);
                Ok(())
            }),
        }
    }

    /// The bytes and their shape, if they have arrived and there are no streams.
    pub(crate) fn arrived(&self) -> Option<(&Written, Arrived<'_>)> {
        match &self.form {
            Form::Encoded { shape, bytes } if self.streams.is_none() => {
                Some((shape, bytes.arrived()))
            }
            Form::Encoded { .. } | Form::Value(_) => None,
        }
    }

    /// The value, decoded if it is not one already.
    pub(crate) fn decode<T: Message>(self, shape: &'static Shape) -> Result<T, BodyError> {
        match self.form {
            // Borrowed, since moving the bytes takes longer than reading them.
            Form::Encoded {
                ref bytes,
                shape: ref written,
            } => Ok(written.decode(shape, bytes.arrived())?),
            Form::Value(value) => match take(value) {
                Ok(value) => Ok(value),
                Err(other) => {
                    let (written, bytes) = encoded(&*other)?;
                    Ok(written.decode(shape, bytes.arrived())?)
                }
            },
        }
    }

    /// The bytes and their shape, encoded if necessary.
    pub(crate) fn into_encoded(self) -> Result<(Written, Packed), EncodeError> {
        match self.form {
            Form::Encoded { shape, bytes } => Ok((shape, bytes)),
            Form::Value(value) => encoded(&*value),
        }
    }
}

/// Encodes a value, as if it had arrived.
fn encoded(value: &dyn Value) -> Result<(Written, Packed), EncodeError> {
    let mut out = Output::default();
    value.put(&mut out)?;
    let bytes = Packed::Many(out.concat().into());
    Ok((Written::here(value.shape()), bytes))
}

/// The value itself, unless it is kept for a retry or has another type: code that is generated twice has two types.
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

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.form {
            Form::Value(_) => f.write_str("Body(value)"),
            Form::Encoded { bytes, .. } => write!(f, "Body({} bytes)", bytes.get().len()),
        }
    }
}

/// A value of any type that can be sent.
trait Value: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
    fn shape(&self) -> &'static Shape;
    /// Appends its bytes.
    fn put(&self, out: &mut Output) -> Result<(), EncodeError>;
    /// The same, without copying large parts if the value is not shared.
    fn give(self: Arc<Self>, out: &mut Output) -> Result<(), EncodeError>;
}

struct Typed<T> {
    value: T,
    shape: &'static Shape,
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

    fn put(&self, out: &mut Output) -> Result<(), EncodeError> {
        wire::encode_onto(&self.value, out)
    }

    fn give(self: Arc<Self>, out: &mut Output) -> Result<(), EncodeError> {
        match Arc::try_unwrap(self) {
            Ok(mut typed) => wire::give_onto(&mut typed.value, out).map(|_| ()),
            Err(shared) => shared.put(out),
        }
    }
}

/// Why a body is not the expected value.
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

impl BodyError {
    /// The status of a call for which `what` cannot be decoded, with the error of the wire format as its source.
    #[cold]
    #[inline(never)]
    pub(crate) fn end(self, blame: fn(String) -> Status, what: fmt::Arguments<'_>) -> Status {
        let status = blame(format!("{what} cannot be decoded: {self}"));
        match self {
            Self::Encode(error) => status.with_source(error),
            Self::Decode(error) => status.with_source(error),
        }
    }
}
