//! Prints the tree line by line. Brackets are broken over several lines if a line would be too long.

use super::comment::Comment;
use super::page::Page;
use super::tree::{Block, Body, Entry, Group, Line, Node, Run, Token};

/// Maximum width of a line, if it can be broken.
const WIDTH: usize = 100;
/// Lists in which no item is wider than this have several items on a line.
const SHORT_ITEM: usize = 10;

/// The text of a file.
pub(super) fn print(file: &Block<'_>) -> String {
    let mut printer = Printer::default();
    printer.file(file);
    printer.page.into_text()
}

/// Lays out a file on a page.
#[derive(Default)]
struct Printer {
    page: Page,
}

/// Whether lines may be broken.
#[derive(Clone, Copy)]
enum Fit {
    /// Everything stays on this line.
    Flat,
    /// Lines are limited to the width, and this many columns are needed for what follows.
    Width(usize),
}

impl Printer {
    fn file(&mut self, file: &Block<'_>) {
        let mut before: Option<&Entry<'_>> = None;
        for entry in &file.entries {
            let apart = before.is_some_and(|before| before.stands_apart(entry));
            self.entry(entry, before.is_some(), apart);
            before = Some(entry);
        }
        self.lead(&file.dangling, before.is_some());
        self.page.line_end();
    }

    /// `inner`: it is not the first of its block. `apart`: an empty line must precede it.
    fn entry(&mut self, entry: &Entry<'_>, inner: bool, apart: bool) {
        for (index, line) in entry.lines.iter().enumerate() {
            self.page.line_end();
            let blank = index == 0 && inner && (line.blank || (apart && !line.has_blank()));
            self.line_lead(line, blank);
            let last = index + 1 == entry.lines.len();
            let end = match entry.body {
                _ if !last => "",
                Some(_) => " {",
                None => ";",
            };
            self.run(&line.run, Fit::Width(end.len()));
            let continues = self.page.continues();
            self.page
                .text(if continues { end.trim_start() } else { end });
            self.tail(&line.tail);
        }
        if let Some(body) = &entry.body {
            let bare = entry.lines.last().is_some_and(|line| line.tail.is_empty());
            self.body(body, bare);
        }
        self.page.line_end();
    }

    /// A body after its `{`. `bare`: no comment follows the `{`.
    fn body(&mut self, body: &Body<'_>, bare: bool) {
        let Block { entries, dangling } = &body.block;
        self.page.depth += 1;
        for (index, entry) in entries.iter().enumerate() {
            self.page.line_end();
            self.entry(entry, index > 0, false);
        }
        if !dangling.is_empty() {
            self.page.line_end();
            self.lead(dangling, !entries.is_empty());
        }
        self.page.depth -= 1;
        if !(bare && entries.is_empty() && dangling.is_empty()) {
            self.page.line_end();
        }
        self.page.text("}");
        self.tail(&body.tail);
    }

    fn line_lead(&mut self, line: &Line<'_>, blank: bool) {
        if blank {
            self.page.blank_line();
        }
        self.comments(&line.lead);
        if line.gap {
            self.page.blank_line();
        }
    }

