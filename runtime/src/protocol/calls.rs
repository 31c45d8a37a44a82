//! The calls of a connection, by id. Ids are dense: a new call takes a free id, or else the next unused one.

use std::collections::VecDeque;
use std::time::Duration;

use super::close::Close;
use super::flow::Stream;
use super::methods::MethodIndex;
use crate::Limits;

/// A call's id: unique among the calls in flight on its connection, and free again after its DONE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub(super) u32);

impl CallId {
    /// The id in frames that concern the whole connection.
    pub(super) const NONE: Self = Self(0);

    /// The id as an index into a table.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A call in flight.
#[derive(Debug)]
pub(super) struct Call {
    /// Its position among all calls of the connection, counted from 0.
    pub(super) ordinal: u64,
    pub(super) method: MethodIndex,
    pub(super) deadline: Duration,
    /// Nobody waits for a result: only its end is sent.
    pub(super) oneway: bool,
    /// CANCEL was sent or received, or the deadline has passed: the id is held until DONE.
    pub(super) cancelled: bool,
    /// Bytes of its request that count as in flight.
    pub(super) bytes: usize,
    /// Its streams, if it has any.
    pub(super) stream: Option<Box<Stream>>,
}

/// The calls in flight.
#[derive(Debug, Default)]
pub(super) struct Calls {
    table: Vec<Option<Call>>,
    free: Vec<u32>,
    /// How many calls have been opened, including refused ones.
    pub(super) opened: u64,
    in_flight: usize,
    running: usize,
    bytes: usize,
    /// The same for calls with streams, which are counted separately because they last.
    stream_bytes: usize,
    next_deadline: Option<Duration>,
    due: VecDeque<CallId>,
}

impl Calls {
    /// How many ids are held.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// How many of them have not been cancelled.
    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// Bytes of requests in flight, without those of calls with streams.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes of requests in flight of calls with streams.
    pub(super) fn stream_bytes(&self) -> usize {
        self.stream_bytes
    }

    /// A lower bound for all deadlines.
    pub(super) fn next_deadline(&self) -> Option<Duration> {
        self.next_deadline
    }

    pub(super) fn get(&self, id: CallId) -> Option<&Call> {
        self.table.get(id.index())?.as_ref()
    }

    /// The streams of a call.
    pub(super) fn stream(&mut self, id: CallId) -> Option<&mut Stream> {
        self.stream_of(id).map(|(stream, _)| stream)
    }

    /// The streams and the method of a call.
    pub(super) fn stream_of(&mut self, id: CallId) -> Option<(&mut Stream, MethodIndex)> {
        let call = self.table.get_mut(id.index())?.as_mut()?;
        Some((call.stream.as_deref_mut()?, call.method))
    }

    /// Whether any call has ever had this id.
    pub(super) fn was_used(&self, id: CallId) -> bool {
        id.index() < self.table.len()
    }

    /// The id that this side's next call takes.
    pub(super) fn next_id(&self) -> CallId {
        CallId(self.free.last().copied().unwrap_or(self.table.len() as u32))
    }

    /// Checks that the peer may open a call with this id: it is not in flight, and it leaves no gap. The table never
    /// has more entries than the calls and the refusals that the limits allow, however many calls the peer opens.
    #[inline(always)]
    pub(super) fn claim(&mut self, id: CallId, limits: &Limits) -> Result<(), Close> {
        if self.get(id).is_some() {
            return Err(Close::protocol("a call has the id of one in flight"));
        }
        let (known, most) = (
            self.table.len(),
            limits.calls.saturating_add(limits.errors_total as usize),
        );
        if id.index() > known || known >= most && id.index() == known {
            return Err(Close::protocol("ids of calls are not dense"));
        }
        if id.index() == known {
            self.table.push(None);
        }
        Ok(())
    }

    /// Adds a call under an id that came from [`Self::next_id`] or passed [`Self::claim`].
    #[inline(always)]
    pub(super) fn insert(&mut self, id: CallId, call: Call) {
        if id.index() == self.table.len() {
            self.table.push(None);
        }
        if self.free.last() == Some(&id.0) {
            self.free.pop();
        }
        self.lower_deadline(call.deadline);
        self.in_flight += 1;
        self.running += usize::from(!call.cancelled);
        match call.stream {
            Some(_) => self.stream_bytes += call.bytes,
            None => self.bytes += call.bytes,
        }
        self.table[id.index()] = Some(call);
    }

    /// Ends a call of this side and frees its id.
    #[inline(always)]
    pub(super) fn release(&mut self, id: CallId) -> Option<Call> {
        let call = self.remove(id)?;
        self.free.push(id.0);
        Some(call)
    }

    /// Ends a call of the peer, which may use the id again.
    #[inline(always)]
    pub(super) fn remove(&mut self, id: CallId) -> Option<Call> {
        let call = self.table.get_mut(id.index())?.take()?;
        self.in_flight -= 1;
        self.running -= usize::from(!call.cancelled);
        match call.stream {
            Some(_) => self.stream_bytes -= call.bytes,
            None => self.bytes -= call.bytes,
        }
        Some(call)
    }

    /// Marks a call as cancelled, with a new deadline `again`. `false` if it was cancelled already or is not in flight.
    pub(super) fn cancel(&mut self, id: CallId, again: Duration) -> bool {
        let Some(call) = self
            .table
            .get_mut(id.index())
            .and_then(Option::as_mut)
            .filter(|call| !call.cancelled)
        else {
            return false;
        };
        self.running -= 1;
        call.cancelled = true;
        call.deadline = again;
        self.lower_deadline(again);
        true
    }

    /// Changes the deadline of a call that is not cancelled.
    pub(super) fn set_deadline(&mut self, id: CallId, deadline: Duration) {
        let call = self.table.get_mut(id.index()).and_then(Option::as_mut);
        if let Some(call) = call.filter(|call| !call.cancelled) {
            call.deadline = deadline;
            self.lower_deadline(deadline);
        }
    }

    /// The next call whose deadline has passed. Each is returned once until its deadline changes.
    pub(super) fn due(&mut self, now: Duration) -> Option<CallId> {
        if self.due.is_empty() && self.next_deadline.is_some_and(|next| next <= now) {
            self.sweep(now);
        }
        self.due.pop_front()
    }

    /// The ids of all calls for which `fits` holds.
    pub(super) fn ids(&self, fits: impl Fn(&Call) -> bool) -> Vec<CallId> {
        let id_of = |(id, call): (usize, &Option<Call>)| {
            call.as_ref()
                .filter(|call| fits(call))
                .map(|_| CallId(id as u32))
        };
        self.table.iter().enumerate().filter_map(id_of).collect()
    }

    fn sweep(&mut self, now: Duration) {
        self.next_deadline = None;
        for (id, call) in self.table.iter().enumerate() {
            let Some(call) = call else { continue };
            if call.deadline <= now {
                self.due.push_back(CallId(id as u32));
            } else if self.next_deadline.is_none_or(|next| call.deadline < next) {
                self.next_deadline = Some(call.deadline);
            }
        }
    }

    fn lower_deadline(&mut self, deadline: Duration) {
        if self.next_deadline.is_none_or(|next| deadline < next) {
            self.next_deadline = Some(deadline);
        }
    }
}
