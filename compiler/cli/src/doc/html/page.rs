//! Whole pages.

use super::super::MARK;
use super::super::page::{Entry, Fact, Group, Page, Table};
use super::Writer;
use super::text::escape;

impl Writer<'_> {
    /// The first page: everything by its name.
    pub(super) fn index(&self, pages: &[Page]) -> String {
        let sections = pages.iter().enumerate().map(|(at, page)| {
            let entries = page.groups.iter().flat_map(|group| &group.entries);
            let all = entries.flat_map(|entry| std::iter::once(entry).chain(&entry.methods));
            let items: String = all.map(|entry| self.item(entry)).collect();
            let (file, name) = (self.file(at), escape(&page.name));
            let summary = self.summary(page.about.comment.as_ref(), "p");
            format!(
                "<section class=\"names\">\n<h2><a href=\"{file}\">{name}</a></h2>\n{summary}\n<ul>\n{items}</ul>\n</section>\n"
            )
        });
        let sections: String = sections.collect();
        let title = escape(self.title);
        self.document(&title, "", &format!("<h1>{title}</h1>\n{FILTER}{sections}"))
    }

    /// A line of the first page.
    fn item(&self, entry: &Entry) -> String {
        let (href, kind) = (self.href(None, &entry.target), entry.kind);
        let (name, summary) = (
            &entry.target.anchor,
            self.summary(entry.about.comment.as_ref(), "span"),
        );
        let marks = self.marks(&entry.about);
        format!(
            "<li><a href=\"{href}\">{name}</a> <span class=\"kind\">{kind}</span>{marks}{summary}</li>\n"
        )
    }

    /// The page about a namespace.
    pub(super) fn page(&self, at: usize, page: &Page) -> String {
        let name = escape(&page.name);
        let groups: String = page
            .groups
            .iter()
            .map(|group| self.group(at, group))
            .collect();
        let files = page
            .files
            .iter()
            .map(|file| format!("<code>{}</code>", escape(file)));
        let files = files.collect::<Vec<_>>().join(", ");
        let (marks, about) = (self.marks(&page.about), self.about(at, &page.about, 1));
        let main = format!(
            "<h1>{name} <span class=\"kind\">namespace</span>{marks}</h1>\n<p class=\"files\">{files}</p>\n{about}{groups}"
        );
        let title = format!("{name} – {}", escape(self.title));
        self.document(&title, &self.contents(page), &main)
    }

    /// The names on a page.
    fn contents(&self, page: &Page) -> String {
        let groups = page.groups.iter().map(|group| {
            let entries = group.entries.iter();
            let items = entries.map(|Entry { target, .. }| {
                let name = &target.anchor;
                format!("<li><a href=\"#{name}\">{name}</a></li>\n")
            });
            let (id, title) = (id_of(group), group.title);
            let items: String = items.collect();
            format!("<section>\n<h2><a href=\"#{id}\">{title}</a></h2>\n<ul>\n{items}</ul>\n</section>\n")
        });
        format!("<nav>\n{FILTER}{}</nav>\n", groups.collect::<String>())
    }

    fn group(&self, at: usize, group: &Group) -> String {
        let entries: String = group
            .entries
            .iter()
            .map(|it| self.entry(at, it, 3))
            .collect();
        let (id, title) = (id_of(group), group.title);
        format!("<h2 id=\"{id}\">{title}</h2>\n{entries}")
    }

    /// A declaration or a method, with a heading of this level.
    fn entry(&self, at: usize, entry: &Entry, level: usize) -> String {
        let (anchor, kind) = (&entry.target.anchor, entry.kind);
        let (name, marks) = (escape(&entry.name), self.marks(&entry.about));
        let about = self.about(at, &entry.about, level);
        let idl = self.code(Some(at), &entry.idl);
        let tables: String = entry
            .tables
            .iter()
            .map(|table| self.table(at, table))
            .collect();
        let facts = self.facts(at, &entry.facts);
        let methods: String = entry
            .methods
            .iter()
            .map(|it| self.entry(at, it, level + 1))
            .collect();
        format!(
            "<section class=\"entry\" id=\"{anchor}\">\n\
             <h{level}><a href=\"#{anchor}\">{name}</a> <span class=\"kind\">{kind}</span>{marks}</h{level}>\n\
             {about}<pre><code>{idl}</code></pre>\n{tables}{facts}{methods}</section>\n"
        )
    }

    fn table(&self, at: usize, table: &Table) -> String {
        let columns = table.columns.iter();
        let columns: String = columns
            .map(|it| format!("<th scope=\"col\">{it}</th>"))
            .collect();
        let rows = table.rows.iter().map(|row| {
            let id = row
                .target
                .as_ref()
                .map(|it| format!(" id=\"{}\"", it.anchor));
            let cells = row.cells.iter();
            let cells: String = cells
                .map(|cell| format!("<td>{}</td>", self.cell(at, cell, "<br>")))
                .collect();
            format!("<tr{}>{cells}</tr>\n", id.unwrap_or_default())
        });
        let (title, rows) = (escape(&table.title), rows.collect::<String>());
        format!(
            "<div class=\"wide\"><table>\n<caption>{title}</caption>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
        )
    }

    fn facts(&self, at: usize, facts: &[Fact]) -> String {
        let fact = |it: &Fact| {
            let value = self.cell(at, &it.value, ", ");
            format!("<div><dt>{}</dt><dd>{value}</dd></div>\n", it.label)
        };
        match facts {
            [] => String::new(),
            facts => format!(
                "<dl>\n{}</dl>\n",
                facts.iter().map(fact).collect::<String>()
            ),
        }
    }

    fn document(&self, title: &str, nav: &str, main: &str) -> String {
        let home = escape(self.title);
        format!(
            "<!DOCTYPE html>\n\
             <!-- {MARK} -->\n\
             <html lang=\"en\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"style.css\">\n\
             <script src=\"filter.js\" defer></script>\n\
             </head>\n\
             <body>\n\
             <header><a href=\"index.html\">{home}</a></header>\n\
             {nav}<main>\n{main}</main>\n\
             </body>\n\
             </html>\n"
        )
    }
}

/// Shown where scripts run.
const FILTER: &str =
    "<input type=\"search\" placeholder=\"Filter ( / )\" aria-label=\"Filter names\" hidden>\n";

/// No declaration has such a name.
fn id_of(group: &Group) -> String {
    format!("group-{}", group.title.to_lowercase())
}
