//! `traceparent`: which trace a call is part of, and which span made it.

use std::error::Error;
use std::fmt;
use std::num::{NonZeroU64, NonZeroU128};
use std::str::FromStr;

use crate::Metadata;
use crate::random;

/// A position in a trace: what the metadata `traceparent` says, in the format of W3C Trace Context:
/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub struct TraceContext {
    trace: NonZeroU128,
    span: NonZeroU64,
    sampled: bool,
}

impl TraceContext {
    /// The length of a `traceparent` of version 00, with which later versions begin.
    pub(crate) const LENGTH: usize = 55;

    /// A position in this trace; `None` if one of the ids is zero, which the standard does not allow.
    pub fn new(trace_id: u128, span_id: u64, sampled: bool) -> Option<Self> {
        Some(Self {
            trace: NonZeroU128::new(trace_id)?,
            span: NonZeroU64::new(span_id)?,
            sampled,
        })
    }

    /// The first position of a new trace, with random ids.
    pub fn root(sampled: bool) -> Self {
        let high = u128::from(chance().get()) << 64;
        Self {
            trace: NonZeroU128::from(chance()) | high,
            span: chance(),
            sampled,
        }
    }

    /// A new position below this one.
    pub fn child(self) -> Self {
        Self {
            span: chance(),
            ..self
        }
    }

    /// What the metadata says; `None` if it has no `traceparent`, several, or a malformed one.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        metadata.trace()
    }

    /// Parses a text that contains nothing else, so that the text need not be kept.
    pub(crate) fn exactly(text: &str) -> Option<Self> {
        let is_all = text.starts_with("00-") && (text.ends_with("-00") || text.ends_with("-01"));
        text.parse().ok().filter(|_| is_all)
    }

    /// The trace, which all its calls share.
    pub fn trace_id(self) -> u128 {
        self.trace.get()
    }

    /// The span that makes the call: the parent of what the callee does.
    pub fn span_id(self) -> u64 {
        self.span.get()
    }

    /// The text of the `traceparent`.
    pub(crate) fn digits(self) -> [u8; Self::LENGTH] {
        let trace = self.trace.get();
        let mut text = *b"00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-00";
        for (at, number) in [(3, trace >> 64), (19, trace), (36, self.span.get().into())] {
            text[at..][..8].copy_from_slice(&eight_digits((number >> 32) as u32));
            text[at + 8..][..8].copy_from_slice(&eight_digits(number as u32));
        }
        text[54] += u8::from(self.sampled);
        text
    }

    /// Whether the caller may have recorded the trace.
    pub fn is_sampled(self) -> bool {
        self.sampled
    }
}

fn chance() -> NonZeroU64 {
    NonZeroU64::new(random::bits()).unwrap_or(NonZeroU64::MIN)
}

impl FromStr for TraceContext {
    type Err = NotATrace;

    /// Reads version 00, and of later versions what they have in common with it.
    fn from_str(text: &str) -> Result<Self, NotATrace> {
        let (known, rest) = text
            .as_bytes()
            .split_at_checked(Self::LENGTH)
            .ok_or(NotATrace)?;
        if [2, 35, 52].iter().any(|at| known[*at] != b'-') {
            return Err(NotATrace);
        }
        let (version, flags) = (hex(&known[..2])?, hex(&known[53..])?);
        let (high, low) = (hex(&known[3..19])?, hex(&known[19..35])?);
        let is_whole = match version {
            0x00 => rest.is_empty(),
            0xff => false,
            _ => rest.is_empty() || rest.starts_with(b"-"),
        };
        let trace = u128::from(high) << 64 | u128::from(low);
        let context = Self::new(trace, hex(&known[36..52])?, flags & 1 == 1);
        context.filter(|_| is_whole).ok_or(NotATrace)
    }
}

/// Parses up to sixteen lower-case hexadecimal digits.
fn hex(digits: &[u8]) -> Result<u64, NotATrace> {
    let (mut number, mut all) = (0, 0);
    for digit in digits {
        let value = VALUES[usize::from(*digit)];
        number = number << 4 | u64::from(value & 15);
        all |= value;
    }
    match all < 16 {
        true => Ok(number),
        false => Err(NotATrace),
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The value of each byte as a digit; more than 15 if it is none.
const VALUES: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        values[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// A number as eight digits, computed in parallel in the bytes of a word.
fn eight_digits(number: u32) -> [u8; 8] {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    let halves = u64::from(number);
    let halves = (halves | halves << 16) & 0x0000_ffff_0000_ffff;
    let bytes = (halves | halves << 8) & 0x00ff_00ff_00ff_00ff;
    let values = (bytes | bytes << 4) & (0x0f * EACH);
    // Digits from 10 on are letters: adding 6 carries into the next bit.
    let letters = (values + 6 * EACH) >> 4 & EACH;
    let digits = values + u64::from(b'0') * EACH + letters * u64::from(b'a' - b'9' - 1);
    digits.to_be_bytes()
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.digits()).expect("it is of digits"))
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceContext({self})")
    }
}

/// The text is not a `traceparent`. The standard wants it to be treated as absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATrace;

impl fmt::Display for NotATrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a `traceparent` of W3C Trace Context")
    }
}

impl Error for NotATrace {}
