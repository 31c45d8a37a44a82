//! What is expected at an offset of a text.

use std::ops::Range;

use sinew_grammar::lex::{Token, TokenKind, lex};

use super::walk::{DECLARATIONS, Frame, Inside, Node, Walk, path_at_end};
use crate::ast::Id;
use crate::check::annotations::TARGETS;

/// Modifiers of declarations.
const MODIFIERS: [&str; 3] = ["internal", "closed", "frozen"];
/// Modifiers of methods.
const METHOD_MODIFIERS: [&str; 3] = ["oneway", "readonly", "idempotent"];
const INTEGERS: &[&str] = &["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];

/// A place in a text.
pub(super) struct Place<'t> {
    pub(super) wanted: Wanted<'t>,
    /// The path segments before the place, each followed by a dot.
    pub(super) path: Vec<&'t str>,
    /// What has already been typed.
    pub(super) replaced: Range<usize>,
}

/// What is expected.
pub(super) enum Wanted<'t> {
    /// The path of an import.
    Import,
    /// A name from the imported file, given its path in quotes.
    Picked(&'t str),
    /// An annotation for this target. If the target is unknown, for anything but members.
    Annotation(Option<&'static str>),
    /// A type, or words that are allowed in its place.
    Type {
        more: &'static [&'static str],
    },
    Service,
    Thrown,
    Exception,
    /// A value of the type with this path.
    Value(Vec<&'t str>),
    /// A member, with the id that it could have.
    Member {
        next: Option<u32>,
        more: &'static [&'static str],
    },
    /// The name of an argument that is not given yet, or the value of a positional one.
    Argument {
        of: Vec<&'t str>,
        given: Vec<&'t str>,
    },
    /// The name of a field that is not given yet.
    Field {
        of: Vec<&'t str>,
        given: Vec<&'t str>,
    },
    Words(&'static [&'static str]),
}

/// What is expected at `offset`. `None` in comments, strings and new names.
pub(super) fn place(text: &str, offset: usize) -> Option<Place<'_>> {
    let mut walk = Walk::new(text);
    let mut replaced = offset..offset;
    for token in lex(text).take_while(|token| token.range.start < offset) {
        let is_open = token.range.end > offset;
        if token.range.end >= offset {
            match token.kind {
                TokenKind::Word => {
                    replaced = token.range.start..offset;
                    break;
                }
                TokenKind::Number | TokenKind::LineComment => return None,
                TokenKind::BlockComment if is_open => return None,
                TokenKind::Text if is_open || !is_closed(&text[token.range.clone()]) => {
                    return import(walk.top(), text, &token);
                }
                _ => {}
            }
        }
        if is_significant(&token) {
            walk.step(&token);
        }
    }
    let path = qualifier(&mut walk.top().nodes);
    let mut wanted = wanted(walk.top(), text, offset)?;
    if let Wanted::Member { next, .. } = &mut wanted {
        *next = next_id(walk, text, offset);
    }
    Some(Place {
        wanted,
        path,
        replaced,
    })
}

/// Whether a token is neither white space nor a comment.
fn is_significant(token: &Token) -> bool {
    !matches!(
        token.kind,
        TokenKind::Blank | TokenKind::LineComment | TokenKind::BlockComment
    )
}

/// The tokens from `offset` on.
fn behind(text: &str, offset: usize) -> impl Iterator<Item = Token> {
    lex(text).filter(move |token| token.range.start >= offset && is_significant(token))
}

fn is_closed(text: &str) -> bool {
    text.len() > 1 && text.ends_with('"')
}

/// The import path in which the place is.
fn import<'t>(top: &Frame<'_>, text: &str, token: &Token) -> Option<Place<'t>> {
    let is_import = top.last() == "import" && text[token.range.clone()].starts_with('"');
    let closed = usize::from(is_closed(&text[token.range.clone()]));
    is_import.then(|| Place {
        wanted: Wanted::Import,
        path: Vec::new(),
        replaced: token.range.start + 1..token.range.end - closed,
    })
}

/// Removes a trailing path prefix from a statement.
fn qualifier<'t>(nodes: &mut Vec<Node<'t>>) -> Vec<&'t str> {
    let mut path = Vec::new();
    while let [.., name, dot] = nodes.as_slice()
        && dot.text == "."
        && name.kind == TokenKind::Word
    {
        path.insert(0, name.text);
        nodes.truncate(nodes.len() - 2);
    }
    path
}

fn wanted<'t>(top: &Frame<'t>, text: &str, offset: usize) -> Option<Wanted<'t>> {
    if top.last() == "@" {
        return Some(Wanted::Annotation(target(&top.inside, text, offset)));
    }
    let nodes = without_annotations(&top.nodes);
    let words: Vec<&str> = nodes.iter().map(|node| node.text).collect();
    let is_value = matches!(
        top.last(),
        "=" | "|" | "+" | "-" | "*" | "/" | "<<" | ".." | "..="
    );
    let is_argument = matches!(top.inside, Inside::Arguments(_));
    if is_value && top.has("=") && !is_argument {
        return Some(Wanted::Value(type_of(nodes)));
    }
    match &top.inside {
        Inside::File => declaration(&words),
        Inside::Struct => member(&words, &["optional"]),
        Inside::Union => member(&words, &[]),
        Inside::Params => member(&words, &["optional", "stream"]),
        Inside::Plain if words.is_empty() => Some(Wanted::Type { more: &[] }),
        Inside::Throws => match words.as_slice() {
            [] => new_member(&[]),
            [_, ":"] => Some(Wanted::Exception),
            _ => None,
        },
        Inside::Enum if words.is_empty() => Some(Wanted::Words(&["reserved"])),
        Inside::Service => method(&words),
        Inside::Names(path) if words.is_empty() => Some(Wanted::Picked(path)),
        Inside::Types("array") if top.commas > 0 => Some(Wanted::Value(Vec::new())),
        Inside::Types("stream") if words.last() == Some(&"throws") => Some(Wanted::Thrown),
        Inside::Types(_) if words.is_empty() => Some(Wanted::Type {
            more: &["optional"],
        }),
        Inside::Arguments(_) if is_value => Some(Wanted::Value(Vec::new())),
        Inside::Arguments(of) if words.is_empty() => Some(Wanted::Argument {
            of: of.clone(),
            given: top.given.clone(),
        }),
        Inside::Literal(of) if words.is_empty() => Some(Wanted::Field {
            of: of.clone(),
            given: top.given.clone(),
        }),
        Inside::Value if words.is_empty() => Some(Wanted::Value(Vec::new())),
        _ => None,
    }
}

