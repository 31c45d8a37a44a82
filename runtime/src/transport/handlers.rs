//! The handlers of a server's connection: slots that are used again, each with a waker of its own. A slot's place is
//! the id of its call.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use super::alarms::{Alarm, Ready};
use crate::body::Given;
use crate::channel::{BoxFuture, handler_panicked};
use crate::ctx::{Origin, Scope};
use crate::handler::Runner;
use crate::protocol::{CallId, MethodIndex};
use crate::{Metadata, Reply, Result};

/// Runners that a connection keeps while they have nothing to do.
const KEPT: usize = 32;

/// The handlers of a connection.
pub(super) struct Handlers {
    slots: Vec<Slot>,
    /// Runners of each method that wait for the next call, and how many there are.
    idle: Vec<Vec<Box<dyn Runner>>>,
    kept: usize,
    ready: Arc<Ready>,
    origin: Arc<Origin>,
    /// Handlers that wait for something, on all connections of the server.
    pending: Arc<AtomicUsize>,
    /// Slots to poll; kept for its memory.
    turn: Vec<CallId>,
}

/// A call that runs.
pub(super) enum Task {
    /// From bytes to bytes.
    Straight(MethodIndex, Box<dyn Runner>),
    /// By way of a [`Call`](crate::Call).
    General(BoxFuture<Result<Reply>>),
}

/// What a handler has answered.
pub(super) enum Answer<'a> {
    /// A value to encode at once, and what goes beside it.
    Value(Given<'a>, Metadata),
    /// Anything else.
    Result(Result<Reply>),
}

struct Slot {
    task: Option<Task>,
    pending: Option<Pending>,
    waker: Waker,
    alarm: Arc<Alarm>,
    scope: Arc<Scope>,
}

impl Handlers {
    pub(super) fn new(origin: Arc<Origin>, pending: Arc<AtomicUsize>) -> Self {
        Self {
            slots: Vec::new(),
            idle: Vec::new(),
            kept: 0,
            ready: Arc::default(),
            origin,
            pending,
            turn: Vec::new(),
        }
    }

    /// The peer has introduced itself, before its first call.
    pub(super) fn meet(&mut self, metadata: Metadata) {
        let mut origin = Origin::clone(&self.origin);
        origin.peer = origin.peer.introduced(metadata);
        self.origin = Arc::new(origin);
    }

    /// Where the call with this id runs. Ids are dense, so the list grows by one at a time.
    pub(super) fn scope(&mut self, id: CallId) -> &Arc<Scope> {
        while self.slots.len() <= id.index() {
            let alarm = Alarm::new(&self.ready, id);
            let (waker, scope) = (
                Waker::from(alarm.clone()),
                Arc::new(Scope::new(self.origin.clone())),
            );
            self.slots.push(Slot {
                task: None,
                pending: None,
                waker,
                alarm,
                scope,
            });
        }
        &self.slots[id.index()].scope
    }

    /// A runner of the method that has nothing to do, if there is one.
    pub(super) fn idle(&mut self, method: MethodIndex) -> Option<Box<dyn Runner>> {
        let runner = self.idle.get_mut(method.get())?.pop()?;
        self.kept -= 1;
        Some(runner)
    }

    /// Runs a new handler up to its first await.
    pub(super) fn start(&mut self, id: CallId, task: Task, answer: impl FnMut(CallId, Answer<'_>)) {
        if let Some(slot) = self.slots.get_mut(id.index()) {
            slot.task = Some(task);
            self.poll(id, answer);
        }
    }

    /// Drops a handler.
    pub(super) fn end(&mut self, id: CallId) {
        if let Some(slot) = self.slots.get_mut(id.index()) {
            slot.end();
        }
    }

    pub(super) fn end_all(&mut self) {
        self.slots.iter_mut().for_each(Slot::end);
    }

    /// Polls the handlers that were woken.
    pub(super) fn run_woken(&mut self, mut answer: impl FnMut(CallId, Answer<'_>)) {
        if !self.ready.any() {
            return;
        }
        let mut turn = std::mem::take(&mut self.turn);
        self.ready.take(&mut turn);
        for id in turn.drain(..) {
            if let Some(slot) = self.slots.get(id.index()) {
                slot.alarm.heard();
            }
            self.poll(id, &mut answer);
        }
        self.turn = turn;
    }

    /// Lets woken handlers wake the driver; `false` if some are woken already.
    pub(super) fn park(&mut self, cx: &mut Context<'_>) -> bool {
        self.ready.park(cx)
    }

    fn poll(&mut self, id: CallId, mut answer: impl FnMut(CallId, Answer<'_>)) {
        let Some(slot) = self.slots.get_mut(id.index()) else {
            return;
        };
        let Some(task) = slot.task.as_mut() else {
            return;
        };
        let cx = &mut Context::from_waker(&slot.waker);
        let polled = catch_unwind(AssertUnwindSafe(|| match task {
            Task::Straight(_, runner) => runner.poll(cx, &mut |value| {
                answer(id, Answer::Value(value, slot.scope.take_reply_meta()));
            }),
            Task::General(future) => future.as_mut().poll(cx).map(Some),
        }));
        let (result, is_sound) = match polled {
            Ok(Poll::Pending) => {
                slot.pending
                    .get_or_insert_with(|| Pending::new(&self.pending));
                return;
            }
            Ok(Poll::Ready(result)) => (result, true),
            Err(_) => (Some(Err(handler_panicked())), false),
        };
        match slot.finish() {
            Some(Task::Straight(method, runner)) if is_sound => self.keep(method, runner),
            Some(Task::Straight(..) | Task::General(_)) | None => {}
        }
        if let Some(result) = result {
            answer(id, Answer::Result(result));
        }
    }

    /// Keeps a runner for the next call of its method, unless there are enough.
    fn keep(&mut self, method: MethodIndex, runner: Box<dyn Runner>) {
        if self.kept == KEPT {
            return;
        }
        if self.idle.len() <= method.get() {
            self.idle.resize_with(method.get() + 1, Vec::new);
        }
        self.idle[method.get()].push(runner);
        self.kept += 1;
    }
}

impl Slot {
    /// Ends the turn of a handler that has run to its end, and gives its task back.
    fn finish(&mut self) -> Option<Task> {
        let mut task = self.task.take()?;
        self.pending = None;
        // Of a call that has ended without a reply.
        self.scope.take_reply_meta();
        let cleared = catch_unwind(AssertUnwindSafe(|| match task {
            Task::Straight(_, ref mut runner) => {
                runner.clear();
                Some(task)
            }
            Task::General(future) => {
                drop(future);
                None
            }
        }));
        // Nobody can watch a call whose context is gone.
        if Arc::strong_count(&self.scope) > 1 {
            self.scope.end_turn();
        }
        cleared.unwrap_or_else(|_| {
            tracing::error!("a handler panicked while it was dropped");
            None
        })
    }

    /// Drops a handler, whose call is over.
    fn end(&mut self) {
        if self.task.is_some() {
            self.scope.end_turn();
            self.finish();
        }
    }
}

/// One handler that waits for something: the whole server counts them.
struct Pending(Arc<AtomicUsize>);

impl Pending {
    fn new(all: &Arc<AtomicUsize>) -> Self {
        all.fetch_add(1, Ordering::AcqRel);
        Self(all.clone())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
