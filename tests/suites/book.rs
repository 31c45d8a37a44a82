//! The book and the pages around it: every page is a chapter, every link has a target, in the rendered book as in the
//! repository, and the architecture page names every module.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use sinew_tests::cases::{entries, files_below, relative, repository};
use sinew_tests::markdown::pages;

#[test]
fn every_page_of_the_book_is_a_chapter() {
    let chapters = chapters();
    let book = repository().join("docs");
    let pages = files_below(&book).into_iter().filter(|path| {
        let is_page = path.extension().is_some_and(|e| e == "md");
        is_page && !path.ends_with("SUMMARY.md") && !path.starts_with(book.join("book"))
    });
    let missing: Vec<_> = pages.filter(|page| !chapters.contains(page)).collect();
    assert!(
        missing.is_empty(),
        "add these to docs/SUMMARY.md: {missing:#?}"
    );
    let dead: Vec<_> = chapters.iter().filter(|page| !page.is_file()).collect();
    assert!(
        dead.is_empty(),
        "docs/SUMMARY.md lists what is not there: {dead:#?}"
    );
}

#[test]
fn every_decision_has_a_row() {
    let folder = repository().join("docs/decisions");
    let list = read(&folder.join("README.md"));
    let pages = entries(&folder).into_iter();
    let pages = pages.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let missing: Vec<_> = pages
        .filter(|page| page != "README.md" && !list.contains(&format!("]({page})")))
        .collect();
    assert!(
        missing.is_empty(),
        "add these to docs/decisions/README.md: {missing:#?}"
    );
}

#[test]
fn every_module_is_in_the_architecture_and_nothing_else_is() {
    let page = read(&repository().join("docs/architecture.md"));
    for (heading, sources) in [
        ("### Inside the compiler", "compiler/src"),
        ("### Inside the runtime", "runtime/src"),
    ] {
        let section = page.split(heading).nth(1).expect("the page has it");
        let section = section.split("\n#").next().unwrap_or_default();
        let cells = section.lines().filter_map(|line| line.split('|').nth(1));
        let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        let told: BTreeSet<_> = names.map(str::to_owned).collect();

        let files = entries(&repository().join(sources)).into_iter();
        let modules = files.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
        let modules: BTreeSet<_> = modules.filter(|name| name != "lib").collect();
        assert_eq!(told, modules, "{heading}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let chapters = chapters();
    let mut dead = Vec::new();
    for page in pages() {
        let text = with_includes(&page);
        for link in links(&text) {
            if let Some(why) = is_dead(&page, &link, &chapters) {
                dead.push(format!("{}: `{link}` {why}", relative(repository(), &page)));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

/// Why a link is dead. Chapters are rendered, so a chapter can only link to other chapters.
fn is_dead(page: &Path, link: &str, chapters: &BTreeSet<PathBuf>) -> Option<&'static str> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => page.to_owned(),
        path => plain(&page.parent()?.join(path)),
    };
    if !target.exists() {
        return Some("is not there");
    }
    let is_page = target.extension().is_some_and(|e| e == "md");
    if chapters.contains(page) && is_page && !chapters.contains(&target) {
        return Some("is no chapter of the book");
    }
    let is_heading = || headings(&with_includes(&target)).contains(anchor);
    (is_page && !anchor.is_empty() && !is_heading()).then_some("is no heading there")
}

/// The pages listed in docs/SUMMARY.md.
fn chapters() -> BTreeSet<PathBuf> {
    let book = repository().join("docs");
    let links = links(&read(&book.join("SUMMARY.md")));
    links.iter().map(|link| book.join(link)).collect()
}

/// Targets of links within the repository, except in code.
fn links(text: &str) -> Vec<String> {
    let prose: String = outside_fences(text).collect::<Vec<_>>().join("\n");
    let prose: String = prose.split('`').step_by(2).collect();
    let targets = prose.split("](").skip(1);
    let targets = targets.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()));
    targets.filter(|target| !target.contains("://")).collect()
}

/// The anchors of a page's headings.
fn headings(text: &str) -> BTreeSet<String> {
    let lines = outside_fences(text).filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        });
        kept.collect()
    };
    lines.map(anchor).collect()
}

fn outside_fences(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// A page with the files that it includes.
fn with_includes(page: &Path) -> String {
    let folder = page.parent().expect("a page is in a folder");
    let line = |line: &str| {
        let file = line
            .strip_prefix("{{#include ")
            .and_then(|rest| rest.strip_suffix("}}"));
        file.map_or_else(|| line.to_owned(), |file| read(&folder.join(file)))
    };
    read(page).lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
