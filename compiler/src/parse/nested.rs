//! Declarations inside others, which the language does not allow. They are parsed as if they came after the outer one.

use std::ops::Range;

use sinew_grammar::{Rule, token_at};

use super::Parser;
use super::bodies::Body;
use super::cursor::Node;
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::source::Span;

/// How many bytes fixes move in a file, at most. A report contains the moved text, and nested parts of it again.
const MAX_MOVED: usize = 64 * 1024;

/// A nested declaration, and the report about it.
pub(super) struct Nested {
    error: Diagnostic,
    moved: Option<Moved>,
}

/// Text that can be moved after the surrounding declaration.
pub(super) struct Moved {
    /// Its span.
    pub(super) place: Span,
    /// What replaces it there.
    pub(super) stays: String,
    /// What is moved.
    pub(super) declaration: String,
}

impl<'i> Parser<'i, '_> {
    /// A declaration inside the body of another one.
    pub(super) fn nested(&mut self, pair: &Node<'i>, body: &Body<'_>) {
        let place = self.place(pair);
        let place = place.start as usize..place.end as usize;
        let (head, inner) = self.head(pair);
        if matches!(inner.as_rule(), Rule::namespace | Rule::import) {
            self.partial = true;
        } else {
            let item = self.declaration(head, &inner);
            self.partial |= item.is_none();
            self.hoisted.extend(item);
        }
        // If a brace is never closed, what looks nested may not be.
        if !self.unclosed {
            let head = token_at(self.text, place.start);
            let error = nested_declaration(self.span(head.start, head.end), body);
            let moved = self.whole_lines(place).map(|lines| Moved {
                place: self.span(lines.start, lines.end),
                stays: String::new(),
                declaration: dedented(&self.text[lines]),
            });
            self.found_nested(error, moved);
        }
    }

    /// Keeps the report about something nested until it is known where it can be moved.
    pub(super) fn found_nested(&mut self, error: Diagnostic, moved: Option<Moved>) {
        self.nested.push(Nested { error, moved });
    }

    /// Reports everything nested in a declaration that ends at `end`.
    pub(super) fn report_nested(&mut self, nested: Vec<Nested>, end: usize) {
        for Nested { error, moved } in nested {
            let error = match moved {
                Some(moved) => {
                    let replaced = Edit {
                        span: moved.place,
                        replacement: moved.stays,
                    };
                    let added = Edit {
                        span: self.span(end, end),
                        replacement: format!("\n\n{}", moved.declaration),
                    };
                    error.with_edits("move it out", vec![replaced, added])
                }
                None => error,
            };
            self.report(error);
        }
    }

    /// The lines of a declaration and the comments directly above it. `None` if the lines contain anything else, or too
    /// many bytes would be moved.
    fn whole_lines(&mut self, place: Range<usize>) -> Option<Range<usize>> {
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r');
        let before = self.text[..place.start].trim_end_matches(is_blank);
        let behind = self.text[place.end..].trim_start_matches(is_blank);
        let rest = behind.strip_prefix('\n')?;
        if !before.is_empty() && !before.ends_with('\n') {
            return None;
        }
        let (mut start, end) = (before.len(), self.text.len() - rest.len());
        while let Some(above) = self.text[..start].strip_suffix('\n') {
            let line_start = above.rfind('\n').map_or(0, |at| at + 1);
            let line = above[line_start..].trim();
            if line.ends_with("*/") {
                return None;
            }
            if !line.starts_with("//") {
                break;
            }
            start = line_start;
        }
        self.moved += end - start;
        (self.moved <= MAX_MOVED).then_some(start..end)
    }
}

/// Lines without their common indentation and the last line ending.
fn dedented(lines: &str) -> String {
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let full = lines.lines().filter(|line| !line.trim().is_empty());
    let common = full.map(blanks).min().unwrap_or(0);
    let cut = lines.lines().map(|line| line.get(common..).unwrap_or(""));
    cut.collect::<Vec<_>>().join("\n")
}

fn nested_declaration(span: Span, body: &Body<'_>) -> Diagnostic {
    let message = format!("declarations cannot be nested inside {}", body.title());
    Diagnostic::new(Code::NestedDeclaration, span, message, "declared here")
        .with_help(format!("move it out of {}", body.title()))
}
