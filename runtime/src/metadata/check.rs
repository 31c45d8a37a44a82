//! Which metadata may be sent: how much of it, and which characters.

use super::Metadata;
use crate::trace::TraceContext;
use crate::{Limits, Status};

impl Metadata {
    /// Whether every entry may be sent.
    ///
    /// # Errors
    /// A status that names the entry and the limit or rule that it breaks.
    #[inline]
    pub(crate) fn check(&self, limits: &Limits) -> Result<(), Status> {
        match self.is_empty() {
            true => Ok(()),
            false => self.check_all(limits),
        }
    }

    fn check_all(&self, limits: &Limits) -> Result<(), Status> {
        let (trace, texts) = self.parts();
        let (mut entries, mut total) = (usize::from(trace.is_some()), 0);
        let mut is_retry = false;
        if trace.is_some() {
            let (key, value) = (Self::TRACEPARENT.len(), TraceContext::LENGTH);
            check_lengths(key, value, limits)?;
            total += key + value;
        }
        for (key, value) in texts {
            // Otherwise a call at the limit could not be retried.
            if !is_retry && is_number_of_try(key, value) {
                is_retry = true;
                continue;
            }
            check_entry(key, value, limits)?;
            entries += 1;
            total += key.len() + value.len();
        }
        let most = limits.metadata_entries;
        if entries > most {
            return Err(too_much(("entries", "metadata_entries"), entries, most));
        }
        if total > limits.metadata {
            return Err(too_much(("bytes", "metadata"), total, limits.metadata));
        }
        Ok(())
    }
}

fn is_number_of_try(key: &str, value: &str) -> bool {
    key == Metadata::ATTEMPT && value.len() <= 10 && value.parse::<u32>().is_ok()
}

fn check_lengths(key: usize, value: usize, limits: &Limits) -> Result<(), Status> {
    if key > limits.metadata_key {
        return Err(too_much(
            ("bytes in a key", "metadata_key"),
            key,
            limits.metadata_key,
        ));
    }
    if value > limits.metadata_value {
        return Err(too_much(
            ("bytes in a value", "metadata_value"),
            value,
            limits.metadata_value,
        ));
    }
    Ok(())
}

fn check_entry(key: &str, value: &str, limits: &Limits) -> Result<(), Status> {
    check_lengths(key.len(), value.len(), limits)?;
    let key_byte = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    if key.is_empty() || !key.bytes().all(key_byte) {
        return Err(Status::invalid_argument(format!(
            "metadata key {key:?} is not of a-z 0-9 _ . -"
        )));
    }
    if has_control(value) {
        return Err(Status::invalid_argument(format!(
            "metadata `{key}` holds a control character"
        )));
    }
    Ok(())
}

fn has_control(value: &str) -> bool {
    match value.is_ascii() {
        // Looks at every byte, which is faster than stopping early.
        true => value
            .bytes()
            .fold(false, |any, b| any | b.is_ascii_control()),
        false => value.chars().any(char::is_control),
    }
}

/// Says what there is too much of, and names the limit.
fn too_much((what, name): (&str, &str), found: usize, limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "metadata has {found} {what}, the limit `{name}` is {limit}"
    ))
}
