//! The streams of a side, as kept by its owner.

use std::collections::BTreeMap;

use sinew::Limits;
use sinew::protocol::{CallId, Data, Ending, Messages, NoMessage, Waits};

use super::side::Side;
use crate::choices::Choices;

/// The size of the largest length of a message.
const LENGTH: usize = 4;

/// What is to be sent, and what has arrived and is not consumed, by call.
#[derive(Default)]
pub(super) struct Flows {
    out: BTreeMap<CallId, (Messages, Option<Ending>)>,
    held: BTreeMap<CallId, Messages>,
}

impl Flows {
    /// A piece of a stream has arrived.
    pub(super) fn take(&mut self, data: &Data<'_>, limits: &Limits) {
        let held = self.held.entry(data.id).or_default();
        held.append(data.payload);
        let all: usize = self.held.values().map(Messages::len).sum();
        let most = limits.connection_window + limits.message + LENGTH;
        assert!(all <= most, "{all} of {most} bytes of messages are here");
    }

    /// Queues a message, or the end of the stream.
    pub(super) fn push(&mut self, side: &mut Side, id: CallId, choices: &mut Choices<'_>) {
        let (out, end) = self.out.entry(id).or_default();
        if end.is_some() || out.len() > side.limits().stream_queue {
            return;
        }
        match choices.below(4) {
            0 => *end = Some([Ending::Finished, Ending::Broken][choices.below(2)]),
            _ => {
                let size = choices.below(256) * 64;
                let put = |out: &mut Vec<u8>| {
                    out.resize(out.len() + size, 5);
                    Ok::<(), ()>(())
                };
                out.push(usize::MAX, put).expect("there is no limit");
            }
        }
        side.core.queue(id);
    }

    /// Gives every call that wants to send its turn.
    pub(super) fn fill(&mut self, side: &mut Side) {
        while let Some(id) = side.core.next_turn() {
            let (out, end) = self.out.entry(id).or_default();
            let now = side.now;
            side.core.send_turn(id, b"0", out, *end, now);
        }
    }

    /// Consumes the whole messages of a call, and waits for more. `false` if the input is not a valid message.
    pub(super) fn read(&mut self, side: &mut Side, id: CallId) -> bool {
        let largest = side.limits().message;
        let held = self.held.entry(id).or_default();
        while held.first(largest).is_ok() {
            side.core.used(id, held.pop());
        }
        let is_empty = held.is_empty();
        match held.first(largest) {
            Err(NoMessage::Missing(missing)) if !is_empty => {
                side.core.waits(id, Waits::Reader(missing));
                true
            }
            Ok(_) | Err(NoMessage::Missing(_)) => true,
            Err(NoMessage::TooLarge(_) | NoMessage::Malformed) => {
                let left = self.held.remove(&id).map_or(0, |left| left.len());
                side.core.used(id, left);
                false
            }
        }
    }

    /// The call is over.
    pub(super) fn forget(&mut self, id: CallId) {
        self.out.remove(&id);
        self.held.remove(&id);
    }
}
