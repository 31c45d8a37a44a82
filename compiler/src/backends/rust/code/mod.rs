//! Rust code as text, from templates with typed holes.
//!
//! A template is a literal in the source of this crate. Its holes take other code, identifiers, numbers, or text, which
//! becomes a string literal. There is no other way to create code, so no text of a schema is ever interpreted as code.

mod docs;
mod fill;
mod parsed;
mod template;

pub(super) use fill::{Fill, Hex};
pub(super) use template::{Piece, Pieces, parse};

/// The widest list that stays on one line.
const WIDTH: usize = 80;
/// Columns per level of indentation.
const STEP: usize = 4;

/// Code from a template: `code!("pub $name: $ty,", name, ty = scope.ty(&field.ty))`.
///
/// `$name` is a hole. The names of the holes follow the template, each with its value unless that is in a variable of
/// the same name. A template of several lines begins with a line break, and the indentation of its first line is
/// removed from all lines. A value of several lines is indented like the line with its hole. A line with only a hole is
/// removed if the value is empty.
///
/// It does not compile if a hole is not given, a name has no hole, or brackets do not match.
macro_rules! code {
    ($template:literal $(, $hole:ident $(= $value:expr)?)* $(,)?) => {{
        const NAMES: &[&str] = &[$(stringify!($hole)),*];
        const READ: $crate::backends::rust::code::Pieces =
            $crate::backends::rust::code::parse($template, NAMES);
        static PIECES: [$crate::backends::rust::code::Piece; READ.count()] = READ.exactly();
        $crate::backends::rust::code::Code::filled(
            &PIECES,
            &[$($crate::backends::rust::code::value!($hole $(= $value)?)),*],
        )
    }};
}

/// The value for a hole of `code!`.
macro_rules! value {
    ($hole:ident) => {
        &$hole as &dyn $crate::backends::rust::code::Fill
    };
    ($hole:ident = $value:expr) => {
        &$value as &dyn $crate::backends::rust::code::Fill
    };
}

pub(super) use {code, value};

/// Rust code without a trailing line break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    text: String,
}

impl Code {
    /// Empty code.
    pub(super) const fn new() -> Self {
        Self {
            text: String::new(),
        }
    }

    /// The code of a template. Only `code!` uses this.
    pub(super) fn filled(pieces: &[Piece], values: &[&dyn Fill]) -> Self {
        let mut code = Self {
            text: String::with_capacity(24 * pieces.len()),
        };
        let mut indent = 0;
        for piece in pieces {
            match *piece {
                Piece::Text(text) => code.text.push_str(text),
                Piece::Hole(hole) => values[hole].fill(&mut code, indent),
                Piece::Line(columns) => {
                    code.start_line(columns);
                    indent = columns;
                }
                Piece::Lines(hole, columns) if !values[hole].is_empty() => {
                    code.start_line(columns);
                    values[hole].fill(&mut code, columns);
                }
                Piece::Lines(..) => {}
                Piece::Blank => code.text.push('\n'),
            }
        }
        code
    }

    /// Joins non-empty parts with line breaks.
    pub(super) fn lines(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined("\n", parts)
    }

    /// Like [`Code::lines`], with blank lines between the parts.
    pub(super) fn paragraphs(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined("\n\n", parts)
    }

    /// Joins non-empty parts with `separator`.
    pub(super) fn joined(separator: &'static str, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = parts.into_iter().filter(|part| !part.is_empty());
        let mut code = parts.next().unwrap_or_default();
        for part in parts {
            code.text.push_str(separator);
            code.text.push_str(&part.text);
        }
        code
    }

    /// The contents of brackets: on one line, or each part on a line of its own.
    pub(super) fn list(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts: Vec<Self> = parts.into_iter().collect();
        let width: usize = parts.iter().map(|part| part.text.len() + 2).sum();
        if width <= WIDTH && !parts.iter().any(Self::is_multiline) {
            return Self::joined(", ", parts);
        }
        let mut code = Self::new();
        for part in parts {
            code.break_line(STEP);
            part.fill(&mut code, STEP);
            // No comma may follow the `..` of a pattern.
            code.text.push_str(if part.text == ".." { "" } else { "," });
        }
        code.break_line(0);
        code
    }

    /// The contents of the braces of fields: a list, with spaces inside the braces if it is on one line.
    pub(super) fn fields(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut list = Self::list(parts);
        if !list.is_empty() && !list.is_multiline() {
            list.text = format!(" {} ", list.text);
        }
        list
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it has several lines.
    pub(super) fn is_multiline(&self) -> bool {
        self.text.contains('\n')
    }

    /// The dereferenced expression: `self.lines` for `&self.lines`.
    pub(super) fn behind(&self) -> Self {
        Self {
            text: self.text.strip_prefix('&').unwrap_or(&self.text).to_owned(),
        }
    }

    /// Its text.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Begins a new line, unless it is the first.
    fn start_line(&mut self, indent: usize) {
        match self.is_empty() {
            true => self.indent(indent),
            false => self.break_line(indent),
        }
    }

    fn break_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.indent(indent);
    }

    fn indent(&mut self, columns: usize) {
        const BLANKS: &str = "                                ";
        let mut rest = columns;
        while rest > 0 {
            let part = rest.min(BLANKS.len());
            self.text.push_str(&BLANKS[..part]);
            rest -= part;
        }
    }
}
