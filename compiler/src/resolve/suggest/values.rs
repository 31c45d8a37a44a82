//! Suggestions for an unknown name before an enum value.

use crate::ast::Ident;
use crate::diagnostics::{Diagnostic, nearest};
use crate::resolve::Resolver;
use crate::resolve::lookup::Wanted;
use crate::schema::DeclId;

impl Resolver<'_, '_> {
    /// Adds enums with this value and a similar name, or else the import of one with the same name.
    pub(super) fn of_value(
        &self,
        mut error: Diagnostic,
        prefix: &Ident,
        value: &Ident,
        file: usize,
    ) -> Diagnostic {
        let has_it = |decl: DeclId| {
            let mut values = self.names.decl(decl).item.values().iter();
            values.any(|it| it.name.name == value.name)
        };
        let here = self.names.namespace(self.names.files[file].namespace);
        let own = here.by_name.iter().map(|(name, decl)| (*name, *decl));
        let picked = self.scopes[file].items.iter();
        let picked = picked.map(|(name, item)| (*name, item.decl));
        let fitting = own.chain(picked).filter(|(_, decl)| has_it(*decl));
        for near in nearest(&prefix.name, fitting.map(|(name, _)| name)) {
            let message = format!("did you mean `{near}.{}`?", value.name);
            error = error.with_fix(message, prefix.span, near);
        }
        match error.fixes.is_empty() {
            true => self.elsewhere(error, &prefix.name, file, Wanted::Type),
            false => error,
        }
    }
}