    /// Comments on lines of their own at the end of a block.
    fn lead(&mut self, comments: &[Comment<'_>], inner: bool) {
        if inner && comments.first().is_some_and(|comment| comment.blank) {
            self.page.blank_line();
        }
        self.comments(comments);
    }

    fn comments(&mut self, comments: &[Comment<'_>]) {
        for (index, comment) in comments.iter().enumerate() {
            if index > 0 && comment.blank {
                self.page.blank_line();
            }
            self.page.comment(comment);
            if comment.ends_line {
                self.page.line_end();
            } else {
                self.page.text(" ");
            }
        }
    }

    /// Comments at the end of a line.
    fn tail(&mut self, comments: &[Comment<'_>]) {
        for comment in comments {
            self.page.text(" ");
            self.page.comment(comment);
        }
    }

    fn run(&mut self, run: &Run<'_>, fit: Fit) {
        let outer = std::mem::take(&mut self.page.continued);
        for (index, node) in run.nodes.iter().enumerate() {
            let first = node.first();
            if let Fit::Width(trailing) = fit
                && first.wrap
                && self.page.column + run.to_next_wrap(index, trailing) > WIDTH
            {
                self.page.continue_line();
            }
            self.before(first);
            match node {
                Node::Token(token) => self.page.text(token.text),
                Node::Group(group) => self.group(group, run, index, fit),
            }
        }
        self.between(&run.end);
        self.page.depth -= usize::from(self.page.continued);
        self.page.continued = outer;
    }

    /// What precedes a token: comments and a space.
    fn before(&mut self, token: &Token<'_>) {
        self.between(&token.before);
        if token.spaced() && !self.page.continues() {
            self.page.text(" ");
        }
    }

    /// Comments between a token and the sign after it.
    fn between(&mut self, comments: &[Comment<'_>]) {
        for comment in comments {
            if comment.takes_line() && comment.own_line {
                self.page.continue_line();
            } else if !self.page.continues() {
                self.page.text(" ");
            }
            self.page.comment(comment);
            if comment.takes_line() {
                self.page.continue_line();
            }
        }
    }

    fn group(&mut self, group: &Group<'_>, run: &Run<'_>, index: usize, fit: Fit) {
        let flat = match (fit, group.flat) {
            (Fit::Flat, _) => true,
            (Fit::Width(_), None) => false,
            (Fit::Width(_), Some(_)) if !group.breaks() => true,
            (Fit::Width(trailing), Some(width)) => {
                self.page.column + width + run.to_next_break(index + 1, trailing) <= WIDTH
            }
        };
        self.page.text(group.open.text);
        if flat {
            self.flat_items(group);
        } else {
            self.tail(&group.open_tail);
            self.page.depth += 1;
            if group.is_short_list() {
                self.filled_items(group);
            } else {
                self.broken_items(group);
            }
            self.page.depth -= 1;
            self.page.line_end();
        }
        self.page.text(group.close);
    }

    fn flat_items(&mut self, group: &Group<'_>) {
        let padding = if group.padded() { " " } else { "" };
        self.page.text(padding);
        for (index, item) in group.items.iter().enumerate() {
            if index > 0 {
                self.page.text(" ");
            }
            for comment in &item.lead {
                self.page.comment(comment);
                self.page.text(" ");
            }
            self.run(&item.run, Fit::Flat);
            if index + 1 < group.items.len() {
                self.page.text(",");
            }
            self.tail(&item.tail);
        }
        for (index, comment) in group.dangling.iter().enumerate() {
            if index > 0 {
                self.page.text(" ");
            }
            self.page.comment(comment);
        }
        self.page.text(padding);
    }

    fn broken_items(&mut self, group: &Group<'_>) {
        for (index, item) in group.items.iter().enumerate() {
            let comma = group.comma || index + 1 < group.items.len();
            self.page.line_end();
            self.line_lead(item, item.blank && index > 0);
            self.run(&item.run, Fit::Width(usize::from(comma)));
            if comma {
                self.page.text(",");
            }
            self.tail(&item.tail);
        }
        if !group.dangling.is_empty() {
            self.page.line_end();
            self.lead(&group.dangling, !group.items.is_empty());
        }
    }

    /// As many items on each line as fit.
    fn filled_items(&mut self, group: &Group<'_>) {
        self.page.line_end();
        for item in &group.items {
            let width = item.run.flat_width().unwrap_or(0) + 2;
            if self.page.column > 0 && self.page.column + width > WIDTH {
                self.page.line_end();
            } else if self.page.column > 0 {
                self.page.text(" ");
            }
            self.run(&item.run, Fit::Flat);
            self.page.text(",");
        }
    }
}

impl Entry<'_> {
    /// Whether an empty line must separate it from the declaration `next`.
    fn stands_apart(&self, next: &Entry<'_>) -> bool {
        self.body.is_some() || next.body.is_some() || self.head() != next.head()
    }

    /// `namespace`, `import`, or nothing for declarations.
    fn head(&self) -> &str {
        let first = self.lines.last().and_then(|line| line.run.nodes.first());
        match first.map_or("", |node| node.first().text) {
            head @ ("namespace" | "import") => head,
            _ => "",
        }
    }
}

impl Line<'_> {
    /// Whether an empty line is inside or before it.
    fn has_blank(&self) -> bool {
        let inner = self.lead.iter().skip(1).any(|comment| comment.blank);
        self.blank || self.gap || inner
    }
}

impl Group<'_> {
    /// Whether it is a list of numbers or short names without comments.
    fn is_short_list(&self) -> bool {
        let short = |item: &Line<'_>| {
            let bare = item.lead.is_empty() && item.tail.is_empty();
            let single = item
                .run
                .nodes
                .iter()
                .all(|node| matches!(node, Node::Token(_)));
            bare && single
                && item
                    .run
                    .flat_width()
                    .is_some_and(|width| width <= SHORT_ITEM)
        };
        self.open.text == "[" && self.flat.is_some() && self.items.iter().all(short)
    }
}
