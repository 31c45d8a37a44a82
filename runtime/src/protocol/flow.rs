//! What a connection remembers of streams: credit in both directions, and who sends next. Numbers only.

use std::collections::VecDeque;
use std::time::Duration;

use super::calls::CallId;
use super::cut::Cut;
use super::drought::Drought;
use super::methods::MethodIndex;
use crate::dense;

/// Bytes of the largest piece of a stream in a frame. Another call has its turn after so much.
pub(super) const FRAGMENT: usize = 16 << 10;

/// The streams of a call.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    /// When the call must be over in any case.
    pub(super) ends: Option<Duration>,
    /// The server has accepted the call: its first frame has come or gone.
    pub(super) accepted: bool,
    /// The last frame of the call, in either direction.
    pub(super) active: Duration,
    pub(super) send: Sending,
    pub(super) receive: Receiving,
}

/// The direction from this side.
#[derive(Clone, Debug, Default)]
pub(super) struct Sending {
    pub(super) credit: usize,
    /// The most that it may be: what the hello of the peer said, and more once the peer was told that this side had to wait.
    pub(super) window: usize,
    /// Bytes that were sent.
    pub(super) position: u64,
    /// Up to here they may be sent without credit.
    pub(super) ahead: u64,
    /// Where the stream was when it was last let ahead.
    pub(super) led: Option<u64>,
    /// Of the last message a part was sent.
    pub(super) cut: bool,
    /// How much, if the stream is passed on.
    pub(super) passed: Cut,
    /// Since when no more of that message is here, and where the stream was then.
    pub(super) dry: Option<(Duration, u64)>,
    /// The peer knows the shape of the messages.
    pub(super) begun: bool,
    /// It has a place in the queue of turns.
    pub(super) queued: bool,
    /// It has something to send and waits for credit of the call.
    pub(super) blocked: bool,
    /// It has waited so since it last sent something, which the peer is told with the next piece.
    pub(super) waited: bool,
    /// Nothing more is sent.
    pub(super) ended: bool,
}

/// The direction to this side. `credit`, `due` and `held` are the window together.
#[derive(Clone, Debug, Default)]
pub(super) struct Receiving {
    /// What is received of it and not read, at most. It grows where the line runs dry because of it.
    pub(super) window: usize,
    /// Whether it does.
    pub(super) drought: Drought,
    /// What the peer may still send.
    pub(super) credit: usize,
    /// Credit to give back with the next frame of credit.
    pub(super) due: usize,
    /// What was received and is not used up, without what came ahead.
    pub(super) held: usize,
    /// Bytes that have come.
    pub(super) position: u64,
    /// Up to here somebody waits for them: the end of a message.
    pub(super) wanted: u64,
    /// The peer that it is passed on to does, and not only a reader here.
    pub(super) is_passed_on: bool,
    /// Up to here the peer may send without credit.
    pub(super) ahead: u64,
    /// What has come so and is not used up.
    pub(super) ahead_held: usize,
    /// It has a place in the list of those who give credit.
    pub(super) queued: bool,
    pub(super) ended: bool,
    /// Nobody reads here any more.
    pub(super) stopped: bool,
}

/// The streams of a connection together.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// What this side may still send.
    pub(super) send_credit: usize,
    /// What the peer may still send.
    pub(super) receive_credit: usize,
    /// Credit to give back.
    pub(super) due: usize,
    /// Calls with something to send, in turn.
    pub(super) turns: VecDeque<CallId>,
    /// Calls that wait for credit of the connection.
    pub(super) starved: VecDeque<CallId>,
    /// Calls with credit to give back.
    pub(super) credits: Vec<CallId>,
    /// The one call that may send ahead of its credit, for a message larger than the window, and those who wait for that.
    pub(super) ahead: Option<CallId>,
    pub(super) ahead_next: VecDeque<CallId>,
    /// At a server, what clients that do not know yet may still send for calls that are over, by id.
    pub(super) late: Vec<Option<Late>>,
}

/// A call that is over, as its client may not know yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Late {
    pub(super) credit: usize,
    pub(super) ahead: u64,
    pub(super) method: MethodIndex,
}

impl Stream {
    pub(super) fn new(ends: Option<Duration>, now: Duration, send: usize, receive: usize) -> Self {
        Self {
            ends,
            accepted: false,
            active: now,
            send: Sending {
                credit: send,
                window: send,
                ..Sending::default()
            },
            receive: Receiving {
                credit: receive,
                window: receive,
                ..Receiving::default()
            },
        }
    }

    /// When it is over if nothing happens. At a client, only the call's own end counts, and how long it waits for the rest of a
    /// message that it passes on.
    pub(super) fn deadline(&self, idle: Option<Duration>, rest: Duration) -> Duration {
        let idle = idle.map(|idle| self.active.saturating_add(idle));
        let dry = self.send.dry.filter(|_| !self.send.ended);
        let rest = dry.map(|(since, _)| since.saturating_add(rest));
        [self.ends, idle, rest]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(Duration::MAX)
    }
}

impl Sending {
    /// The peer is told that this side had to wait, and may double the window once for that, up to that of the connection. Its hello
    /// may have said more from the beginning.
    pub(super) fn may_get_more(&mut self, of_connection: usize) {
        let doubled = self.window.saturating_mul(2).min(of_connection);
        self.window = self.window.max(doubled);
    }

    /// The rest of a message has come slowly, but by `enough` bytes: that is waited for again.
    pub(super) fn forgive(&mut self, enough: u64, now: Duration) {
        if let Some((since, from)) = &mut self.dry
            && self.position - *from >= enough
        {
            (*since, *from) = (now, self.position);
        }
    }
}

impl Flow {
    /// What clients may still send for this call, which is over.
    pub(super) fn set_late(&mut self, id: CallId, late: Late) {
        *dense::place(&mut self.late, id.index()) = Some(late);
    }

    /// A new call has this id.
    #[inline]
    pub(super) fn forget_late(&mut self, id: CallId) {
        if let Some(late) = self.late.get_mut(id.index()) {
            *late = None;
        }
    }
}

/// Takes a call off a queue.
pub(super) fn leave(queue: &mut VecDeque<CallId>, id: CallId) {
    queue.retain(|other| *other != id);
}
