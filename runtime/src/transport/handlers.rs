//! The handlers of a server's connection: slots that are used again, each with a waker of its own. A slot's place is
//! the id of its call.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker, ready};

use super::alarms::{Alarm, Ready};
use super::answers::Answers;
use super::idle::Idle;
use crate::channel::{BoxFuture, handler_panicked};
use crate::ctx::{Origin, Scope};
use crate::handler::Runner;
use crate::protocol::{CallId, MethodIndex};
use crate::report::{self, About};
use crate::{Metadata, Peer, Reply, Result};

/// The handlers of a connection.
pub(super) struct Handlers {
    slots: Vec<Slot>,
    pub(super) idle: Idle,
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

struct Slot {
    waiting: Option<Waiting>,
    waker: Waker,
    alarm: Arc<Alarm>,
    scope: Arc<Scope>,
}

/// A call whose handler waits for something.
struct Waiting {
    task: Task,
    counted: Counted,
}

impl Handlers {
    pub(super) fn new(origin: Arc<Origin>, pending: Arc<AtomicUsize>) -> Self {
        Self {
            slots: Vec::new(),
            idle: Idle::default(),
            ready: Arc::default(),
            origin,
            pending,
            turn: Vec::new(),
        }
    }

    /// Whose calls they run.
    pub(super) fn peer(&self) -> &Peer {
        &self.origin.peer
    }

    /// The peer has introduced itself, before its first call.
    pub(super) fn meet(&mut self, metadata: Metadata) {
        let mut origin = Origin::clone(&self.origin);
        origin.peer = origin.peer.introduced(metadata);
        self.origin = Arc::new(origin);
    }

    /// Sees to it that there is a place for the call with this id. Ids are dense, so the list grows by one at a time.
    pub(super) fn prepare(&mut self, id: CallId) -> &Arc<Scope> {
        while self.slots.len() <= id.index() {
            self.slots.push(Slot::new(&self.ready, id, &self.origin));
        }
        &self.slots[id.index()].scope
    }

    /// Runs a new call up to its first await. If it has a runner, it begins there.
    pub(super) fn start(
        &mut self,
        id: CallId,
        task: Task,
        begin: impl FnOnce(&mut dyn Runner, &Arc<Scope>) -> Result<()>,
        answers: &mut Answers<'_>,
    ) {
        self.prepare(id);
        self.run(id, task, begin, None, answers);
    }

    /// Drops a handler, whose call is over.
    pub(super) fn end(&mut self, id: CallId) {
        if let Some(slot) = self.slots.get_mut(id.index()) {
            slot.end();
        }
    }

    pub(super) fn end_all(&mut self) {
        self.slots.iter_mut().for_each(Slot::end);
    }

    /// Polls the handlers that were woken.
    pub(super) fn run_woken(&mut self, answers: &mut Answers<'_>) {
        if !self.ready.any() {
            return;
        }
        let mut turn = std::mem::take(&mut self.turn);
        self.ready.take(&mut turn);
        for id in turn.drain(..) {
            let Some(slot) = self.slots.get_mut(id.index()) else {
                continue;
            };
            slot.alarm.heard();
            if let Some(Waiting { task, counted }) = slot.waiting.take() {
                self.run(id, task, has_begun, Some(counted), answers);
            }
        }
        self.turn = turn;
    }

    /// Lets woken handlers wake the driver; `false` if some are woken already.
    pub(super) fn park(&mut self, cx: &mut Context<'_>) -> bool {
        self.ready.park(cx)
    }

    fn run(
        &mut self,
        id: CallId,
        mut task: Task,
        begin: impl FnOnce(&mut dyn Runner, &Arc<Scope>) -> Result<()>,
        counted: Option<Counted>,
        answers: &mut Answers<'_>,
    ) {
        let Some(slot) = self.slots.get_mut(id.index()) else {
            return;
        };
        let cx = &mut Context::from_waker(&slot.waker);
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let ended = match &mut task {
                Task::Straight(_, runner) => match begin(&mut **runner, &slot.scope) {
                    Ok(()) => ready!(runner.poll(cx, &mut |given| {
                        answers.give(id, given, &slot.scope.take_reply_meta());
                    })),
                    Err(status) => Some(Err(status)),
                },
                Task::General(future) => {
                    let desk = answers.streams.desk(id);
                    let polled = future.as_mut().poll(cx);
                    drop(desk);
                    Some(ready!(polled))
                }
            };
            if let Some(result) = ended {
                answers.end(id, result);
            }
            Poll::Ready(())
        }));
        match polled {
            Ok(Poll::Pending) => {
                let counted = counted.unwrap_or_else(|| Counted::new(&self.pending));
                slot.waiting = Some(Waiting { task, counted });
                return;
            }
            Ok(Poll::Ready(())) => match task {
                Task::Straight(method, runner) => self.idle.keep(method, runner),
                Task::General(_) => task.discard(),
            },
            Err(_) => {
                task.discard();
                answers.end(id, Err(handler_panicked()));
            }
        }
        slot.rest();
    }
}

/// What begins a handler that runs already.
pub(super) fn has_begun(_: &mut dyn Runner, _: &Arc<Scope>) -> Result<()> {
    Ok(())
}

impl Task {
    /// Drops it, whatever its handler does then.
    fn discard(self) {
        if catch_unwind(AssertUnwindSafe(|| drop(self))).is_err() {
            report::error(&"a handler panicked while it was dropped", About::default());
        }
    }
}

impl Slot {
    fn new(ready: &Arc<Ready>, id: CallId, origin: &Arc<Origin>) -> Self {
        let alarm = Alarm::new(ready, id);
        Self {
            waiting: None,
            waker: Waker::from(alarm.clone()),
            alarm,
            scope: Arc::new(Scope::new(Some(origin.clone()))),
        }
    }

    /// Ends the turn of a call whose handler is gone.
    fn rest(&mut self) {
        // Of a call that has ended without a reply.
        self.scope.take_reply_meta();
        // Nobody can watch a call whose context is gone.
        if Arc::strong_count(&self.scope) > 1 {
            self.scope.end_turn();
        }
    }

    /// Drops a handler, whose call is over.
    fn end(&mut self) {
        if let Some(Waiting { task, .. }) = self.waiting.take() {
            self.scope.end_turn();
            task.discard();
            self.rest();
        }
    }
}

/// One handler that waits for something: the whole server counts them.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(all: &Arc<AtomicUsize>) -> Self {
        all.fetch_add(1, Ordering::AcqRel);
        Self(all.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
