//! `traceparent`: which trace a call is part of, and which span made it.

use std::error::Error;
use std::fmt;
use std::num::{NonZeroU64, NonZeroU128};
use std::str::FromStr;

use crate::Metadata;
use crate::random;

/// A place in a trace: what the metadata `traceparent` says. Written and read as W3C Trace Context has it:
/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace: NonZeroU128,
    span: NonZeroU64,
    sampled: bool,
}

impl TraceContext {
    /// A place in this trace; `None` if one of the ids is zero, which the standard does not allow.
    pub fn new(trace_id: u128, span_id: u64, sampled: bool) -> Option<Self> {
        Some(Self {
            trace: NonZeroU128::new(trace_id)?,
            span: NonZeroU64::new(span_id)?,
            sampled,
        })
    }

    /// The first place of a new trace, with ids by chance.
    pub fn root(sampled: bool) -> Self {
        let high = u128::from(chance().get()) << 64;
        Self {
            trace: NonZeroU128::from(chance()) | high,
            span: chance(),
            sampled,
        }
    }

    /// A place of its own below this one.
    pub fn child(self) -> Self {
        Self {
            span: chance(),
            ..self
        }
    }

    /// What metadata says; `None` if it says nothing, several things, or nothing that is well-formed.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let mut values = metadata
            .iter()
            .filter(|(key, _)| *key == Metadata::TRACEPARENT);
        let (_, value) = values.next()?;
        match values.next() {
            Some(_) => None,
            None => value.parse().ok(),
        }
    }

    /// The trace, which all its calls share.
    pub fn trace_id(self) -> u128 {
        self.trace.get()
    }

    /// The span that makes the call: the parent of what the callee does.
    pub fn span_id(self) -> u64 {
        self.span.get()
    }

    /// Whether the caller may have recorded the trace.
    pub fn is_sampled(self) -> bool {
        self.sampled
    }
}

fn chance() -> NonZeroU64 {
    NonZeroU64::new(random::bits()).unwrap_or(NonZeroU64::MIN)
}

/// The length of version 00, and of what later versions begin with.
const LENGTH: usize = 55;

impl FromStr for TraceContext {
    type Err = NotATrace;

    /// Reads version 00, and of later versions what they have in common with it.
    fn from_str(text: &str) -> Result<Self, NotATrace> {
        let (known, rest) = text.split_at_checked(LENGTH).ok_or(NotATrace)?;
        let mut parts = known.split('-');
        let mut part = |digits| hex(parts.next(), digits);
        let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        let is_whole = match version {
            0x00 => rest.is_empty(),
            0xff => false,
            _ => rest.is_empty() || rest.starts_with('-'),
        };
        let span = u64::try_from(span).expect("it has 16 digits");
        let context = Self::new(trace, span, flags & 1 == 1);
        context.filter(|_| is_whole).ok_or(NotATrace)
    }
}

/// A number of so many lower case digits.
fn hex(part: Option<&str>, digits: usize) -> Result<u128, NotATrace> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let part = part.filter(|part| part.len() == digits && part.bytes().all(is_digit));
    part.and_then(|part| u128::from_str_radix(part, 16).ok())
        .ok_or(NotATrace)
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(f, "00-{:032x}-{:016x}-{flags:02x}", self.trace, self.span)
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceContext({self})")
    }
}

/// A text is not a `traceparent`. The standard wants it to be treated as if it were not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATrace;

impl fmt::Display for NotATrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a `traceparent` of W3C Trace Context")
    }
}

impl Error for NotATrace {}
