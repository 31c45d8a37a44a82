//! Prints tokens one line for each member and statement, indented; fast, and close to what rustfmt does.

use std::fmt::{self, Display, Write};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::spacing::Spacing;

/// The column that lines should end at.
const WIDTH: usize = 100;
/// The widest fields that stand in one line with their braces.
const SHORT: usize = 40;

/// Appends `tokens`, indented by `indent`; each item starts a line.
pub(super) fn print(tokens: TokenStream, indent: usize, out: &mut String) {
    let mut printer = Printer {
        out,
        indent,
        is_line_start: true,
    };
    printer.lines(tokens, true);
    printer.end_line();
}

struct Printer<'a> {
    out: &'a mut String,
    indent: usize,
    is_line_start: bool,
}

impl Printer<'_> {
    /// The tokens of a file or a block: `;`, `,` and a closing brace may end a line.
    fn lines(&mut self, tokens: TokenStream, at_top: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut spacing = Spacing::new();
        let mut at = 0;
        let mut is_literal = false;
        while let Some(token) = tokens.get(at) {
            let next = tokens.get(at + 1);
            if self.is_line_start
                && let (TokenTree::Punct(hash), Some(TokenTree::Group(group))) = (token, next)
                && hash.as_char() == '#'
            {
                self.attribute(group);
                spacing.at_start();
                at += 2;
                continue;
            }
            let space = spacing.before(token, next);
            self.token(token, space, is_literal);
            is_literal = names_a_value(&tokens[..=at]);
            if matches!(token, TokenTree::Group(_)) {
                spacing.after_group();
            }
            if ends_line(token, next, &spacing) {
                self.end_line();
                spacing.at_start();
                if is_body(token) && next.is_some_and(|next| starts_item(next, at_top)) {
                    self.out.push('\n');
                }
            }
            at += 1;
        }
    }

    /// Prints one token; `is_literal` if a brace here would hold the fields of a value or pattern.
    fn token(&mut self, token: &TokenTree, space: bool, is_literal: bool) {
        self.start_line();
        if space {
            self.out.push(' ');
        }
        match token {
            TokenTree::Group(group) => self.group(group, is_literal),
            TokenTree::Ident(ident) => self.display(ident),
            TokenTree::Punct(punct) => self.out.push(punct.as_char()),
            TokenTree::Literal(literal) => self.display(literal),
        }
    }

    fn group(&mut self, group: &Group, is_literal: bool) {
        let (open, close) = match group.delimiter() {
            Delimiter::Brace => ('{', '}'),
            Delimiter::Parenthesis => ('(', ')'),
            Delimiter::Bracket => ('[', ']'),
            Delimiter::None => return self.inline(group.stream()),
        };
        self.out.push(open);
        match group.delimiter() {
            _ if group.stream().is_empty() => {}
            Delimiter::Brace if is_literal && self.is_short(group) => {
                self.out.push(' ');
                self.inline(group.stream());
                self.out.push(' ');
            }
            Delimiter::Brace => self.block(group),
            _ if self.is_too_long(group) => self.block(group),
            _ => self.inline(group.stream()),
        }
        self.out.push(close);
    }

    fn block(&mut self, group: &Group) {
        self.end_line();
        self.indent += 4;
        self.lines(group.stream(), false);
        if group.delimiter() != Delimiter::Brace && !self.out.ends_with(['\n', ',']) {
            self.out.push(',');
        }
        self.end_line();
        self.indent -= 4;
        self.start_line();
    }

    fn inline(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut spacing = Spacing::new();
        let mut is_literal = false;
        for (at, token) in tokens.iter().enumerate() {
            let next = tokens.get(at + 1);
            if next.is_none() && matches!(token, TokenTree::Punct(p) if p.as_char() == ',') {
                break;
            }
            let space = spacing.before(token, next);
            self.token(token, space, is_literal);
            is_literal = names_a_value(&tokens[..=at]);
            if matches!(token, TokenTree::Group(_)) {
                spacing.after_group();
            }
        }
    }

    fn display(&mut self, token: &dyn Display) {
        write!(self.out, "{token}").expect("a string takes all text");
    }

    /// A doc comment where the text allows it, else the attribute.
    fn attribute(&mut self, group: &Group) {
        self.start_line();
        match doc_of(group) {
            Some(text) => {
                self.out.push_str("///");
                self.out.push_str(&text);
            }
            None => {
                self.out.push('#');
                self.group(group, false);
            }
        }
        self.end_line();
    }

    /// Whether the fields of a value or pattern fit into the line.
    fn is_short(&self, group: &Group) -> bool {
        let is_simple = |token: TokenTree| match token {
            TokenTree::Punct(punct) => !matches!(punct.as_char(), ';' | '#'),
            TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
            TokenTree::Ident(_) | TokenTree::Literal(_) => true,
        };
        let width = width(group.stream(), &mut 0);
        width <= SHORT && self.column() + width < WIDTH && group.stream().into_iter().all(is_simple)
    }

    fn column(&self) -> usize {
        self.out.len() - self.out.rfind('\n').map_or(0, |at| at + 1)
    }

    /// Whether the group has several members that do not fit into the line.
    fn is_too_long(&self, group: &Group) -> bool {
        let mut commas = 0;
        let width = width(group.stream(), &mut commas);
        commas > 0 && self.column() + width > WIDTH
    }

    fn start_line(&mut self) {
        if self.is_line_start {
            self.out.extend(std::iter::repeat_n(' ', self.indent));
            self.is_line_start = false;
        }
    }

    fn end_line(&mut self) {
        if !self.is_line_start {
            self.out.push('\n');
            self.is_line_start = true;
        }
    }
}

