//! A status in DONE: code, whether the call reached its handler, when to retry, message.

use std::time::Duration;

use super::close::Close;
use super::fields::{Fields, put_number};
use crate::{Code, Limits, Reached, Status};

const REACHED: u8 = 0b011;
const RETRY_AFTER: u8 = 0b100;

/// The largest size of a status without its message: two bytes and a number.
pub(super) const FIXED: usize = 12;

/// Writes a status with at most `longest` bytes of its message.
pub(super) fn put(status: &Status, longest: usize, out: &mut Vec<u8>) {
    out.push(status.code() as u8);
    let reached = match status.reached() {
        Reached::No => 0,
        Reached::Maybe => 1,
        Reached::Yes => 2,
    };
    match status.retry_after() {
        Some(wait) => {
            out.push(reached | RETRY_AFTER);
            put_number(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX), out);
        }
        None => out.push(reached),
    }
    out.extend_from_slice(cut(status.message(), longest).as_bytes());
}

pub(super) fn get(mut fields: Fields<'_>, limits: &Limits) -> Result<Status, Close> {
    let code = Code::from_u8(fields.byte()?);
    let bits = fields.byte()?;
    let reached = match bits & REACHED {
        0 => Reached::No,
        1 => Reached::Maybe,
        2 => Reached::Yes,
        _ => return Err(Close::protocol("a status is malformed")),
    };
    let wait = if bits & RETRY_AFTER != 0 {
        Some(fields.number()?)
    } else {
        None
    };
    let message = fields.rest();
    // Invalid UTF-8 grows when it is replaced, so the input is cut first. That may split the last character, which the
    // second cut removes.
    let most = limits.status_message.saturating_add(3);
    let message = String::from_utf8_lossy(&message[..message.len().min(most)]);
    let message = cut(&message, limits.status_message).to_owned();
    let status = Status::new(code, message).with_reached(reached);
    Ok(match wait {
        Some(wait) => status.with_retry_after(Duration::from_micros(wait)),
        None => status,
    })
}

/// The longest prefix of `text` that has at most `limit` bytes and ends between two characters.
fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}
