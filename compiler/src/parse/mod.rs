//! From text to the syntax tree. The only module that knows the rules of the grammar.
//!
//! Reports syntax errors and leaves out what cannot be parsed. Does not look up names or check what they mean.

mod annotations;
mod bodies;
mod cursor;
mod docs;
mod enums;
mod exprs;
mod fields;
mod file;
mod foreign;
mod habits;
mod ids;
mod imports;
mod items;
mod keywords;
mod lead;
mod lexical;
mod literals;
mod modifiers;
mod names;
mod nested;
mod nullable;
mod oneof;
mod repeated_ids;
mod reserved;
mod services;
mod slips;
mod syntax;
mod throughout;
mod throws;
mod translate;
mod types;
mod unions;
mod unknown;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use sinew_grammar::{Doc, Error, ErrorKind, MAX_ERRORS, Scan};

use crate::ast;
use crate::diagnostics::{Diagnostic, Sink};
use crate::source::{FileId, SourceFile, SourceMap, Span};
use cursor::Node;
use docs::Docs;
pub(crate) use docs::block_lines;
pub(crate) use foreign::language;
pub(crate) use ids::MAX_NUMBERED;
pub(crate) use literals::is_literal;
use nested::Nested;
use throughout::Habit;
pub(crate) use words::old_type;

/// Parses a file. Never fails: what cannot be parsed is reported and left out, and [`ast::File::partial`] is set.
pub(crate) fn parse(sources: &SourceMap, file: FileId, sink: &mut Sink) -> ast::File {
    let source = sources.file(file);
    let named = language(&source.name).map(|language| foreign::named(source, file, language));
    let unread = named.or_else(|| foreign::held(source, file));
    if let Some(error) = unread.or_else(|| lexical::returns_alone(&source.text, file)) {
        sink.push(error);
        return ast::File {
            partial: true,
            ..ast::File::empty(file)
        };
    }
    let Scan {
        mut errors,
        docs,
        code,
    } = sinew_grammar::scan(&source.text);
    let root = match code.as_ref().map(sinew_grammar::parse).transpose() {
        Ok(root) => root,
        Err(error) => {
            errors.push(error);
            None
        }
    };
    let mut parser = Parser::new(source, file, sink, &errors, docs, root.clone());
    for error in errors {
        parser.lexical(error);
    }
    let throughout = std::mem::take(&mut parser.throughout);
    parser.report_habits(throughout);
    let ast = match root {
        Some(pair) => parser.whole_file(&pair),
        None => ast::File::empty(file),
    };
    if !parser.partial {
        parser.lonely_docs();
    }
    ast::File {
        partial: parser.partial,
        lost: parser.lost,
        ..ast
    }
}

/// The state while one file is parsed.
struct Parser<'i, 's> {
    text: &'i str,
    /// The file's name below its import root.
    file_name: &'i str,
    file: FileId,
    sink: &'s mut Sink,
    docs: Docs,
    /// A report has said what to write for types without `!`.
    marks_nullable: bool,
    /// Something was left out.
    partial: bool,
    /// Names of declarations among that.
    lost: BTreeSet<String>,
    /// Ranges for which lexical errors suffice: no further errors are reported there.
    refused: Vec<Range<usize>>,
    /// A brace is never closed, or in a string that is not, so what looks nested may not be.
    unclosed: bool,
    /// The last declaration lacks a `{` inside, and therefore ended early.
    unopened: bool,
    /// Declarations found inside others.
    hoisted: Vec<ast::Item>,
    /// Reports about those in the current declaration.
    nested: Vec<Nested>,
    /// Bytes that fixes move, in total.
    moved: usize,
    /// Names of members that come before their types and lack an id, with the reports about them.
    swapped: BTreeMap<Span, Diagnostic>,
    /// Ids of members that were left out, so that no other member is given them.
    lost_ids: Vec<u16>,
    /// Reports about members that are combined at the end of the declaration.
    throughout: Vec<(Habit, Diagnostic)>,
    /// Names that the file declares or imports; computed on first use.
    declared: Option<BTreeSet<&'i str>>,
    /// Number of diagnostics so far.
    reported: usize,
    /// The whole file.
    root: Option<Node<'i>>,
}

/// The range for which an error suffices.
fn refused(error: &Error) -> Range<usize> {
    match error.kind {
        ErrorKind::UnterminatedString {
            far_end: Some(end), ..
        } => error.range.start..end,
        _ => error.range.clone(),
    }
}

impl<'i, 's> Parser<'i, 's> {
    fn new(
        source: &'i SourceFile,
        file: FileId,
        sink: &'s mut Sink,
        errors: &[Error],
        docs: Vec<Doc>,
        root: Option<Node<'i>>,
    ) -> Self {
        let unclosed = |error: &Error| {
            matches!(
                error.kind,
                ErrorKind::UnclosedBrace { .. } | ErrorKind::UnterminatedString { .. }
            )
        };
        Self {
            text: &source.text,
            file_name: source.import_path(),
            file,
            sink,
            docs: Docs::new(docs),
            marks_nullable: false,
            partial: !errors.is_empty(),
            lost: BTreeSet::new(),
            refused: errors.iter().map(refused).collect(),
            unclosed: errors.iter().any(unclosed),
            unopened: false,
            hoisted: Vec::new(),
            nested: Vec::new(),
            moved: 0,
            swapped: BTreeMap::new(),
            lost_ids: Vec::new(),
            throughout: Vec::new(),
            declared: None,
            reported: 0,
            root,
        }
    }

    /// Adds a diagnostic, unless the file already has more errors than anyone would read.
    fn report(&mut self, diagnostic: Diagnostic) {
        self.reported += 1;
        if self.reported <= MAX_ERRORS {
            self.sink.push(diagnostic);
        }
    }

    /// The text with comments replaced by white space.
    fn code(&self) -> &'i str {
        self.root
            .as_ref()
            .map_or(self.text, |root| root.get_input())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// The text of a pair, without trailing white space that pest may include.
    fn text_of(&self, pair: &Node<'i>) -> &'i str {
        &self.text[pair.as_span().start()..cursor::end_of(pair)]
    }

    /// The span of a pair, without trailing white space that pest may include.
    fn place(&self, pair: &Node<'_>) -> Span {
        self.span(pair.as_span().start(), cursor::end_of(pair))
    }
}
