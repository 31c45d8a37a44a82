//! The handlers of a server's connection: slots that are used again, each with a waker of its own. A slot's place is
//! the id of its call.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::alarms::{Alarm, Ready};
use crate::channel::handler_panicked;
use crate::ctx::{Origin, Scope};
use crate::protocol::CallId;
use crate::{Metadata, Reply, Result};

pub(super) type Task = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;

/// The handlers of a connection.
pub(super) struct Handlers {
    slots: Vec<Handler>,
    ready: Arc<Ready>,
    origin: Arc<Origin>,
    /// Slots to poll; kept for its memory.
    turn: Vec<CallId>,
}

struct Handler {
    task: Option<Task>,
    waker: Waker,
    alarm: Arc<Alarm>,
    scope: Arc<Scope>,
}

impl Handlers {
    pub(super) fn new(origin: Arc<Origin>) -> Self {
        Self {
            slots: Vec::new(),
            ready: Arc::default(),
            origin,
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
            self.slots.push(Handler {
                task: None,
                waker,
                alarm,
                scope,
            });
        }
        &self.slots[id.index()].scope
    }

    /// Runs a new handler up to its first await; gives the result if it has one by then.
    pub(super) fn start(&mut self, id: CallId, task: Task) -> Option<Result<Reply>> {
        self.slots.get_mut(id.index())?.task = Some(task);
        self.poll(id)
    }

    /// Drops a handler.
    pub(super) fn end(&mut self, id: CallId) {
        if let Some(handler) = self.slots.get_mut(id.index()) {
            handler.end();
        }
    }

    pub(super) fn end_all(&mut self) {
        self.slots.iter_mut().for_each(Handler::end);
    }

    /// Polls the handlers that were woken, and tells the results.
    pub(super) fn run_woken(&mut self, mut done: impl FnMut(CallId, Result<Reply>)) {
        let mut turn = std::mem::take(&mut self.turn);
        self.ready.take(&mut turn);
        for id in turn.drain(..) {
            if let Some(handler) = self.slots.get(id.index()) {
                handler.alarm.heard();
            }
            if let Some(result) = self.poll(id) {
                done(id, result);
            }
        }
        self.turn = turn;
    }

    /// Lets woken handlers wake the driver; `false` if some are woken already.
    pub(super) fn park(&mut self, cx: &mut Context<'_>) -> bool {
        self.ready.park(cx)
    }

    fn poll(&mut self, id: CallId) -> Option<Result<Reply>> {
        let handler = self.slots.get_mut(id.index())?;
        let task = handler.task.as_mut()?;
        let cx = &mut Context::from_waker(&handler.waker);
        let result = match catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx))) {
            Ok(Poll::Pending) => return None,
            Ok(Poll::Ready(result)) => result,
            Err(_) => Err(handler_panicked()),
        };
        handler.end();
        Some(result)
    }
}

impl Handler {
    fn end(&mut self) {
        let Some(task) = self.task.take() else { return };
        self.scope.end_turn();
        if catch_unwind(AssertUnwindSafe(|| drop(task))).is_err() {
            tracing::error!("a handler panicked while it was dropped");
        }
    }
}
