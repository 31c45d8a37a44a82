//! Builds the tree from tokens. Text that the parser does not accept yields some tree, too.

use std::iter::Peekable;
use std::vec;

use super::attach::{Lexeme, Lexemes};
use super::comment::Comment;
use super::spacing::{Place, opening, role, space};
use super::tree::{Block, Body, Entry, Group, Line, Node, Role, Run, Token};

/// Builds the tree of a file.
pub(super) fn build(lexemes: Lexemes<'_>) -> Block<'_> {
    let mut builder = Builder {
        tokens: lexemes.tokens.into_iter().peekable(),
        behind: Vec::new(),
        carry: Vec::new(),
    };
    let entries = builder.entries(Place::File);
    let mut dangling = builder.carry;
    dangling.extend(lexemes.end);
    Block { entries, dangling }
}

pub(super) struct Builder<'t> {
    pub(super) tokens: Peekable<vec::IntoIter<Lexeme<'t>>>,
    /// Comments after the last token taken.
    pub(super) behind: Vec<Comment<'t>>,
    /// Comments that could not stay on their line and move before what comes next.
    pub(super) carry: Vec<Comment<'t>>,
}

impl<'t> Builder<'t> {
    fn entries(&mut self, place: Place) -> Vec<Entry<'t>> {
        let mut entries = Vec::new();
        while !matches!(self.peek(), "" | "}") {
            entries.push(self.entry(place));
        }
        entries
    }

    fn entry(&mut self, place: Place) -> Entry<'t> {
        let mut lines: Vec<Line<'t>> = Vec::new();
        while self.peek() == "@" {
            let mut line = self.line();
            self.annotation(&mut line.run);
            let docs = self.documentation();
            line.tail = self.end(&mut line.run, Vec::new(), Vec::new());
            lines.push(line);
            lines[0].lead.extend(docs);
        }
        let mut line = self.line();
        self.statement(&mut line.run, place);
        let end = self.next_if(|text| matches!(text, ";" | "," | "{"));
        let (before, after, text) = match end {
            Some(lexeme) => (lexeme.before, lexeme.after, lexeme.text),
            None => (Vec::new(), Vec::new(), ""),
        };
        line.tail = self.end(&mut line.run, before, after);
        lines.push(line);
        for (index, line) in lines.iter_mut().enumerate() {
            line.settle(index == 0);
        }
        let body = (text == "{").then(|| self.body());
        Entry { lines, body }
    }

    /// A body after its `{`
    fn body(&mut self) -> Body<'t> {
        let entries = self.entries(Place::Body);
        let mut dangling = std::mem::take(&mut self.carry);
        let mut tail = Vec::new();
        if let Some(close) = self.next_if(|text| text == "}") {
            dangling.extend(close.before);
            self.keep_on_line(&mut tail, close.after);
        }
        if let Some(end) = self.next_if(|text| text == ";") {
            // The `;` is dropped, so documentation before it would become that of the next member.
            let (docs, others) = end.before.into_iter().partition(Comment::is_doc);
            dangling.extend::<Vec<_>>(docs);
            self.keep_on_line(&mut tail, others);
            self.keep_on_line(&mut tail, end.after);
        }
        Body {
            block: Block { entries, dangling },
            tail,
        }
    }

    /// `@name` and its arguments.
    fn annotation(&mut self, run: &mut Run<'t>) {
        self.token(run, Place::Item);
        self.token(run, Place::Item);
        while self.peek() == "." {
            self.token(run, Place::Item);
            self.token(run, Place::Item);
        }
        if self.peek() == "(" {
            self.group(run, Place::Item);
        }
    }

    /// Up to the `;`, `,` or `{` at its end.
    fn statement(&mut self, run: &mut Run<'t>, place: Place) {
        loop {
            match self.peek() {
                "" | ";" | "}" | ")" | "]" => return,
                "," if !has_inner_commas(run, place) => return,
                "{" if !holds_value(run, place) => return,
                "{" | "(" | "[" | "<" => self.group(run, place),
                _ => self.token(run, place),
            }
        }
    }

    /// Up to the `,` or closing bracket at its end.
    fn item(&mut self, line: &mut Line<'t>, place: Place) {
        while self.peek() == "@" {
            self.annotation(&mut line.run);
            let docs = self.documentation();
            line.lead.extend(docs);
        }
        loop {
            match self.peek() {
                "" | ";" | "}" | ")" | "]" | "," => return,
                ">" if place == Place::Type => return,
                "{" | "(" | "[" | "<" => self.group(&mut line.run, place),
                _ => self.token(&mut line.run, place),
            }
        }
    }

    /// A token other than a bracket.
    fn token(&mut self, run: &mut Run<'t>, place: Place) {
        let Some(lexeme) = self.tokens.next() else {
            return;
        };
        let mut text = lexeme.text;
        let mut after = lexeme.after;
        // The `>` of a type is part of its group, so this is a shift.
        if text == ">"
            && let Some(second) = self.next_if(|text| text == ">")
        {
            text = ">>";
            after.extend(second.before);
            after.extend(second.after);
        }
        let role = role(lexeme.kind, text, run, place);
        let space = space(role, text, run, place);
        let wrap = role == Role::Binary || run.ends_with_comma();
        let before = self.between(run, lexeme.before);
        run.nodes.push(Node::Token(Token {
            text,
            role,
            before,
            space,
            wrap,
        }));
        self.behind = after;
    }

    /// Brackets and their contents.
    fn group(&mut self, run: &mut Run<'t>, place: Place) {
        let Some(open) = self.tokens.next() else {
            return;
        };
        let (space, comma) = opening(open.text, run, place);
        let before = self.between(run, open.before);
        let (text, wrap) = (open.text, run.ends_with_comma());
        let mut group = Group {
            open: Token {
                text,
                role: Role::Open,
                before,
                space,
                wrap,
            },
            open_tail: Vec::new(),
            items: Vec::new(),
            dangling: Vec::new(),
            close: closing(text),
            comma,
            flat: None,
        };
        match open.after.last() {
            Some(comment) if comment.takes_line() => group.open_tail = open.after,
            Some(_) | None => self.carry.extend(open.after),
        }
        self.items(&mut group);
        group.flat = group.flat_width();
        run.nodes.push(Node::Group(group));
    }

    fn items(&mut self, group: &mut Group<'t>) {
        let place = if group.open.text == "<" {
            Place::Type
        } else {
            Place::Item
        };
        loop {
            match self.peek() {
                "" | ";" | "}" | ")" | "]" => break,
                ">" if place == Place::Type => break,
                _ => {}
            }
            let mut line = self.line();
            self.item(&mut line, place);
            let (before, after) = match self.next_if(|text| text == ",") {
                Some(comma) => (comma.before, comma.after),
                None => (Vec::new(), Vec::new()),
            };
            line.tail = self.end(&mut line.run, before, after);
            line.settle(true);
            group.items.push(line);
        }
        let Some(close) = self.next_if(|text| text == group.close) else {
            return;
        };
        let mut before = close.before.into_iter().peekable();
        if let Some(item) = group.items.last_mut()
            && self.carry.is_empty()
            && (item.tail.is_empty() || group.comma)
            && !item.tail.last().is_some_and(Comment::takes_line)
        {
            let fits = |comment: &Comment<'_>| comment.is_inline() && !comment.own_line;
            // If no comma is written, they end the item itself, as they do when the result is read again.
            let end = match group.comma {
                true => &mut item.tail,
                false => &mut item.run.end,
            };
            end.extend(std::iter::from_fn(|| before.next_if(fits)));
        }
        group.dangling.append(&mut self.carry);
        group.dangling.extend(before);
        self.behind = close.after;
    }

    /// The text of the next token; empty at the end.
    fn peek(&mut self) -> &'t str {
        self.tokens.peek().map_or("", |lexeme| lexeme.text)
    }

    fn next_if(&mut self, wanted: impl Fn(&str) -> bool) -> Option<Lexeme<'t>> {
        self.tokens.next_if(|lexeme| wanted(lexeme.text))
    }
}

