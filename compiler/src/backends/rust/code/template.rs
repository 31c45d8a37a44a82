//! Parses templates while this crate is compiled.

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backends::rust) enum Piece {
    /// Text of the template.
    Text(&'static str),
    /// The value with this index, within a line.
    Hole(usize),
    /// The beginning of a line with this indentation.
    Line(usize),
    /// A line that only consists of the value with this index, with this indentation.
    Lines(usize, usize),
    /// An empty line.
    Blank,
}

/// How many pieces a template may have.
const MOST: usize = 256;

/// Parses a template with holes of these names. The interpreter for constants runs this for every template in every
/// build of this crate, so there are no function calls per byte.
///
/// # Panics
/// If a hole has no name, a name has no hole, or brackets do not match. In a constant, this is a compile error.
pub(in crate::backends::rust) const fn parse(template: &'static str, names: &[&str]) -> Pieces {
    let mut pieces = Pieces {
        all: [Piece::Blank; MOST],
        count: 0,
        used: 0,
    };
    let bytes = template.as_bytes();
    let mut start = match bytes {
        [b'\n', ..] => 1,
        _ => 0,
    };
    let margin = past_blanks(bytes, start) - start;
    let mut is_first = true;
    while is_first || start < bytes.len() {
        let content = past_blanks(bytes, start);
        let mut end = content;
        if !is_end(bytes, content) {
            assert!(content - start >= margin, "a line begins left of the first");
            end = pieces.line(template, content, content - start - margin, names);
        } else if content < bytes.len() {
            pieces.push(Piece::Blank);
        }
        start = end + 1;
        is_first = false;
    }
    assert!(pieces.used == (1 << names.len()) - 1, "a value has no hole");
    assert_balanced(bytes);
    pieces
}

/// The pieces of a template: the first `count` of `all`.
pub(in crate::backends::rust) struct Pieces {
    all: [Piece; MOST],
    count: usize,
    /// The indices of the holes so far, as bits.
    used: u64,
}

impl Pieces {
    pub(in crate::backends::rust) const fn count(&self) -> usize {
        self.count
    }

    /// All of them; `N` is their number.
    pub(in crate::backends::rust) const fn exactly<const N: usize>(&self) -> [Piece; N] {
        let mut pieces = [Piece::Blank; N];
        let mut at = 0;
        while at < N {
            pieces[at] = self.all[at];
            at += 1;
        }
        pieces
    }

    const fn push(&mut self, piece: Piece) {
        self.all[self.count] = piece;
        self.count += 1;
    }

    /// The pieces of a line that begins at `start`, after its indentation, and the end of the line.
    const fn line(
        &mut self,
        template: &'static str,
        start: usize,
        columns: usize,
        names: &[&str],
    ) -> usize {
        let bytes = template.as_bytes();
        if bytes[start] == b'$' {
            let end = name_end(bytes, start + 1);
            if is_end(bytes, end) {
                let hole = self.hole(bytes, start + 1, end, names);
                self.push(Piece::Lines(hole, columns));
                return end;
            }
        }
        self.push(Piece::Line(columns));
        let (mut at, mut text) = (start, start);
        loop {
            while at < bytes.len() && bytes[at] != b'$' && bytes[at] != b'\n' {
                at += 1;
            }
            self.text(template, text, at);
            if is_end(bytes, at) {
                return at;
            }
            text = name_end(bytes, at + 1);
            let hole = self.hole(bytes, at + 1, text, names);
            self.push(Piece::Hole(hole));
            at = text;
        }
    }

    /// The index in `names` of the name from `start` to `end`.
    const fn hole(&mut self, bytes: &[u8], start: usize, end: usize, names: &[&str]) -> usize {
        let mut number = 0;
        while number < names.len() {
            if is_name(bytes, start, end, names[number].as_bytes()) {
                self.used |= 1 << number;
                return number;
            }
            number += 1;
        }
        panic!("a hole has no value")
    }

    const fn text(&mut self, template: &'static str, start: usize, end: usize) {
        if start < end {
            self.push(Piece::Text(template.split_at(end).0.split_at(start).1));
        }
    }
}

const fn past_blanks(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] == b' ' {
        at += 1;
    }
    at
}

/// Whether a line ends here.
const fn is_end(bytes: &[u8], at: usize) -> bool {
    at >= bytes.len() || bytes[at] == b'\n'
}

const fn name_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
        at += 1;
    }
    at
}

const fn is_name(bytes: &[u8], start: usize, end: usize, name: &[u8]) -> bool {
    let mut at = 0;
    while at < name.len() && start + at < end && bytes[start + at] == name[at] {
        at += 1;
    }
    at == name.len() && start + at == end
}

/// Brackets must match. Angle brackets are not checked, because they are also operators.
const fn assert_balanced(bytes: &[u8]) {
    let mut open = [0; 16];
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => {
                open[depth] = bytes[at];
                depth += 1;
            }
            b')' | b']' | b'}' => {
                assert!(
                    depth > 0 && is_pair(open[depth - 1], bytes[at]),
                    "brackets do not match"
                );
                depth -= 1;
            }
            _ => {}
        }
        at += 1;
    }
    assert!(depth == 0, "a bracket is not closed");
}

const fn is_pair(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

#[cfg(test)]
mod tests {
    use super::super::{Code, code};

    #[test]
    fn values_are_indented_as_their_line() {
        let inner = code!(
            "
            first();
            second();
        "
        );
        let code = code!(
            "
            fn all() {
                $inner
                $nothing
                last($text, $number)
            }
        ",
            inner,
            nothing = Code::new(),
            text = "a \"b\"\n",
            number = 7u16
        );
        let expected =
            "fn all() {\n    first();\n    second();\n    last(\"a \\\"b\\\"\\n\", 7)\n}";
        assert_eq!(code.as_str(), expected);
    }

    #[test]
    fn lists_that_are_too_long_are_broken() {
        let list = |count: usize| {
            let items = Code::list((0..count).map(|n| code!("argument_$n", n)));
            code!(
                "
                fn all() {
                    call($items)
                }
            ",
                items
            )
        };
        assert_eq!(
            list(2).as_str(),
            "fn all() {\n    call(argument_0, argument_1)\n}"
        );
        let long = list(7);
        let lines: Vec<&str> = long.as_str().lines().collect();
        assert_eq!(lines[1..3], ["    call(", "        argument_0,"]);
        assert_eq!(lines[9..], ["    )", "}"]);
    }
}
