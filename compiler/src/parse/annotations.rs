//! Annotations.

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast;
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::source::Span;

/// The doc comment and annotations before a declaration or member.
pub(super) struct Lead {
    pub(super) doc: Option<ast::Doc>,
    pub(super) annotations: Vec<ast::Annotation>,
    /// Offset of the declaration or member itself.
    pub(super) start: usize,
}

impl<'i> Parser<'i, '_> {
    /// Takes the annotations at the cursor, and the doc comment before or after them.
    pub(super) fn lead(&mut self, cursor: &mut Cursor<'i>) -> Lead {
        let pairs = cursor.take_all(Rule::annotation);
        let start = cursor.peek_start().unwrap_or(self.text.len());
        let starts = pairs
            .iter()
            .map(|pair| pair.as_span().start())
            .chain([start]);
        let doc = self.doc(starts);
        let annotations = pairs
            .iter()
            .filter_map(|pair| self.annotation(pair))
            .collect();
        Lead {
            doc,
            annotations,
            start,
        }
    }

    pub(super) fn annotation(&mut self, pair: &Node<'i>) -> Option<ast::Annotation> {
        let mut cursor = Cursor::new(pair);
        cursor.expect(Rule::at);
        let path = self.path(&cursor.expect(Rule::path));
        let (mut args, mut colons) = (Vec::new(), Vec::new());
        if let Some(arguments) = cursor.take(Rule::arguments) {
            for argument in Cursor::new(&arguments).rest_of(Rule::argument) {
                args.push(self.argument(&argument, &mut colons)?);
            }
        }
        if let [first, ..] = colons[..]
            && !self.are_ends_of_range(&path, &args)
        {
            self.report(colons_for_equals(first, &colons));
        }
        Some(ast::Annotation {
            path,
            args,
            span: self.place(pair),
        })
    }

    /// Parses an argument. If `:` is between its name and value, adds the span of that to `colons`.
    fn argument(&mut self, pair: &Node<'i>, colons: &mut Vec<Span>) -> Option<ast::AnnotationArg> {
        let mut cursor = Cursor::new(pair);
        let name = cursor.take(Rule::name).map(|name| self.name(&name));
        cursor.take(Rule::equals);
        if let (Some(name), Some(colon)) = (&name, cursor.take(Rule::colon)) {
            colons.push(name.span.after().to(self.place(&colon)));
        }
        let range_start = cursor.peek_start().unwrap_or(0);
        let start = self.optional_expr(&mut cursor)?;
        let dots = cursor.take(Rule::dots);
        let end = self.optional_expr(&mut cursor)?;
        let span = self.place(pair);
        let value = match (start, dots) {
            (start, Some(dots)) => ast::ArgValue::Range(ast::RangeExpr {
                start,
                end,
                inclusive: dots.as_str() == "..=",
                span: self.span(range_start, span.end as usize),
            }),
            (Some(value), None) => ast::ArgValue::Expr(value),
            (None, None) => unreachable!("the grammar promises a value or a range"),
        };
        Some(ast::AnnotationArg { name, value, span })
    }

    /// For `@len(min: 1, max: 9)`. Later steps say how a range is written, or that `@length` is not an annotation.
    fn are_ends_of_range(&mut self, path: &ast::Path, args: &[ast::AnnotationArg]) -> bool {
        let is_end = |arg: &ast::AnnotationArg| {
            let name = arg.name.as_ref();
            name.is_some_and(|name| matches!(name.name.as_str(), "min" | "max"))
        };
        let is_said_later = match path.text().as_str() {
            "len" | "range" => true,
            other @ ("length" | "size") => !self.declares(other),
            _ => false,
        };
        is_said_later && args.iter().all(is_end)
    }

    /// The expression at the cursor, if there is one. The outer `None` means an invalid one.
    fn optional_expr(&mut self, cursor: &mut Cursor<'i>) -> Option<Option<ast::Expr>> {
        match cursor.take(Rule::expr) {
            Some(pair) => self.expr(&pair).map(Some),
            None => Some(None),
        }
    }
}

/// One report for an annotation with `:` in all its arguments.
fn colons_for_equals(first: Span, colons: &[Span]) -> Diagnostic {
    let message = "expected `=` after the name of an argument, found `:`";
    let edits = colons.iter().map(|colon| Edit {
        span: *colon,
        replacement: " =".to_owned(),
    });
    Diagnostic::new(Code::UnexpectedToken, first, message, "expected `=`")
        .with_edits("write `=`", edits.collect())
}
