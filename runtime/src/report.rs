//! Events for subscribers of `tracing`, beyond single calls. There is one per level, so that it is compiled once.

use std::fmt::Display;

use tracing::field;

use crate::Peer;
use crate::protocol::Reason;

/// What is known apart from the message.
#[derive(Clone, Copy, Default)]
pub(crate) struct About<'a> {
    /// The address concerned.
    pub(crate) address: Option<&'a str>,
    /// The peer concerned, formatted only if a subscriber wants it.
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
    /// Reports what somebody should look into.
    warn,
    /// Reports a recovery.
    info,
    /// Reports details.
    debug,
}

impl<'a> About<'a> {
    /// Only the address is known.
    pub(crate) fn at(address: &'a str) -> Self {
        let address = Some(address);
        Self {
            address,
            ..Self::default()
        }
    }

    /// The same with an error.
    pub(crate) fn failed(self, error: &'a dyn Display) -> Self {
        let error = Some(error);
        Self { error, ..self }
    }
}
