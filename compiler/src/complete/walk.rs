//! Walks over tokens and tracks open brackets, and in each the current statement. Tolerates missing tokens: a
//! declaration at the beginning of a line closes all brackets.

use sinew_grammar::lex::{Token, TokenKind};

/// Limits the depth of brackets and the tokens of one statement: deeper than any valid schema, and longer than anyone
/// writes.
const MAX_DEPTH: usize = 256;
const MAX_NODES: usize = 512;

/// Keywords of declarations.
pub(super) const DECLARATIONS: [&str; 13] = [
    "namespace",
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
    "frozen",
];

/// What brackets contain, or a file outside of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inside<'t> {
    File,
    /// Fields with ids: of structs, exceptions and variants.
    Struct,
    /// Fields without ids: of frozen structs and annotations.
    Plain,
    Enum,
    Union,
    Service,
    /// Names to import from a file: its path in quotes.
    Names(&'t str),
    Params,
    Throws,
    /// Arguments of the annotation with this path.
    Arguments(Vec<&'t str>),
    /// Fields of a value of the type with this path.
    Literal(Vec<&'t str>),
    /// The arguments of this type.
    Types(&'t str),
    /// A value.
    Value,
}

/// A token of a statement, or brackets with their contents.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    pub(super) text: &'t str,
    pub(super) kind: TokenKind,
    /// For a type, the last path between `<` and `>`.
    pub(super) inner: Vec<&'t str>,
}

/// Open brackets.
#[derive(Debug)]
pub(super) struct Frame<'t> {
    pub(super) inside: Inside<'t>,
    open: &'t str,
    /// The statement that has not ended.
    pub(super) nodes: Vec<Node<'t>>,
    /// Number of commas between types.
    pub(super) commas: usize,
    /// Names of arguments and fields that already have a value.
    pub(super) given: Vec<&'t str>,
    /// The greatest id in use or reserved.
    pub(super) greatest: u32,
}

impl<'t> Frame<'t> {
    fn new(inside: Inside<'t>, open: &'t str) -> Self {
        Self {
            inside,
            open,
            nodes: Vec::new(),
            commas: 0,
            given: Vec::new(),
            greatest: 0,
        }
    }

    fn add(&mut self, node: Node<'t>) {
        if self.nodes.len() < MAX_NODES {
            self.nodes.push(node);
        }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.nodes.iter().any(|node| node.text == word)
    }

    pub(super) fn last(&self) -> &'t str {
        self.nodes.last().map_or("", |node| node.text)
    }
}

