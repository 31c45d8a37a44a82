//! Counts and times calls through the facade of the crate `metrics`. What becomes of the figures is for the program's
//! recorder to say. It needs the feature `metrics`.

use ::metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

use super::{Begun, End, Ended, Observe};
use crate::figures::{self, SYSTEM};

/// Counts and times calls, for whichever recorder of the crate `metrics` the program has:
/// `server.observe(Metrics::server())`, `channel.observe(Metrics::client())`.
///
/// | metric | kind | unit | is |
/// |---|---|---|---|
/// | `rpc.server.call.duration` | histogram | seconds | how long each call took, with its streams |
/// | `sinew.server.calls` | counter | calls | calls that are over |
/// | `sinew.server.active_calls` | gauge | calls | calls that are not |
///
/// and the same with `client`. Labels are `rpc.system.name` (`sinew`), `rpc.method` (`shop.Orders/place`; `_OTHER` for
/// methods that no service of the server has) and `rpc.response.status_code` (`OK`, `NOT_FOUND`); calls that are not over
/// have the first alone. A declared exception is an answer: `OK`.
#[derive(Debug)]
pub struct Metrics {
    duration: &'static str,
    calls: &'static str,
    active: &'static str,
}

impl Metrics {
    /// Figures of the calls that a server takes. The recorder should be installed before, so that it is told what they are.
    pub fn server() -> Self {
        Self::described(Self {
            duration: "rpc.server.call.duration",
            calls: "sinew.server.calls",
            active: "sinew.server.active_calls",
        })
    }

    /// Figures of the calls that a client makes, all tries of a call together. The recorder should be installed before.
    pub fn client() -> Self {
        Self::described(Self {
            duration: "rpc.client.call.duration",
            calls: "sinew.client.calls",
            active: "sinew.client.active_calls",
        })
    }

    fn described(self) -> Self {
        describe_histogram!(self.duration, Unit::Seconds, "How long calls took.");
        describe_counter!(self.calls, Unit::Count, "Calls that are over.");
        describe_gauge!(self.active, Unit::Count, "Calls that are not over.");
        figures::describe();
        self
    }
}

impl Observe for Metrics {
    fn begin(&self, _: &Begun<'_>) {
        ::metrics::gauge!(self.active, &[SYSTEM]).increment(1);
    }

    fn end(&self, call: &Ended<'_>) {
        ::metrics::gauge!(self.active, &[SYSTEM]).decrement(1);
        let code = match call.end {
            End::Answered => "OK",
            End::Failed(status) => status.code().as_str(),
            End::Cancelled => "CANCELLED",
        };
        let labels = vec![
            ::metrics::Label::from(&SYSTEM),
            ::metrics::Label::new("rpc.method", call.method.telemetry_name().to_owned()),
            ::metrics::Label::new("rpc.response.status_code", code),
        ];
        ::metrics::counter!(self.calls, labels.clone()).increment(1);
        ::metrics::histogram!(self.duration, labels).record(call.elapsed);
    }
}
