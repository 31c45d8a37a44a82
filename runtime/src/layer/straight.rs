//! Calls inside a layer that go to the handler of their method without looking it up, and reuse the memory of the
//! previous call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use crate::channel::BoxFuture;
use crate::ctx::ReplyMeta;
use crate::handler::{Handler, Runner};
use crate::{Call, MethodRef, Reply, Result, Status};

/// The handler of the method that a layer is around.
pub(super) struct Straight {
    method: MethodRef,
    handler: Arc<Handler>,
    /// The runner of the previous call. One is enough: each call that runs on a connection has its own copy of the
    /// layer.
    idle: Mutex<Option<Box<dyn Runner>>>,
}

impl Straight {
    pub(super) fn new(method: MethodRef, handler: Arc<Handler>) -> Self {
        let idle = Mutex::default();
        Self {
            method,
            handler,
            idle,
        }
    }

    /// Whether it handles this call: a layer may have changed the method.
    pub(super) fn takes(&self, call: &Call) -> bool {
        self.method.is_same(&call.method)
    }

    /// Begins a call, in place if it consists of bytes only.
    pub(super) fn begin(&self, call: Call) -> Begun {
        let Some((shape, request)) = call.body.arrived() else {
            return Begun::Boxed(self.handler.call(call));
        };
        let kept = self.lock().take();
        let Some(mut runner) = kept.or_else(|| self.handler.runner()) else {
            return Begun::Boxed(self.handler.call(call));
        };
        let beside = call.cx.reply_meta_of();
        let failed = runner.begin(call.cx, shape, request).err();
        Begun::InPlace(Running {
            runner,
            beside,
            failed,
        })
    }

    /// Keeps the runner of a finished call for the next one.
    pub(super) fn keep(&self, running: Running) {
        let before = self.lock().replace(running.runner);
        drop(before);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<dyn Runner>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that has begun.
pub(super) enum Begun {
    /// In a reused runner.
    InPlace(Running),
    Boxed(BoxFuture<Result<Reply>>),
}

/// A call in a runner.
pub(super) struct Running {
    runner: Box<dyn Runner>,
    beside: ReplyMeta,
    /// Why it could not begin.
    failed: Option<Status>,
}

impl Running {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        if let Some(status) = self.failed.take() {
            return Poll::Ready(Err(status));
        }
        let mut body = None;
        let ended = ready!(self.runner.poll(cx, &mut |_, answer| body = answer.body()));
        Poll::Ready(match (ended, body) {
            (Some(result), _) => result,
            (None, Some(body)) => Ok(Reply {
                metadata: self.beside.take(),
                body,
            }),
            (None, None) => Err(Status::internal("the handler has ended without an answer")),
        })
    }
}
