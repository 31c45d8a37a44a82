//! How a call gets onto a connection: encoded into the output, under the lock, with a slot for its caller.

use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::flight::Flight;
use super::link::{Link, State};
use super::socket::Socket;
use crate::channel::{Start, Started};
use crate::protocol::{CallId, Definition, Lifetime, Open, OpenError};
use crate::status::too_late;
use crate::wire::EncodeError;
use crate::{Phase, Reached, Result, Status};

/// How many bytes a caller writes itself, under the lock.
const ALONE: usize = 16 << 10;

impl Link {
    /// Opens a call; `turn` is its ticket if it had to wait. [`Started::Later`] if the connection takes no calls, has
    /// no room, or must say hello first.
    pub(super) fn launch(self: Arc<Self>, start: &mut Start<'_>, turn: Option<u64>) -> Started {
        let waker = start.waker.cloned();
        let mut state = self.lock();
        if !state.greeted && !start.goes_ahead || !state.waiting.lets(turn) {
            return Started::Later;
        }
        let now = self.now(&mut state);
        let left = start.deadline.map(|at| {
            at.saturating_duration_since(self.started)
                .saturating_sub(now)
        });
        let timeout = left.map_or(start.timeout, |left| left.min(start.timeout));
        if timeout.is_zero() {
            return Started::Over(Err(too_late()));
        }
        let id = match state.open(start, timeout, left, now) {
            Ok(id) => id,
            Err(OpenError::Full | OpenError::Closing) => return Started::Later,
            Err(OpenError::Worn(status)) => {
                start.worn = Some(status);
                return Started::Later;
            }
            Err(OpenError::Refused(status)) => return Started::Over(Err(status)),
            Err(OpenError::Encode(error)) => return Started::Over(Err(bad_value(error))),
        };
        let place = (!start.is_oneway()).then(|| state.slots.take(id, waker));
        let deadline = now.saturating_add(timeout);
        // A driver that spins is woken anyway: it polls for the reply.
        if self.send_alone(&mut state, deadline) && !self.spins {
            drop(state);
        } else {
            self.wake_driver(state);
        }
        let Some(place) = place else {
            return Started::Over(Ok(()));
        };
        *start.flight = Some(Flight::new(self, place, deadline));
        Started::Flight
    }

    /// Writes a call straight to the transport if it is alone on the connection, which saves waking the driver. If
    /// others are in flight, or were when the last reply came, the driver does better: it writes once for all of them.
    /// Only for sockets, since writing to another transport may run arbitrary code. `false` if the driver is needed.
    fn send_alone(&self, state: &mut State, deadline: Duration) -> bool {
        let State { core, driver, .. } = state;
        let is_alone = !state.awake && !state.crowded && core.in_flight() <= 1;
        if !is_alone || state.until.is_some_and(|until| deadline < until) {
            return false;
        }
        let (Some(driver), Ok(mut socket)) = (driver, self.socket.try_lock()) else {
            return false;
        };
        let ready = |socket: &&mut Socket| socket.is_of_the_system() && socket.output.is_empty();
        let Some(socket) = socket.as_mut().filter(ready) else {
            return false;
        };
        let cx = &mut Context::from_waker(driver);
        core.transmit(&mut socket.output);
        if socket.output.len() > ALONE {
            return false;
        }
        if let Poll::Ready(Ok(written)) = socket.poll_write(cx) {
            core.wrote(written, state.now);
        }
        socket.output.is_empty() && matches!(socket.poll_flush(cx), Poll::Ready(Ok(())))
    }
}

impl State {
    /// Opens a call with this timeout; a call with streams may take `left` in all.
    fn open(
        &mut self,
        start: &mut Start<'_>,
        timeout: Duration,
        left: Lifetime,
        now: Duration,
    ) -> Result<CallId, OpenError<EncodeError>> {
        let ours = start.method.known();
        // A relayed request may have another shape, or its method another name: then it is defined as it is.
        let own = start.method.ours();
        let own = own.filter(|method| ptr::eq(method.request_shape().head(), start.head));
        let known = own.and_then(|method| self.called.index(method));
        let streams = start.streams;
        let open = Open {
            method: known.ok_or_else(|| Definition {
                service: start.method.service(),
                method: start.method.name(),
                shape: start.head,
            }),
            timeout,
            metadata: start.metadata,
            oneway: start.is_oneway(),
            sensitive: ours.is_some_and(|method| method.is_sensitive()),
            streams: streams.is_some().then_some(left),
        };
        let (id, index) = self.core.open(open, now, |out| start.request.encode(out))?;
        if let (Some(method), None) = (own, known) {
            self.called.remember(method, index);
        }
        if let Some(streams) = streams {
            streams.taken();
            let duplex = streams.duplex().clone();
            self.streams.insert(&self.core, id, index, duplex);
        }
        Ok(id)
    }
}

fn bad_value(error: EncodeError) -> Status {
    let status = Status::invalid_argument(format!("the request cannot be encoded: {error}"))
        .with_source(error);
    status.with_reached(Reached::No).with_phase(Phase::Send)
}
