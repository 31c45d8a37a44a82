//! Rust code as text: templates of this crate, with holes for values that cannot be text of a schema.
//!
//! A template is a literal in the source of this crate. What its holes take is code again, an
//! identifier, a number, or a text, which becomes a string literal. There is no other way to
//! make code, so nothing that a schema says is ever read as code.

mod docs;
mod fill;
mod parsed;
mod template;

pub(super) use fill::{Fill, Hex};
pub(super) use template::{Piece, Pieces, parse};

/// The widest list that stands in one line.
const WIDTH: usize = 80;
/// The columns of one step of indentation.
const STEP: usize = 4;

/// Code from a template: `code!("pub $name: $ty,", name, ty = scope.ty(&field.ty))`.
///
/// `$name` is a hole. Behind the template stand the names of the holes, each with its value where
/// that is no variable of the same name. A template of several lines begins with a line break, and
/// the indentation of its first line is taken off each line. A value of several lines is indented
/// as the line with its hole; a line that is only a hole vanishes where the value is empty.
///
/// What does not compile: a hole that is not named, a name without a hole, brackets that do not match.
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

/// What fills a hole of `code!`.
macro_rules! value {
    ($hole:ident) => {
        &$hole as &dyn $crate::backends::rust::code::Fill
    };
    ($hole:ident = $value:expr) => {
        &$value as &dyn $crate::backends::rust::code::Fill
    };
}

pub(super) use {code, value};

/// Rust code: lines, without a line break at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    text: String,
}

impl Code {
    /// No code.
    pub(super) const fn new() -> Self {
        Self {
            text: String::new(),
        }
    }

    /// The code of a template; only for `code!`.
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

    /// Each in a line, or in lines, of its own; empty ones are left out.
    pub(super) fn lines(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined("\n", parts)
    }

    /// As [`Code::lines`], with blank lines between.
    pub(super) fn paragraphs(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined("\n\n", parts)
    }

    /// With `separator` between two; empty ones are left out.
    pub(super) fn joined(separator: &'static str, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = parts.into_iter().filter(|part| !part.is_empty());
        let mut code = parts.next().unwrap_or_default();
        for part in parts {
            code.text.push_str(separator);
            code.text.push_str(&part.text);
        }
        code
    }

    /// What stands between brackets: in one line, or each part in a line of its own.
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
            // In a pattern nothing stands behind what leaves out the other fields.
            code.text.push_str(if part.text == ".." { "" } else { "," });
        }
        code.break_line(0);
        code
    }

    /// What stands between the braces of fields: a list, with blanks around it if it is one line.
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

    /// Whether it is more than one line.
    pub(super) fn is_multiline(&self) -> bool {
        self.text.contains('\n')
    }

    /// What a reference leads to: `self.lines` for `&self.lines`.
    pub(super) fn behind(&self) -> Self {
        Self {
            text: self.text.strip_prefix('&').unwrap_or(&self.text).to_owned(),
        }
    }

    /// The text of it.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Starts a line that is not the first with a line break.
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
