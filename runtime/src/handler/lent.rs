//! Methods whose handlers look at their requests: the bytes live as long as the handler, and views borrow from them.

use std::future::Future;
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::{Bound, Handler, Runner};
use crate::body::{Arrived, Given, Held, Written};
use crate::channel::BoxFuture;
use crate::outcome::{MethodError, Outcome};
use crate::service::{bad_request, outcome, reply};
use crate::wire::{Look, Message, View, Wire};
use crate::{Call, Ctx, Method, Reply, Result};

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

impl Handler {
    /// A method with one request, which its handler looks at, and one reply.
    pub fn lent<S, Req, T, E, F, Fut>(
        service: &Arc<S>,
        method: &'static Method,
        implementation: F,
    ) -> Self
    where
        S: Send + Sync + 'static,
        Req: Message + Look,
        T: Wire,
        E: MethodError,
        F: Fn(Arc<S>, Ctx, Lent<Req>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answered<T, E>>> + Send + 'static,
    {
        Self(Box::new(Lending {
            service: service.clone(),
            method,
            implementation,
            request: PhantomData,
        }))
    }
}

struct Lending<S, Req, F> {
    service: Arc<S>,
    method: &'static Method,
    implementation: F,
    request: PhantomData<fn() -> Req>,
}

impl<S, Req, F> Clone for Lending<S, Req, F>
where
    F: Clone,
{
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            method: self.method,
            implementation: self.implementation.clone(),
            request: PhantomData,
        }
    }
}

impl<S, Req, T, E, F, Fut> Bound for Lending<S, Req, F>
where
    S: Send + Sync + 'static,
    Req: Message + Look,
    T: Wire,
    E: MethodError,
    F: Fn(Arc<S>, Ctx, Lent<Req>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Answered<T, E>>> + Send + 'static,
{
    fn call(&self, call: Call) -> BoxFuture<Result<Reply>> {
        let method = self.method;
        match call.encoded(method) {
            Ok((cx, shape, bytes)) => {
                let beside = cx.reply_meta_of();
                let lent = Lent::new(method, &shape, bytes.arrived(), Vec::new());
                let answer = (self.implementation)(self.service.clone(), cx, lent);
                Box::pin(async move {
                    let answer = answer.await?;
                    let metadata = beside.take();
                    reply(method, answer.result).map(|reply| Reply { metadata, ..reply })
                })
            }
            Err(status) => Box::pin(async { Err(status) }),
        }
    }

    fn runner(&self) -> Option<Box<dyn Runner>> {
        Some(Box::new(LendingRunner {
            lending: self.clone(),
            memory: Vec::new(),
            future: Box::pin(None),
        }))
    }
}

struct LendingRunner<S, Req, F, Fut> {
    lending: Lending<S, Req, F>,
    /// For the bytes of the next request.
    memory: Vec<u8>,
    future: Pin<Box<Option<Fut>>>,
}

impl<S, Req, T, E, F, Fut> Runner for LendingRunner<S, Req, F, Fut>
where
    S: Send + Sync + 'static,
    Req: Message + Look,
    T: Wire,
    E: MethodError,
    F: Fn(Arc<S>, Ctx, Lent<Req>) -> Fut + Send + Sync,
    Fut: Future<Output = Result<Answered<T, E>>> + Send,
{
    fn begin(&mut self, cx: Ctx, shape: &Written, request: Arrived<'_>) -> Result<()> {
        let Lending {
            service,
            method,
            implementation,
            ..
        } = &self.lending;
        let lent = Lent::new(method, shape, request, mem::take(&mut self.memory));
        let future = implementation(service.clone(), cx, lent);
        self.future.set(Some(future));
        Ok(())
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        answer: &mut dyn FnMut(Given<'_>),
    ) -> Poll<Option<Result<Reply>>> {
        let Some(future) = self.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let answered = ready!(future.poll(cx));
        self.future.set(None);
        let ended: Result<Outcome<T, E>> = answered.and_then(|Answered { result, memory }| {
            self.memory = memory;
            outcome(result)
        });
        match ended {
            Ok(outcome) => {
                answer(Held::new(outcome, self.lending.method.reply_shape()).give());
                Poll::Ready(None)
            }
            Err(status) => Poll::Ready(Some(Err(status))),
        }
    }
}
