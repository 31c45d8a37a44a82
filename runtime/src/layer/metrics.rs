//! Counts and times calls through the facade of the crate `metrics`. What becomes of the figures is for the program's
//! recorder to say. It needs the feature `metrics`.

mod series;

use ::metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

use self::series::{Kept, Names};
use super::{Begun, End, Ended, Observe};
use crate::{Code, figures};

/// Counts and times calls, for whichever recorder of the crate `metrics` the program has:
/// `server.observe(Metrics::server())`, `channel.observe(Metrics::client())`.
///
/// | metric | kind | unit | value |
/// |---|---|---|---|
/// | `rpc.server.call.duration` | histogram | seconds | how long each call took, including its streams |
/// | `sinew.server.calls` | counter | calls | finished calls |
/// | `sinew.server.active_calls` | gauge | calls | calls in progress |
///
/// and the same with `client`. Labels are `rpc.system.name` (`sinew`), `rpc.method` (`shop.Orders/place`; `_OTHER` for
/// methods that no service of the server has) and `rpc.response.status_code` (`OK`, `NOT_FOUND`); calls in progress
/// have only the first. A declared exception is an answer: `OK`.
///
/// The recorder's handles for a method are requested again after a second, so a recorder may drop metrics that were
/// idle for longer than that.
#[derive(Debug)]
pub struct Metrics(Kept);

impl Metrics {
    /// Metrics of the calls that a server takes. Install the recorder before, so that it gets their descriptions.
    pub fn server() -> Self {
        Self::described(Names {
            duration: "rpc.server.call.duration",
            calls: "sinew.server.calls",
            active: "sinew.server.active_calls",
        })
    }

    /// Metrics of the calls that a client makes, all attempts of a call together. Install the recorder before.
    pub fn client() -> Self {
        Self::described(Names {
            duration: "rpc.client.call.duration",
            calls: "sinew.client.calls",
            active: "sinew.client.active_calls",
        })
    }

    fn described(names: Names) -> Self {
        describe_histogram!(names.duration, Unit::Seconds, "How long calls took.");
        describe_counter!(names.calls, Unit::Count, "Calls that are over.");
        describe_gauge!(names.active, Unit::Count, "Calls that are not over.");
        figures::describe();
        Self(Kept::new(names))
    }
}

impl Observe for Metrics {
    fn begin(&self, _: &Begun<'_>) {
        self.0.began();
    }

    fn end(&self, call: &Ended<'_>) {
        self.0.ended(call);
    }
}

impl End<'_> {
    /// The code of a failure; `None` for an answer.
    fn code(&self) -> Option<Code> {
        match self {
            Self::Answered => None,
            Self::Failed(status) => Some(status.code()),
            Self::Cancelled => Some(Code::Cancelled),
        }
    }
}
