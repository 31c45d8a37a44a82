//! Places as the protocol counts them: lines from 0, and columns in units of UTF-16.

use lsp_types::{Position, Range};
use sinew_compiler::source::{SourceFile, Span};

/// The range of a span in its file.
pub(super) fn range(file: &SourceFile, span: Span) -> Range {
    Range {
        start: position(file, span.start),
        end: position(file, span.end),
    }
}

fn position(file: &SourceFile, offset: u32) -> Position {
    let end = file.text.floor_char_boundary(offset as usize);
    let before = &file.text[..end];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let units = before[start..].encode_utf16().count();
    let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: clamp(file.position(offset).line - 1),
        character: clamp(units),
    }
}

/// The byte at a position: at the end of its line, or of the text, where that is shorter.
pub(super) fn offset(text: &str, position: Position) -> u32 {
    let mut lines = text.split_inclusive('\n');
    let skipped = lines.by_ref().take(position.line as usize);
    let start: usize = skipped.map(str::len).sum();
    let line = lines
        .next()
        .unwrap_or_default()
        .trim_end_matches(['\r', '\n']);
    let mut units = 0;
    let before = line.chars().take_while(|char| {
        units += char.len_utf16();
        units <= position.character as usize
    });
    let column: usize = before.map(char::len_utf8).sum();
    u32::try_from(start + column).unwrap_or(u32::MAX)
}

/// The whole of a text.
pub(super) fn whole(text: &str) -> Range {
    let lines = text.matches('\n').count();
    let last = text.rsplit('\n').next().unwrap_or_default();
    let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Range {
        start: Position::default(),
        end: Position {
            line: clamp(lines),
            character: clamp(last.encode_utf16().count()),
        },
    }
}

#[cfg(test)]
mod tests {
    use sinew_compiler::source::SourceMap;

    use super::*;

    #[test]
    fn a_column_counts_units_of_utf_16() {
        let text = "ab\r\n// 😀é\u{10FFFF} x\n\nlast";
        let mut sources = SourceMap::new();
        let id = sources.add("a.idl", text);
        let file = sources.file(id);
        for (offset_, _) in text
            .char_indices()
            .filter(|(_, c)| *c != '\r' && *c != '\n')
        {
            let at = range(file, Span::new(id, offset_, offset_)).start;
            assert_eq!(offset(text, at) as usize, offset_, "{at:?}");
        }
        let at = |line, character| offset(text, Position { line, character });
        let smile = text.find('😀').expect("it is there") as u32;
        assert_eq!((at(1, 3), at(1, 4), at(1, 5)), (smile, smile, smile + 4));
        assert_eq!((at(0, 9), at(9, 0)), (2, text.len() as u32));
    }
}
