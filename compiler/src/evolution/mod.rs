//! Compares two versions of a schema: may the new one follow the old one?
//!
//! There are three questions, and a change has an answer to each: can new code read what old code
//! wrote, can old code read what new code writes, and does Rust code that was written for the old
//! version still compile? `effect` says how bad an answer is; every other file compares one kind of
//! thing. Declarations are matched by name (`pairs`), members by id (`members`). What nobody can
//! notice is not mentioned.

mod accepted;
mod arguments;
mod constraints;
mod decls;
mod effect;
mod enums;
mod fields;
mod finding;
mod forms;
mod frozen;
mod generics;
mod keys;
mod known;
mod members;
mod methods;
mod pairs;
mod places;
mod presence;
mod renamed;
mod replaced;
mod reserved;
mod scalars;
mod services;
mod spelling;
mod throws;
mod types;
mod unions;
mod values;

use std::collections::BTreeSet;

use crate::compile::Checked;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::schema::{DeclId, Schema};
use crate::source::SourceMap;
use accepted::Acceptances;
use finding::Finding;
use pairs::Pairs;
use replaced::Replaced;

/// What somebody wants to know of two versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Who reads what whom wrote.
    pub direction: Direction,
    /// Whether Rust code or JSON counts too.
    pub level: Level,
}

/// Who reads what was written by whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// New code reads what old code wrote: files, queues, requests of callers that are not updated yet.
    Backward,
    /// Old code reads what new code writes: readers and callers that are updated last.
    Forward,
    /// Each reads what the other wrote.
    #[default]
    Both,
}

/// What must go on to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// What is on the wire.
    #[default]
    Wire,
    /// Rust code that uses the generated types, too.
    Source,
    /// Values as JSON, too, as `sinew decode` writes and `sinew encode` reads them.
    Json,
}

/// The changes from `old` to `new` that break something that was asked for: as errors where values
/// are refused or corrupted, as warnings where they may mean something else. What the new version accepts
/// with `@breaking_ok` is left out; what it accepts and does not do is a warning. If one of the versions
/// has errors itself, these are what is found.
///
/// A test can hold a schema to a version that is checked in:
///
/// ```
/// use sinew_compiler::evolution::{Asked, compare};
/// use sinew_compiler::source::MemoryLoader;
///
/// fn check(name: &str, text: &str) -> sinew_compiler::Checked {
///     let mut files = MemoryLoader::default();
///     files.insert(name, text);
///     sinew_compiler::check(&files, &files.names()).expect("the file is there")
/// }
///
/// let old = check("v1/shop.idl", "namespace shop; struct Order { 1: u32 number; }");
/// let new = "namespace shop; struct Order { 1: u32 number; 2: optional string note; }";
/// let found = compare(old, check("shop.idl", new), &Asked::default());
/// assert!(found.is_empty(), "{found}");
/// ```
pub fn compare(old: Checked, new: Checked, asked: &Asked) -> Diagnostics {
    let (old_schema, new_schema) = match (old.schema, new.schema) {
        (Some(old_schema), Some(new_schema)) => (old_schema, new_schema),
        (None, _) => return errors(old.sources, old.diagnostics),
        (_, None) => return errors(new.sources, new.diagnostics),
    };
    let mut sources = new.sources;
    let moved = sources.append(old.sources);
    let mut comparison = Comparison::new(&old_schema, &new_schema, &sources);
    comparison.run();
    let mut accepted = Acceptances::of(&new_schema);
    let findings = comparison.findings.iter();
    let mut found: Vec<Diagnostic> = findings
        .filter(|finding| !accepted.cover(finding))
        .filter_map(|finding| finding.diagnostic(asked, &moved))
        .collect();
    found.extend(accepted.stale());
    found.iter_mut().for_each(|it| it.widen_removals(&sources));
    let key = |d: &Diagnostic| (d.primary.span, d.code);
    found.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message)));
    // What several services inherit is one change.
    found.dedup();
    Diagnostics::new(sources, found)
}

fn errors(sources: SourceMap, mut diagnostics: Vec<Diagnostic>) -> Diagnostics {
    diagnostics.retain(|d| d.severity == Severity::Error);
    Diagnostics::new(sources, diagnostics)
}

/// A comparison under way.
struct Comparison<'a> {
    old: &'a Schema,
    new: &'a Schema,
    /// Of both versions; places in the old one are moved when they are reported.
    sources: &'a SourceMap,
    pairs: Pairs,
    findings: Vec<Finding>,
    /// Types that took the place of others, and what that does.
    replaced: Replaced,
    /// Generic types whose parameters stand in other places: each use is looked at.
    by_use: BTreeSet<DeclId>,
    /// Whether what was compared last depends on what is put in for a type parameter.
    depends: bool,
}

impl<'a> Comparison<'a> {
    fn new(old: &'a Schema, new: &'a Schema, sources: &'a SourceMap) -> Self {
        Self {
            old,
            new,
            sources,
            pairs: Pairs::of(old, new),
            findings: Vec::new(),
            replaced: Replaced::default(),
            by_use: BTreeSet::new(),
            depends: false,
        }
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// What `compare` finds, which is not reported.
    fn apart(&mut self, compare: impl FnOnce(&mut Self)) -> Vec<Finding> {
        let outer = std::mem::take(&mut self.findings);
        compare(self);
        std::mem::replace(&mut self.findings, outer)
    }
}
