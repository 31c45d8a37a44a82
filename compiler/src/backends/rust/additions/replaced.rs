//! Replaces the Rust types of fields and parameters, and finds places where a type cannot be replaced.

use super::named::{each_field, each_type, full_names};
use super::{Addition, BadAddition, has_rust_type};
use crate::schema::{DeclId, Schema, Type};

/// How many names a sentence lists.
const MAX_SHOWN: usize = 3;

impl Addition {
    /// Replaces the type of what the pattern names, unless it has been replaced: of a field, or of all fields and
    /// parameters with a type. Returns whether there is such a field or type.
    pub(super) fn replace(&self, schema: &mut Schema) -> bool {
        let names = full_names(schema);
        let meant = self.meant(schema, &names);
        let mut found = meant.is_some();
        for (decl, name) in schema.decls.iter_mut().zip(&names) {
            each_field(&mut decl.kind, name, &mut |name, field| {
                let is_named = name == self.pattern;
                if is_named || meant.is_some_and(|id| is_of(id, &field.ty)) {
                    self.add_hint(field.span, &mut field.annotations);
                }
                found |= is_named;
            });
        }
        found
    }

    /// Where the type that the pattern names was not replaced. To be called after all replacements.
    ///
    /// # Errors
    /// If it was not replaced anywhere.
    pub(super) fn stays(&self, schema: &Schema) -> Result<Option<String>, BadAddition> {
        let names = full_names(schema);
        let Some(id) = self.meant(schema, &names) else {
            return Ok(None);
        };
        let mut is_used = false;
        let mut places = Vec::new();
        for (decl, name) in schema.decls.iter().zip(&names) {
            each_type(&decl.kind, name, &mut |name, ty, is_replaced| {
                is_used |= is_replaced && is_of(id, ty);
                if !is_replaced && ty.mentions(id) {
                    places.push(name.to_owned());
                }
            });
        }
        match (is_used, places.is_empty()) {
            (_, true) => Ok(None),
            (true, false) => Ok(Some(stays_elsewhere(self, &places))),
            (false, false) => Err(no_field(self, &places)),
        }
    }

    /// The type that the pattern names.
    fn meant(&self, schema: &Schema, names: &[String]) -> Option<DeclId> {
        let is_named = |id: DeclId| names[id.0 as usize] == self.pattern;
        let mut decls = schema.decls();
        let found = decls.find(|(id, decl)| has_rust_type(&decl.kind) && is_named(*id));
        found.map(|(id, _)| id)
    }
}

/// Whether `ty` is the type `id` or an optional one.
fn is_of(id: DeclId, ty: &Type) -> bool {
    matches!(ty.unwrap_optional(), Type::Named(named, args) if *named == id && args.is_empty())
}

/// "`a`, `b` and 3 more"
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(MAX_SHOWN).map(|name| format!("`{name}`"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn no_field(addition: &Addition, stays: &[String]) -> BadAddition {
    let Addition { text, pattern, .. } = addition;
    BadAddition {
        message: format!(
            "`{text}` is for `{pattern}`, but no field or parameter is of this type; it stands inside another type, \
             or is a result or payload, in {}",
            listed(stays)
        ),
    }
}

fn stays_elsewhere(addition: &Addition, stays: &[String]) -> String {
    let Addition { text, pattern, .. } = addition;
    format!(
        "`{text}` stands for `{pattern}` in fields and parameters of this type, and not in {}; to leave it at that \
         without this line, name the fields one by one",
        listed(stays)
    )
}
