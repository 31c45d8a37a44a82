//! What could be written where a name means nothing.

use crate::ast::{Ident, Scalar};
use crate::resolve::Resolver;
use crate::resolve::lookup::Wanted;
use crate::schema::DeclId;

impl Resolver<'_, '_> {
    /// What could be written in `file` where `wanted` is wanted.
    pub(super) fn candidates(
        &self,
        file: usize,
        wanted: Wanted,
        params: &[Ident],
    ) -> Vec<Candidate> {
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
                    short: value.name.name.clone(),
                    written: format!("{name}.{}", value.name.name),
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
                        short: (*name).to_owned(),
                        written: format!("{prefix}.{name}"),
                    });
                }
            }
        }
        if wanted == Wanted::Type {
            let words = Scalar::ALL.into_iter().map(Scalar::word);
            all.extend(words.map(Candidate::plain));
            all.extend(params.iter().map(|p| Candidate::plain(&p.name)));
        }
        all
    }
}

/// Something that could be written.
pub(super) struct Candidate {
    /// What is compared.
    pub(super) short: String,
    /// What would be written.
    pub(super) written: String,
}

impl Candidate {
    fn plain(name: &str) -> Self {
        Self {
            short: name.to_owned(),
            written: name.to_owned(),
        }
    }
}
