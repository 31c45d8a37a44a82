//! Why a call failed: a code, a message, and whether it may have been executed. Encoding it is up to the protocol.

mod code;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use code::{Code, Phase, Reached};

/// Result of a call that declares no exceptions, and of what opens or serves connections.
pub type Result<T = (), E = Status> = std::result::Result<T, E>;

/// Why a call failed. One pointer wide, and cheap to clone.
#[derive(Clone)]
pub struct Status(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    reached: Reached,
    /// Whether this side has refused the call for what it is.
    for_good: bool,
    phase: Option<Phase>,
    message: Cow<'static, str>,
    retry_after: Option<Duration>,
    peer: Option<Arc<str>>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl Status {
    /// A status of a handler: [`Reached::Yes`], and no source.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self(Arc::new(Inner {
            code,
            reached: Reached::Yes,
            for_good: false,
            phase: None,
            message,
            retry_after: None,
            peer: None,
            source: None,
        }))
    }

    /// What kind of failure it is.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What happened, for people. A peer's text is returned unchanged; when displayed, a status is one line without
    /// control characters.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Did the far handler start?
    pub fn reached(&self) -> Reached {
        self.0.reached
    }

    /// What the connection was doing; `None` if the far side reported the failure, or none was needed for it.
    pub fn phase(&self) -> Option<Phase> {
        self.0.phase
    }

    /// How long to wait before retrying: what the server said, or the time until an unreachable server is dialed again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The address of the peer, if known. If a reply cannot be decoded and has passed a layer, it is the address of the
    /// channel below the layer: `None` if that leads to several servers.
    pub fn peer(&self) -> Option<&str> {
        self.0.peer.as_deref()
    }

    /// This status with another answer to "did the far handler start?".
    #[must_use]
    pub fn with_reached(mut self, reached: Reached) -> Self {
        self.edit().reached = reached;
        self
    }

    /// This status with what the connection was doing.
    #[must_use]
    pub fn with_phase(mut self, phase: Phase) -> Self {
        self.edit().phase = Some(phase);
        self
    }

    /// This status with advice on when to try again; sent in microseconds.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.edit().retry_after = Some(wait);
        self
    }

    /// This status with the address of the far side.
    #[must_use]
    pub fn with_peer(mut self, peer: impl Into<Arc<str>>) -> Self {
        self.edit().peer = Some(peer.into());
        self
    }

    /// This status with its cause, which stays on this side of the connection.
    #[must_use]
    pub fn with_source(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.edit().source = Some(Arc::new(source));
        self
    }

    /// The same for a call that this side refuses to send, because of its size for example: every retry would fail in
    /// the same way.
    #[must_use]
    pub(crate) fn for_good(mut self) -> Self {
        let inner = self.edit();
        (inner.reached, inner.for_good) = (Reached::No, true);
        self
    }

    /// Whether every retry would fail in the same way.
    pub(crate) fn is_for_good(&self) -> bool {
        self.0.for_good
    }

    /// The contents, to be changed: copied first if they are shared. Not inlined, since copying is much more code than
    /// the changes.
    #[inline(never)]
    fn edit(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }
}

impl Status {
    /// Writes what a log line needs apart from the message: whose failure it is, and whether the call may have been
    /// executed.
    fn write_how_far(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (peer, phase) = (self.peer(), self.phase().map(Phase::said));
        let reached = match self.reached() {
            Reached::No => Some("not executed"),
            Reached::Maybe => Some("perhaps executed"),
            Reached::Yes => None,
        };
        match (peer, phase) {
            (None, None) => return Ok(()),
            (Some(peer), None) => write!(f, " (peer {peer}")?,
            (None, Some(phase)) => write!(f, " ({phase}")?,
            (Some(peer), Some(phase)) => write!(f, " (peer {peer}, {phase}")?,
        }
        match reached {
            Some(reached) => write!(f, ", {reached})"),
            None => f.write_str(")"),
        }
    }
}

/// One line for people: `UNAVAILABLE: connection closed: reset (peer 10.0.0.1:7000, waiting for the answer, perhaps executed)`.
/// What is known of the peer, of the phase and of whether the handler began stands in brackets.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.as_str())?;
        if !self.0.message.is_empty() {
            // A peer may have chosen the message, and it may end up in a log or a terminal.
            write!(f, ": {}", self.0.message.replace(char::is_control, " "))?;
        }
        self.write_how_far(f)
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Status");
        out.field("code", &inner.code)
            .field("message", &inner.message)
            .field("reached", &inner.reached);
        if let Some(phase) = inner.phase {
            out.field("phase", &phase);
        }
        if let Some(peer) = &inner.peer {
            out.field("peer", peer);
        }
        if let Some(wait) = inner.retry_after {
            out.field("retry_after", &wait);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

/// The deadline has passed, and it is not known whether the call was executed.
pub(crate) fn deadline_passed() -> Status {
    Status::deadline_exceeded("the deadline has passed").with_reached(Reached::Maybe)
}

/// The deadline has passed before anything was sent.
pub(crate) fn too_late() -> Status {
    let status = deadline_passed().with_reached(Reached::No);
    status.with_phase(Phase::Send)
}

/// A message exceeds the limit `message`.
#[cold]
pub(crate) fn too_large(size: u64, limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "a message of {size} bytes, the limit `message` is {limit}"
    ))
}

/// The caller has given up.
pub(crate) fn given_up() -> Status {
    Status::cancelled("the caller has given up")
}

/// The task that makes a call was dropped, because its runtime is shutting down.
pub(crate) fn task_ended() -> Status {
    Status::unavailable("the call's task has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_log_says_who_failed_when_and_whether_it_ran() {
        let late = Status::deadline_exceeded("too late").with_reached(Reached::Maybe);
        let lost = late.clone().with_phase(Phase::Await).with_peer("a:1");
        let unsent = late
            .clone()
            .with_phase(Phase::Dial)
            .with_reached(Reached::No);
        let refused = Status::unimplemented("")
            .with_reached(Reached::No)
            .with_peer("a:1");
        for (status, line) in [
            (late, "DEADLINE_EXCEEDED: too late"),
            (
                lost,
                "DEADLINE_EXCEEDED: too late (peer a:1, waiting for the answer, perhaps executed)",
            ),
            (
                unsent,
                "DEADLINE_EXCEEDED: too late (dialing, not executed)",
            ),
            (refused, "UNIMPLEMENTED (peer a:1, not executed)"),
            (
                Status::not_found("no tea\n").with_peer("a:1"),
                "NOT_FOUND: no tea  (peer a:1)",
            ),
            (
                Status::not_found("no tea").with_reached(Reached::No),
                "NOT_FOUND: no tea",
            ),
        ] {
            assert_eq!(status.to_string(), line);
        }
    }
}