impl Run<'_> {
    /// Whether the last token is a comma within the run itself.
    fn ends_with_comma(&self) -> bool {
        matches!(self.nodes.last(), Some(Node::Token(token)) if token.text == ",")
    }

    fn first_word(&self) -> &str {
        let mut words = self.nodes.iter().map(|node| node.first().text);
        words
            .find(|word| !matches!(*word, "internal" | "closed" | "frozen"))
            .unwrap_or("")
    }
}

/// Whether a comma does not end the statement: `reserved 1, 2;`, `service A extends B, C {`.
fn has_inner_commas(run: &Run<'_>, place: Place) -> bool {
    match place {
        Place::File => matches!(
            run.first_word(),
            "annotation" | "events" | "exception" | "mixin" | "service" | "struct"
        ),
        Place::Body => match run.nodes.as_slice() {
            [Node::Token(word), Node::Token(next), ..] => {
                word.text == "reserved" && matches!(next.role, Role::Literal | Role::Unary)
            }
            _ => false,
        },
        Place::Item | Place::Type => false,
    }
}

/// Whether `{` begins a value or the names of an import rather than a body.
fn holds_value(run: &Run<'_>, place: Place) -> bool {
    let import = place == Place::File && run.first_word() == "import";
    import
        || run
            .nodes
            .iter()
            .any(|node| node.first().role == Role::Equals)
}

fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        "<" => ">",
        _ => "}",
    }
}
