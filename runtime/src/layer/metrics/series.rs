//! The recorder's handles for each method and code: requested once in a while, not for each call.

use std::fmt;
use std::ptr;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use ::metrics::{Counter, Gauge, Histogram, Label};
use tokio::time::Instant;

use crate::figures::SYSTEM;
use crate::layer::Ended;
use crate::{Code, Method, MethodRef, dense};

/// How long handles are kept. This notices a recorder that is installed later, and lets one drop metrics that are idle.
const KEPT: Duration = Duration::from_secs(1);

/// The names of the metrics.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) duration: &'static str,
    pub(super) calls: &'static str,
    pub(super) active: &'static str,
}

/// The handles that the recorder has returned lately.
pub(super) struct Kept {
    names: Names,
    given: RwLock<Given>,
}

#[derive(Default)]
struct Given {
    /// `None` if there are none yet.
    until: Option<Instant>,
    active: Option<Gauge>,
    /// By the method's number; in each entry one for each code, and for each service name by which it was called.
    methods: Vec<Vec<Series>>,
}

/// The handles for calls of one method that end with one code.
struct Series {
    /// The method, if it is known here and was called by its own name; otherwise the name counts.
    ours: Option<&'static Method>,
    name: Box<str>,
    code: Option<Code>,
    calls: Counter,
    duration: Histogram,
}

impl Kept {
    pub(super) fn new(names: Names) -> Self {
        let given = RwLock::default();
        Self { names, given }
    }

    /// A call has begun.
    pub(super) fn began(&self) {
        self.active(&self.read(), 1.0);
    }

    /// A call is over.
    pub(super) fn ended(&self, call: &Ended<'_>) {
        let code = call.end.code();
        let given = self.read();
        self.active(&given, -1.0);
        if let Some(series) = given.find(call, code) {
            return series.count(call.elapsed);
        }
        drop(given);
        let series = self.ask(call.method, code);
        series.count(call.elapsed);
        self.keep(series, call);
    }

    #[inline]
    fn active(&self, given: &Given, change: f64) {
        match &given.active {
            Some(gauge) => gauge.increment(change),
            None => self.ask_active().increment(change),
        }
    }

    fn ask_active(&self) -> Gauge {
        ::metrics::gauge!(self.names.active, &[SYSTEM])
    }

    fn ask(&self, method: &MethodRef, code: Option<Code>) -> Series {
        let name = method.telemetry_name();
        let labels = vec![
            Label::from(&SYSTEM),
            Label::new("rpc.method", name.to_owned()),
            Label::new("rpc.response.status_code", code.map_or("OK", Code::as_str)),
        ];
        Series {
            ours: method.ours(),
            name: name.into(),
            code,
            calls: ::metrics::counter!(self.names.calls, labels.clone()),
            duration: ::metrics::histogram!(self.names.duration, labels),
        }
    }

    fn keep(&self, series: Series, call: &Ended<'_>) {
        let active = self.ask_active();
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        if given.is_old(call.at) {
            given.until = call.at.checked_add(KEPT);
            given.active = Some(active);
            given.methods.clear();
        }
        if given.find(call, series.code).is_some() {
            return;
        }
        dense::place(&mut given.methods, place(call.method)).push(series);
    }

    fn read(&self) -> RwLockReadGuard<'_, Given> {
        self.given.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Given {
    #[inline]
    fn is_old(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until <= now)
    }

    #[inline]
    fn find(&self, call: &Ended<'_>, code: Option<Code>) -> Option<&Series> {
        let known = self.methods.get(place(call.method))?;
        let is_it = |series: &&Series| series.code == code && series.is_of(call.method);
        known.iter().find(is_it).filter(|_| !self.is_old(call.at))
    }
}

impl Series {
    #[inline]
    fn is_of(&self, method: &MethodRef) -> bool {
        match (self.ours, method.ours()) {
            (Some(known), Some(method)) => ptr::eq(known, method),
            _ => *self.name == *method.telemetry_name(),
        }
    }

    #[inline]
    fn count(&self, elapsed: Duration) {
        self.calls.increment(1);
        self.duration.record(elapsed);
    }
}

/// The index for a method. Methods that clients have made up share one.
fn place(method: &MethodRef) -> usize {
    method.known().map_or(0, |method| method.number())
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.names.fmt(f)
    }
}
