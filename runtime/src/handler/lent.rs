//! Methods whose handlers view their requests: the bytes live as long as the handler, and views borrow from them.

use std::marker::PhantomData;
use std::mem;

use bytes::Bytes;

use super::unary::Way;
use crate::body::{Arrived, Written};
use crate::outcome::{MethodError, Outcome};
use crate::service::{bad_request, outcome};
use crate::wire::{Look, Message, View, Wire};
use crate::{Call, Ctx, Method, Result};

/// How much memory is kept for the next request, because an idle runner should be small.
const KEPT: usize = 1024;

/// A request that its handler views. The generated server holds it while the handler runs.
pub struct Lent<Req> {
    method: &'static Method,
    shape: Written,
    bytes: Memory,
    request: PhantomData<fn() -> Req>,
}

/// Where the bytes of a request are.
enum Memory {
    /// Copied into memory that the next request can reuse.
    Copied(Vec<u8>),
    /// Where they arrived.
    Arrived(Bytes),
}

/// The answer of a handler that views its request.
pub struct Answered<T, E> {
    result: Result<T, E>,
    memory: Vec<u8>,
}

impl<Req: Message + Look> Lent<Req> {
    /// A request that has arrived; copied into `memory` if it must be copied.
    #[inline]
    fn new(
        method: &'static Method,
        shape: &Written,
        request: Arrived<'_>,
        mut memory: Vec<u8>,
    ) -> Self {
        let bytes = match request.source {
            Some(_) => Memory::Arrived(request.kept()),
            None => {
                memory.clear();
                memory.extend_from_slice(request.bytes);
                Memory::Copied(memory)
            }
        };
        Self {
            method,
            shape: shape.seen_as(method.request_shape()),
            bytes,
            request: PhantomData,
        }
    }

    /// The request, which is checked as a whole before anything of it is seen.
    ///
    /// # Errors
    /// [`Code::InvalidArgument`](crate::Code::InvalidArgument) if the bytes are no request of the method.
    pub fn look(&self) -> Result<View<'_, Req>> {
        let bytes = match &self.bytes {
            Memory::Copied(bytes) => bytes,
            Memory::Arrived(bytes) => &bytes[..],
        };
        self.shape
            .look::<Req>(bytes)
            .map_err(|error| bad_request(self.method, error.into()))
    }

    /// Ends the call with its handler's answer.
    ///
    /// # Errors
    /// None; it is a `Result` because [`look`](Self::look) returns one.
    pub fn answered<T, E>(self, result: Result<T, E>) -> Result<Answered<T, E>> {
        let memory = match self.bytes {
            Memory::Copied(memory) if memory.capacity() <= KEPT => memory,
            Memory::Copied(_) | Memory::Arrived(_) => Vec::new(),
        };
        Ok(Answered { result, memory })
    }
}

/// The handler views the request.
pub(super) struct LookedAt<Req, T, E>(PhantomData<(Req, T, E)>);

impl<Req: Message + Look, T: Wire, E: MethodError> Way for LookedAt<Req, T, E> {
    type Request = Lent<Req>;
    type Answer = Result<Answered<T, E>>;
    type Value = T;
    type Error = E;
    /// For the bytes of the next request.
    type Memory = Vec<u8>;

    #[inline]
    fn called(method: &'static Method, call: Call) -> Result<(Ctx, Lent<Req>)> {
        let (cx, shape, bytes) = call.encoded(method)?;
        let lent = Lent::new(method, &shape, bytes.arrived(), Vec::new());
        Ok((cx, lent))
    }

    #[inline]
    fn arrived(
        method: &'static Method,
        shape: &Written,
        request: Arrived<'_>,
        memory: &mut Vec<u8>,
    ) -> Result<Lent<Req>> {
        Ok(Lent::new(method, shape, request, mem::take(memory)))
    }

    #[inline]
    fn answered(answer: Result<Answered<T, E>>, memory: &mut Vec<u8>) -> Result<Outcome<T, E>> {
        let answered = answer?;
        *memory = answered.memory;
        outcome(answered.result)
    }
}
