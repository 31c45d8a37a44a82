//! What is written in the files, token by token, and what each name there means.

use std::collections::BTreeMap;

use sinew_compiler::ast::Scalar;
use sinew_compiler::index::Index;
use sinew_compiler::source::{FileId, SourceMap, Span};
use sinew_grammar::is_keyword;
use sinew_grammar::lex::{Token, TokenKind, lex};

use super::Target;

/// Annotations that tell Rust or the compiler something, and readers nothing.
const HIDDEN: [&str; 3] = ["allow", "breaking_ok", "rust"];
/// Types that are made of others.
const CONTAINERS: [&str; 4] = ["list", "set", "map", "array"];

/// A piece of a text in the language.
#[derive(Clone)]
pub(in super::super) struct Piece {
    pub(in super::super) text: String,
    pub(in super::super) role: Role,
    pub(in super::super) target: Option<Target>,
}

/// What a piece is, for its colour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Role {
    Plain,
    Keyword,
    /// A type of the language.
    Type,
    Text,
    Number,
    Annotation,
}

/// The files of a schema.
pub(super) struct Texts<'a> {
    files: BTreeMap<FileId, (&'a str, Vec<Token>)>,
    /// What names mean, by where they begin: where the names of declarations stand.
    named: BTreeMap<(FileId, u32), Span>,
    /// What links in comments mean.
    links: BTreeMap<(FileId, &'a str), Span>,
    /// Where annotations begin that are not shown, and where they end.
    hidden: BTreeMap<(FileId, u32), u32>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(sources: &'a SourceMap, index: &Index) -> Self {
        let files = sources.iter();
        let files = files.map(|(id, file)| (id, (&file.text[..], lex(&file.text).collect())));
        let own = index.all().map(|it| (it.at, it.at));
        let used = index.uses.iter().map(|it| (it.span, it.declared));
        let all = own.chain(used);
        let mut texts = Self {
            files: files.collect(),
            named: all
                .map(|(span, at)| ((span.file, span.start), at))
                .collect(),
            links: BTreeMap::new(),
            hidden: BTreeMap::new(),
        };
        for it in &index.uses {
            if let Some(link) = texts.link(it.span) {
                texts.links.insert((it.span.file, link), it.declared);
            }
        }
        let annotations = index.all().flat_map(|it| &it.annotations);
        let hidden = annotations.filter(|span| {
            let text = sources.slice(**span).trim_start_matches('@').trim_start();
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            HIDDEN.contains(&&text[..end.unwrap_or(text.len())])
        });
        texts.hidden = hidden
            .map(|span| ((span.file, span.start), span.end))
            .collect();
        texts
    }

    /// The tokens in `span`.
    pub(super) fn tokens(&self, span: Span) -> (&'a str, &[Token]) {
        let Some((text, tokens)) = self.files.get(&span.file) else {
            return ("", &[]);
        };
        let before = |offset: u32| tokens.partition_point(|it| it.range.start < offset as usize);
        let (first, end) = (before(span.start), before(span.end));
        (text, &tokens[first..end.max(first)])
    }

    /// What the name means that begins there.
    pub(super) fn meant(&self, file: FileId, start: usize) -> Option<Span> {
        self.named.get(&(file, u32::try_from(start).ok()?)).copied()
    }

    /// What a link in a comment of this file means, as far as the compiler looked at it.
    pub(super) fn linked(&self, file: FileId, link: &str) -> Option<Span> {
        self.links.get(&(file, link)).copied()
    }

    pub(super) fn is_hidden(&self, annotation: Span) -> bool {
        self.hidden
            .contains_key(&(annotation.file, annotation.start))
    }

    /// The whole link, `shop.Order.id`, whose last name stands there.
    fn link(&self, last: Span) -> Option<&'a str> {
        let (text, _) = self.files.get(&last.file)?;
        let (before, behind) = (
            text.get(..last.start as usize)?,
            text.get(last.end as usize..)?,
        );
        let is_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let start = before.trim_end_matches(is_path).len();
        let is_link = before[..start].trim_end_matches('`').ends_with('[')
            && behind.trim_start_matches('`').starts_with(']');
        is_link.then(|| &text[start..last.end as usize])
    }

    /// What is written in `span`, without comments and what is hidden.
    pub(super) fn pieces(&self, span: Span, find: &dyn Fn(Span) -> Option<Target>) -> Vec<Piece> {
        let (text, tokens) = self.tokens(span);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut gap = Gap::default();
        let margin = margin(text, span.start as usize);
        let mut hidden_to = 0;
        let mut in_annotation = false;
        for token in tokens {
            let (start, word) = (token.range.start, &text[token.range.clone()]);
            if start < hidden_to {
                continue;
            }
            let key = u32::try_from(start).map(|start| (span.file, start));
            if let Some(end) = key.ok().and_then(|key| self.hidden.get(&key)) {
                (hidden_to, gap.is_cut) = (*end as usize, true);
                continue;
            }
            match token.kind {
                TokenKind::Blank => gap.blanks.push(word),
                TokenKind::LineComment | TokenKind::BlockComment => gap.is_cut = true,
                _ => {
                    let before = std::mem::take(&mut gap).text(margin);
                    if !before.is_empty() && !pieces.is_empty() {
                        pieces.push(Piece::plain(&before));
                    }
                    let goes_on = in_annotation && (word == "." || before.is_empty());
                    in_annotation = word == "@" || (goes_on && is_name_part(token.kind, word));
                    pieces.push(Piece {
                        text: word.to_owned(),
                        role: role(token.kind, word, in_annotation),
                        target: self.meant(span.file, start).and_then(find),
                    });
                }
            }
        }
        pieces
    }
}

impl Piece {
    pub(in super::super) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            role: Role::Plain,
            target: None,
        }
    }
}

/// What stands between two tokens that are shown.
#[derive(Default)]
struct Gap<'a> {
    blanks: Vec<&'a str>,
    /// Whether something was left out there.
    is_cut: bool,
}

impl Gap<'_> {
    /// One empty line at most, and the indentation of what follows, without the margin.
    fn text(self, margin: &str) -> String {
        let lines = |blank: &&str| blank.matches('\n').count();
        let lines = self.blanks.iter().map(lines).max().unwrap_or(0).min(2);
        let last = self.blanks.last().copied().unwrap_or_default();
        match lines {
            0 if self.is_cut => " ".to_owned(),
            0 => last.to_owned(),
            _ => {
                let indent = last.rsplit('\n').next().unwrap_or_default();
                "\n".repeat(lines) + indent.strip_prefix(margin).unwrap_or(indent)
            }
        }
    }
}

/// The white space in front of the line that something begins in.
fn margin(text: &str, start: usize) -> &str {
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    &line[..line.len() - line.trim_start().len()]
}

fn is_name_part(kind: TokenKind, word: &str) -> bool {
    kind == TokenKind::Word || word == "."
}

fn role(kind: TokenKind, word: &str, in_annotation: bool) -> Role {
    match kind {
        _ if in_annotation => Role::Annotation,
        TokenKind::Text => Role::Text,
        TokenKind::Number => Role::Number,
        TokenKind::Word if Scalar::from_word(word).is_some() || CONTAINERS.contains(&word) => {
            Role::Type
        }
        TokenKind::Word if is_keyword(word) => Role::Keyword,
        _ => Role::Plain,
    }
}
