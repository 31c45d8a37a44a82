//! Why a connection ends: the content of GOAWAY.

use std::borrow::Cow;
use std::fmt;

use super::fields::{Fields, put_number};

/// The reasons for which a connection ends, with their numbers in GOAWAY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The sender shuts down.
    Shutdown,
    /// No calls for a long time.
    Idle,
    /// The peer broke a rule of the protocol.
    Protocol,
    /// The peer went over a limit or a rate.
    Excess,
    /// No protocol version in common.
    Version,
    /// The peer was too slow or silent.
    Timeout,
    /// The peer does not speak this protocol. Never sent in a frame.
    Foreign,
    /// The transport ended. Never sent in a frame.
    Lost,
    /// A reason of a later version.
    Other(u8),
}

impl Reason {
    fn number(self) -> u8 {
        match self {
            Self::Shutdown => 0,
            Self::Idle => 1,
            Self::Protocol => 2,
            Self::Excess => 3,
            Self::Version => 4,
            Self::Timeout => 5,
            Self::Foreign => 6,
            Self::Lost => 7,
            Self::Other(number) => number,
        }
    }

    fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Shutdown,
            1 => Self::Idle,
            2 => Self::Protocol,
            3 => Self::Excess,
            4 => Self::Version,
            5 => Self::Timeout,
            other => Self::Other(other),
        }
    }
}

/// Why a connection has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The kind of reason.
    pub reason: Reason,
    /// What happened, in words.
    pub message: Cow<'static, str>,
    /// Whether the peer ended the connection rather than this side.
    pub by_peer: bool,
}

impl Close {
    /// An end that this side has decided on.
    pub fn new(reason: Reason, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason,
            message: message.into(),
            by_peer: false,
        }
    }

    pub(super) fn protocol(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Reason::Protocol, message)
    }

    pub(super) fn excess(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Reason::Excess, message)
    }

    pub(super) fn timeout(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Reason::Timeout, message)
    }

    /// Whether the peer has turned out not to understand what this side sends, so that no call can have reached it.
    pub(super) fn is_foreign_peer(&self) -> bool {
        !self.by_peer && matches!(self.reason, Reason::Foreign | Reason::Version)
    }

    /// Appends the payload of GOAWAY: how many calls were or will be accepted, reason, message.
    pub(super) fn put(&self, calls: u64, out: &mut Vec<u8>) {
        put_number(calls, out);
        out.push(self.reason.number());
        out.extend_from_slice(self.message.as_bytes());
    }

    pub(super) fn get(payload: &[u8], longest: usize) -> Result<(u64, Self), Self> {
        let mut fields = Fields::new(payload);
        let calls = fields.number()?;
        let reason = Reason::from_number(fields.byte()?);
        let message = fields.rest();
        let message = String::from_utf8_lossy(&message[..message.len().min(longest)]);
        // The message may end up in a log or a terminal.
        let message = message.replace(char::is_control, " ");
        Ok((
            calls,
            Self {
                reason,
                message: message.into(),
                by_peer: true,
            },
        ))
    }
}

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = if self.by_peer {
            "the peer closed the connection"
        } else {
            "connection closed"
        };
        write!(f, "{by}: {}", self.message)
    }
}
