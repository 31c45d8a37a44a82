//! Declarations of the index, with all their named parts.

use super::Declaration;
use crate::ast::{
    Annotation, Doc, EnumValue, Field, Ident, Item, ItemKind, Method, MethodResult, Param, Payload,
    Throws, Variant,
};
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
    members.extend(item.values().iter().map(|it| of.value(it)));
    members.extend(item.variants().iter().map(|it| of.variant(it)));
    members.extend(item.methods().iter().map(|it| of.method(it)));
    let kind = kind_word(&item.kind);
    let (ty, value) = match &item.kind {
        ItemKind::Const(it) => (Some(it.ty.span), Some(it.value.span)),
        ItemKind::Typedef(ty) | ItemKind::Newtype(ty) => (Some(ty.span), None),
        ItemKind::Enum(_)
        | ItemKind::Flags(_)
        | ItemKind::Struct(_)
        | ItemKind::Frozen(_)
        | ItemKind::Union(_)
        | ItemKind::Exception(_)
        | ItemKind::Service(_)
        | ItemKind::Annotation(_) => (None, None),
    };
    Declaration {
        members,
        ty,
        value,
        internal: item.internal.is_some(),
        ..of.named(
            &item.name,
            kind,
            item.doc.as_ref(),
            &item.annotations,
            item.span,
        )
    }
}

/// Builds the declarations of a namespace.
struct Of<'a> {
    namespace: &'a str,
}

impl Of<'_> {
    fn field(&self, it: &Field, kind: &'static str) -> Declaration {
        Declaration {
            ty: Some(it.ty.span),
            value: it.default.as_ref().map(|default| default.span),
            ..self.named(&it.name, kind, it.doc.as_ref(), &it.annotations, it.span)
        }
    }

    fn type_param(&self, name: &Ident) -> Declaration {
        self.named(name, "type parameter", None, &[], name.span)
    }

    fn value(&self, it: &EnumValue) -> Declaration {
        Declaration {
            value: it.value.as_ref().map(|number| number.span),
            ..self.named(&it.name, "value", it.doc.as_ref(), &it.annotations, it.span)
        }
    }

    fn variant(&self, it: &Variant) -> Declaration {
        let fields = it.payload.fields().iter();
        let ty = match &it.payload {
            Payload::Typed(ty) => Some(ty.span),
            Payload::Unit | Payload::Struct { .. } => None,
        };
        Declaration {
            members: fields.map(|field| self.field(field, "field")).collect(),
            ty,
            ..self.named(
                &it.name,
                "variant",
                it.doc.as_ref(),
                &it.annotations,
                it.span,
            )
        }
    }

    fn param(&self, it: &Param) -> Declaration {
        let stream = it.stream.as_ref().map(|stream| stream.span);
        Declaration {
            ty: Some(stream.unwrap_or(it.field.ty.span)),
            ..self.field(&it.field, "parameter")
        }
    }

    fn method(&self, it: &Method) -> Declaration {
        let params = it.params.iter();
        let errors: &[Field] = match &it.throws {
            Some(Throws::List(errors, _)) => errors,
            Some(Throws::Union(_)) | None => &[],
        };
        let result = match &it.result {
            MethodResult::Void(span) => *span,
            MethodResult::One(flow) => flow.stream.as_ref().map_or(flow.ty.span, |it| it.span),
        };
        Declaration {
            members: params
                .map(|param| self.param(param))
                .chain(errors.iter().map(|error| self.field(error, "error")))
                .collect(),
            ty: Some(result),
            ..self.named(
                &it.name,
                "method",
                it.doc.as_ref(),
                &it.annotations,
                it.span,
            )
        }
    }

    fn named(
        &self,
        name: &Ident,
        kind: &'static str,
        doc: Option<&Doc>,
        annotations: &[Annotation],
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
            annotations: annotations.iter().map(|it| it.span).collect(),
            ty: None,
            value: None,
            members: Vec::new(),
        }
    }
}
