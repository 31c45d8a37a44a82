//! Sends what the handlers of a server's connection have answered.

use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::streams::Streams;
use crate::body::Outgoing;
use crate::caught::caught;
use crate::channel::handler_panicked;
use crate::protocol::{CallId, Connection, MethodIndex, Output, ReplyError};
use crate::streams::Duplex;
use crate::wire::EncodeError;
use crate::{Metadata, Reply, Result, Status};

/// Where the answers of a connection's handlers go.
pub(super) struct Answers<'a> {
    pub(super) core: &'a mut Connection,
    pub(super) streams: &'a mut Streams,
    pub(super) wakers: &'a mut Vec<Waker>,
    pub(super) now: Duration,
}

impl Answers<'_> {
    /// Sends a value whose shape has this head, and its metadata. The call has no streams.
    pub(super) fn give(
        &mut self,
        id: CallId,
        head: &[u8],
        value: &mut dyn Outgoing,
        metadata: &Metadata,
    ) {
        let encode = |out: &mut Output| value.encode(out);
        give(self.core, id, head, metadata, self.now, encode);
    }

    /// A call with streams begins.
    pub(super) fn begin_streams(&mut self, id: CallId, method: MethodIndex, duplex: &Arc<Duplex>) {
        self.streams.insert(self.core, id, method, duplex.clone());
    }

    /// Sends how a handler has ended, after its messages.
    pub(super) fn end(&mut self, id: CallId, result: Result<Reply>) {
        let Self {
            core,
            streams,
            wakers,
            now,
        } = self;
        if let Some(result) = streams.finish(core, id, result, *now, wakers) {
            send(core, id, result, *now);
        }
    }
}

/// Sends a handler's result. If encoding it panics, only its call ends.
pub(super) fn send(core: &mut Connection, id: CallId, result: Result<Reply>, now: Duration) {
    let sent = match result {
        Ok(Reply { metadata, body }) => {
            caught(|| body.give(|head, encode| give(core, id, head, &metadata, now, encode)))
        }
        Err(status) => return core.fail(id, &status, now),
    };
    if sent.is_none() {
        core.fail(id, &handler_panicked(), now);
    }
}

/// Sends a reply, or a status that says why it cannot be sent.
fn give(
    core: &mut Connection,
    id: CallId,
    head: &[u8],
    metadata: &Metadata,
    now: Duration,
    encode: impl FnOnce(&mut Output) -> std::result::Result<(), EncodeError>,
) {
    if let Err(error) = core.reply(id, head, metadata, now, encode) {
        core.fail(id, &unsent(error), now);
    }
}

#[cold]
fn unsent(error: ReplyError<EncodeError>) -> Status {
    match error {
        ReplyError::Refused(status) => status,
        ReplyError::Encode(error) => {
            Status::internal(format!("the reply cannot be encoded: {error}"))
        }
    }
}