fn ends_line(token: &TokenTree, next: Option<&TokenTree>, spacing: &Spacing) -> bool {
    match token {
        TokenTree::Punct(punct) => match punct.as_char() {
            ';' => true,
            ',' => spacing.is_outside_angles(),
            _ => false,
        },
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::Brace
                && match next {
                    Some(TokenTree::Punct(next)) => matches!(next.as_char(), '#' | ':'),
                    Some(TokenTree::Ident(next)) => next != "else",
                    Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
                    None => false,
                }
        }
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}

/// Whether a brace behind `tokens` holds the fields of a value or pattern: `Self {`, `Shape::Square {`.
fn names_a_value(tokens: &[TokenTree]) -> bool {
    let is_path = |token: &TokenTree| match token {
        TokenTree::Ident(name) => !OWNERS.iter().any(|word| name == word),
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    };
    let length = tokens
        .iter()
        .rev()
        .take_while(|token| is_path(token))
        .count();
    let (before, path) = tokens.split_at(tokens.len() - length);
    let is_named = match path {
        [] => false,
        [TokenTree::Ident(name)] => name == "Self",
        _ => true,
    };
    is_named && !matches!(before.last(), Some(TokenTree::Ident(_))) && !is_arrow(before)
}

/// Whether `tokens` end with `->`: what follows is a type.
fn is_arrow(tokens: &[TokenTree]) -> bool {
    let mut last = tokens.iter().rev().map(|token| match token {
        TokenTree::Punct(punct) => punct.as_char(),
        TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => ' ',
    });
    (last.next(), last.next()) == (Some('>'), Some('-'))
}

/// Words behind which a path names an item or a subject, not a value with fields.
const OWNERS: [&str; 9] = [
    "enum", "for", "if", "impl", "in", "match", "mod", "struct", "trait",
];

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether a blank line goes between a body and `token`.
fn starts_item(token: &TokenTree, at_top: bool) -> bool {
    match token {
        TokenTree::Ident(ident) => {
            at_top || ["fn", "pub", "async"].iter().any(|word| ident == word)
        }
        TokenTree::Punct(punct) => punct.as_char() == '#',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}

/// The text of `[doc = "text"]`, if it can stand in a comment as it is.
fn doc_of(group: &Group) -> Option<String> {
    let mut tokens = group.stream().into_iter();
    let (name, _, literal) = (tokens.next()?, tokens.next()?, tokens.next()?);
    if name.to_string() != "doc" {
        return None;
    }
    let written = literal.to_string();
    let text = match written.contains('\\') && !written.starts_with('r') {
        true => syn::parse_str::<syn::LitStr>(&written).ok()?.value(),
        false => {
            let quoted = written.strip_prefix('r').unwrap_or(&written);
            quoted.strip_prefix('"')?.strip_suffix('"')?.to_owned()
        }
    };
    let is_plain = |c: char| !c.is_control() && !BIDI.contains(&c);
    (text.chars().all(is_plain) && !text.starts_with('/')).then_some(text)
}

/// Characters that reorder text; rustc refuses them in comments.
const BIDI: [char; 9] = [
    '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];

/// About how wide the tokens are in one line, and how many commas separate them.
fn width(tokens: TokenStream, commas: &mut usize) -> usize {
    let mut sum = 0;
    for token in tokens {
        sum += match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return sum,
            TokenTree::Group(group) => 2 + width(group.stream(), &mut 0),
            TokenTree::Ident(ident) => 1 + length(&ident),
            TokenTree::Literal(literal) => 1 + length(&literal),
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                *commas += 1;
                2
            }
            TokenTree::Punct(_) => 1,
        };
    }
    sum
}

/// How many bytes a token takes, without writing it anywhere.
fn length(token: &dyn Display) -> usize {
    struct Count(usize);
    impl Write for Count {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }
    let mut count = Count(0);
    write!(count, "{token}").expect("counting cannot fail");
    count.0
}
