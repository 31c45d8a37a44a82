//! The streams of one call on a connection: between the pipes of its handler or caller and the state machine.

use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::alarms::{Alarm, Place, Ready};
use crate::protocol::{CallId, Connection, MethodIndex, Role};
use crate::streams::{Duplex, Pipe};
use crate::{Reply, Result};

/// The streams of a call.
pub(super) struct Entry {
    pub(super) duplex: Arc<Duplex>,
    role: Role,
    pub(super) id: CallId,
    pub(super) method: MethodIndex,
    alarm: Arc<Alarm>,
    waker: Waker,
    /// Whether the peer has sent anything.
    pub(super) begun: bool,
    /// Server: the handler's result, to be sent after the last message.
    pub(super) result: Option<Result<Reply>>,
}

impl Entry {
    /// The streams of a call that was just opened or accepted. They will be looked at soon.
    pub(super) fn new(
        ready: &Arc<Ready>,
        role: Role,
        id: CallId,
        method: MethodIndex,
        duplex: Arc<Duplex>,
    ) -> Self {
        let alarm = Alarm::new(ready, Place(id.index() as u32));
        let waker = Waker::from(alarm.clone());
        waker.wake_by_ref();
        Self {
            duplex,
            role,
            id,
            method,
            alarm,
            waker,
            begun: false,
            result: None,
        }
    }

    /// The pipe to send from.
    pub(super) fn out(&self) -> &Pipe {
        match self.role {
            Role::Client => &self.duplex.up,
            Role::Server => &self.duplex.down,
        }
    }

    /// The pipe to receive into.
    pub(super) fn input(&self) -> &Pipe {
        match self.role {
            Role::Client => &self.duplex.down,
            Role::Server => &self.duplex.up,
        }
    }

    /// Takes over what the handler or caller has done meanwhile.
    ///
    /// # Errors
    /// The metadata with which the handler accepts the call may not be sent.
    pub(super) fn look(&self, core: &mut Connection, now: Duration) -> Result<()> {
        let id = self.id;
        self.alarm.heard();
        let mut out = self.out().lock();
        out.reader = Some(self.waker.clone());
        let sends = !out.messages.is_empty();
        let (accepts, ends) = (out.is_opened() && !sends, out.ending().is_some());
        let head = std::mem::take(&mut out.head);
        drop(out);
        if self.role == Role::Server && (accepts || !head.is_empty()) {
            core.accept(id, &head, now)?;
        }
        if sends || ends {
            core.queue(id);
        }
        let mut input = self.input().lock();
        input.writer = Some(self.waker.clone());
        let (used, waits, abandoned) = (input.take_used(), input.waits(), input.abandoned);
        drop(input);
        core.used(id, used);
        core.waits(id, waits);
        if abandoned && self.role == Role::Server {
            core.stop(id);
        }
        Ok(())
    }

    /// Takes one turn to send. Returns the handler's result once everything before it has been sent.
    pub(super) fn send(
        &mut self,
        core: &mut Connection,
        now: Duration,
        wakers: &mut Vec<Waker>,
    ) -> Option<Result<Reply>> {
        let id = self.id;
        let mut out = self.out().lock();
        out.reader = Some(self.waker.clone());
        let before = out.messages.len();
        let ending = out.ending();
        // A relayed stream has no shape before its first message, and may end without one.
        let shape = out.shape.clone();
        let head = shape.as_ref().map_or(&[][..], |shape| shape.head());
        core.send_turn(id, head, &mut out.messages, ending, now);
        let sent = before - out.messages.len();
        wakers.extend(out.give_back(sent));
        wakers.extend(out.ask(core.awaited(id)));
        let is_empty = out.messages.is_empty();
        drop(out);
        match is_empty {
            true => self.result.take(),
            false => None,
        }
    }
}
