//! Declarations of the index, with all their named parts.

use super::Declaration;
use crate::ast::{Doc, Field, Ident, Item, ItemKind, Method, Throws, Variant};
use crate::resolve::kinds::kind_word;
use crate::source::Span;

impl Declaration {
    /// This declaration and everything in it, parents first.
    pub fn all(&self) -> impl Iterator<Item = &Declaration> {
        // Nothing is nested deeper than members of members.
        let inner = self.members.iter();
        let inner = inner.flat_map(|it| std::iter::once(it).chain(&it.members));
        std::iter::once(self).chain(inner)
    }
}

pub(super) fn declaration(item: &Item, namespace: &str) -> Declaration {
    let of = Of { namespace };
    let params = item.type_params().iter();
    let mut members: Vec<_> = params.map(|name| of.type_param(name)).collect();
    members.extend(item.fields().iter().map(|it| of.field(it, "field")));
    if let ItemKind::Annotation(annotation) = &item.kind {
        members.extend(annotation.fields.iter().map(|it| of.field(it, "field")));
    }
    let values = item.values().iter();
    members.extend(values.map(|it| of.named(&it.name, "value", it.doc.as_ref(), it.span)));
    members.extend(item.variants().iter().map(|it| of.variant(it)));
    members.extend(item.methods().iter().map(|it| of.method(it)));
    let kind = kind_word(&item.kind);
    Declaration {
        members,
        internal: item.internal.is_some(),
        ..of.named(&item.name, kind, item.doc.as_ref(), item.span)
    }
}

/// Builds the declarations of a namespace.
struct Of<'a> {
    namespace: &'a str,
}

impl Of<'_> {
    fn field(&self, it: &Field, kind: &'static str) -> Declaration {
        self.named(&it.name, kind, it.doc.as_ref(), it.span)
    }

    fn type_param(&self, name: &Ident) -> Declaration {
        self.named(name, "type parameter", None, name.span)
    }

    fn variant(&self, it: &Variant) -> Declaration {
        let fields = it.payload.fields().iter();
        Declaration {
            members: fields.map(|field| self.field(field, "field")).collect(),
            ..self.named(&it.name, "variant", it.doc.as_ref(), it.span)
        }
    }

    fn method(&self, it: &Method) -> Declaration {
        let params = it.params.iter();
        let errors: &[Field] = match &it.throws {
            Some(Throws::List(errors, _)) => errors,
            Some(Throws::Union(_)) | None => &[],
        };
        Declaration {
            members: params
                .map(|param| self.field(&param.field, "parameter"))
                .chain(errors.iter().map(|error| self.field(error, "error")))
                .collect(),
            ..self.named(&it.name, "method", it.doc.as_ref(), it.span)
        }
    }

    fn named(
        &self,
        name: &Ident,
        kind: &'static str,
        doc: Option<&Doc>,
        span: Span,
    ) -> Declaration {
        Declaration {
            name: name.name.clone(),
            kind,
            internal: false,
            namespace: self.namespace.to_owned(),
            doc: doc.map(|doc| doc.text.clone()),
            at: name.span,
            span,
            members: Vec::new(),
        }
    }
}
