//! Flow control state of streams: credit in both directions, and whose turn it is to send. Only numbers.

use std::collections::VecDeque;
use std::time::Duration;

use super::boundaries::Boundaries;
use super::calls::CallId;
use super::drought::Drought;
use super::methods::MethodIndex;
use crate::dense;

/// The largest piece of a stream in a frame. After this many bytes it is another call's turn.
pub(super) const FRAGMENT: usize = 16 << 10;

/// The streams of a call.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    /// When the call must be over in any case.
    pub(super) ends: Option<Duration>,
    /// Whether the server has accepted the call: its first frame was sent or has arrived.
    pub(super) accepted: bool,
    /// When the last frame of the call was sent or received.
    pub(super) active: Duration,
    pub(super) send: Sending,
    pub(super) receive: Receiving,
}

/// The direction from this side to the peer.
#[derive(Clone, Debug, Default)]
pub(super) struct Sending {
    pub(super) credit: usize,
    /// The most credit that the peer may grant: what its hello said, and more after it has learned that this side had
    /// to wait.
    pub(super) window: usize,
    /// How many bytes have been sent.
    pub(super) position: u64,
    /// Bytes before this position may be sent without credit.
    pub(super) ahead: u64,
    /// The position at which the stream was last allowed to go ahead.
    pub(super) allowed_at: Option<u64>,
    /// Whether the last message was sent only in part.
    pub(super) mid_message: bool,
    /// Where the boundaries of its messages are, if the stream is relayed.
    pub(super) boundaries: Boundaries,
    /// Since when the rest of that message has been missing here, and the position at that time.
    pub(super) rest_missing: Option<(Duration, u64)>,
    /// Whether the peer knows the shape of the messages.
    pub(super) begun: bool,
    /// Whether it is in the queue of turns.
    pub(super) queued: bool,
    /// Whether it has something to send and waits for credit of the call.
    pub(super) blocked: bool,
    /// Whether it had to wait for credit since it last sent something; the next piece says so.
    pub(super) waited: bool,
    /// Whether nothing more will be sent.
    pub(super) ended: bool,
}

/// The direction from the peer to this side. `credit`, `due` and `held` add up to the window.
#[derive(Clone, Debug, Default)]
pub(super) struct Receiving {
    /// How much may have arrived without being consumed. It grows if the line runs rest_missing because of it.
    pub(super) window: usize,
    /// Finds out whether the line runs rest_missing.
    pub(super) drought: Drought,
    /// How much more the peer may send.
    pub(super) credit: usize,
    /// Consumed credit that the next CREDIT gives back.
    pub(super) due: usize,
    /// What has arrived on credit and is not consumed.
    pub(super) held: usize,
    /// How many bytes have arrived.
    pub(super) position: u64,
    /// Somebody waits for the bytes before this position: the end of a message.
    pub(super) wanted: u64,
    /// Whether that is the next server of a relay, and not only a reader here.
    pub(super) is_passed_on: bool,
    /// Bytes before this position may arrive without credit.
    pub(super) ahead: u64,
    /// What has arrived that way and is not consumed.
    pub(super) ahead_held: usize,
    /// Whether it is in the list of calls with credit to give back.
    pub(super) queued: bool,
    pub(super) ended: bool,
    /// Whether nobody reads here any more.
    pub(super) stopped: bool,
}

/// Flow control state of all streams of a connection.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// How much more this side may send.
    pub(super) send_credit: usize,
    /// How much more the peer may send.
    pub(super) receive_credit: usize,
    /// Consumed credit to give back.
    pub(super) due: usize,
    /// Calls with something to send, in order.
    pub(super) turns: VecDeque<CallId>,
    /// Calls that wait for credit of the connection.
    pub(super) starved: VecDeque<CallId>,
    /// Calls with credit to give back.
    pub(super) credits: Vec<CallId>,
    /// The one call whose stream may go ahead of its credit, and those that wait for their turn to do so.
    pub(super) ahead: Option<CallId>,
    pub(super) ahead_next: VecDeque<CallId>,
    /// Server: what a client may still send for a call that is over, because it does not know yet; by id.
    pub(super) late: Vec<Option<Late>>,
}

/// A call that is over, although its client may not know yet.
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

    /// When the call ends unless something happens. A client only enforces the call's own lifetime, and how long it
    /// waits for the rest of a message that it relays.
    pub(super) fn deadline(&self, idle: Option<Duration>, rest: Duration) -> Duration {
        let idle = idle.map(|idle| self.active.saturating_add(idle));
        let rest_missing = self.send.rest_missing.filter(|_| !self.send.ended);
        let rest = rest_missing.map(|(since, _)| since.saturating_add(rest));
        [self.ends, idle, rest]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(Duration::MAX)
    }
}

impl Sending {
    /// The peer learns that this side had to wait, and may double the window once for that, up to the window of the
    /// connection. Its hello may have granted more from the start.
    pub(super) fn may_get_more(&mut self, of_connection: usize) {
        let doubled = self.window.saturating_mul(2).min(of_connection);
        self.window = self.window.max(doubled);
    }

    /// If at least `enough` bytes of the awaited message have arrived meanwhile, the wait starts again.
    pub(super) fn forgive(&mut self, enough: u64, now: Duration) {
        if let Some((since, from)) = &mut self.rest_missing
            && self.position - *from >= enough
        {
            (*since, *from) = (now, self.position);
        }
    }
}

impl Flow {
    /// Remembers what a client may still send for this call, which is over.
    pub(super) fn set_late(&mut self, id: CallId, late: Late) {
        *dense::place(&mut self.late, id.index()) = Some(late);
    }

    /// A new call takes this id.
    #[inline]
    pub(super) fn forget_late(&mut self, id: CallId) {
        if let Some(late) = self.late.get_mut(id.index()) {
            *late = None;
        }
    }
}

/// Removes a call from a queue.
pub(super) fn dequeue(queue: &mut VecDeque<CallId>, id: CallId) {
    queue.retain(|other| *other != id);
}
