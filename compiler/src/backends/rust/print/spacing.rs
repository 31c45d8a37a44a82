//! Where Rust tokens have a space between them.

use proc_macro2::Delimiter;

use super::token::Token;

/// What the last printed token was, as far as spaces depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// The start of a line or of a group.
    Start,
    /// A name, a literal, a closing bracket: something an operator may follow.
    Operand,
    /// A keyword.
    Keyword,
    /// An operator in front of its operand, `::`, `.`, `<`: nothing comes between.
    Tight,
    /// `:`, `,`, `=`, a binary operator: a space comes next.
    Loose,
    /// The first half of an operator of several characters.
    Half,
}

/// Remembers what was printed, and says what goes in front of the next token.
#[derive(Clone, Debug)]
pub(super) struct Spacing {
    last: Last,
    /// The `<` that are open; whether each is that of `impl<…>`.
    angles: Vec<bool>,
    /// Between the bars of a closure.
    bars: bool,
}

impl Spacing {
    pub(super) fn new() -> Self {
        Self {
            last: Last::Start,
            angles: Vec::new(),
            bars: false,
        }
    }

    /// Whether a comma here separates members of the group, not arguments of a type.
    pub(super) fn is_outside_angles(&self) -> bool {
        self.angles.is_empty()
    }

    pub(super) fn after_group(&mut self) {
        self.last = Last::Operand;
    }

    pub(super) fn at_start(&mut self) {
        self.last = Last::Start;
    }

    /// Whether a space goes in front of `token`; `next` is the one behind it.
    pub(super) fn before(&mut self, token: &Token, next: Option<&Token>) -> bool {
        let last = self.last;
        match token {
            Token::Group(group) => {
                self.last = Last::Start;
                match group.delimiter {
                    Delimiter::Brace => !matches!(last, Last::Start | Last::Tight),
                    _ => matches!(last, Last::Keyword | Last::Loose),
                }
            }
            Token::Ident(ident) => {
                self.last = match KEYWORDS.contains(&ident.as_str()) {
                    true if ident == "pub" && next.is_some_and(is_restriction) => Last::Tight,
                    true => Last::Keyword,
                    false => Last::Operand,
                };
                matches!(last, Last::Operand | Last::Keyword | Last::Loose)
            }
            Token::Literal(_) => {
                self.last = Last::Operand;
                matches!(last, Last::Operand | Last::Keyword | Last::Loose)
            }
            Token::Punct(punct) => {
                let joined = match next {
                    Some(Token::Punct(next)) if is_joint(punct) => Some(next.as_char()),
                    _ => None,
                };
                self.punct(last, punct.as_char(), joined)
            }
        }
    }

    fn punct(&mut self, last: Last, c: char, joined: Option<char>) -> bool {
        let loose_before = matches!(last, Last::Keyword | Last::Loose);
        if last == Last::Half {
            self.last = match c {
                ':' | '.' => Last::Tight,
                _ => Last::Loose,
            };
            return false;
        }
        match (c, joined) {
            (',', _) => {
                self.last = Last::Loose;
                false
            }
            (';' | '?', _) => {
                self.last = if c == ';' { Last::Loose } else { Last::Operand };
                false
            }
            (':', Some(':')) | ('.', Some('.')) => {
                self.last = Last::Half;
                loose_before
            }
            (':', _) => {
                self.last = Last::Loose;
                false
            }
            ('.', _) => {
                self.last = Last::Tight;
                false
            }
            ('=' | '-', Some('>')) | ('=' | '|' | '&', Some('=')) => {
                self.last = Last::Half;
                last != Last::Start
            }
            ('<', Some('<')) if self.angles.is_empty() && last == Last::Operand => {
                self.last = Last::Half;
                true
            }
            ('>', Some('>')) if self.angles.is_empty() => {
                self.last = Last::Half;
                true
            }
            ('<', _) => {
                self.angles.push(last == Last::Keyword);
                self.last = Last::Tight;
                last == Last::Loose
            }
            ('>', _) => {
                self.last = match self.angles.pop() {
                    Some(true) => Last::Keyword,
                    Some(false) | None => Last::Operand,
                };
                false
            }
            ('|', Some('|')) if last != Last::Operand => {
                self.last = Last::Half;
                loose_before
            }
            ('|', _) if self.bars => {
                self.bars = false;
                self.last = Last::Loose;
                false
            }
            ('|', _) if last != Last::Operand => {
                self.bars = true;
                self.last = Last::Tight;
                loose_before
            }
            ('\'', _) => {
                self.last = Last::Tight;
                loose_before || last == Last::Operand
            }
            ('!', _) if last == Last::Operand => {
                self.last = Last::Tight;
                false
            }
            ('#', _) => {
                self.last = Last::Tight;
                loose_before || last == Last::Operand
            }
            ('&' | '*' | '-' | '!', _) if last != Last::Operand => {
                self.last = Last::Tight;
                loose_before
            }
            _ => {
                self.last = Last::Loose;
                last != Last::Start
            }
        }
    }
}

/// Whether a group is that of `pub(super)` and not a tuple.
fn is_restriction(token: &Token) -> bool {
    let Token::Group(group) = token else {
        return false;
    };
    let words = ["super", "crate", "self", "in"];
    match group.tokens.first() {
        Some(Token::Ident(first)) => words.contains(&first.as_str()),
        Some(Token::Group(_) | Token::Punct(_) | Token::Literal(_)) | None => false,
    }
}

fn is_joint(punct: &proc_macro2::Punct) -> bool {
    punct.spacing() == proc_macro2::Spacing::Joint
}

/// Keywords that no operator follows as if they were values.
const KEYWORDS: [&str; 25] = [
    "as", "async", "break", "const", "dyn", "else", "enum", "fn", "for", "if", "impl", "in", "let",
    "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait", "type",
    "where",
];
