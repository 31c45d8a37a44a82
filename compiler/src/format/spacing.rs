//! Spaces between tokens.

use sinew_grammar::lex::TokenKind;

use super::tree::{Node, Role, Run};

/// Where a run of tokens is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A declaration.
    File,
    /// A member of a declaration.
    Body,
    /// In brackets other than those of a type; an annotation.
    Item,
    /// Between `<` and `>`.
    Type,
}

/// The role of a token at the end of `run`.
pub(super) fn role(kind: TokenKind, text: &str, run: &Run<'_>, place: Place) -> Role {
    match kind {
        TokenKind::Word => Role::Word,
        TokenKind::Number | TokenKind::Text => Role::Literal,
        TokenKind::Sign | TokenKind::Other => match text {
            "-" | "+" | "~" if ends_with_value(run, place) => Role::Binary,
            "-" | "+" | "~" => Role::Unary,
            "=" => Role::Equals,
            "@" => Role::At,
            "." | ".." | "..=" => Role::Dots,
            "," | ";" | ":" | "?" => Role::Separator,
            _ => Role::Binary,
        },
        TokenKind::Blank | TokenKind::LineComment | TokenKind::BlockComment => Role::Word,
    }
}

/// Whether there is a space between `run` and a token with `role`.
pub(super) fn space(role: Role, text: &str, run: &Run<'_>, place: Place) -> bool {
    let Some(last) = last_role(run) else {
        return false;
    };
    match (last, role) {
        (Role::Unary | Role::Dots | Role::At, _) => false,
        (_, Role::Separator) => text == ":" && place == Place::File,
        (_, Role::Dots) => matches!(last, Role::Equals | Role::Separator),
        (_, _) => true,
    }
}

/// Whether there is a space between `run` and an opening bracket, and whether its items may end with a comma.
pub(super) fn opening(text: &str, run: &Run<'_>, place: Place) -> (bool, bool) {
    let last = last_role(run);
    let apart = !matches!(last, None | Some(Role::Unary | Role::Dots | Role::At));
    match text {
        "<" => (false, false),
        "(" => match last {
            Some(Role::Word) => (!is_called(run, place), true),
            None => (false, matches!(place, Place::File | Place::Body)),
            Some(_) => (apart, false),
        },
        _ => (apart, true),
    }
}

/// Whether the word at the end of `run` is followed by its parameters or arguments. Not so for `throws`, which comes
/// after parameters and in types, nor for a modifier before a list of results. But methods may have these names, too.
fn is_called(run: &Run<'_>, place: Place) -> bool {
    let is_parameters = |pair: &[Node<'_>]| match pair {
        [Node::Token(word), Node::Group(group)] => {
            word.role == Role::Word && group.open.text == "(" && !group.open.space
        }
        _ => false,
    };
    let modifiers = run
        .nodes
        .iter()
        .all(|node| matches!(node.first().text, "oneway" | "readonly" | "idempotent"));
    match place {
        Place::File | Place::Body => !modifiers && !run.nodes.windows(2).any(is_parameters),
        Place::Item => true,
        Place::Type => false,
    }
}

/// Whether an operator after `run` is binary.
fn ends_with_value(run: &Run<'_>, place: Place) -> bool {
    let reserved =
        place == Place::Body && run.nodes.len() == 1 && run.nodes[0].first().text == "reserved";
    match last_role(run) {
        Some(Role::Word) => !reserved,
        Some(Role::Literal | Role::Close) => true,
        Some(
            Role::Unary
            | Role::Binary
            | Role::Equals
            | Role::Separator
            | Role::Dots
            | Role::At
            | Role::Open,
        ) => false,
        None => false,
    }
}

fn last_role(run: &Run<'_>) -> Option<Role> {
    match run.nodes.last()? {
        Node::Token(token) => Some(token.role),
        Node::Group(_) => Some(Role::Close),
    }
}
