//! Tokens as the printer reads them: taken out of their streams once, which would be copied at each look.

use proc_macro2::{Delimiter, Punct, TokenStream, TokenTree};

/// A token.
pub(super) enum Token {
    Group(Group),
    Ident(String),
    Punct(Punct),
    Literal(String),
}

/// Tokens between brackets.
pub(super) struct Group {
    pub(super) delimiter: Delimiter,
    pub(super) tokens: Vec<Token>,
    /// About how wide the tokens are in one line, up to the first brace.
    pub(super) width: usize,
    /// How many commas separate them, up to the first brace.
    pub(super) commas: usize,
}

impl Token {
    /// The tokens of a stream; those that nothing else holds are moved.
    pub(super) fn all(stream: TokenStream) -> Vec<Self> {
        stream.into_iter().map(Self::of).collect()
    }

    fn of(tree: TokenTree) -> Self {
        match tree {
            TokenTree::Group(group) => {
                let (delimiter, stream) = (group.delimiter(), group.stream());
                drop(group);
                Self::Group(Group::new(delimiter, Self::all(stream)))
            }
            TokenTree::Ident(ident) => Self::Ident(ident.to_string()),
            TokenTree::Punct(punct) => Self::Punct(punct),
            TokenTree::Literal(literal) => Self::Literal(literal.to_string()),
        }
    }
}

impl Group {
    fn new(delimiter: Delimiter, tokens: Vec<Token>) -> Self {
        let (mut width, mut commas) = (0, 0);
        for token in &tokens {
            width += match token {
                Token::Group(group) if group.delimiter == Delimiter::Brace => break,
                Token::Group(group) => 2 + group.width,
                Token::Ident(text) | Token::Literal(text) => 1 + text.len(),
                Token::Punct(punct) if punct.as_char() == ',' => {
                    commas += 1;
                    2
                }
                Token::Punct(_) => 1,
            };
        }
        Self {
            delimiter,
            tokens,
            width,
            commas,
        }
    }
}
