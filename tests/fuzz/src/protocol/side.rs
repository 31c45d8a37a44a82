//! One side of a connection under its limits: counts what is in transit to it, and what it has to write.

use std::sync::Arc;
use std::time::Duration;

use sinew::Limits;
use sinew::protocol::{Connection, Output};

use super::frames;
use crate::choices::Choices;

/// Bytes of a frame's header.
const HEADER: usize = 8;
/// How much streams add to the waiting output at most: a batch, and the turn that exceeds it.
const BATCH: usize = (64 << 10) + 2 * (16 << 10);
/// The largest frame that only answers the peer, with a status or a reason.
const ANSWER: usize = 256;

/// Small limits, so that few choices reach them.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.message = 16 << 10;
    limits.calls = 4;
    limits.request_bytes = 20 << 10;
    limits.out_queue = 8 << 10;
    limits.reply_bytes = 16 << 10;
    limits.control_frames = 8;
    limits.stream_window = 16 << 10;
    limits.connection_window = 32 << 10;
    limits.methods = 3;
    limits.method_bytes = 256;
    limits.name = 32;
    limits.metadata = 600;
    limits.metadata_entries = 5;
    limits.metadata_key = 16;
    limits.status_message = 100;
    limits.cancels = 6;
    limits.errors = 10;
    limits.errors_total = 30;
    limits.idle_frames = 20;
    limits
}

/// A side and its transport.
pub(super) struct Side {
    pub(super) core: Connection,
    pub(super) now: Duration,
    limits: Limits,
    /// What the peer has sent and the transport has not delivered.
    wire: Vec<u8>,
    /// What the transport has delivered and the side has not consumed.
    pub(super) input: Vec<u8>,
    /// What the side has handed out and the transport has not accepted.
    unwritten: usize,
    /// Whether the side has handed out anything; the greeting is first.
    pub(super) begun: bool,
    /// Bytes of replies and requests that this side's owner has produced since everything was written.
    pub(super) made: usize,
}

impl Side {
    pub(super) fn new(core: impl FnOnce(Arc<Limits>, Duration) -> Connection) -> Self {
        let limits = limits();
        Self {
            core: core(Arc::new(limits.clone()), Duration::ZERO),
            now: Duration::ZERO,
            limits,
            wire: frames::greeting(),
            input: Vec::new(),
            unwritten: 0,
            begun: false,
            made: 0,
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether the side takes what was delivered. A closed one takes it and drops it.
    pub(super) fn takes_input(&self) -> bool {
        self.core.wants_input() || self.core.closed().is_some()
    }

    /// How much memory is in transit to the side.
    pub(super) fn on_the_way(&self) -> usize {
        self.wire.capacity() + self.input.capacity()
    }

    /// The peer sends a frame.
    pub(super) fn send(&mut self, choices: &mut Choices<'_>, from_client: bool) {
        self.wire.extend(frames::chosen(choices, from_client));
    }

    /// Bytes in transit change, or are lost.
    pub(super) fn harm(&mut self, choices: &mut Choices<'_>) {
        frames::harm(&mut self.wire, choices);
    }

    /// The transport delivers up to this many bytes, if the side wants input.
    pub(super) fn bring(&mut self, choices: &mut Choices<'_>) {
        let most = match choices.below(256) {
            255 => usize::MAX,
            most => most * most,
        };
        if self.takes_input() {
            let most = most.min(self.wire.len());
            self.input.extend(self.wire.drain(..most));
        }
    }

    /// The rest of the input after the side has taken what it could.
    pub(super) fn keep(&mut self, left: usize) {
        let used = self.input.len() - left;
        self.input.drain(..used);
        let whole = HEADER + self.limits.message;
        let held_back = !self.core.wants_input();
        assert!(left < whole || held_back, "{left} bytes are not used");
        assert!(
            left == 0 || self.core.closed().is_none(),
            "a closed side takes all"
        );
    }

    /// The transport accepts some or all of the output. Returns whether the side has handed out everything. What it has
    /// dropped, because its peer did not read or it has ended, does not count.
    pub(super) fn write(&mut self, choices: &mut Choices<'_>) -> bool {
        let mut hands_out = false;
        if self.unwritten == 0 {
            let mut out = Output::default();
            let has_calls = !self.has_dropped_calls();
            self.core.transmit(&mut out);
            self.unwritten = out.len();
            hands_out = !out.is_empty() && has_calls;
            self.begun |= !out.is_empty();
            // `out` contains no earlier answers here.
            let answers = self.limits.control_frames * ANSWER;
            let most = self.limits.out_queue + self.made + answers + BATCH + ANSWER;
            assert!(
                out.len() <= most,
                "{} of {most} bytes wait to be written",
                out.len()
            );
            self.made = 0;
        }
        let taken = match choices.below(4) {
            0 => 0,
            1 => choices.below(256).min(self.unwritten),
            _ => self.unwritten,
        };
        self.unwritten -= taken;
        self.core.wrote(taken, self.now);
        hands_out
    }

    /// Checks that calls which were not handed out when the side ended never are, except for those that leave with its
    /// greeting.
    pub(super) fn has_dropped_calls(&self) -> bool {
        self.core.closed().is_some() && (self.begun || !self.core.wants_output())
    }

    /// Time passes.
    pub(super) fn wait(&mut self, choices: &mut Choices<'_>) {
        let step = [1, 20, 300, 3_000, 40_000][choices.below(5)];
        self.now += Duration::from_millis(step);
    }
}
