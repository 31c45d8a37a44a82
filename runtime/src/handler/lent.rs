//! Methods whose handlers look at their requests: the bytes live as long as the handler, and views borrow from them.

use std::marker::PhantomData;
use std::mem;

use bytes::Bytes;

use super::unary::Way;
use crate::body::{Arrived, Written};
use crate::outcome::{MethodError, Outcome};
use crate::service::{bad_request, outcome};
use crate::wire::{Look, Message, View, Wire};
use crate::{Call, Ctx, Method, Result};

/// Bytes of memory that is kept for the next request, at most: what has nothing to do shall be small.
const KEPT: usize = 1024;

/// A request that its handler looks at: the generated server has it while the handler runs.
pub struct Lent<Req> {
    method: &'static Method,
    shape: Written,
    bytes: Memory,
    request: PhantomData<fn() -> Req>,
}

/// Where the bytes of a request are.
enum Memory {
    /// Copied to where those of the next request can be.
    Copied(Vec<u8>),
    /// Where they arrived.
    Arrived(Bytes),
}

/// What a handler has answered that looked at its request.
pub struct Answered<T, E> {
    result: Result<T, E>,
    memory: Vec<u8>,
}

impl<Req: Message + Look> Lent<Req> {
    /// What has arrived, in `memory` if it must be copied.
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

    /// Ends the call with what its handler has answered.
    ///
    /// # Errors
    /// None; it is a `Result` as [`look`](Self::look) gives one.
    pub fn answered<T, E>(self, result: Result<T, E>) -> Result<Answered<T, E>> {
        let memory = match self.bytes {
            Memory::Copied(memory) if memory.capacity() <= KEPT => memory,
            Memory::Copied(_) | Memory::Arrived(_) => Vec::new(),
        };
        Ok(Answered { result, memory })
    }
}

/// The handler looks at the request.
pub(super) struct LookedAt<Req, T, E>(PhantomData<(Req, T, E)>);

impl<Req: Message + Look, T: Wire, E: MethodError> Way for LookedAt<Req, T, E> {
    type Request = Lent<Req>;
    type Answer = Result<Answered<T, E>>;
    type Value = T;
    type Error = E;
    /// Where the bytes of the next request can be.
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
