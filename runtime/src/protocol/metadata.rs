//! Metadata on the wire: a count, then keys and values. Well-known keys are numbers.

use std::borrow::Cow;

use super::close::Close;
use super::fields::{Fields, put_bytes, put_number};
use super::frame::Flags;
use crate::{Code, Limits, Metadata, Status};

/// Keys that are sent as their position in this list, from 1. Entries are only ever appended.
const KNOWN: [&str; 5] = [
    Metadata::TRACEPARENT,
    Metadata::TRACESTATE,
    Metadata::BAGGAGE,
    Metadata::AUTHORIZATION,
    Metadata::ATTEMPT,
];

pub(super) fn put(metadata: &Metadata, out: &mut Vec<u8>) {
    put_number(metadata.len() as u64, out);
    let (trace, texts) = metadata.parts();
    if let Some(trace) = trace {
        put_key(Metadata::TRACEPARENT, out);
        put_bytes(&trace.place().digits(), out);
    }
    for (key, value) in texts {
        put_key(key, out);
        put_bytes(value.as_bytes(), out);
    }
}

fn put_key(key: &str, out: &mut Vec<u8>) {
    match KNOWN.iter().position(|known| *known == key) {
        Some(place) => put_number(place as u64 + 1, out),
        None => {
            put_number(0, out);
            put_bytes(key.as_bytes(), out);
        }
    }
}

/// Reads the metadata of a frame with these flags.
#[inline]
pub(super) fn of(
    flags: Flags,
    fields: &mut Fields<'_>,
    limits: &Limits,
) -> Result<Result<Metadata, Status>, Close> {
    match flags.has(Flags::METADATA) {
        true => fields.by(|fields| get(fields, limits)),
        false => Ok(Ok(Metadata::new())),
    }
}

/// Reads metadata. An inner error refuses only the call, an outer one ends the connection.
pub(super) fn get(
    fields: &mut Fields<'_>,
    limits: &Limits,
) -> Result<Result<Metadata, Status>, Close> {
    let count = fields.number()?;
    let mut metadata = Metadata::new();
    for read in 0..count {
        let known = fields.number()?;
        let own = match known {
            0 => Some(fields.text()?),
            _ => None,
        };
        let value = fields.text()?;
        // `attempt` does not count, so the check needs at most two entries above the limit to fail. Further ones are
        // only skipped.
        if read > (limits.metadata_entries as u64).saturating_add(1) {
            continue;
        }
        let place = usize::try_from(known).unwrap_or(usize::MAX);
        let key = match own {
            Some(key) => Some(Cow::Owned(key.to_owned())),
            // A key of a later version has no name here, and nobody asks for it.
            None => KNOWN.get(place - 1).copied().map(Cow::Borrowed),
        };
        if let Some(key) = key {
            metadata.receive(key, value);
        }
    }
    Ok(metadata.check(limits).map(|()| metadata))
}

/// The status of a call whose answer has invalid metadata: that is the server's mistake, not the caller's.
#[cold]
pub(super) fn unfit(status: Status) -> Status {
    let is_excess = status.code() == Code::ResourceExhausted;
    let blame = if is_excess {
        Status::resource_exhausted
    } else {
        Status::internal
    };
    blame(format!("the answer's {}", status.message()))
}

/// The end of a connection whose client's hello has invalid metadata.
#[cold]
pub(super) fn unfit_hello(status: Status) -> Close {
    let message = status.message().to_owned();
    match status.code() {
        Code::ResourceExhausted => Close::excess(message),
        _ => Close::protocol(message),
    }
}
