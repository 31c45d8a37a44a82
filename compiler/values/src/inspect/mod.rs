//! Explains wire bytes: what each of them means, from the head alone or with the names of a schema.

mod body;
mod head;
mod names;
mod natural;
mod rows;
mod sequences;
mod spell;
mod unions;

use std::fmt;
use std::ops::Range;

pub(crate) use names::Names;
use rows::Rows;

use crate::head::Head;
use crate::read::{read_body, read_message, split};
use crate::refused::Refused;
use crate::schema::{Schema, Type};

/// Writes a row for each part of a message: offset, bytes, meaning. Any message can be explained without a schema. With
/// one, its names and types are used, and the message must be of that type.
///
/// Ends at the first error, which is in the last row.
///
/// # Errors
/// If `out` fails.
pub fn inspect_message(
    message: &[u8],
    known: Option<(&Schema, &Type)>,
    out: &mut dyn fmt::Write,
) -> Result<Option<Refused>, fmt::Error> {
    let mut rows = Rows::new(message, out)?;
    let explained = message_rows(message, known, &mut rows)?;
    let read = known.and_then(|(schema, ty)| read_message(schema, ty, message).err());
    rows.end(clearer(explained, read))
}

/// The same for a body as sent on a connection, written with exactly this schema.
///
/// # Errors
/// If `out` fails.
pub fn inspect_body(
    body: &[u8],
    (schema, ty): (&Schema, &Type),
    out: &mut dyn fmt::Write,
) -> Result<Option<Refused>, fmt::Error> {
    let mut rows = Rows::new(body, out)?;
    let bytes = schema.full_head(ty);
    let head = match Head::parse(&bytes) {
        Ok(head) => head,
        Err(refused) => return rows.end(Some(refused)),
    };
    let names = Names::of(&head, schema, ty);
    let explained = body::rows(
        &head,
        &names,
        0..body.len(),
        (0, false),
        Some((schema, ty)),
        &mut rows,
    )?;
    rows.end(clearer(
        explained,
        read_body(schema, ty, &bytes, body).err(),
    ))
}

/// Prefers the reader's error, which knows more, unless it is about another place.
fn clearer(explained: Option<Refused>, read: Option<Refused>) -> Option<Refused> {
    match (explained, read) {
        (Some(explained), Some(read)) if explained.offset != read.offset => Some(explained),
        (explained, read) => read.or(explained),
    }
}

fn message_rows(
    message: &[u8],
    known: Option<(&Schema, &Type)>,
    rows: &mut Rows<'_>,
) -> Result<Option<Refused>, fmt::Error> {
    let (head, body) = match split(message) {
        Ok(parts) => parts,
        Err(refused) => return Ok(Some(refused)),
    };
    let body_at = message.len() - body.len();
    let head_at = body_at - head.len();
    rows.row(0, 0..head_at, &format!("head: {}", rows::bytes(head.len())))?;
    whole(head_at..body_at, body_at..message.len(), 0, known, rows)
}

/// Explains a head and the body after it.
fn whole(
    head: Range<usize>,
    body: Range<usize>,
    depth: usize,
    known: Option<(&Schema, &Type)>,
    rows: &mut Rows<'_>,
) -> Result<Option<Refused>, fmt::Error> {
    let (pieces, parsed) = Head::outline(&rows.all()[head.clone()]);
    let names = match (&parsed, known) {
        (Ok(head), Some((schema, ty))) => Names::of(head, schema, ty),
        (_, _) => Names::default(),
    };
    let end = parsed.as_ref().err().map(|refused| refused.offset * 2);
    head::rows(&pieces, head.clone(), end, depth, &names, rows)?;
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(refused) => return Ok(Some(refused.shifted(head.start))),
    };
    let len = rows::bytes(body.len());
    rows.row(depth, body.start..body.start, &format!("body: {len}"))?;
    body::rows(&parsed, &names, body, (depth, true), known, rows)
}