fn declaration(words: &[&str]) -> Option<Wanted<'static>> {
    let only_modifiers = words.iter().all(|word| MODIFIERS.contains(word));
    Some(match words {
        [] => Wanted::Words(&[
            "import",
            "const",
            "typedef",
            "newtype",
            "enum",
            "flags",
            "struct",
            "union",
            "exception",
            "service",
            "annotation",
            "internal",
            "closed",
            "frozen",
            "namespace",
        ]),
        [.., "frozen"] if only_modifiers => Wanted::Words(&["struct"]),
        [.., "closed"] if only_modifiers => Wanted::Words(&["enum", "flags", "union"]),
        _ if only_modifiers => Wanted::Words(&[
            "const",
            "typedef",
            "newtype",
            "enum",
            "flags",
            "struct",
            "union",
            "exception",
            "service",
            "annotation",
            "closed",
            "frozen",
        ]),
        [.., "const" | "typedef" | "newtype"] => Wanted::Type { more: &[] },
        [.., "enum" | "flags", _, ":"] => Wanted::Words(INTEGERS),
        [.., "service", _] => Wanted::Words(&["extends"]),
        [.., "extends"] => Wanted::Service,
        [.., ","] if words.contains(&"extends") => Wanted::Service,
        [.., "on"] if words.contains(&"annotation") => Wanted::Words(&TARGETS),
        [.., ","] if words.contains(&"annotation") => Wanted::Words(&TARGETS),
        ["import", _] => Wanted::Words(&["as"]),
        _ => return None,
    })
}

fn member(words: &[&str], more: &'static [&'static str]) -> Option<Wanted<'static>> {
    match words {
        [] if more.contains(&"stream") => new_member(&[]),
        [] => new_member(&["reserved"]),
        [_, ":"] => Some(Wanted::Type { more }),
        [_, ":", "optional" | "required"] => Some(Wanted::Type { more: &[] }),
        _ => None,
    }
}

fn new_member(more: &'static [&'static str]) -> Option<Wanted<'static>> {
    Some(Wanted::Member { next: None, more })
}

fn method(words: &[&str]) -> Option<Wanted<'static>> {
    Some(match words {
        [] => Wanted::Type {
            more: &[
                "void",
                "stream",
                "optional",
                "readonly",
                "idempotent",
                "oneway",
                "reserved",
            ],
        },
        [.., "()"] => Wanted::Words(&["throws"]),
        [.., "throws"] => Wanted::Thrown,
        _ if words.iter().all(|word| METHOD_MODIFIERS.contains(word)) => Wanted::Type {
            more: &["void", "stream", "optional"],
        },
        _ => return None,
    })
}

/// The target of an annotation at `offset`.
fn target(inside: &Inside<'_>, text: &str, offset: usize) -> Option<&'static str> {
    match inside {
        Inside::Struct | Inside::Plain => return Some("field"),
        Inside::Enum => return Some("value"),
        Inside::Union => return Some("variant"),
        Inside::Service => return Some("method"),
        Inside::Params => return Some("param"),
        _ => {}
    }
    let mut words = behind(text, offset).map(|token| &text[token.range]);
    let word = words.find(|word| *word != "frozen" && DECLARATIONS.contains(word))?;
    TARGETS.iter().copied().find(|target| *target == word)
}

/// A statement without its leading annotations.
fn without_annotations<'n, 't>(nodes: &'n [Node<'t>]) -> &'n [Node<'t>] {
    let mut rest = nodes;
    while let [at, _, behind @ ..] = rest
        && at.text == "@"
    {
        rest = behind;
        while let [dot, _, behind @ ..] = rest
            && dot.text == "."
        {
            rest = behind;
        }
        if let [arguments, behind @ ..] = rest
            && arguments.text == "()"
        {
            rest = behind;
        }
    }
    rest
}

/// The type of what is assigned: it precedes the name before `=`.
fn type_of<'t>(nodes: &[Node<'t>]) -> Vec<&'t str> {
    let equals = nodes.iter().position(|node| node.text == "=");
    let ty = equals.and_then(|at| nodes[..at].split_last());
    ty.map(|(_, ty)| path_at_end(ty)).unwrap_or_default()
}

/// The id after the greatest one in the innermost brackets, before or after the place.
fn next_id(mut walk: Walk<'_>, text: &str, offset: usize) -> Option<u32> {
    let depth = walk.frames.len();
    let mut greatest = walk.top().greatest;
    for token in behind(text, offset) {
        walk.step(&token);
        match walk.frames.get(depth - 1) {
            Some(frame) if depth > 1 => greatest = greatest.max(frame.greatest),
            _ => break,
        }
    }
    let next = greatest.checked_add(1)?;
    (next <= u32::from(Id::MAX)).then_some(next)
}
