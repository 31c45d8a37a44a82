//! Reads templates, while this crate is compiled.

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backends::rust) enum Piece {
    /// Text of the template.
    Text(&'static str),
    /// The value of this number, in a line.
    Hole(usize),
    /// A line begins, indented by so many columns.
    Line(usize),
    /// A line that is only the value of this number, indented by so many columns.
    Lines(usize, usize),
    /// An empty line.
    Blank,
}

/// The first `N` pieces of a template with holes of these names, and how many it has in all.
///
/// # Panics
/// If a hole has no name, a name has no hole, or brackets do not match; in a constant, so that
/// it does not compile.
pub(in crate::backends::rust) const fn parse<const N: usize>(
    template: &'static str,
    names: &[&str],
) -> ([Piece; N], usize) {
    let mut pieces = Pieces {
        first: [Piece::Blank; N],
        count: 0,
    };
    let bytes = template.as_bytes();
    let mut start = match bytes {
        [b'\n', ..] => 1,
        _ => 0,
    };
    let margin = past_blanks(bytes, start) - start;
    let mut is_first = true;
    while is_first || start < bytes.len() {
        let end = line_end(bytes, start);
        let content = past_blanks(bytes, start);
        if content < end {
            assert!(content - start >= margin, "a line begins left of the first");
            pieces.line(template, content, end, content - start - margin, names);
        } else if end < bytes.len() {
            pieces.push(Piece::Blank);
        }
        start = end + 1;
        is_first = false;
    }
    assert_used(bytes, names);
    assert_balanced(bytes);
    (pieces.first, pieces.count)
}

struct Pieces<const N: usize> {
    first: [Piece; N],
    count: usize,
}

impl<const N: usize> Pieces<N> {
    const fn push(&mut self, piece: Piece) {
        if self.count < N {
            self.first[self.count] = piece;
        }
        self.count += 1;
    }

    /// The pieces of a line from `start` to `end`, its indentation left out.
    const fn line(
        &mut self,
        template: &'static str,
        start: usize,
        end: usize,
        columns: usize,
        names: &[&str],
    ) {
        let bytes = template.as_bytes();
        if bytes[start] == b'$' && name_end(bytes, start + 1) == end {
            return self.push(Piece::Lines(number(bytes, start + 1, end, names), columns));
        }
        self.push(Piece::Line(columns));
        let (mut at, mut text) = (start, start);
        while at < end {
            if bytes[at] != b'$' {
                at += 1;
                continue;
            }
            self.text(template, text, at);
            text = name_end(bytes, at + 1);
            self.push(Piece::Hole(number(bytes, at + 1, text, names)));
            at = text;
        }
        self.text(template, text, end);
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

const fn line_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' {
        at += 1;
    }
    at
}

const fn name_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
        at += 1;
    }
    at
}

/// Which of `names` stands from `start` to `end`.
const fn number(bytes: &[u8], start: usize, end: usize, names: &[&str]) -> usize {
    let mut number = 0;
    while number < names.len() {
        if is_name(bytes, start, end, names[number].as_bytes()) {
            return number;
        }
        number += 1;
    }
    panic!("a hole has no value")
}

const fn is_name(bytes: &[u8], start: usize, end: usize, name: &[u8]) -> bool {
    let mut at = 0;
    while at < name.len() && start + at < end && bytes[start + at] == name[at] {
        at += 1;
    }
    at == name.len() && start + at == end
}

const fn assert_used(bytes: &[u8], names: &[&str]) {
    let mut number = 0;
    while number < names.len() {
        let mut at = 0;
        let mut is_used = false;
        while at < bytes.len() {
            let end = name_end(bytes, at + 1);
            is_used |= bytes[at] == b'$' && is_name(bytes, at + 1, end, names[number].as_bytes());
            at += 1;
        }
        assert!(is_used, "a value has no hole");
        number += 1;
    }
}

/// Brackets match; angles are left out, as they also compare.
const fn assert_balanced(bytes: &[u8]) {
    let mut open = [0; 16];
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        let closing = match bytes[at] {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            _ => 0,
        };
        if closing != 0 {
            open[depth] = closing;
            depth += 1;
        } else if matches!(bytes[at], b')' | b']' | b'}') {
            assert!(
                depth > 0 && open[depth - 1] == bytes[at],
                "brackets do not match"
            );
            depth -= 1;
        }
        at += 1;
    }
    assert!(depth == 0, "a bracket is not closed");
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
