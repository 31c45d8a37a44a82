//! One direction of a stream: messages as bytes between one writer and one reader. Each of them can be a task or a
//! connection's driver, and does not know which the other is. A task writes and reads whole messages (see `ends`), a
//! driver pieces.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::send_buffer::Lent;
use crate::body::{Arrived, Written};
use crate::protocol::{Ending, Messages, Waits};
use crate::{Ctx, Metadata, Status};

/// How a direction has ended, after all its messages.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// The writer has finished it.
    Finished,
    /// The writer was dropped without finishing it.
    Broken,
    /// The whole call is over. The status is for a writer; a reader gets the call's answer.
    Over(Status),
}

/// One direction of a stream.
pub(crate) struct Pipe {
    state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) messages: Messages,
    /// The shape of the messages.
    pub(crate) shape: Option<Written>,
    /// The writer waits once this many bytes are held.
    pub(crate) capacity: usize,
    /// The size limit of a message.
    pub(crate) largest: usize,
    /// Bytes that were written and not consumed yet.
    pub(super) held: usize,
    /// The writing thread has borrowed the messages: see `send_buffer`.
    lent: bool,
    /// The server has accepted the call.
    opened: bool,
    /// The metadata with which it did, until it is taken.
    pub(crate) head: Metadata,
    /// In the process of the handler: its context.
    handler: Option<Ctx>,
    /// Bytes consumed since [`State::take_used`] was last called.
    used: usize,
    /// How many bytes must be here before the reading task can continue, if a part of a message is. `None` if no task
    /// waits: a driver continues with any piece.
    pub(super) wanted: Option<usize>,
    /// How many bytes a relaying reader could pass on at once.
    asked: usize,
    pub(super) end: Option<End>,
    /// Nobody reads any more.
    pub(crate) abandoned: bool,
    pub(crate) reader: Option<Waker>,
    pub(crate) writer: Option<Waker>,
}

