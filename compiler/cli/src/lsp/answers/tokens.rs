//! Semantic tokens, for highlighting.

use std::collections::BTreeMap;

use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
    SemanticTokensParams, SemanticTokensResult,
};
use sinew_compiler::ast::Scalar;
use sinew_compiler::source::{FileId, Span};
use sinew_grammar::is_keyword;
use sinew_grammar::lex::{TokenKind, lex};

use super::super::places::Columns;
use super::super::unit::Unit;
use super::Known;

/// The token types; a token has an index into this list.
const TYPES: [SemanticTokenType; 15] = [
    SemanticTokenType::KEYWORD,
    SemanticTokenType::COMMENT,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::TYPE,
    SemanticTokenType::STRUCT,
    SemanticTokenType::ENUM,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::INTERFACE,
    SemanticTokenType::METHOD,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::TYPE_PARAMETER,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::DECORATOR,
];

/// Modifier bit of a name at its declaration.
const DECLARATION: u32 = 1;
/// Modifier bit of built-in types.
const DEFAULT_LIBRARY: u32 = 2;

/// Built-in types with type arguments.
const CONTAINERS: [&str; 4] = ["list", "set", "map", "array"];

/// Tells the editor what the indices and bits of tokens mean.
pub(in super::super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.to_vec(),
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::DEFAULT_LIBRARY,
        ],
    }
}

impl Known<'_> {
    pub(super) fn tokens(&self, params: SemanticTokensParams) -> Option<SemanticTokensResult> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        let named = named(unit, file);
        let (source, _) = unit.file(file);
        let text = &source.text;
        let mut line = Line::new(self.documents.columns);
        let mut in_annotation = false;
        for token in lex(text) {
            let word = &text[token.range.clone()];
            // A path of names after `@`, up to a token that is neither a name nor a dot.
            in_annotation = match token.kind {
                TokenKind::Sign => word == "@" || (in_annotation && word == "."),
                TokenKind::Word => in_annotation,
                _ => false,
            };
            let known = u32::try_from(token.range.start).ok();
            let known = known.and_then(|start| named.get(&start).cloned());
            line.pass(word, known.or(plain(token.kind, word, in_annotation)));
            // In `@a b`, the annotation's name ends after `a`.
            in_annotation &=
                token.kind == TokenKind::Sign || text[token.range.end..].starts_with('.');
        }
        Some(SemanticTokensResult::Tokens(SemanticTokens {
            result_id: None,
            data: line.data,
        }))
    }
}

/// The names in a file, by the offset at which they begin.
fn named(unit: &Unit, file: FileId) -> BTreeMap<u32, (SemanticTokenType, u32)> {
    let declared: BTreeMap<Span, _> = unit.index.all().map(|it| (it.at, kind(it.kind))).collect();
    let uses = unit.index.uses.iter();
    let uses = uses.filter_map(|it| Some((it.span, declared.get(&it.declared)?.clone(), 0)));
    let own = declared.iter();
    let own = own.map(|(at, kind)| (*at, kind.clone(), DECLARATION));
    let all = uses.chain(own).filter(|(span, ..)| span.file == file);
    all.map(|(span, kind, modifiers)| (span.start, (kind, modifiers)))
        .collect()
}

fn kind(word: &str) -> SemanticTokenType {
    match word {
        "constant" => SemanticTokenType::VARIABLE,
        "enum" | "flags" | "union" => SemanticTokenType::ENUM,
        "value" | "variant" => SemanticTokenType::ENUM_MEMBER,
        "service" => SemanticTokenType::INTERFACE,
        "method" => SemanticTokenType::METHOD,
        "field" => SemanticTokenType::PROPERTY,
        "parameter" | "error" => SemanticTokenType::PARAMETER,
        "type parameter" => SemanticTokenType::TYPE_PARAMETER,
        "annotation" => SemanticTokenType::DECORATOR,
        "typedef" | "newtype" => SemanticTokenType::TYPE,
        _ => SemanticTokenType::STRUCT,
    }
}

/// The type of a token that does not name a declaration.
fn plain(kind: TokenKind, word: &str, in_annotation: bool) -> Option<(SemanticTokenType, u32)> {
    let is_type = || Scalar::from_word(word).is_some() || CONTAINERS.contains(&word);
    let found = match kind {
        TokenKind::LineComment | TokenKind::BlockComment => SemanticTokenType::COMMENT,
        TokenKind::Text => SemanticTokenType::STRING,
        TokenKind::Number => SemanticTokenType::NUMBER,
        TokenKind::Word | TokenKind::Sign if in_annotation => SemanticTokenType::DECORATOR,
        TokenKind::Word if is_type() => return Some((SemanticTokenType::TYPE, DEFAULT_LIBRARY)),
        TokenKind::Word if is_keyword(word) => SemanticTokenType::KEYWORD,
        TokenKind::Word | TokenKind::Sign | TokenKind::Blank | TokenKind::Other => return None,
    };
    Some((found, 0))
}

/// Encodes tokens relative to each other, as the protocol wants them.
struct Line {
    columns: Columns,
    data: Vec<SemanticToken>,
    /// Lines since the last encoded token, and columns since its start or the start of the line.
    lines: u32,
    columns_since: u32,
}

impl Line {
    fn new(columns: Columns) -> Self {
        Self {
            columns,
            data: Vec::new(),
            lines: 0,
            columns_since: 0,
        }
    }

    /// Advances past a token and encodes it if it has a type. One token per line: not every editor supports multi-line
    /// tokens.
    fn pass(&mut self, text: &str, what: Option<(SemanticTokenType, u32)>) {
        let what = what.and_then(|(what, modifiers)| {
            let position = TYPES.iter().position(|it| *it == what)?;
            Some((u32::try_from(position).ok()?, modifiers))
        });
        for line in text.split_inclusive('\n') {
            let length = self.columns.count(line.trim_end_matches(['\r', '\n']));
            if let Some((token_type, token_modifiers_bitset)) = what.filter(|_| length > 0) {
                self.data.push(SemanticToken {
                    delta_line: std::mem::take(&mut self.lines),
                    delta_start: std::mem::take(&mut self.columns_since),
                    length,
                    token_type,
                    token_modifiers_bitset,
                });
            }
            if line.ends_with('\n') {
                self.lines += 1;
                self.columns_since = 0;
            } else {
                self.columns_since += length;
            }
        }
    }
}
