//! How a server's connection begins calls.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::answers::Answers;
use super::handlers::{Task, has_begun};
use super::serve::ServerSide;
use crate::body::{Arrived, Packed, Written};
use crate::ctx::Scope;
use crate::handler::{Handler, Runner};
use crate::protocol::{Arrival, Defined, MethodIndex};
use crate::streams::Streams;
use crate::{Body, Call, Ctx, MethodRef, Reached, Status};

/// A method that the client has defined.
pub(super) struct Served {
    pub(super) method: MethodRef,
    /// The shape of its requests.
    shape: Written,
    handler: Option<Handler>,
}

impl ServerSide {
    /// Begins a call that has arrived, and runs it up to its first await. `input` is where it came from.
    pub(super) fn begin(&mut self, arrival: &mut Arrival<'_>, input: Arrived<'_>) {
        while self.methods.len() <= arrival.method.get()
            && let Some((index, defined)) = self.core.next_method()
        {
            self.define(index, defined);
        }
        let limit = self.shared.limits.server_calls;
        if self.shared.pending.load(Ordering::Acquire) >= limit {
            return self.core.fail(arrival.id, &too_many_calls(limit), self.now);
        }
        let Some(served) = self.methods.get(arrival.method.get()) else {
            return self.core.fail(arrival.id, &undefined(), self.now);
        };
        let (id, request) = (arrival.id, input.other(arrival.body));
        let mut context = |scope: &Arc<Scope>| {
            let deadline = arrival
                .deadline
                .and_then(|deadline| self.started.checked_add(deadline));
            Ctx::begin(scope, deadline, mem::take(&mut arrival.metadata))
        };
        let mut answers = Answers {
            core: &mut self.core,
            streams: &mut self.streams,
            wakers: &mut self.wakers,
            now: self.now,
        };
        if !arrival.streams
            && let Some(handler) = &served.handler
            && let Some(runner) = self.handlers.idle.take(arrival.method, handler)
        {
            let task = Task::Straight(arrival.method, runner);
            // Passed on by reference: as a value it would be moved by each function on the way.
            let mut begin = |runner: &mut dyn Runner, scope: &Arc<Scope>| {
                runner.begin(context(scope), &served.shape, request)
            };
            let place = self.handlers.take();
            return self
                .handlers
                .start(place, id, task, &mut begin, &mut answers);
        }
        let mut body = Body::encoded(served.shape.clone(), Packed::new(request));
        if arrival.streams {
            let streams = Streams::new(&self.shared.limits, None);
            answers.begin_streams(id, arrival.method, streams.duplex());
            body = body.with_streams(streams);
        }
        let place = self.handlers.take();
        let call = Call {
            method: served.method.clone(),
            cx: context(self.handlers.scope(place)),
            body,
        };
        let task = Task::General(match &served.handler {
            Some(handler) => handler.call(call),
            None => self.shared.service.clone().call(call),
        });
        self.handlers
            .start(place, id, task, &mut has_begun, &mut answers);
    }

    fn define(&mut self, index: MethodIndex, defined: Defined) {
        let Defined {
            service,
            method,
            shape,
        } = defined;
        let known = self.shared.known.method(&service, &method);
        if known.is_some_and(|method| method.is_sensitive()) {
            self.core.keep_plain(index);
        }
        let method = MethodRef::defined(service, method, known);
        self.methods.push(Served {
            handler: self.shared.service.handler(&method),
            method,
            shape: Written::new(
                &shape,
                known.map(|method| method.request_shape()),
                self.shared.limits.value_bytes,
            ),
        });
    }
}

fn undefined() -> Status {
    Status::internal("a call of a method that is not defined")
}

fn too_many_calls(limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "more than {limit} calls in flight on the server: the limit `server_calls`"
    ))
    .with_reached(Reached::No)
}
