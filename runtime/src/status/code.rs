//! What kind of failure it was, when it happened, and whether the call may have been executed.

use std::borrow::Cow;
use std::fmt;

use super::Status;

/// Defines [`Code`] with its numbers, and a constructor of [`Status`] for each.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $constructor:ident, $text:literal;)*) => {
        /// The kinds of failure: gRPC's codes without 0, since success is not a status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name = $number,)* }

        impl Code {
            /// The code of a number on the wire; [`Code::Unknown`] if there is none.
            pub const fn from_u8(number: u8) -> Self {
                match number { $($number => Self::$name,)* _ => Self::Unknown }
            }

            /// The code's standard name, which spans and metrics also use: `NOT_FOUND`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }

        impl Status {
            $($(#[$doc])* pub fn $constructor(message: impl Into<Cow<'static, str>>) -> Self {
                Self::new(Code::$name, message)
            })*
        }
    };
}

codes! {
    /// The caller has given up.
    Cancelled = 1, cancelled, "CANCELLED";
    /// Nothing more is known.
    Unknown = 2, unknown, "UNKNOWN";
    /// The request makes no sense, whatever the state of the server.
    InvalidArgument = 3, invalid_argument, "INVALID_ARGUMENT";
    /// The deadline passed first.
    DeadlineExceeded = 4, deadline_exceeded, "DEADLINE_EXCEEDED";
    /// What was asked for is not there.
    NotFound = 5, not_found, "NOT_FOUND";
    /// What was to be made is there already.
    AlreadyExists = 6, already_exists, "ALREADY_EXISTS";
    /// The caller is known and may not do this.
    PermissionDenied = 7, permission_denied, "PERMISSION_DENIED";
    /// A limit is reached.
    ResourceExhausted = 8, resource_exhausted, "RESOURCE_EXHAUSTED";
    /// The state of the server does not allow it; trying again does not help.
    FailedPrecondition = 9, failed_precondition, "FAILED_PRECONDITION";
    /// It lost against something else at the same time; trying the whole again may help.
    Aborted = 10, aborted, "ABORTED";
    /// Beyond the valid range.
    OutOfRange = 11, out_of_range, "OUT_OF_RANGE";
    /// The server does not have this method.
    Unimplemented = 12, unimplemented, "UNIMPLEMENTED";
    /// A bug on the other side.
    Internal = 13, internal, "INTERNAL";
    /// The server cannot be reached or is going away; trying again may help.
    Unavailable = 14, unavailable, "UNAVAILABLE";
    /// Data is lost or damaged.
    DataLoss = 15, data_loss, "DATA_LOSS";
    /// The caller is not known.
    Unauthenticated = 16, unauthenticated, "UNAUTHENTICATED";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Did the far handler start? Decides whether a call may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reached {
    /// It did not: any method may be tried again.
    No,
    /// Nobody here knows: only idempotent methods may be tried again.
    Maybe,
    /// It did.
    Yes,
}

/// What the connection was doing when the call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// Looking up the address.
    Resolve,
    /// Opening the transport.
    Dial,
    /// The handshake of TLS, and waiting for the peer's hello.
    Handshake,
    /// Encoding or sending the request.
    Send,
    /// Waiting for the answer.
    Await,
}

impl Phase {
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Resolve => "looking up the address",
            Self::Dial => "dialing",
            Self::Handshake => "in the handshake",
            Self::Send => "before it was sent",
            Self::Await => "waiting for the answer",
        }
    }
}
