//! Makes fixes of names safe to apply: they must also change every use, and every occurrence of the word must be a
//! known use.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolved;
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::source::{SourceMap, Span};

/// Adds the uses of the name to the fixes of lints about names. Removes a fix if the same word occurs anywhere else,
/// even in a comment.
pub(super) fn complete(resolved: &Resolved<'_>, sources: &SourceMap, lints: &mut [Diagnostic]) {
    let is_rename = |lint: &Diagnostic| matches!(lint.code, Code::NameStyle | Code::RepeatedPrefix);
    let offers = |lint: &&mut Diagnostic| is_rename(lint) && !lint.fixes.is_empty();
    let mut renames = lints.iter_mut().filter(offers).peekable();
    if renames.peek().is_none() {
        return;
    }
    let words = words(sources);
    let uses = uses(resolved);
    for lint in renames {
        let own = lint.primary.span;
        let places = uses.get(&own);
        let known = |span: &Span| *span == own || places.is_some_and(|p| p.contains(span));
        let written = words.get(sources.slice(own)).map_or(&[][..], Vec::as_slice);
        if written.is_empty() || !written.iter().all(known) {
            lint.fixes.clear();
            continue;
        }
        let edits = &mut lint.fixes[0].edits;
        let new = edits[0].replacement.clone();
        edits.extend(
            written
                .iter()
                .filter(|span| **span != own)
                .map(|span| Edit {
                    span: *span,
                    replacement: new.clone(),
                }),
        );
        lint.help = vec![format!(
            "if it has to stay, add `@allow({})`",
            lint.code.id()
        )];
    }
}

/// The places of each word, including those in comments and strings.
fn words(sources: &SourceMap) -> BTreeMap<&str, Vec<Span>> {
    let mut words: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for (id, file) in sources.iter() {
        let parts = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let mut at = 0;
        for part in file.text.split_inclusive(parts) {
            let word = part.trim_end_matches(parts);
            if !word.is_empty() {
                let span = Span::new(id, at, at + word.len());
                words.entry(word).or_default().push(span);
            }
            at += part.len();
        }
    }
    words
}

/// The uses of each declaration, by the span of its name.
fn uses(resolved: &Resolved<'_>) -> BTreeMap<Span, BTreeSet<Span>> {
    let mut uses: BTreeMap<Span, BTreeSet<Span>> = BTreeMap::new();
    for one in &resolved.seen.uses {
        let name = resolved.names.decl(one.decl).item.name.span;
        uses.entry(name).or_default().insert(one.span);
    }
    uses
}
