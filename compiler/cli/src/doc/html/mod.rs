//! Pages as HTML: files that need no server and no network.

mod page;
mod text;

use sinew_compiler::backends::GeneratedFile;

use super::page::Page;
use super::site::{Site, Target};

/// The files of a site, the first page first.
pub(super) fn files(site: &Site<'_>, pages: &[Page], title: &str) -> Vec<GeneratedFile> {
    let file = |path: &str, text: String| GeneratedFile {
        path: path.to_owned(),
        text,
    };
    let writer = Writer { site, title };
    let mut files = vec![file("index.html", writer.index(pages))];
    let pages = pages.iter().enumerate();
    files.extend(pages.map(|(at, page)| file(&writer.file(at), writer.page(at, page))));
    files.push(file("style.css", include_str!("style.css").to_owned()));
    files.push(file("filter.js", include_str!("filter.js").to_owned()));
    files
}

/// Writes pages.
struct Writer<'a> {
    site: &'a Site<'a>,
    /// The title of the first page.
    title: &'a str,
}

impl Writer<'_> {
    /// The name of the file of a page.
    fn file(&self, page: usize) -> String {
        let stem = self.site.pages().get(page).map(|page| &page.stem[..]);
        format!("{}.html", stem.unwrap_or("index"))
    }

    /// The link to a target from a page, or from the first page.
    fn href(&self, from: Option<usize>, to: &Target) -> String {
        match from == Some(to.page) {
            true => format!("#{}", to.anchor),
            false => format!("{}#{}", self.file(to.page), to.anchor),
        }
    }
}
