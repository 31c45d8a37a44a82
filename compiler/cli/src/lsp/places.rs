//! Positions in the protocol's units: lines from 0, and columns in units that the editor chooses.

use lsp_types::{Position, Range};
use sinew_compiler::source::{SourceFile, Span};

/// The unit of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Columns {
    /// UTF-8 bytes.
    Bytes,
    /// UTF-16 code units, which every editor supports.
    #[default]
    Utf16,
}

impl Columns {
    fn of(self, char: char) -> usize {
        match self {
            Columns::Bytes => char.len_utf8(),
            Columns::Utf16 => char.len_utf16(),
        }
    }

    /// The number of columns of a text.
    pub(super) fn count(self, text: &str) -> u32 {
        let columns = text.chars().map(|char| self.of(char)).sum::<usize>();
        clamp(columns)
    }

    /// The protocol's range for a span of a file.
    pub(super) fn range(self, file: &SourceFile, span: Span) -> Range {
        Range {
            start: self.position(file, span.start),
            end: self.position(file, span.end),
        }
    }

    fn position(self, file: &SourceFile, offset: u32) -> Position {
        let end = file.text.floor_char_boundary(offset as usize);
        let before = &file.text[..end];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: clamp(file.position(offset).line - 1),
            character: self.count(&before[start..]),
        }
    }

    /// The byte offset of a position. A position past the end of its line or of the text is at that end.
    pub(super) fn offset(self, text: &str, position: Position) -> u32 {
        let mut lines = text.split_inclusive('\n');
        let skipped = lines.by_ref().take(position.line as usize);
        let start: usize = skipped.map(str::len).sum();
        let line = lines
            .next()
            .unwrap_or_default()
            .trim_end_matches(['\r', '\n']);
        let mut columns = 0;
        let before = line.chars().take_while(|char| {
            columns += self.of(*char);
            columns <= position.character as usize
        });
        let column: usize = before.map(char::len_utf8).sum();
        clamp(start + column)
    }

    /// The range of a whole text.
    pub(super) fn whole(self, text: &str) -> Range {
        let lines = text.matches('\n').count();
        let last = text.rsplit('\n').next().unwrap_or_default();
        Range {
            start: Position::default(),
            end: Position {
                line: clamp(lines),
                character: self.count(last),
            },
        }
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use sinew_compiler::source::SourceMap;

    use super::*;

    #[test]
    fn every_character_has_its_column() {
        let text = "ab\r\n// 😀é\u{10FFFF} x\n\nlast";
        let mut sources = SourceMap::new();
        let id = sources.add("a.idl", text);
        let file = sources.file(id);
        for columns in [Columns::Bytes, Columns::Utf16] {
            let is_end = |char| char == '\r' || char == '\n';
            for (offset, _) in text.char_indices().filter(|(_, c)| !is_end(*c)) {
                let at = columns.range(file, Span::new(id, offset, offset)).start;
                assert_eq!(columns.offset(text, at) as usize, offset, "{at:?}");
            }
            let at = |line, character| columns.offset(text, Position { line, character });
            let smile = text.find('😀').expect("it is there") as u32;
            let width = columns.of('😀') as u32;
            // A position inside a character is the one before it.
            assert_eq!((at(1, 3), at(1, 4)), (smile, smile));
            assert_eq!(at(1, 3 + width), smile + 4);
            assert_eq!((at(0, 9), at(9, 0)), (2, text.len() as u32));
        }
    }
}
