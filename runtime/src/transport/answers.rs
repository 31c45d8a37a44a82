//! How a server's connection sends what its handlers have answered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::time::Duration;

use super::handlers::Answer;
use super::streams::Streams;
use crate::channel::handler_panicked;
use crate::protocol::{CallId, Connection, Output, ReplyError};
use crate::wire::EncodeError;
use crate::{Metadata, Reply, Status};

/// Sends what a handler has answered, behind the messages that it has sent.
pub(super) fn finish(
    core: &mut Connection,
    streams: &mut Streams,
    id: CallId,
    answer: Answer<'_>,
    now: Duration,
    wakers: &mut Vec<Waker>,
) {
    match answer {
        Answer::Value(given, metadata) => {
            let encode = |out: &mut Output| given.value.encode(out);
            send(core, id, given.head, &metadata, now, encode);
        }
        Answer::Result(result) => {
            if let Some(result) = streams.finish(core, id, result, now, wakers) {
                send_result(core, id, result, now);
            }
        }
    }
}

/// Sends a handler's result. A value that panics while it is encoded ends its call only.
pub(super) fn send_result(
    core: &mut Connection,
    id: CallId,
    result: crate::Result<Reply>,
    now: Duration,
) {
    let sent = match result {
        Ok(Reply { metadata, body }) => catch_unwind(AssertUnwindSafe(|| {
            body.give(|head, encode| send(core, id, head, &metadata, now, encode));
        })),
        Err(status) => return core.fail(id, &status, now),
    };
    if sent.is_err() {
        core.fail(id, &handler_panicked(), now);
    }
}

/// Sends a reply, or the status that says why it cannot be sent.
fn send(
    core: &mut Connection,
    id: CallId,
    head: &[u8],
    metadata: &Metadata,
    now: Duration,
    encode: impl FnOnce(&mut Output) -> Result<(), EncodeError>,
) {
    let sent = core.reply(id, head, metadata, now, encode);
    let status = match sent {
        Ok(()) => return,
        Err(ReplyError::Refused(status)) => status,
        Err(ReplyError::Encode(error)) => {
            Status::internal(format!("the reply cannot be encoded: {error}"))
        }
    };
    core.fail(id, &status, now);
}
