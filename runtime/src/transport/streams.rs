//! The streams of a connection: moves messages between the pipes of each call and the state machine. It serves both
//! roles: a client sends from the pipe that a server receives into, and vice versa.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use super::alarms::{Place, Ready};
use super::entry::Entry;
use crate::body::{Arrived, Written};
use crate::protocol::{CallId, Connection, Data, Ending, MethodIndex, Role};
use crate::streams::{Duplex, End, SendBuffer, answered};
use crate::wire::Shape;
use crate::{Limits, Metadata, Reply, Result, Status, dense};

/// The streams of a connection, by call id.
pub(super) struct Streams {
    role: Role,
    list: Vec<Option<Entry>>,
    ready: Arc<Ready>,
    /// The shapes of the messages that the peer sends, by method.
    shapes: Vec<Option<Written>>,
    /// Bytes that wait to be sent, beyond which a sender waits.
    queue: usize,
    /// Bytes of memory of the largest message that is received.
    value_bytes: u32,
    /// Calls to look at; kept for its memory.
    turn: Vec<Place>,
    /// At a server: calls that end because they could not be accepted as their handlers wanted.
    refused: Vec<(CallId, Status)>,
}

impl Streams {
    pub(super) fn new(role: Role, limits: &Limits) -> Self {
        Self {
            role,
            list: Vec::new(),
            ready: Arc::default(),
            shapes: Vec::new(),
            queue: limits.stream_queue,
            value_bytes: limits.value_bytes,
            turn: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// The streams of a call that has just been opened or taken.
    pub(super) fn insert(
        &mut self,
        core: &Connection,
        id: CallId,
        method: MethodIndex,
        duplex: Arc<Duplex>,
    ) {
        let entry = Entry::new(&self.ready, self.role, id, method, duplex);
        let mut out = entry.out().lock();
        (out.capacity, out.largest) = (self.queue, core.largest());
        drop(out);
        entry.input().lock().largest = core.largest_taken();
        *dense::place(&mut self.list, id.index()) = Some(entry);
    }

    /// Whether there have been any.
    pub(super) fn any(&self) -> bool {
        !self.list.is_empty()
    }

    /// Client: whether the call has streams, and the server has accepted it.
    pub(super) fn was_accepted(&self, id: CallId) -> bool {
        let entry = self.list.get(id.index()).and_then(Option::as_ref);
        entry.is_some_and(|entry| entry.input().lock().is_opened())
    }

    /// Whether the call has streams.
    pub(super) fn has(&self, id: CallId) -> bool {
        matches!(self.list.get(id.index()), Some(Some(_)))
    }

    /// For the handler of this call, which is about to be polled. `None` if the call has no streams.
    pub(super) fn send_buffer(&self, id: CallId) -> Option<SendBuffer<'_>> {
        let entry = self.list.get(id.index())?.as_ref()?;
        Some(SendBuffer::of(entry.out()))
    }

    /// The call is over. Whoever still sends or receives gets `status`.
    pub(super) fn remove(&mut self, id: CallId, status: &Status, wakers: &mut Vec<Waker>) {
        if let Some(entry) = self.list.get_mut(id.index()).and_then(Option::take) {
            entry.duplex.over_with(status, wakers);
        }
    }

    pub(super) fn remove_all(&mut self, status: &Status, wakers: &mut Vec<Waker>) {
        for entry in self.list.drain(..).flatten() {
            entry.duplex.over_with(status, wakers);
        }
    }

    /// Streams of this method begin with messages of the shape with this head, most likely `ours`.
    pub(super) fn define(
        &mut self,
        method: MethodIndex,
        head: &[u8],
        ours: Option<&'static Shape>,
    ) {
        let shape = Written::new(head, ours, self.value_bytes);
        *dense::place(&mut self.shapes, method.get()) = Some(shape);
    }

    /// The next piece of a stream has arrived; `input` is where it came from.
    pub(super) fn receive(
        &mut self,
        core: &mut Connection,
        data: &Data<'_>,
        input: Arrived<'_>,
        wakers: &mut Vec<Waker>,
    ) {
        let Some(entry) = get(&mut self.list, data.id) else {
            return core.used(data.id, data.payload.len());
        };
        let shape = match std::mem::replace(&mut entry.begun, true) {
            true => None,
            false => self.shapes.get(entry.method.get()).and_then(Option::as_ref),
        };
        let waits = entry
            .input()
            .receive(input.other(data.payload), shape, wakers);
        core.waits(data.id, waits);
    }

    /// The client's stream has ended.
    pub(super) fn end(&mut self, id: CallId, ending: Ending, wakers: &mut Vec<Waker>) {
        if let Some(entry) = get(&mut self.list, id) {
            let end = match ending {
                Ending::Finished => End::Finished,
                Ending::Broken => End::Broken,
            };
            entry.input().end_with(end, wakers);
        }
    }

    /// The server has accepted the call with this metadata.
    pub(super) fn accepted(&mut self, id: CallId, head: Metadata, wakers: &mut Vec<Waker>) {
        if let Some(entry) = get(&mut self.list, id) {
            entry.input().open_with(head, wakers);
        }
    }

    /// The server has announced the end of the connection.
    pub(super) fn leave(&self, wakers: &mut Vec<Waker>) {
        for entry in self.list.iter().flatten() {
            entry.duplex.leave(wakers);
        }
    }

    /// The peer no longer reads.
    pub(super) fn stopped(&mut self, id: CallId, wakers: &mut Vec<Waker>) {
        if let Some(entry) = get(&mut self.list, id) {
            wakers.extend(entry.out().lock().abandon());
        }
    }

    /// Server: the handler is done. Returns its result if it can be sent now. Otherwise it follows the remaining
    /// messages.
    pub(super) fn finish(
        &mut self,
        core: &mut Connection,
        id: CallId,
        result: Result<Reply>,
        now: Duration,
        wakers: &mut Vec<Waker>,
    ) -> Option<Result<Reply>> {
        let Some(entry) = get(&mut self.list, id) else {
            return Some(result);
        };
        entry.duplex.over_with(&answered(), wakers);
        let head = entry.out().take_head();
        if !head.is_empty()
            && let Err(refused) = core.accept(id, &head, now)
        {
            self.list[id.index()] = None;
            return Some(Err(refused));
        }
        if entry.out().lock().messages.is_empty() {
            self.list[id.index()] = None;
            return Some(result);
        }
        entry.result = Some(result);
        core.queue(id);
        None
    }

    /// Looks at the calls that were woken.
    pub(super) fn advance(&mut self, core: &mut Connection, now: Duration) {
        if !self.ready.any() {
            return;
        }
        let mut turn = std::mem::take(&mut self.turn);
        self.ready.take(&mut turn);
        for place in turn.drain(..) {
            let Some(Some(entry)) = self.list.get(place.index()) else {
                continue;
            };
            if let Err(refused) = entry.look(core, now) {
                self.refused.push((entry.id, refused));
            }
        }
        self.turn = turn;
    }

    /// Gives every call its turn to send until enough output is waiting. Adds handlers' results that can now be sent to
    /// `done`.
    pub(super) fn fill(
        &mut self,
        core: &mut Connection,
        now: Duration,
        wakers: &mut Vec<Waker>,
        done: &mut Vec<(CallId, Result<Reply>)>,
    ) {
        self.advance(core, now);
        for (id, refused) in self.refused.drain(..) {
            if let Some(entry) = self.list[id.index()].take() {
                entry.duplex.over_with(&refused, wakers);
                done.push((id, Err(refused)));
            }
        }
        while let Some(id) = core.next_turn() {
            let Some(entry) = get(&mut self.list, id) else {
                continue;
            };
            if let Some(result) = entry.send(core, now, wakers) {
                self.list[id.index()] = None;
                done.push((id, result));
            }
        }
    }

    /// Lets the next wake-up wake the driver. `false` if there was one already.
    pub(super) fn park(&self, cx: &mut Context<'_>) -> bool {
        !self.any() || self.ready.park(cx)
    }
}

fn get(list: &mut [Option<Entry>], id: CallId) -> Option<&mut Entry> {
    list.get_mut(id.index())?.as_mut()
}
