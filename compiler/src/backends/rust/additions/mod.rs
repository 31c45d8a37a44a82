//! Additions of a build script to a schema: derives, attributes and types, which become the annotations `@rust.derive`,
//! `@rust.attr` and `@rust.type` (see `hints`); and methods whose handlers borrow requests.

mod lent;
mod named;
mod replaced;

use std::fmt;
use std::sync::Arc;

use self::named::{each_item, each_member, full_names, is_match};
use super::hints;
use crate::schema::{Annotations, DeclKind, Hint, Schema};
use crate::source::Span;

/// Annotations to add to a schema, selected by patterns.
///
/// A pattern is a full name: `shop.Order` for a type, `shop.Order.note` for one of its fields or variants,
/// `shop.Orders.place` for a method and its parameter struct. `*` matches one segment, and `**` any number of them.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    all: Vec<Addition>,
    /// Patterns of methods whose handlers borrow requests.
    lent: Vec<String>,
}

#[derive(Clone, Debug)]
struct Addition {
    kind: Kind,
    pattern: String,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Derive,
    Attribute,
    Type,
}

impl Additions {
    /// Adds a derive, given by its path, to matching types and parameter structs of methods.
    pub fn derive(&mut self, pattern: &str, path: &str) {
        self.add(Kind::Derive, pattern, path);
    }

    /// Adds an attribute, with or without `#[ ]`, to matching types, parameter structs of methods, fields and variants.
    pub fn attribute(&mut self, pattern: &str, attribute: &str) {
        self.add(Kind::Attribute, pattern, attribute);
    }

    /// Replaces the Rust type of a field, or of all fields and parameters of a type. Values are converted with `From`.
    pub fn extern_type(&mut self, name: &str, path: &str) {
        self.add(Kind::Type, name, path);
    }

    /// Lends requests to the handlers of matching methods, or of all methods of matching services.
    pub fn lend(&mut self, pattern: &str) {
        self.lent.push(pattern.to_owned());
    }

    fn add(&mut self, kind: Kind, pattern: &str, text: &str) {
        self.all.push(Addition {
            kind,
            pattern: pattern.to_owned(),
            text: text.to_owned(),
        });
    }

    /// Adds everything to a schema, after its own annotations. Returns a sentence for each type that could not be
    /// replaced everywhere.
    ///
    /// # Errors
    /// If an addition is not valid Rust, or matches nothing.
    pub fn apply(&self, schema: &mut Schema) -> Result<Vec<String>, BadAddition> {
        for addition in &self.all {
            if !addition.is_rust() {
                return Err(not_rust(addition));
            }
            let found = match addition.kind {
                Kind::Derive | Kind::Attribute => addition.annotate(schema),
                Kind::Type => addition.replace(schema),
            };
            if !found {
                return Err(matches_nothing(addition));
            }
        }
        for pattern in &self.lent {
            lent::lend(schema, pattern)?;
        }
        let types = self.all.iter().filter(|one| one.kind == Kind::Type);
        let notes = types.map(|one| one.stays(schema).transpose());
        notes.flatten().collect()
    }
}

impl Addition {
    fn is_rust(&self) -> bool {
        match self.kind {
            Kind::Derive => hints::derive(&self.text).is_some(),
            Kind::Attribute => hints::attribute(&self.text).is_some(),
            Kind::Type => hints::path(&self.text).is_some(),
        }
    }

    fn hint(&self, span: Span) -> Hint {
        let text = self.text.clone();
        Hint { text, span }
    }

    /// Adds a derive or an attribute. Returns whether anything matched.
    fn annotate(&self, schema: &mut Schema) -> bool {
        let mut found = false;
        let names = full_names(schema);
        for (decl, name) in schema.decls.iter_mut().zip(names) {
            let mut add = |name: &str, span, annotations: &mut _| {
                found |= self.add_to(name, span, annotations);
            };
            each_item(decl, &name, &mut add);
            if self.kind == Kind::Attribute {
                each_member(&mut decl.kind, &name, &mut add);
            }
        }
        found
    }

    /// Adds it to something called `name`, if the pattern matches.
    fn add_to(&self, name: &str, span: Span, annotations: &mut Arc<Annotations>) -> bool {
        let pattern: Vec<&str> = self.pattern.split('.').collect();
        let name: Vec<&str> = name.split('.').collect();
        let matches = is_match(&pattern, &name);
        if matches {
            self.add_hint(span, annotations);
        }
        matches
    }

    fn add_hint(&self, span: Span, annotations: &mut Arc<Annotations>) {
        let rust = &mut Arc::make_mut(annotations).rust;
        match self.kind {
            Kind::Derive => rust.derives.push(self.hint(span)),
            Kind::Attribute => rust.attrs.push(self.hint(span)),
            Kind::Type if rust.ty.is_none() => rust.ty = Some(self.hint(span)),
            Kind::Type => {}
        }
    }
}

/// Whether the declaration becomes a Rust type that may have derives and attributes.
fn has_rust_type(kind: &DeclKind) -> bool {
    match kind {
        DeclKind::Struct(_)
        | DeclKind::Exception(_)
        | DeclKind::Frozen(_)
        | DeclKind::Union(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Newtype(_) => true,
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => false,
    }
}

/// Why an addition failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadAddition {
    message: String,
}

impl fmt::Display for BadAddition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadAddition {}

fn not_rust(addition: &Addition) -> BadAddition {
    let Addition { text, pattern, .. } = addition;
    let what = match addition.kind {
        Kind::Derive => "the path of a derive, such as `serde::Serialize`",
        Kind::Attribute => "an attribute, such as `#[serde(default)]`",
        Kind::Type => "the path of a type, such as `crate::Money`",
    };
    BadAddition {
        message: format!("`{text}`, which is for `{pattern}`, is not {what}"),
    }
}

fn matches_nothing(addition: &Addition) -> BadAddition {
    let Addition { text, pattern, .. } = addition;
    let what = match addition.kind {
        Kind::Derive => "type or method",
        Kind::Type => "type or field",
        Kind::Attribute => "type, method, field or variant",
    };
    BadAddition {
        message: format!(
            "`{text}` is for `{pattern}`, but no {what} is called so; check the spelling, or remove it"
        ),
    }
}
