//! Conflict markers that an unfinished merge has left.

use super::{ErrorKind, Scanner};

const OURS: &str = "<<<<<<<";
const BASE: &str = "|||||||";
const THEIRS: &str = "=======";
const END: &str = ">>>>>>>";

impl Scanner<'_> {
    /// Skips the line that begins a conflict, and from the end of its first version on all others. Returns whether
    /// there is a conflict here. No text is searched twice.
    pub(super) fn skip_conflict(&mut self) -> bool {
        if self.pos != self.line_start {
            return false;
        }
        if self.pos == self.others.start && !self.others.is_empty() {
            self.skip_to(self.others.end);
            return true;
        }
        if self.pos < self.others.end || !self.text[self.pos..].starts_with(OURS) {
            return false;
        }
        let Some(end) = self.line_from(self.pos, self.text.len(), &[END]) else {
            self.others = self.text.len()..self.text.len();
            return false;
        };
        let others = self.line_from(self.pos, end, &[BASE, THEIRS]);
        self.others = others.unwrap_or(end)..self.line_end_from(end);
        let range = self.pos..self.pos + OURS.len();
        let marker = |at: usize| at..at + END.len();
        let kind = ErrorKind::Conflict {
            others: marker(self.others.start),
            end: marker(end),
        };
        self.error(range, kind);
        self.skip_to(self.line_end_from(self.pos));
        true
    }

    /// The first line after the one at `start` and before `end` that begins with one of the markers.
    fn line_from(&self, start: usize, end: usize, markers: &[&str]) -> Option<usize> {
        let breaks = self.text[start..end].match_indices('\n');
        let mut starts = breaks.map(|(line, _)| start + line + 1);
        starts.find(|at| {
            let line = &self.text[*at..];
            markers.iter().any(|marker| line.starts_with(marker))
        })
    }

    fn line_end_from(&self, at: usize) -> usize {
        self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |end| at + end)
    }

    fn skip_to(&mut self, end: usize) {
        self.comments.push(self.pos..end);
        self.pos = end;
    }
}