impl Pipe {
    pub(super) fn new(capacity: usize, largest: usize) -> Self {
        Self {
            state: Mutex::new(State {
                messages: Messages::default(),
                shape: None,
                capacity,
                largest,
                held: 0,
                lent: false,
                used: 0,
                wanted: None,
                asked: 0,
                opened: false,
                head: Metadata::new(),
                handler: None,
                end: None,
                abandoned: false,
                reader: None,
                writer: None,
            }),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic leaves the state inconsistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reader has consumed this many bytes.
    pub(super) fn give_back(&self, used: usize) {
        let writer = self.lock().give_back(used);
        wake(writer);
    }

    /// Accepts the call, for readers that wait for that.
    pub(crate) fn open(&self) {
        let mut state = self.lock();
        state.open();
        let reader = state.reader.take();
        drop(state);
        wake(reader);
    }

    /// The same with the metadata that came with it. Adds whom to wake.
    pub(crate) fn open_with(&self, head: Metadata, wakers: &mut Vec<Waker>) {
        let mut state = self.lock();
        if !std::mem::replace(&mut state.opened, true) {
            state.head = head;
        }
        wakers.extend(state.reader.take());
    }

    /// The metadata with which the call was accepted, unless it has been taken.
    pub(crate) fn take_head(&self) -> Metadata {
        std::mem::take(&mut self.lock().head)
    }

    /// The handler of the call gets this context.
    pub(super) fn attend(&self, handler: Ctx) {
        self.lock().handler = Some(handler);
    }

    /// The context of the call's handler, if that is in this process.
    pub(super) fn handler(&self) -> Option<Ctx> {
        self.lock().handler.clone()
    }

    /// Whether the server has accepted the call.
    pub(super) fn is_opened(&self) -> bool {
        self.lock().opened
    }

    /// Nothing more will be written. The first end counts, but the end of the whole call replaces the others.
    pub(crate) fn end(&self, end: End) {
        let mut wakers = Vec::new();
        self.end_with(end, &mut wakers);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The same. Adds whom to wake.
    pub(crate) fn end_with(&self, end: End, wakers: &mut Vec<Waker>) {
        let mut state = self.lock();
        match (&state.end, &end) {
            (None, _) | (Some(End::Finished | End::Broken), End::Over(_)) => state.end = Some(end),
            (Some(_), _) => {}
        }
        wakers.extend(state.reader.take());
        wakers.extend(state.writer.take());
    }

    /// A piece has arrived. Adds the reader to those to wake if it can continue. Returns what is still waited for.
    pub(crate) fn receive(
        &self,
        piece: Arrived<'_>,
        shape: Option<&Written>,
        wakers: &mut Vec<Waker>,
    ) -> Waits {
        let mut state = self.lock();
        if state.abandoned {
            state.used += piece.bytes.len();
            return Waits::Reader(0);
        }
        if let Some(shape) = shape {
            state.shape = Some(shape.clone());
        }
        state.add(piece);
        state.held += piece.bytes.len();
        let waits = state.waits();
        if !std::mem::replace(&mut state.opened, true) || state.is_enough() {
            wakers.extend(state.reader.take());
        }
        waits
    }
}

impl State {
    /// Adds a piece. If a task waits for a message that is not complete, its parts are copied together as they arrive.
    fn add(&mut self, piece: Arrived<'_>) {
        if self.messages.is_empty()
            && let Some(wanted) = &mut self.wanted
        {
            *wanted = Messages::begun(piece.bytes, self.largest);
        }
        match self.wanted {
            Some(whole) if whole > self.messages.len() => self.messages.complete(piece, whole),
            Some(_) | None => self.messages.keep(piece),
        }
    }

    /// Whether the reader can continue.
    fn is_enough(&self) -> bool {
        self.wanted
            .is_none_or(|wanted| wanted <= self.messages.len())
    }

    /// Accepts the call, unless that has happened already.
    pub(super) fn open(&mut self) {
        if !std::mem::replace(&mut self.opened, true)
            && let Some(handler) = &self.handler
        {
            self.head = handler.take_reply_meta();
        }
    }

    /// Whether the server has accepted the call.
    pub(crate) fn is_opened(&self) -> bool {
        self.opened
    }

    /// Whether the whole call is over.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.end, Some(End::Over(_)))
    }

    /// Nobody reads any more. Returns whom to wake.
    pub(crate) fn abandon(&mut self) -> Option<Waker> {
        self.abandoned = true;
        let left = std::mem::take(&mut self.messages).len();
        let writer = self.give_back(left);
        writer.or_else(|| self.writer.take())
    }

    /// The reader has consumed this many bytes. Returns whom to wake.
    pub(crate) fn give_back(&mut self, used: usize) -> Option<Waker> {
        if used == 0 {
            return None;
        }
        self.held = self.held.saturating_sub(used);
        self.used += used;
        self.writer.take()
    }

    /// How a client's stream ends after its messages, if it does.
    pub(crate) fn ending(&self) -> Option<Ending> {
        match self.end {
            Some(End::Finished) => Some(Ending::Finished),
            Some(End::Broken) => Some(Ending::Broken),
            Some(End::Over(_)) | None => None,
        }
    }

    /// The bytes consumed since this was last called.
    pub(crate) fn take_used(&mut self) -> usize {
        std::mem::take(&mut self.used)
    }

    /// Who waits, and for how many bytes of a message of which a part is here or has been passed on.
    pub(crate) fn waits(&self) -> Waits {
        let here = self.messages.len();
        match self.reader.is_some() {
            true if self.asked > here => Waits::Peer(self.asked - here),
            true => Waits::Reader(self.wanted.map_or(0, |wanted| wanted.saturating_sub(here))),
            false => Waits::Reader(0),
        }
    }

    /// A relaying reader could pass on this many bytes at once. Returns whom to wake if they are not here.
    pub(crate) fn ask(&mut self, bytes: usize) -> Option<Waker> {
        self.asked = bytes;
        match bytes > self.messages.len() {
            true => self.writer.take(),
            false => None,
        }
    }

    /// Whether a message can be written now.
    pub(super) fn has_room(&self) -> bool {
        self.held < self.capacity && !self.lent
    }

    /// Lends the messages to the writing thread. Nobody else can write until it gives them back.
    pub(super) fn lend(&mut self) -> Lent {
        self.lent = true;
        let messages = std::mem::take(&mut self.messages);
        let before = messages.len();
        Lent {
            before,
            full: before + self.capacity.saturating_sub(self.held),
            largest: self.largest,
            messages,
        }
    }

    /// Takes back the messages, with those written meanwhile. Returns whom to wake.
    pub(super) fn take_back(&mut self, lent: Lent) -> [Option<Waker>; 2] {
        self.lent = false;
        self.held += lent.messages.len() - lent.before;
        self.messages = lent.messages;
        let writer = match self.abandoned {
            true => self.abandon(),
            false => self.writer.take(),
        };
        [self.reader.take(), writer]
    }

    /// Why nothing can be written, if that is so.
    pub(super) fn refusal(&self) -> Option<Status> {
        match &self.end {
            Some(End::Over(status)) => return Some(status.clone()),
            Some(End::Finished | End::Broken) => return Some(finished()),
            None => {}
        }
        self.abandoned.then(nobody_reads)
    }
}

pub(super) fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

fn finished() -> Status {
    Status::failed_precondition("the stream was finished before")
}

fn nobody_reads() -> Status {
    Status::aborted("the other side does not read this stream any more")
}
