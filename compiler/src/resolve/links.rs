//! Checks links in doc comments, such as `[Order.id]`.
//!
//! Brackets are common in prose, so only text that looks like the name of a declaration or of a member is taken for a
//! link.

use super::Resolver;
use crate::ast::{Doc, Item};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::schema::DeclId;
use crate::source::Span;

impl Resolver<'_, '_> {
    /// Adds a lint for each broken link.
    pub(super) fn doc_links(&mut self) {
        for file in 0..self.names.files.len() {
            let ast = self.names.files[file].ast;
            let docs = ast.items.iter().flat_map(docs).chain(&ast.doc);
            for doc in docs {
                self.links_of(doc, file);
            }
        }
    }

    fn links_of(&mut self, doc: &Doc, file: usize) {
        if !doc.text.contains('[') {
            return;
        }
        let text = self.sources.slice(doc.span);
        for (at, link) in links(text) {
            let start = doc.span.start as usize + at;
            let span = Span::new(doc.span.file, start, start + link.len());
            if self.leads_somewhere(link, span, file) {
                continue;
            }
            let lint = broken_link(link, span);
            let near = self.near_link(link, file).into_iter();
            self.seen.lints.push(near.fold(lint, |lint, near| {
                lint.with_fix(format!("did you mean `{near}`?"), span, near)
            }));
        }
    }

    /// Whether `link` at `span` names a declaration or a member that this file can see.
    fn leads_somewhere(&mut self, link: &str, span: Span, file: usize) -> bool {
        if let Some(decl) = self.linked_decl(link, file) {
            self.mention_decl(link, span, decl);
            return true;
        }
        let Some((owner, member)) = link.rsplit_once('.') else {
            return false;
        };
        let Some(decl) = self.linked_decl(owner, file) else {
            return false;
        };
        let Some(at) = self.positions_of(decl).get(member).copied() else {
            return false;
        };
        self.mention_decl(owner, span, decl);
        self.mention_member(last(member, span), decl, at);
        true
    }

    /// Records that the last name of the path at the start of the link at `span` is that of a declaration.
    fn mention_decl(&mut self, path: &str, span: Span, decl: DeclId) {
        let start = span.start as usize;
        let path_span = Span::new(span.file, start, start + path.len());
        let name = path.rsplit('.').next().unwrap_or(path);
        let declared = self.names.decl(decl).item.name.span;
        self.seen.mentions.push((last(name, path_span), declared));
    }

    /// The declaration called `link`: in this namespace, imported by name, or in the namespace that it is prefixed
    /// with. Counts as a use of the import.
    fn linked_decl(&mut self, link: &str, file: usize) -> Option<DeclId> {
        let here = self.names.files[file].namespace;
        let Some((namespace, name)) = link.rsplit_once('.') else {
            let own = self.names.namespace(here).by_name.get(link).copied();
            let selected = self.scopes[file].items.get(link);
            return own.or_else(|| {
                let (import, item) = selected?.place;
                self.seen.used_imports.insert((file, import, item));
                Some(selected?.decl)
            });
        };
        if let Some(prefix) = self.scopes[file].prefixes.get(namespace) {
            let (namespace, import) = (prefix.namespace, prefix.import);
            self.seen
                .used_imports
                .insert((file, import, super::lookup::WHOLE_IMPORT));
            return self.names.namespace(namespace).by_name.get(name).copied();
        }
        let is_meant = |full: &str| {
            let rest = full.strip_suffix(namespace);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let mut meant = self.names.namespaces.iter().filter(|n| is_meant(&n.name()));
        meant.find_map(|n| n.by_name.get(name).copied())
    }

    /// What `link` may have been meant to be.
    fn near_link(&mut self, link: &str, file: usize) -> Vec<String> {
        if !self.names.suggests() {
            return Vec::new();
        }
        if let Some((owner, member)) = link.rsplit_once('.') {
            let Some(decl) = self.linked_decl(owner, file) else {
                return Vec::new();
            };
            let near = nearest(member, self.positions_of(decl).keys().copied()).into_iter();
            return near.map(|near| format!("{owner}.{near}")).collect();
        }
        let namespace = self.names.namespace(self.names.files[file].namespace);
        let near = nearest(link, namespace.by_name.keys().copied()).into_iter();
        near.map(str::to_owned).collect()
    }
}

/// The part of `span`, at its end, that is `name`.
fn last(name: &str, span: Span) -> Span {
    let end = span.end as usize;
    Span::new(span.file, end.saturating_sub(name.len()), end)
}

/// The doc comments of a declaration and its parts.
fn docs(item: &Item) -> impl Iterator<Item = &Doc> {
    let members = item.members().into_iter();
    item.doc
        .iter()
        .chain(members.filter_map(|member| member.doc))
}

/// The links in a doc comment, which still has its markers, and their offsets. Code is skipped.
fn links(comment: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_fence = false;
    let mut at = 0;
    for line in comment.split_inclusive('\n') {
        let said = line.trim_start().trim_start_matches(['/', '!', '*']);
        let fence = said.trim_start().starts_with("```") || said.trim_start().starts_with("~~~");
        if !fence && !in_fence && !said.starts_with("     ") {
            links_of_line(line, at, &mut found);
        }
        in_fence ^= fence;
        at += line.len();
    }
    found
}

fn links_of_line<'a>(line: &'a str, start: usize, found: &mut Vec<(usize, &'a str)>) {
    // Every second part is code.
    let mut at = start;
    for (number, part) in line.split('`').enumerate() {
        if number % 2 == 0 {
            brackets(part, at, found);
        }
        at += part.len() + 1;
    }
    // A link may itself be code: [`Order`].
    for (from, _) in line.match_indices("[`") {
        let inner = &line[from + 2..];
        let end = inner.find('`').filter(|end| is_name(&inner[..*end]));
        if let Some(end) = end.filter(|end| inner[*end..].starts_with("`]")) {
            found.push((start + from + 2, &inner[..end]));
        }
    }
}

fn brackets<'a>(text: &'a str, start: usize, found: &mut Vec<(usize, &'a str)>) {
    for (from, _) in text.match_indices('[') {
        let inner = &text[from + 1..];
        // Only up to the next bracket, so that this stays linear.
        let Some(end) = inner.find(['[', ']']) else {
            return;
        };
        if inner[end..].starts_with('[') {
            continue;
        }
        let (name, behind) = (&inner[..end], &inner[end + 1..]);
        let is_escaped = text[..from].ends_with(['\\', '!']);
        if is_name(name) && !is_escaped && !behind.starts_with(['(', '[', ':']) {
            found.push((start + from + 1, name));
        }
    }
}

/// Whether `text` has the form of a declaration's or member's name: `Order`, `Order.id`.
fn is_name(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let is_pascal = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.contains(|c: char| c.is_ascii_lowercase())
    };
    let mut words = text.rsplit('.');
    words.clone().all(is_word) && words.by_ref().take(2).any(is_pascal)
}

fn broken_link(link: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BrokenDocLink,
        span,
        format!("broken doc link `[{link}]`"),
        "there is nothing of this name",
    )
    .with_help("write it in backticks if it is not meant as a link")
}
