//! The structure of a file, as far as its layout depends on it: statements that end with `;` or have a body in braces,
//! and brackets with items between commas.

use super::comment::Comment;

/// The contents of a body or a file.
#[derive(Debug, Default)]
pub(super) struct Block<'t> {
    /// Declarations or members.
    pub(super) entries: Vec<Entry<'t>>,
    /// Comments after the last of them.
    pub(super) dangling: Vec<Comment<'t>>,
}

/// A declaration or a member.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    /// Its annotations, each on a line, and the entry itself.
    pub(super) lines: Vec<Line<'t>>,
    /// Its body; without one it ends with `;`.
    pub(super) body: Option<Body<'t>>,
}

/// `{ … }` of a declaration.
#[derive(Debug)]
pub(super) struct Body<'t> {
    pub(super) block: Block<'t>,
    /// Comments after `}` on its line.
    pub(super) tail: Vec<Comment<'t>>,
}

/// What is on one line if it fits: a member, an annotation, an item of a list.
#[derive(Debug, Default)]
pub(super) struct Line<'t> {
    /// An empty line precedes it.
    pub(super) blank: bool,
    /// Comments before it.
    pub(super) lead: Vec<Comment<'t>>,
    /// An empty line is between `lead` and the first token.
    pub(super) gap: bool,
    pub(super) run: Run<'t>,
    /// Comments after it, or after the `{` that follows it.
    pub(super) tail: Vec<Comment<'t>>,
}

/// A sequence of tokens and brackets.
#[derive(Debug, Default)]
pub(super) struct Run<'t> {
    pub(super) nodes: Vec<Node<'t>>,
    /// Comments after the last token, before `;`, `,` or `{`.
    pub(super) end: Vec<Comment<'t>>,
}

#[derive(Debug)]
pub(super) enum Node<'t> {
    Token(Token<'t>),
    Group(Group<'t>),
}

/// A token inside a run.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) role: Role,
    /// Comments before it; none at the beginning of a run.
    pub(super) before: Vec<Comment<'t>>,
    /// A space precedes it.
    pub(super) space: bool,
    /// A line that is too long may be broken before it.
    pub(super) wrap: bool,
}

/// The role of a token, as far as spaces depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A name or a keyword.
    Word,
    /// A number or quoted text.
    Literal,
    /// A unary operator.
    Unary,
    /// A binary operator.
    Binary,
    /// `=`
    Equals,
    /// `,` `:` `?`
    Separator,
    /// `.` `..` `..=`
    Dots,
    /// `@`
    At,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
}

/// Brackets and their contents.
#[derive(Debug)]
pub(super) struct Group<'t> {
    pub(super) open: Token<'t>,
    /// A comment after the opening bracket that ends its line.
    pub(super) open_tail: Vec<Comment<'t>>,
    pub(super) items: Vec<Line<'t>>,
    /// Comments before the closing bracket.
    pub(super) dangling: Vec<Comment<'t>>,
    pub(super) close: &'t str,
    /// The last item may be followed by a comma.
    pub(super) comma: bool,
    /// Its width on one line; `None` if a comment prevents that.
    pub(super) flat: Option<usize>,
}

impl Group<'_> {
    /// Whether it may be broken over several lines if a line is too long. Types may not.
    pub(super) fn breaks(&self) -> bool {
        self.open.text != "<" && !self.items.is_empty()
    }

    /// Whether there are spaces inside its brackets: `{ a = 1 }`.
    pub(super) fn padded(&self) -> bool {
        self.open.text == "{" && !self.items.is_empty()
    }

    /// Its width on one line, without the space before it.
    pub(super) fn flat_width(&self) -> Option<usize> {
        let commas = 2 * self.items.len().saturating_sub(1);
        let padding = if self.padded() { 2 } else { 0 };
        let mut width = 2 + commas + padding;
        for comment in &self.dangling {
            let fits = comment.is_inline() && !comment.own_line;
            width += fits.then(|| comment.width())?;
        }
        if !self.open_tail.is_empty() || (!self.items.is_empty() && !self.dangling.is_empty()) {
            return None;
        }
        width += self.dangling.len().saturating_sub(1);
        for item in &self.items {
            for comment in &item.lead {
                let fits = comment.is_inline() && !comment.ends_line;
                width += fits.then(|| comment.width() + 1)?;
            }
            for comment in &item.tail {
                width += comment.is_inline().then(|| comment.width() + 1)?;
            }
            width += item.run.flat_width()?;
        }
        Some(width)
    }
}

impl Run<'_> {
    /// Its width on one line; `None` if a comment prevents that.
    pub(super) fn flat_width(&self) -> Option<usize> {
        let mut width = self.end_width();
        for node in &self.nodes {
            width += node.flat_width()?;
        }
        self.end.iter().all(Comment::is_inline).then_some(width)
    }

    /// The columns from a node to the next one before which the line may be broken.
    pub(super) fn to_next_wrap(&self, start: usize, trailing: usize) -> usize {
        let mut width = 0;
        for (index, node) in self.nodes.iter().enumerate().skip(start) {
            if index > start && node.first().wrap {
                return width;
            }
            match node.flat_width() {
                Some(columns) => width += columns,
                None => return width,
            }
        }
        width + self.end_width() + trailing
    }

    /// The columns from a node to the next position where the line may be broken at all.
    pub(super) fn to_next_break(&self, start: usize, trailing: usize) -> usize {
        let mut width = 0;
        for node in &self.nodes[start..] {
            match node {
                Node::Token(token) if token.wrap => return width,
                Node::Group(group) if group.breaks() => {
                    return width + group.open.lead_width().unwrap_or(0) + 1;
                }
                Node::Token(_) | Node::Group(_) => {}
            }
            match node.flat_width() {
                Some(columns) => width += columns,
                None => return width,
            }
        }
        width + self.end_width() + trailing
    }

    /// The width of the comments at its end, up to the first one that ends the line.
    pub(super) fn end_width(&self) -> usize {
        let on_line = self.end.iter().take_while(|comment| comment.is_inline());
        on_line.map(|comment| comment.width() + 1).sum()
    }
}

impl Node<'_> {
    /// Its first token.
    pub(super) fn first(&self) -> &Token<'_> {
        match self {
            Node::Token(token) => token,
            Node::Group(group) => &group.open,
        }
    }

    /// Its width on one line, including the space and comments before it; `None` if a comment prevents that.
    pub(super) fn flat_width(&self) -> Option<usize> {
        match self {
            Node::Token(token) => Some(token.lead_width()? + token.text.chars().count()),
            Node::Group(group) => Some(group.open.lead_width()? + group.flat?),
        }
    }
}

impl Token<'_> {
    /// The width of the space and comments before it; `None` if a comment breaks the line.
    pub(super) fn lead_width(&self) -> Option<usize> {
        let mut width = usize::from(self.spaced());
        for comment in &self.before {
            width += comment.is_inline().then(|| comment.width() + 1)?;
        }
        Some(width)
    }

    /// Whether a space precedes it. There is always one between it and a comment before it.
    pub(super) fn spaced(&self) -> bool {
        match self.role {
            Role::Separator => self.space,
            _ => self.space || !self.before.is_empty(),
        }
    }
}
