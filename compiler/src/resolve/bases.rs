//! The base services of a service, without repetition.

use std::collections::BTreeMap;

use super::kinds::wrong_kind;
use super::lookup::Wanted;
use super::{Place, Resolver};
use crate::ast::{self, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::ServiceId;
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// What is after `extends`.
    pub(super) fn bases(&mut self, paths: &[ast::Path], place: &Place<'a>) -> Vec<ServiceId> {
        let mut bases = Vec::new();
        let mut first = BTreeMap::new();
        for (at, path) in paths.iter().enumerate() {
            let Some(base) = self.base(path, place) else {
                continue;
            };
            match first.get(&base) {
                Some(first) => {
                    let before = paths[at - 1].span;
                    self.sink.push(repeated_base(path, *first, before));
                }
                None => {
                    first.insert(base, path.span);
                    bases.push(base);
                }
            }
        }
        bases
    }

    fn base(&mut self, path: &ast::Path, place: &Place<'a>) -> Option<ServiceId> {
        let id = self.decl_named(path, place, Wanted::Service)?;
        let item = self.names.decl(id).item;
        if let ItemKind::Service(_) = item.kind {
            return Some(ServiceId(id));
        }
        self.sink.push(wrong_kind("service", item, path.span));
        None
    }
}

/// A base that is repeated. `before` is the span directly before it.
fn repeated_base(path: &ast::Path, first: Span, before: Span) -> Diagnostic {
    let removed = before.after().to(path.span);
    Diagnostic::new(
        Code::RepeatedBase,
        path.span,
        format!("service extends `{}` twice", path.text()),
        "extended again here",
    )
    .with_label(first, "first here")
    .with_fix("remove it", removed, "")
}
