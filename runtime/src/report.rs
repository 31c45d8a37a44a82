//! What the subscriber of `tracing` is told that no call can tell. One event for each level, so that it is compiled once.

use std::fmt::Display;

use tracing::field;

use crate::Peer;
use crate::protocol::Reason;

/// What is known beside the message.
#[derive(Clone, Copy, Default)]
pub(crate) struct About<'a> {
    /// Where, or with whom.
    pub(crate) address: Option<&'a str>,
    /// The same, to be written if the subscriber wants to know.
    pub(crate) peer: Option<&'a Peer>,
    /// Why something has failed.
    pub(crate) error: Option<&'a dyn Display>,
    /// Why a connection has ended.
    pub(crate) reason: Option<Reason>,
}

macro_rules! levels {
    ($($(#[$doc:meta])* $level:ident,)*) => { $(
        $(#[$doc])*
        pub(crate) fn $level(message: &dyn Display, about: About<'_>) {
            tracing::$level!(
                target: "sinew",
                address = about.address.or_else(|| about.peer?.address()),
                error = about.error.map(field::display),
                reason = about.reason.map(field::debug),
                "{message}"
            );
        }
    )* };
}

levels! {
    /// Reports what must not happen.
    error,
    /// Reports what somebody should look at.
    warn,
    /// Reports what is well again.
    info,
    /// Reports what explains the rest.
    debug,
}

impl<'a> About<'a> {
    /// What is known is where, or with whom.
    pub(crate) fn at(address: &'a str) -> Self {
        let address = Some(address);
        Self {
            address,
            ..Self::default()
        }
    }

    /// The same with why something has failed.
    pub(crate) fn failed(self, error: &'a dyn Display) -> Self {
        let error = Some(error);
        Self { error, ..self }
    }
}
