//! Texts as HTML: whatever a schema says, it is no markup.

use pulldown_cmark::Event;
use pulldown_cmark::html::push_html;

use super::super::comment::{Comment, Place};
use super::super::page::{About, Cell};
use super::super::site::{Piece, Role, Target};
use super::Writer;

/// `text` where it may stand between tags and in quotes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

impl Writer<'_> {
    /// A text in the language, with links.
    pub(super) fn code(&self, page: Option<usize>, pieces: &[Piece]) -> String {
        let pieces = pieces.iter().map(|piece| {
            let text = escape(&piece.text);
            let class = match piece.role {
                Role::Plain => "",
                Role::Keyword => "keyword",
                Role::Type => "type",
                Role::Text => "text",
                Role::Number => "number",
                Role::Annotation => "annotation",
            };
            match (&piece.target, class) {
                (Some(target), _) => format!("<a href=\"{}\">{text}</a>", self.href(page, target)),
                (None, "") => text,
                (None, class) => format!("<span class=\"{class}\">{text}</span>"),
            }
        });
        pieces.collect()
    }

    /// What is said in a cell or of a fact, with `between` between several texts.
    pub(super) fn cell(&self, page: usize, cell: &Cell, between: &str) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Words(words) => escape(words),
            Cell::Code(lines) => {
                let code =
                    |line: &Vec<Piece>| format!("<code>{}</code>", self.code(Some(page), line));
                lines.iter().map(code).collect::<Vec<_>>().join(between)
            }
            Cell::About(about) => self.marks(about) + &self.about(page, about, 4),
        }
    }

    pub(super) fn marks(&self, about: &About) -> String {
        let marks = about.marks.iter();
        marks
            .map(|mark| format!(" <span class=\"mark\">{mark}</span>"))
            .collect()
    }

    /// Notes, and the comment below a heading of this level.
    pub(super) fn about(&self, page: usize, about: &About, level: usize) -> String {
        let notes = about.notes.iter();
        let notes = notes.map(|note| format!("<p class=\"note\">{}</p>\n", escape(note)));
        let comment = about.comment.as_ref().map(|comment| {
            let html = self.comment(Some(page), level, |place| comment.events(place));
            format!("<div class=\"doc\">\n{html}</div>\n")
        });
        notes.chain(comment).collect()
    }

    /// The first paragraph of a comment, in an element of this name.
    pub(super) fn summary(&self, comment: Option<&Comment>, element: &str) -> String {
        let summary = comment.map(|it| self.comment(None, 4, |place| it.summary(place)));
        match summary.unwrap_or_default().trim() {
            "" => String::new(),
            text => format!(" <{element} class=\"summary\">{text}</{element}>"),
        }
    }

    fn comment<'c>(
        &self,
        page: Option<usize>,
        level: usize,
        read: impl FnOnce(&Place<'_>) -> Vec<Event<'c>>,
    ) -> String {
        let href = |target: &Target| self.href(page, target);
        let place = Place {
            site: self.site,
            href: &href,
            level,
        };
        let mut html = String::new();
        push_html(&mut html, read(&place).into_iter());
        html
    }
}
