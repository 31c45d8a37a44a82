//! Folding and selection ranges, from brackets, comments and declarations.

use lsp_types::{
    FoldingRange, FoldingRangeKind, FoldingRangeParams, SelectionRange, SelectionRangeParams,
};
use sinew_compiler::source::{FileId, Span};
use sinew_grammar::lex::{Token, TokenKind, lex};

use super::super::unit::Unit;
use super::Known;

/// Brackets deeper than this are ignored; no accepted schema nests so deep.
const MAX_DEPTH: usize = 256;

impl Known<'_> {
    /// Brackets, comments and the list of imports, if they are longer than a line.
    pub(super) fn folds(&self, params: FoldingRangeParams) -> Option<Vec<FoldingRange>> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        let (source, _) = unit.file(file);
        let mut folds = Vec::new();
        for span in brackets(&source.text, file) {
            folds.extend(fold(unit, span, None));
        }
        for span in comments(&source.text, file) {
            folds.extend(fold(unit, span, Some(FoldingRangeKind::Comment)));
        }
        let imports = unit.index.imports.iter().map(|(span, _)| *span);
        let imports = imports.filter(|span| span.file == file);
        if let Some(all) = imports.reduce(|first, last| first.to(last)) {
            folds.extend(fold(unit, all, Some(FoldingRangeKind::Imports)));
        }
        folds.sort_by_key(|fold| (fold.start_line, fold.end_line));
        Some(folds)
    }

    /// For each position, the token there, the brackets and declarations around it, and the whole file.
    pub(super) fn selections(&self, params: SelectionRangeParams) -> Option<Vec<SelectionRange>> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        let places = params.positions.into_iter();
        Some(
            places
                .map(|place| selection(unit, file, unit.offset(file, place)))
                .collect(),
        )
    }
}

/// Folds a span; the line of a closing bracket stays visible.
fn fold(unit: &Unit, span: Span, kind: Option<FoldingRangeKind>) -> Option<FoldingRange> {
    let (source, _) = unit.file(span.file);
    let line = |offset| u32::try_from(source.position(offset).line - 1).ok();
    let (start_line, last) = (line(span.start)?, line(span.end)?);
    let end_line = match kind {
        None => last.checked_sub(1)?,
        Some(_) => last,
    };
    (start_line < end_line).then_some(FoldingRange {
        start_line,
        end_line,
        kind,
        ..FoldingRange::default()
    })
}

fn selection(unit: &Unit, file: FileId, offset: u32) -> SelectionRange {
    let (source, _) = unit.file(file);
    let is_whole = |token: &Token| !matches!(token.kind, TokenKind::Blank | TokenKind::Sign);
    let token = lex(&source.text).filter(is_whole);
    let token = token.map(|token| span(&token, file));
    let declared = unit.index.all().map(|it| it.span);
    let mut around: Vec<Span> = token.chain(declared).collect();
    for brackets in brackets(&source.text, file) {
        let inner = Span::new(file, brackets.start as usize + 1, brackets.end as usize - 1);
        around.extend([inner, brackets]);
    }
    around.push(Span::new(file, 0, source.text.len()));
    around.retain(|it| it.holds(file, offset));
    around.sort_by_key(|it| (it.end - it.start, it.start));
    let mut nested: Vec<Span> = Vec::new();
    for span in around {
        let fits = |inner: &Span| span.start <= inner.start && inner.end <= span.end;
        if nested
            .last()
            .is_none_or(|inner| fits(inner) && *inner != span)
        {
            nested.push(span);
        }
    }
    let mut selection = None;
    for span in nested.into_iter().rev() {
        selection = Some(SelectionRange {
            range: unit.range(span),
            parent: selection.map(Box::new),
        });
    }
    selection.unwrap_or_default()
}

fn span(token: &Token, file: FileId) -> Span {
    Span::new(file, token.range.start, token.range.end)
}

/// From each opening bracket to its closing one.
fn brackets(text: &str, file: FileId) -> Vec<Span> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut found = Vec::new();
    for token in lex(text).filter(|token| token.kind == TokenKind::Sign) {
        let opening = match &text[token.range.clone()] {
            sign @ ("{" | "(" | "[") => {
                if open.len() < MAX_DEPTH {
                    open.push((sign, token.range.start));
                }
                continue;
            }
            "}" => "{",
            ")" => "(",
            "]" => "[",
            _ => continue,
        };
        // Brackets still open inside this pair are never closed.
        if let Some(at) = open.iter().rposition(|(sign, _)| *sign == opening) {
            found.push(Span::new(file, open[at].1, token.range.end));
            open.truncate(at);
        }
    }
    found
}

/// Comments; line comments on adjacent lines are one.
fn comments(text: &str, file: FileId) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut follows = false;
    for token in lex(text) {
        match token.kind {
            TokenKind::Blank => {
                follows &= text[token.range].matches('\n').count() < 2;
            }
            TokenKind::LineComment | TokenKind::BlockComment => {
                let span = span(&token, file);
                match found.last_mut().filter(|_| follows) {
                    Some(last) => *last = last.to(span),
                    None => found.push(span),
                }
                follows = token.kind == TokenKind::LineComment;
            }
            _ => follows = false,
        }
    }
    found
}
