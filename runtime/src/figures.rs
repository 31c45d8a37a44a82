//! Metrics beyond single calls: connections, dials, retries, the state of servers. With the feature `metrics` they go
//! to the facade of that name, otherwise nowhere.

use crate::MethodRef;
use crate::protocol::{Reason, Role};

/// The first label of all metrics.
#[cfg(feature = "metrics")]
pub(crate) const SYSTEM: (&str, &str) = ("rpc.system.name", "sinew");

/// Static labels, so that connections allocate none.
#[cfg(feature = "metrics")]
type Labels = &'static [::metrics::Label];
#[cfg(not(feature = "metrics"))]
type Labels = &'static [()];

/// The first label and, if given, another one.
#[cfg(feature = "metrics")]
macro_rules! labels {
    ($($key:literal: $value:literal)?) => {{
        static LABELS: &[::metrics::Label] = &[
            ::metrics::Label::from_static_parts(SYSTEM.0, SYSTEM.1),
            $(::metrics::Label::from_static_parts($key, $value))?
        ];
        LABELS
    }};
}
#[cfg(not(feature = "metrics"))]
macro_rules! labels {
    ($($key:literal: $value:literal)?) => {
        &[][..]
    };
}

/// Where the metrics come from.
#[cfg(feature = "metrics")]
static FROM: ::metrics::Metadata<'static> =
    ::metrics::Metadata::new(module_path!(), ::metrics::Level::INFO, Some(module_path!()));

/// The counters: name and description.
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
const GAUGES: [(&str, &str); 3] = [
    (
        "sinew.server.active_connections",
        "Connections that are not over.",
    ),
    (
        "sinew.client.active_connections",
        "Connections that are not over.",
    ),
    (
        "sinew.client.servers",
        "Servers that balancers know, by whether they get calls.",
    ),
];

/// Describes the metrics to the recorder.
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

/// A connection, counted as active until this is dropped.
#[derive(Debug)]
pub(crate) struct Open {
    role: Role,
    /// Why it ends. `None` after the TLS handshake, when the connection itself is counted instead.
    over: Option<Labels>,
}

impl Open {
    pub(crate) fn new(role: Role) -> Self {
        let over = Some(labels!("sinew.reason": "lost"));
        let open = Self { role, over };
        gauge(open.names().0, labels!(), 1.0);
        open
    }

    /// Sets why it ends.
    pub(crate) fn because(&mut self, reason: Reason) {
        self.over = Some(match reason {
            Reason::Shutdown => labels!("sinew.reason": "shutdown"),
            Reason::Idle => labels!("sinew.reason": "idle"),
            Reason::Protocol => labels!("sinew.reason": "protocol"),
            Reason::Excess => labels!("sinew.reason": "excess"),
            Reason::Version => labels!("sinew.reason": "version"),
            Reason::Timeout => labels!("sinew.reason": "timeout"),
            Reason::Foreign => labels!("sinew.reason": "foreign"),
            Reason::Lost => labels!("sinew.reason": "lost"),
            Reason::Other(_) => labels!("sinew.reason": "other"),
        });
    }

    /// The TLS handshake has succeeded, so the connection goes on, or has failed.
    #[cfg(feature = "rustls")]
    pub(crate) fn secured(&mut self, succeeded: bool) {
        self.over = (!succeeded).then_some(labels!("sinew.reason": "tls"));
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
        gauge(active, labels!(), -1.0);
        if let Some(why) = self.over {
            count(over, why);
        }
    }
}

/// A client has tried to connect.
pub(crate) fn dialed(connected: bool) {
    let outcome = match connected {
        true => labels!("sinew.outcome": "connected"),
        false => labels!("sinew.outcome": "failed"),
    };
    count("sinew.client.dials", outcome);
}

/// A call is retried.
pub(crate) fn retried(method: &MethodRef) {
    count_of("sinew.client.retries", method);
}

/// A call is not retried because the budget is used up.
pub(crate) fn retry_denied(method: &MethodRef) {
    count_of("sinew.client.retries_denied", method);
}

/// A call is hedged.
pub(crate) fn hedged(method: &MethodRef) {
    count_of("sinew.client.hedges", method);
}

/// A server is ejected.
pub(crate) fn ejected() {
    count("sinew.client.ejections", labels!());
}

/// An ejected server is back.
pub(crate) fn readmitted() {
    count("sinew.client.readmissions", labels!());
}

/// The servers of a balancer, by state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Servers {
    pub(crate) ready: usize,
    pub(crate) unreachable: usize,
    pub(crate) ejected: usize,
}

/// The servers of a balancer have changed.
pub(crate) fn servers(before: Servers, now: Servers) {
    let changed = |labels, before: usize, now: usize| {
        if before != now {
            gauge("sinew.client.servers", labels, now as f64 - before as f64);
        }
    };
    changed(labels!("sinew.state": "ready"), before.ready, now.ready);
    changed(
        labels!("sinew.state": "unreachable"),
        before.unreachable,
        now.unreachable,
    );
    changed(
        labels!("sinew.state": "ejected"),
        before.ejected,
        now.ejected,
    );
}

#[cfg(feature = "metrics")]
fn count(name: &'static str, labels: Labels) {
    let key = ::metrics::Key::from_static_labels(name, labels);
    ::metrics::with_recorder(|recorder| recorder.register_counter(&key, &FROM)).increment(1);
}

#[cfg(feature = "metrics")]
fn count_of(name: &'static str, method: &MethodRef) {
    let method = ::metrics::Label::new("rpc.method", method.telemetry_name().to_owned());
    let labels = vec![::metrics::Label::from(&SYSTEM), method];
    ::metrics::counter!(name, labels).increment(1);
}

#[cfg(feature = "metrics")]
fn gauge(name: &'static str, labels: Labels, change: f64) {
    let key = ::metrics::Key::from_static_labels(name, labels);
    ::metrics::with_recorder(|recorder| recorder.register_gauge(&key, &FROM)).increment(change);
}

#[cfg(not(feature = "metrics"))]
fn count(_: &'static str, _: Labels) {}

#[cfg(not(feature = "metrics"))]
fn count_of(_: &'static str, _: &MethodRef) {}

#[cfg(not(feature = "metrics"))]
fn gauge(_: &'static str, _: Labels, _: f64) {}
