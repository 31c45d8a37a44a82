//! The table of offsets, bytes and meanings.

use std::fmt::{self, Write};
use std::ops::Range;

use crate::refused::Refused;

/// Bytes per row.
const WIDTH: usize = 8;
/// Maximum number of rows for one part; longer parts are shortened.
const MOST: usize = 4;
/// Maximum indentation of meanings.
const DEEPEST: usize = 16;
/// Columns of a row, and columns before the meaning.
const COLUMNS: (usize, usize) = (100, 33);

/// Writes rows about `all`.
pub(super) struct Rows<'a> {
    all: &'a [u8],
    out: &'a mut dyn Write,
    /// How many bytes have been explained.
    reached: usize,
}

impl<'a> Rows<'a> {
    /// Writes the heading.
    pub(super) fn new(all: &'a [u8], out: &'a mut dyn Write) -> Result<Self, fmt::Error> {
        let mut rows = Self {
            all,
            out,
            reached: 0,
        };
        rows.put("byte", "", 0, "")?;
        Ok(rows)
    }

    /// The bytes that are explained.
    pub(super) fn all(&self) -> &'a [u8] {
        self.all
    }

    /// Writes a row about some bytes.
    pub(super) fn row(&mut self, depth: usize, bytes: Range<usize>, meaning: &str) -> fmt::Result {
        let part = self.all.get(bytes.clone()).unwrap_or_default();
        self.reached = self.reached.max(bytes.end);
        let chunks = part.chunks(WIDTH).enumerate();
        let shown = chunks
            .take(MOST)
            .map(|(index, chunk)| (bytes.start + index * WIDTH, digits(chunk)));
        let rest = part.len().saturating_sub(MOST * WIDTH);
        let room = COLUMNS.0 - COLUMNS.1 - indent(depth);
        self.rows(
            depth,
            bytes.start,
            shown.collect(),
            &shortened(meaning, room),
        )?;
        match rest {
            0 => Ok(()),
            rest => self.put("", &format!("... {}", self::bytes(rest)), 0, ""),
        }
    }

    /// Writes a row about some half bytes. Halves of other parts are shown as dots.
    pub(super) fn halves(
        &mut self,
        depth: usize,
        at: usize,
        halves: Range<usize>,
        meaning: &str,
    ) -> fmt::Result {
        let all = self.all;
        self.reached = self.reached.max(at + halves.end / 2);
        let byte = |offset: usize| {
            let digits = format!("{:02x}", all.get(at + offset).copied().unwrap_or_default());
            let half = |half: usize| match halves.contains(&(2 * offset + half)) {
                true => digits[half..=half].to_owned(),
                false => ".".to_owned(),
            };
            half(0) + &half(1)
        };
        let offsets: Vec<usize> = match halves.is_empty() {
            true => Vec::new(),
            false => (halves.start / 2..halves.end.div_ceil(2)).collect(),
        };
        let shown = offsets.chunks(WIDTH).map(|chunk| {
            let digits: Vec<String> = chunk.iter().map(|offset| byte(*offset)).collect();
            (at + chunk[0], digits.join(" "))
        });
        let room = COLUMNS.0 - COLUMNS.1 - indent(depth);
        self.rows(
            depth,
            at + halves.start / 2,
            shown.collect(),
            &shortened(meaning, room),
        )
    }

    /// Writes the last row, which is the error if there is one.
    pub(super) fn end(&mut self, broken: Option<Refused>) -> Result<Option<Refused>, fmt::Error> {
        if let Some(Refused { rule, offset, path }) = &broken {
            if self.reached < *offset {
                self.row(0, self.reached..*offset, "")?;
            }
            let end = self.all.len().min(offset + WIDTH);
            let place = match path.is_empty() {
                true => String::new(),
                false => format!("{path}: "),
            };
            let digits = digits(&self.all[(*offset).min(end)..end]);
            let meaning = format!("WRONG: {place}{rule}");
            self.put(&offset.to_string(), &digits, 0, &meaning)?;
        }
        Ok(broken)
    }

    fn rows(
        &mut self,
        depth: usize,
        start: usize,
        shown: Vec<(usize, String)>,
        meaning: &str,
    ) -> fmt::Result {
        let mut shown = shown.into_iter();
        match shown.next() {
            Some((offset, digits)) => self.put(&offset.to_string(), &digits, depth, meaning)?,
            None => self.put(&start.to_string(), "", depth, meaning)?,
        }
        shown.try_for_each(|(offset, digits)| self.put(&offset.to_string(), &digits, 0, ""))
    }

    fn put(&mut self, offset: &str, digits: &str, depth: usize, meaning: &str) -> fmt::Result {
        let indent = indent(depth);
        let row = format!("{offset:>6}  {digits:23}  {:indent$}{meaning}", "");
        writeln!(self.out, "{}", row.trim_end())
    }
}

fn indent(depth: usize) -> usize {
    2 * depth.min(DEEPEST)
}

fn digits(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

/// Shortens a text to this many characters.
pub(super) fn shortened(text: &str, room: usize) -> String {
    match text.char_indices().nth(room) {
        Some(_) => text.chars().take(room - 3).chain("...".chars()).collect(),
        None => text.to_owned(),
    }
}

/// `1 byte`, `2 bytes`
pub(super) fn bytes(count: usize) -> String {
    counted(count, "byte")
}

/// A number with a noun, in the plural unless it is 1.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}
