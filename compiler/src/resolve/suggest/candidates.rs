//! Candidates for suggestions in place of an unknown name.

use crate::ast::{Ident, Scalar};
use crate::resolve::Resolver;
use crate::resolve::lookup::Wanted;
use crate::schema::DeclId;

impl Resolver<'_, '_> {
    /// Everything that could be written in `file` where a `wanted` is expected.
    pub(super) fn candidates<'c>(
        &'c self,
        file: usize,
        wanted: Wanted,
        params: &'c [Ident],
    ) -> Vec<Candidate<'c>> {
        let mut all = Vec::new();
        let accepts = |decl: &DeclId| wanted.accepts(&self.names.decl(*decl).item.kind);
        let here = self.names.files[file].namespace;
        for (name, decl) in &self.names.namespace(here).by_name {
            if accepts(decl) {
                all.push(Candidate::plain(name));
            }
            if wanted == Wanted::Value {
                let values = self.names.decl(*decl).item.values().iter();
                all.extend(values.map(|value| Candidate {
                    prefix: Some(name),
                    short: &value.name.name,
                }));
            }
        }
        for (name, selected) in &self.scopes[file].items {
            if accepts(&selected.decl) {
                all.push(Candidate::plain(name));
            }
        }
        let prefixes = self.scopes[file].prefixes.iter();
        for (prefix, found) in prefixes.filter(|(_, found)| found.namespace != here) {
            for (name, decl) in &self.names.namespace(found.namespace).by_name {
                if accepts(decl) && self.visible(*decl, here) {
                    all.push(Candidate {
                        prefix: Some(prefix),
                        short: name,
                    });
                }
            }
        }
        if wanted == Wanted::Type {
            all.extend(Scalar::ALL.map(|scalar| Candidate::plain(scalar.word())));
            all.extend(params.iter().map(|p| Candidate::plain(&p.name)));
        }
        all
    }
}

/// A candidate. Borrows its text, because there may be very many and few of them are similar.
pub(super) struct Candidate<'c> {
    prefix: Option<&'c str>,
    /// The text that is compared.
    pub(super) short: &'c str,
}

impl<'c> Candidate<'c> {
    fn plain(short: &'c str) -> Self {
        let prefix = None;
        Self { prefix, short }
    }

    /// The text to write.
    pub(super) fn written(&self) -> String {
        match self.prefix {
            Some(prefix) => format!("{prefix}.{}", self.short),
            None => self.short.to_owned(),
        }
    }
}
