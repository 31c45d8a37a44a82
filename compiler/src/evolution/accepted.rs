//! Changes that the new version accepts with `@breaking_ok`, and warnings for acceptances of changes that were not
//! made.

use super::finding::Finding;
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::schema::{Accepted, Schema};

/// What `@breaking_ok` accepts, and whether a change used it.
pub(super) struct Acceptances<'a>(Vec<(&'a Accepted, bool)>);

impl<'a> Acceptances<'a> {
    /// The acceptances of a new version, none of them used yet.
    pub(super) fn of(new: &'a Schema) -> Self {
        Self(new.accepted.iter().map(|it| (it, false)).collect())
    }

    /// Whether a change is accepted, by one or more annotations. Marks these as used.
    pub(super) fn cover(&mut self, finding: &Finding) -> bool {
        let mut covered = false;
        for (accepted, used) in &mut self.0 {
            if accepted.code == finding.code && accepted.region.contains(finding.span()) {
                (*used, covered) = (true, true);
            }
        }
        covered
    }

    /// Warnings for acceptances that no change used.
    pub(super) fn stale(self) -> impl Iterator<Item = Diagnostic> {
        let stale = self.0.into_iter().filter(|(_, used)| !used);
        stale.map(|(accepted, _)| nothing_accepted(accepted))
    }
}

fn nothing_accepted(accepted: &Accepted) -> Diagnostic {
    let id = accepted.code.id();
    let message = format!("`@breaking_ok({id})` accepts nothing");
    let label = "there is no such change";
    let mut warning = Diagnostic::new(Code::NothingAccepted, accepted.span, message, label);
    warning.severity = Severity::Warning;
    match accepted.whole {
        Some(whole) => warning.with_fix("remove it", whole, ""),
        None => warning.with_help(format!("remove `{id}`")),
    }
}
