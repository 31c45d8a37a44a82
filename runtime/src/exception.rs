//! What an exception says of itself beyond its fields: whose fault it is, and whether to try again.

use core::fmt;

use crate::UnknownVariant;

/// Whose fault an exception is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The caller asked for something that cannot be done.
    Client,
    /// The server could not do what it should.
    Server,
}

/// Whether to retry after an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// The same call fails again.
    Never,
    /// The call may be repeated at once.
    Safe,
    /// The call may be repeated after a while.
    Later,
}

/// An exception of a schema: `Full::RETRY` is what the IDL says of `Full` with `@error(retry = Retry.LATER)`.
pub trait Exception: core::error::Error {
    /// Whose fault it is.
    const FAULT: Fault;
    /// Whether to try again.
    const RETRY: Retry;
}

/// How an error that this program does not know is displayed.
pub fn unknown_error(unknown: &UnknownVariant, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let id = unknown.id();
    write!(
        f,
        "exception {id}, which the schema of this program does not have"
    )
}
