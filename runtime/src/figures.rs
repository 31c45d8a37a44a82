//! Figures of what no single call tells: connections, dials, tries, servers that are left alone. With the feature `metrics` they
//! go to the facade of the same name, else nowhere.

use crate::MethodRef;
use crate::protocol::{Reason, Role};

/// The first label of all figures.
#[cfg(feature = "metrics")]
pub(crate) const SYSTEM: (&str, &str) = ("rpc.system.name", "sinew");

/// What is counted: name, and what it is.
#[cfg(feature = "metrics")]
const COUNTERS: [(&str, &str); 8] = [
    ("sinew.server.connections", "Connections that are over."),
    ("sinew.client.connections", "Connections that are over."),
    ("sinew.client.dials", "Tries to connect."),
    ("sinew.client.retries", "Tries of calls after the first."),
    (
        "sinew.client.retries_denied",
        "Tries that the budget did not allow.",
    ),
    ("sinew.client.hedges", "Second tries beside the first."),
    (
        "sinew.client.ejections",
        "Servers that were left alone because they failed.",
    ),
    (
        "sinew.client.readmissions",
        "Servers that came back after that.",
    ),
];

#[cfg(feature = "metrics")]
const GAUGES: [(&str, &str); 2] = [
    (
        "sinew.server.active_connections",
        "Connections that are not over.",
    ),
    (
        "sinew.client.active_connections",
        "Connections that are not over.",
    ),
];

/// Tells the recorder what the figures are.
#[cfg(feature = "metrics")]
pub(crate) fn describe() {
    use ::metrics::{Unit, describe_counter, describe_gauge};
    for (name, what) in COUNTERS {
        describe_counter!(name, Unit::Count, what);
    }
    for (name, what) in GAUGES {
        describe_gauge!(name, Unit::Count, what);
    }
}

/// A connection that is not over. It counts as long as this lives.
#[derive(Debug)]
pub(crate) struct Open {
    role: Role,
    /// Why it is over, in the word of the label; nothing if it goes on as another one, which counts instead.
    over: Option<&'static str>,
}

impl Open {
    pub(crate) fn new(role: Role) -> Self {
        let over = Some("lost");
        let open = Self { role, over };
        gauge(open.names().0, 1.0);
        open
    }

    /// Why it is over.
    pub(crate) fn because(&mut self, reason: Reason) {
        self.over = Some(match reason {
            Reason::Shutdown => "shutdown",
            Reason::Idle => "idle",
            Reason::Protocol => "protocol",
            Reason::Excess => "excess",
            Reason::Version => "version",
            Reason::Timeout => "timeout",
            Reason::Foreign => "foreign",
            Reason::Lost => "lost",
            Reason::Other(_) => "other",
        });
    }

    /// Its handshake of TLS has ended: it goes on, or has failed.
    #[cfg(feature = "rustls")]
    pub(crate) fn secured(&mut self, succeeded: bool) {
        self.over = (!succeeded).then_some("tls");
    }

    fn names(&self) -> (&'static str, &'static str) {
        match self.role {
            Role::Client => (
                "sinew.client.active_connections",
                "sinew.client.connections",
            ),
            Role::Server => (
                "sinew.server.active_connections",
                "sinew.server.connections",
            ),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let (active, over) = self.names();
        gauge(active, -1.0);
        if let Some(reason) = self.over {
            count(over, Some(("sinew.reason", reason)), None);
        }
    }
}

/// A client has tried to connect.
pub(crate) fn dialed(connected: bool) {
    let outcome = if connected { "connected" } else { "failed" };
    count("sinew.client.dials", Some(("sinew.outcome", outcome)), None);
}

/// A call is tried again.
pub(crate) fn retried(method: &MethodRef) {
    count("sinew.client.retries", None, Some(method));
}

/// A call is not tried again because there were too many tries already.
pub(crate) fn retry_denied(method: &MethodRef) {
    count("sinew.client.retries_denied", None, Some(method));
}

/// A call is made a second time beside the first.
pub(crate) fn hedged(method: &MethodRef) {
    count("sinew.client.hedges", None, Some(method));
}

/// A server is left alone.
pub(crate) fn ejected() {
    count("sinew.client.ejections", None, None);
}

/// A server is back.
pub(crate) fn readmitted() {
    count("sinew.client.readmissions", None, None);
}

#[cfg(feature = "metrics")]
fn count(name: &'static str, label: Option<(&'static str, &'static str)>, of: Option<&MethodRef>) {
    let mut labels = vec![::metrics::Label::from(&SYSTEM)];
    labels.extend(label.map(|(key, value)| ::metrics::Label::new(key, value)));
    labels.extend(of.map(|of| ::metrics::Label::new("rpc.method", of.telemetry_name().to_owned())));
    ::metrics::counter!(name, labels).increment(1);
}

#[cfg(feature = "metrics")]
fn gauge(name: &'static str, change: f64) {
    ::metrics::gauge!(name, &[SYSTEM]).increment(change);
}

#[cfg(not(feature = "metrics"))]
fn count(_: &'static str, _: Option<(&'static str, &'static str)>, _: Option<&MethodRef>) {}

#[cfg(not(feature = "metrics"))]
fn gauge(_: &'static str, _: f64) {}