/// The open brackets, innermost last; the file is the first.
pub(super) struct Walk<'t> {
    text: &'t str,
    pub(super) frames: Vec<Frame<'t>>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            frames: vec![Frame::new(Inside::File, "")],
        }
    }

    /// The innermost frame.
    pub(super) fn top(&mut self) -> &mut Frame<'t> {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(Inside::File, ""));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    pub(super) fn step(&mut self, token: &Token) {
        let text = &self.text[token.range.clone()];
        let begins_line = self.text[..token.range.start]
            .chars()
            .next_back()
            .is_none_or(|before| before == '\n');
        match text {
            "{" | "(" | "[" | "<" => {
                let inside = self.inside(text);
                if self.frames.len() < MAX_DEPTH {
                    self.frames.push(Frame::new(inside, text));
                }
            }
            "}" => self.close("{"),
            ")" => self.close("("),
            "]" => self.close("["),
            ">" => self.close("<"),
            ";" => {
                while self.top().open != "{" && self.frames.len() > 1 {
                    self.frames.pop();
                }
                self.end();
            }
            "," => self.comma(),
            _ if begins_line && DECLARATIONS.contains(&text) => {
                self.frames.truncate(1);
                self.top().nodes.clear();
                self.push(text, token.kind);
            }
            ":" => self.colon(),
            _ => self.push(text, token.kind),
        }
    }

    fn push(&mut self, text: &'t str, kind: TokenKind) {
        let top = self.top();
        let is_reserved = top.nodes.first().is_some_and(|it| it.text == "reserved");
        if let Some(number) = text.parse().ok().filter(|_| is_reserved) {
            top.greatest = top.greatest.max(number);
        }
        let inner = Vec::new();
        top.add(Node { text, kind, inner });
    }

    /// A number with a colon begins a member, even if the one before has not ended.
    fn colon(&mut self) {
        let top = self.top();
        let last = top.nodes.last();
        if let Some(number) = last.filter(|node| node.kind == TokenKind::Number).cloned() {
            top.greatest = top.greatest.max(number.text.parse().unwrap_or(0));
            top.nodes = vec![number];
        }
        self.push(":", TokenKind::Sign);
    }

    fn comma(&mut self) {
        let top = self.top();
        top.commas += 1;
        let is_list = top.inside == Inside::File || top.has("reserved") || top.has("throws");
        if is_list {
            return self.push(",", TokenKind::Sign);
        }
        if let [name, equals, ..] = top.nodes.as_slice()
            && equals.text == "="
            && top.given.len() < MAX_NODES
        {
            top.given.push(name.text);
        }
        top.nodes.clear();
    }

    fn end(&mut self) {
        self.top().nodes.clear();
    }

    /// Closes the innermost bracket of this kind, and those that are open inside it.
    fn close(&mut self, open: &str) {
        let is_it = |frame: &Frame<'_>| frame.open == open;
        // Types do not extend across a brace.
        let reach = self.frames.iter().rposition(|it| it.open == "{");
        let at = self.frames.iter().rposition(is_it);
        let Some(at) = at.filter(|at| open == "{" || reach.is_none_or(|reach| *at > reach)) else {
            return;
        };
        let inner = path_at_end(&self.frames[at].nodes);
        self.frames.truncate(at);
        let (text, ends) = match open {
            "{" => ("{}", !self.top().has("import") && !self.top().has("=")),
            "(" => ("()", false),
            "[" => ("[]", false),
            _ => ("<>", false),
        };
        if ends {
            return self.end();
        }
        let kind = TokenKind::Sign;
        self.top().add(Node { text, kind, inner });
    }

    /// What the bracket that opens here contains.
    fn inside(&mut self, open: &str) -> Inside<'t> {
        let top = self.top();
        let last = top.last();
        match open {
            "{" => braces(top),
            "(" if is_annotation(&top.nodes) => Inside::Arguments(path_at_end(&top.nodes)),
            "(" if last == "throws" => Inside::Throws,
            "(" if top.inside == Inside::Service => Inside::Params,
            "<" if !DECLARATIONS.contains(&before_last(&top.nodes)) => Inside::Types(last),
            _ => Inside::Value,
        }
    }
}

fn braces<'t>(top: &Frame<'t>) -> Inside<'t> {
    let is_value = matches!(
        top.inside,
        Inside::Value | Inside::Literal(_) | Inside::Arguments(_)
    );
    if is_value || top.has("=") {
        return match path_at_end(&top.nodes) {
            path if path.is_empty() => Inside::Value,
            path => Inside::Literal(path),
        };
    }
    for node in &top.nodes {
        match node.text {
            "struct" if top.has("frozen") => return Inside::Plain,
            "struct" | "exception" => return Inside::Struct,
            "enum" | "flags" => return Inside::Enum,
            "union" => return Inside::Union,
            "service" => return Inside::Service,
            "annotation" => return Inside::Plain,
            "import" => return Inside::Names(top.last()),
            _ => {}
        }
    }
    match top.inside {
        Inside::Union => Inside::Struct,
        _ => Inside::Value,
    }
}

fn before_last<'t>(nodes: &[Node<'t>]) -> &'t str {
    let before = nodes.len().checked_sub(2);
    before.map_or("", |at| nodes[at].text)
}

/// Whether the nodes end with `@` and a path.
fn is_annotation(nodes: &[Node<'_>]) -> bool {
    let is_part = |node: &&Node<'_>| node.kind == TokenKind::Word || node.text == ".";
    let mut before = nodes.iter().rev().skip_while(is_part);
    before.next().is_some_and(|node| node.text == "@")
}

/// The last path of a type, or the one inside it.
pub(super) fn path_at_end<'t>(nodes: &[Node<'t>]) -> Vec<&'t str> {
    let Some(last) = nodes.last() else {
        return Vec::new();
    };
    if last.text == "<>" {
        return last.inner.clone();
    }
    let mut path = Vec::new();
    for pair in nodes.rchunks(2) {
        let [.., name] = pair else { break };
        if name.kind != TokenKind::Word {
            break;
        }
        path.insert(0, name.text);
        if pair.len() < 2 || pair[0].text != "." {
            break;
        }
    }
    path
}
