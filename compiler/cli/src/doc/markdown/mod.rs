//! Pages as Markdown, in the dialect of GitHub and others.

mod comment;
mod text;

use sinew_compiler::backends::GeneratedFile;

use super::MARK;
use super::comment::Place;
use super::page::{About, Cell, Entry, Fact, Page, Table};
use super::site::{Piece, Site, Target};
use comment::{blocks, inline};
use text::{code, escape, in_cell};

/// The files of a site, the first page first.
pub(super) fn files(site: &Site<'_>, pages: &[Page], title: &str) -> Vec<GeneratedFile> {
    let writer = Writer { site };
    let mut files = vec![GeneratedFile {
        path: "README.md".to_owned(),
        text: writer.first(pages, title),
    }];
    files.extend(pages.iter().enumerate().map(|(at, page)| GeneratedFile {
        path: writer.file(at),
        text: writer.page(at, page),
    }));
    files
}

/// Writes pages.
struct Writer<'a> {
    site: &'a Site<'a>,
}

impl Writer<'_> {
    fn file(&self, page: usize) -> String {
        let stem = self.site.pages().get(page).map(|page| &page.stem[..]);
        format!("{}.md", stem.unwrap_or("README"))
    }

    fn href(&self, from: Option<usize>, to: &Target) -> String {
        match from == Some(to.page) {
            true => format!("#{}", to.anchor),
            false => format!("{}#{}", self.file(to.page), to.anchor),
        }
    }

    /// The first page: everything by its name.
    fn first(&self, pages: &[Page], title: &str) -> String {
        let mut out = format!("<!-- {MARK} -->\n\n# {}\n", escape(title));
        for (at, page) in pages.iter().enumerate() {
            out += &format!("\n## [{}]({})\n", escape(&page.name), self.file(at));
            out.extend(self.summary(&page.about).map(|text| format!("\n{text}\n")));
            out.push('\n');
            let entries = page.groups.iter().flat_map(|group| &group.entries);
            for entry in entries.flat_map(|entry| std::iter::once(entry).chain(&entry.methods)) {
                let (name, href) = (&entry.target.anchor, self.href(None, &entry.target));
                let summary = self.summary(&entry.about).map(|text| format!(" {text}"));
                let (kind, marks) = (entry.kind, marks(&entry.about));
                out += &format!(
                    "- [`{name}`]({href}) {kind}{marks}{}\n",
                    summary.unwrap_or_default()
                );
            }
        }
        out
    }

    fn summary(&self, about: &About) -> Option<String> {
        let href = |target: &Target| self.href(None, target);
        let place = Place {
            site: self.site,
            href: &href,
            level: 4,
        };
        let comment = about.comment.as_ref()?;
        Some(inline(comment.summary(&place))).filter(|text| !text.is_empty())
    }

    fn page(&self, at: usize, page: &Page) -> String {
        let files = page.files.iter().map(|file| code(file));
        let mut out = format!(
            "<!-- {MARK} -->\n\n# {}{}\n\n[Contents](README.md) · {}\n{}",
            escape(&page.name),
            marks(&page.about),
            files.collect::<Vec<_>>().join(", "),
            self.about(at, &page.about, 1),
        );
        for group in &page.groups {
            out += &format!("\n## {}\n", group.title);
            out.extend(group.entries.iter().map(|entry| self.entry(at, entry, 3)));
        }
        out
    }

    fn entry(&self, at: usize, entry: &Entry, level: usize) -> String {
        let (signs, anchor) = ("#".repeat(level), &entry.target.anchor);
        let (name, kind, marks) = (escape(&entry.name), entry.kind, marks(&entry.about));
        let mut out = format!("\n<a id=\"{anchor}\"></a>\n\n{signs} {name} ({kind}){marks}\n");
        out += &self.about(at, &entry.about, level);
        let idl: String = entry.idl.iter().map(|piece| &piece.text[..]).collect();
        out += &format!("\n{}\n", text::block("sinew", &idl));
        out.extend(entry.tables.iter().map(|table| self.table(at, table)));
        out += &self.facts(at, &entry.facts);
        out.extend(
            entry
                .methods
                .iter()
                .map(|method| self.entry(at, method, level + 1)),
        );
        out
    }

    /// Notes, and the comment below a heading of this level.
    fn about(&self, at: usize, about: &About, level: usize) -> String {
        let notes = about
            .notes
            .iter()
            .map(|note| format!("\n*{}*\n", escape(note)));
        let href = |target: &Target| self.href(Some(at), target);
        let place = Place {
            site: self.site,
            href: &href,
            level,
        };
        let comment = about
            .comment
            .as_ref()
            .map(|it| format!("\n{}\n", blocks(it.events(&place))));
        notes.chain(comment).collect()
    }

    fn table(&self, at: usize, table: &Table) -> String {
        let columns = table.columns.join(" | ");
        let line = "---|".repeat(table.columns.len());
        let rows = table.rows.iter().map(|row| {
            let anchor = row
                .target
                .as_ref()
                .map(|it| format!("<a id=\"{}\"></a>", it.anchor));
            let cells = row
                .cells
                .iter()
                .map(|cell| in_cell(&self.cell(at, cell, "<br>")));
            let cells = cells.collect::<Vec<_>>().join(" | ");
            format!("| {}{cells} |\n", anchor.unwrap_or_default())
        });
        let (title, rows) = (escape(&table.title), rows.collect::<String>());
        format!("\n**{title}**\n\n| {columns} |\n|{line}\n{rows}")
    }

    fn facts(&self, at: usize, facts: &[Fact]) -> String {
        let fact = |it: &Fact| format!("- {}: {}\n", it.label, self.cell(at, &it.value, ", "));
        let facts: String = facts.iter().map(fact).collect();
        if facts.is_empty() {
            facts
        } else {
            format!("\n{facts}")
        }
    }

    /// What is said in a cell or of a fact, on one line.
    fn cell(&self, at: usize, cell: &Cell, between: &str) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Words(words) => escape(words),
            Cell::Code(lines) => {
                let lines = lines.iter().map(|line| self.linked(at, line));
                lines.collect::<Vec<_>>().join(between)
            }
            Cell::About(about) => {
                let notes = about.notes.iter().map(|note| format!("*{}*", escape(note)));
                let href = |target: &Target| self.href(Some(at), target);
                let place = Place {
                    site: self.site,
                    href: &href,
                    level: 4,
                };
                let comment = about.comment.as_ref().map(|it| inline(it.events(&place)));
                let marks = about.marks.iter().map(|mark| format!("**{mark}**"));
                marks
                    .chain(notes)
                    .chain(comment)
                    .collect::<Vec<_>>()
                    .join("<br>")
            }
        }
    }

    /// A text in the language as pieces of code, of which some are links.
    fn linked(&self, at: usize, pieces: &[Piece]) -> String {
        let mut out = String::new();
        let mut plain = String::new();
        for piece in pieces {
            match &piece.target {
                None => plain += &piece.text,
                Some(target) => {
                    out += &code(&std::mem::take(&mut plain));
                    out += &format!("[{}]({})", code(&piece.text), self.href(Some(at), target));
                }
            }
        }
        out + &code(&plain)
    }
}

fn marks(about: &About) -> String {
    about
        .marks
        .iter()
        .map(|mark| format!(" **{mark}**"))
        .collect()
}
