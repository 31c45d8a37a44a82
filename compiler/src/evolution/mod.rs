//! Compares two versions of a schema: may the new one follow the old one?
//!
//! Each change has three aspects: whether new code can read what old code wrote, whether old code can read what new
//! code writes, and whether Rust code for the old version still compiles. `effect` rates the answers; every other file
//! compares one kind of thing. Declarations are matched by name (`pairs`), members by id (`members`). Changes without
//! any effect are not reported.

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

/// Which compatibility is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Which version must be able to read the other.
    pub direction: Direction,
    /// Whether Rust code or JSON must be compatible, too.
    pub level: Level,
}

/// Which version must be able to read the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// New code reads what old code wrote: files, queues, requests of clients that were not updated yet.
    Backward,
    /// Old code reads what new code writes: readers and clients that are updated last.
    Forward,
    /// Each version reads what the other wrote.
    #[default]
    Both,
}

/// What must remain compatible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// The wire format.
    #[default]
    Wire,
    /// The wire format, and Rust code that uses the generated types.
    Source,
    /// The wire format, and values as JSON: what `sinew decode` writes and `sinew encode` reads.
    Json,
}

/// Reports the changes from `old` to `new` that break the required compatibility: as errors if values are rejected or
/// corrupted, as warnings if they may have another meaning. Changes that the new version accepts with `@breaking_ok`
/// are left out; it is a warning if it accepts a change that was not made. If one of the versions has errors itself,
/// only these are returned.
///
/// A test can compare a schema with a version that is checked in:
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
    // What several services inherit is a single change.
    found.dedup();
    Diagnostics::new(sources, found)
}

fn errors(sources: SourceMap, mut diagnostics: Vec<Diagnostic>) -> Diagnostics {
    diagnostics.retain(|d| d.severity == Severity::Error);
    Diagnostics::new(sources, diagnostics)
}

/// The state of a comparison.
struct Comparison<'a> {
    old: &'a Schema,
    new: &'a Schema,
    /// The files of both versions. Spans of the old one are translated when they are reported.
    sources: &'a SourceMap,
    pairs: Pairs,
    findings: Vec<Finding>,
    /// Types that have become others, with the consequences.
    replaced: Replaced,
    /// Generic types whose type parameters have moved: each use is compared.
    by_use: BTreeSet<DeclId>,
    /// Whether the last comparison depends on what a type argument is.
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

    /// The findings of `compare`, without reporting them.
    fn apart(&mut self, compare: impl FnOnce(&mut Self)) -> Vec<Finding> {
        let outer = std::mem::take(&mut self.findings);
        compare(self);
        std::mem::replace(&mut self.findings, outer)
    }
}
