//! The handlers of a server's connection, in reusable slots with a waker each. A handler that finishes in its first
//! poll leaves its slot to the next, so any number of such calls needs only one slot.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker, ready};

use super::alarms::{Alarm, Place, Ready};
use super::answers::Answers;
use super::idle::Idle;
use crate::caught::{caught, discard};
use crate::channel::{BoxFuture, handler_panicked};
use crate::ctx::{Origin, Scope};
use crate::handler::Runner;
use crate::protocol::{CallId, MethodIndex};
use crate::{Metadata, Peer, Reply, Result, Status, dense, verdict};

/// The handlers of a connection.
pub(super) struct Handlers {
    slots: Vec<Slot>,
    /// Slots without a call. The last one used is taken next, because its memory is still in the cache.
    free: Vec<Place>,
    /// The slots of calls whose handlers are pending, by call id.
    waiting: Vec<Option<Place>>,
    pub(super) idle: Idle,
    ready: Arc<Ready>,
    origin: Arc<Origin>,
    /// Pending handlers on all connections of the server.
    pending: Arc<AtomicUsize>,
    /// Slots to poll; kept to reuse its memory.
    turn: Vec<Place>,
}

/// A call that is running.
pub(super) enum Task {
    /// Reads the request from bytes and writes the reply as bytes.
    Straight(MethodIndex, Box<dyn Runner>),
    /// Goes through a [`Call`](crate::Call).
    General(BoxFuture<Result<Reply>>),
}

struct Slot {
    /// The call whose handler is pending.
    waiting: Option<Running>,
    waker: Waker,
    alarm: Arc<Alarm>,
    scope: Arc<Scope>,
}

/// A call, and what runs it.
struct Running {
    id: CallId,
    task: Task,
    /// Counts the call once it has been pending.
    counted: Option<Counted>,
}

impl Handlers {
    pub(super) fn new(origin: Arc<Origin>, pending: Arc<AtomicUsize>) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            waiting: Vec::new(),
            idle: Idle::default(),
            ready: Arc::default(),
            origin,
            pending,
            turn: Vec::new(),
        }
    }

    /// The peer whose calls these are.
    pub(super) fn peer(&self) -> &Peer {
        &self.origin.peer
    }

    /// The peer's metadata about itself has arrived, before its first call.
    pub(super) fn meet(&mut self, metadata: Metadata) {
        let mut origin = Origin::clone(&self.origin);
        origin.peer = origin.peer.introduced(metadata);
        self.origin = Arc::new(origin);
    }

    /// A slot for a new call. It stays taken until that call has started and is over.
    pub(super) fn take(&mut self) -> Place {
        self.free.pop().unwrap_or_else(|| {
            let place = Place(self.slots.len() as u32);
            self.slots.push(Slot::new(&self.ready, place, &self.origin));
            place
        })
    }

    /// The context of the call in this slot.
    pub(super) fn scope(&self, place: Place) -> &Arc<Scope> {
        &self.slots[place.index()].scope
    }

    /// Runs a new call up to its first await. A straight call is begun with `begin`.
    pub(super) fn start(
        &mut self,
        place: Place,
        id: CallId,
        task: Task,
        begin: &mut impl FnMut(&mut dyn Runner, &Arc<Scope>) -> Result<()>,
        answers: &mut Answers<'_>,
    ) {
        let counted = None;
        let call = Running { id, task, counted };
        self.run(place, call, begin, answers);
    }

    /// Drops the handler of a call that has ended with this status.
    pub(super) fn end(&mut self, id: CallId, status: &Status) {
        let waiting = self.waiting.get_mut(id.index());
        if let Some(place) = waiting.and_then(Option::take) {
            let slot = &mut self.slots[place.index()];
            verdict::given(slot.scope.which(), status, || slot.end());
            self.free.push(place);
        }
    }

    pub(super) fn end_all(&mut self) {
        for place in self.waiting.drain(..).flatten() {
            self.slots[place.index()].end();
            self.free.push(place);
        }
    }

    /// Polls the handlers that were woken.
    pub(super) fn run_woken(&mut self, answers: &mut Answers<'_>) {
        if !self.ready.any() {
            return;
        }
        let mut turn = std::mem::take(&mut self.turn);
        self.ready.take(&mut turn);
        for place in turn.drain(..) {
            let slot = &mut self.slots[place.index()];
            slot.alarm.heard();
            if let Some(call) = slot.waiting.take() {
                self.waiting[call.id.index()] = None;
                self.run(place, call, &mut has_begun, answers);
            }
        }
        self.turn = turn;
    }

    /// Lets woken handlers wake the driver. `false` if some have been woken already.
    pub(super) fn park(&mut self, cx: &mut Context<'_>) -> bool {
        self.ready.park(cx)
    }

    fn run(
        &mut self,
        place: Place,
        mut call: Running,
        begin: &mut impl FnMut(&mut dyn Runner, &Arc<Scope>) -> Result<()>,
        answers: &mut Answers<'_>,
    ) {
        let id = call.id;
        let slot = &mut self.slots[place.index()];
        let cx = &mut Context::from_waker(&slot.waker);
        let polled = caught(|| {
            let ended = match &mut call.task {
                Task::Straight(_, runner) => match begin(&mut **runner, &slot.scope) {
                    Ok(()) => ready!(runner.poll(cx, &mut |head, value| {
                        answers.give(id, head, value, &slot.scope.take_reply_meta());
                    })),
                    Err(status) => Some(Err(status)),
                },
                Task::General(future) => {
                    let buffer = answers.streams.send_buffer(id);
                    let polled = future.as_mut().poll(cx);
                    drop(buffer);
                    Some(ready!(polled))
                }
            };
            if let Some(result) = ended {
                answers.end(id, result);
            }
            Poll::Ready(())
        });
        match polled {
            Some(Poll::Pending) => {
                let counted = &mut call.counted;
                counted.get_or_insert_with(|| Counted::new(&self.pending));
                slot.waiting = Some(call);
                *dense::place(&mut self.waiting, id.index()) = Some(place);
                return;
            }
            Some(Poll::Ready(())) => match call.task {
                Task::Straight(method, runner) => self.idle.keep(method, runner),
                Task::General(future) => discard(future),
            },
            None => {
                discard(call.task);
                answers.end(id, Err(handler_panicked()));
            }
        }
        slot.rest();
        self.free.push(place);
    }
}

/// For a handler that has begun already.
pub(super) fn has_begun(_: &mut dyn Runner, _: &Arc<Scope>) -> Result<()> {
    Ok(())
}

impl Slot {
    fn new(ready: &Arc<Ready>, place: Place, origin: &Arc<Origin>) -> Self {
        let alarm = Alarm::new(ready, place);
        Self {
            waiting: None,
            waker: Waker::from(alarm.clone()),
            alarm,
            scope: Arc::new(Scope::new(Some(origin.clone()))),
        }
    }

    /// Resets a slot whose handler is gone.
    fn rest(&mut self) {
        // Left over if the call has ended without a reply.
        self.scope.take_reply_meta();
        // If nothing else holds the context, nobody can be watching the call.
        if Arc::strong_count(&self.scope) > 1 {
            self.scope.end_turn();
        }
    }

    /// Drops the handler of a call that is over.
    fn end(&mut self) {
        if let Some(call) = self.waiting.take() {
            self.scope.end_turn();
            discard(call.task);
            self.rest();
        }
    }
}

/// Counts one pending handler for the whole server.
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
