//! Explains a head, by half bytes.

use std::fmt;
use std::ops::Range;

use super::names::Names;
use super::rows::Rows;
use crate::head::{Owner, Part, Piece};

/// Writes a row for each part of a head; `end` is the half byte at which parsing has failed, if it has.
pub(super) fn rows(
    pieces: &[Piece],
    bytes: Range<usize>,
    end: Option<usize>,
    depth: usize,
    names: &Names<'_>,
    rows: &mut Rows<'_>,
) -> fmt::Result {
    let ends = pieces.iter().skip(1).map(|piece| piece.half);
    let ends = ends.chain([end.unwrap_or(2 * bytes.len())]);
    for (piece, end) in pieces.iter().zip(ends) {
        let halves = piece.half..end.max(piece.half);
        let meaning = meaning(&piece.part, names);
        rows.halves(depth + piece.depth + 1, bytes.start, halves, &meaning)?;
    }
    Ok(())
}

fn meaning(part: &Part, names: &Names<'_>) -> String {
    match part {
        Part::Root(Some(kind)) => names.spell(kind),
        Part::Root(None) => "kind of the root".to_owned(),
        Part::Variants(number) => {
            format!("variants of {}", names.spell_owner(Owner::Union(*number)))
        }
        Part::Member(owner, id, kind) => {
            let label = names.label(*owner, *id);
            match kind {
                Some(kind) => format!("{label}: {}", names.spell(kind)),
                None => label,
            }
        }
        Part::End(owner) => format!("end of {}", names.spell_owner(*owner)),
        Part::Spare => "half a byte is left".to_owned(),
    }
}
