//! What a build script adds to a schema for its own code: derives, attributes and types of fields, which become
//! the annotations `@rust.derive`, `@rust.attr` and `@rust.type`, for which see `hints`; and what handlers look at.

mod lent;
mod named;
mod replaced;

use std::fmt;
use std::sync::Arc;

use self::named::{each_item, each_member, full_names, is_match};
use super::hints;
use crate::schema::{Annotations, DeclKind, Hint, Schema};
use crate::source::Span;

/// Annotations that are added to a schema, each where a pattern says.
///
/// A pattern is a full name: `shop.Order` of a type, `shop.Order.note` of one of its fields or variants,
/// `shop.Orders.place` of a method and so of the struct of its parameters. In it, `*` stands for any one name, and `**` for any number of names.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    all: Vec<Addition>,
    /// Patterns of the methods whose handlers look at their requests.
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
    /// A further derive, by its path, for the types and parameters of methods that match.
    pub fn derive(&mut self, pattern: &str, path: &str) {
        self.add(Kind::Derive, pattern, path);
    }

    /// An attribute, with or without `#[ ]`, for the types, parameters of methods, fields and variants that match.
    pub fn attribute(&mut self, pattern: &str, attribute: &str) {
        self.add(Kind::Attribute, pattern, attribute);
    }

    /// Another Rust type for a field, or for all fields and parameters of a type, with conversions by `From`.
    pub fn extern_type(&mut self, name: &str, path: &str) {
        self.add(Kind::Type, name, path);
    }

    /// A view of the request for the handlers of the methods, or of all methods of the services, that match.
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

    /// Adds them to a schema, after what its own annotations say. Answers a sentence for each type that
    /// gets another one, but not everywhere.
    ///
    /// # Errors
    /// If one is not Rust, or there is nothing that it is for.
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
                return Err(for_nothing(addition));
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

    /// Adds a derive or an attribute; whether there is something that it is for.
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

    /// Adds it to what is called `name`, if the pattern says so.
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

/// Whether the generated item is a type that may have derives and attributes.
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

/// Why something cannot be added.
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

fn for_nothing(addition: &Addition) -> BadAddition {
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
