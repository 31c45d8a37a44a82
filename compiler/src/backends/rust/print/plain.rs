//! Prints tokens one line for each member and statement, indented; fast, and close to what rustfmt does.

use proc_macro2::{Delimiter, TokenStream};

use super::spacing::Spacing;
use super::token::{Group, Token};

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
    printer.lines(&Token::all(tokens), true);
    printer.end_line();
}

struct Printer<'a> {
    out: &'a mut String,
    indent: usize,
    is_line_start: bool,
}

impl Printer<'_> {
    /// The tokens of a file or a block: `;`, `,` and a closing brace may end a line.
    fn lines(&mut self, tokens: &[Token], at_top: bool) {
        let mut spacing = Spacing::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let next = tokens.get(at + 1);
            if self.is_line_start
                && let (Token::Punct(hash), Some(Token::Group(group))) = (token, next)
                && hash.as_char() == '#'
            {
                self.attribute(group);
                spacing.at_start();
                at += 2;
                continue;
            }
            self.token(&tokens[..at], token, next, &mut spacing);
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

    /// Prints one token that stands between `before` and `next`.
    fn token(
        &mut self,
        before: &[Token],
        token: &Token,
        next: Option<&Token>,
        spacing: &mut Spacing,
    ) {
        let space = spacing.before(token, next);
        self.start_line();
        if space {
            self.out.push(' ');
        }
        match token {
            Token::Group(group) => {
                self.group(group, is_body(token) && names_a_value(before));
                spacing.after_group();
            }
            Token::Punct(punct) => self.out.push(punct.as_char()),
            Token::Ident(text) | Token::Literal(text) => self.out.push_str(text),
        }
    }

    /// Prints a group; `is_literal` if a brace here holds the fields of a value or pattern.
    fn group(&mut self, group: &Group, is_literal: bool) {
        let (open, close) = match group.delimiter {
            Delimiter::Brace => ('{', '}'),
            Delimiter::Parenthesis => ('(', ')'),
            Delimiter::Bracket => ('[', ']'),
            Delimiter::None => return self.inline(&group.tokens),
        };
        self.out.push(open);
        match group.delimiter {
            _ if group.tokens.is_empty() => {}
            Delimiter::Brace if is_literal && self.is_short(group) => {
                self.out.push(' ');
                self.inline(&group.tokens);
                self.out.push(' ');
            }
            Delimiter::Brace => self.block(group),
            _ if self.is_too_long(group) => self.block(group),
            _ => self.inline(&group.tokens),
        }
        self.out.push(close);
    }

    fn block(&mut self, group: &Group) {
        self.end_line();
        self.indent += 4;
        self.lines(&group.tokens, false);
        if group.delimiter != Delimiter::Brace && !self.out.ends_with(['\n', ',']) {
            self.out.push(',');
        }
        self.end_line();
        self.indent -= 4;
        self.start_line();
    }

    fn inline(&mut self, tokens: &[Token]) {
        let mut spacing = Spacing::new();
        for (at, token) in tokens.iter().enumerate() {
            let next = tokens.get(at + 1);
            if next.is_none() && matches!(token, Token::Punct(p) if p.as_char() == ',') {
                break;
            }
            self.token(&tokens[..at], token, next, &mut spacing);
        }
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
        let is_simple = |token: &Token| match token {
            Token::Punct(punct) => !matches!(punct.as_char(), ';' | '#'),
            Token::Group(group) => group.delimiter != Delimiter::Brace,
            Token::Ident(_) | Token::Literal(_) => true,
        };
        let is_narrow = group.width <= SHORT && self.column() + group.width < WIDTH;
        is_narrow && group.tokens.iter().all(is_simple)
    }

    fn column(&self) -> usize {
        self.out.len() - self.out.rfind('\n').map_or(0, |at| at + 1)
    }

    /// Whether the group has several members that do not fit into the line.
    fn is_too_long(&self, group: &Group) -> bool {
        group.commas > 0 && self.column() + group.width > WIDTH
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

fn ends_line(token: &Token, next: Option<&Token>, spacing: &Spacing) -> bool {
    match token {
        Token::Punct(punct) => match punct.as_char() {
            ';' => true,
            ',' => spacing.is_outside_angles(),
            _ => false,
        },
        Token::Group(group) => {
            group.delimiter == Delimiter::Brace
                && match next {
                    Some(Token::Punct(next)) => matches!(next.as_char(), '#' | ':'),
                    Some(Token::Ident(next)) => next != "else",
                    Some(Token::Literal(_) | Token::Group(_)) => true,
                    None => false,
                }
        }
        Token::Ident(_) | Token::Literal(_) => false,
    }
}

/// Whether a brace behind `tokens` holds the fields of a value or pattern: `Self {`, `Shape::Square {`.
fn names_a_value(tokens: &[Token]) -> bool {
    let is_path = |token: &Token| match token {
        Token::Ident(name) => !OWNERS.contains(&name.as_str()),
        Token::Punct(punct) => punct.as_char() == ':',
        Token::Group(_) | Token::Literal(_) => false,
    };
    let length = tokens
        .iter()
        .rev()
        .take_while(|token| is_path(token))
        .count();
    let (before, path) = tokens.split_at(tokens.len() - length);
    let is_named = match path {
        [] => false,
        [Token::Ident(name)] => name == "Self",
        _ => true,
    };
    is_named && !matches!(before.last(), Some(Token::Ident(_))) && !is_arrow(before)
}

/// Whether `tokens` end with `->`: what follows is a type.
fn is_arrow(tokens: &[Token]) -> bool {
    let mut last = tokens.iter().rev().map(|token| match token {
        Token::Punct(punct) => punct.as_char(),
        Token::Group(_) | Token::Ident(_) | Token::Literal(_) => ' ',
    });
    (last.next(), last.next()) == (Some('>'), Some('-'))
}

/// Words behind which a path names an item or a subject, not a value with fields.
const OWNERS: [&str; 9] = [
    "enum", "for", "if", "impl", "in", "match", "mod", "struct", "trait",
];

fn is_body(token: &Token) -> bool {
    matches!(token, Token::Group(group) if group.delimiter == Delimiter::Brace)
}

/// Whether a blank line goes between a body and `token`.
fn starts_item(token: &Token, at_top: bool) -> bool {
    match token {
        Token::Ident(ident) => at_top || ["fn", "pub", "async"].contains(&ident.as_str()),
        Token::Punct(punct) => punct.as_char() == '#',
        Token::Group(_) | Token::Literal(_) => false,
    }
}

/// The text of `[doc = "text"]`, if it can stand in a comment as it is.
fn doc_of(group: &Group) -> Option<String> {
    let [Token::Ident(name), _, Token::Literal(written)] = &group.tokens[..] else {
        return None;
    };
    if name != "doc" {
        return None;
    }
    let text = match written.contains('\\') && !written.starts_with('r') {
        true => syn::parse_str::<syn::LitStr>(written).ok()?.value(),
        false => {
            let quoted = written.strip_prefix('r').unwrap_or(written);
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
