//! The parts of declarations of any kind.

use super::{
    Annotation, Doc, EnumValue, Field, File, Ident, Item, ItemKind, Method, Payload, Variant,
};
use crate::source::Span;

impl Item {
    /// Its type parameters.
    pub fn type_params(&self) -> &[Ident] {
        match &self.kind {
            ItemKind::Struct(s) => &s.params,
            ItemKind::Union(u) => &u.params,
            ItemKind::Const(_)
            | ItemKind::Typedef(_)
            | ItemKind::Newtype(_)
            | ItemKind::Enum(_)
            | ItemKind::Flags(_)
            | ItemKind::Frozen(_)
            | ItemKind::Exception(_)
            | ItemKind::Service(_)
            | ItemKind::Annotation(_) => &[],
        }
    }

    /// Its own fields, if it is a struct, frozen struct or exception.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            ItemKind::Struct(s) | ItemKind::Exception(s) => &s.fields,
            ItemKind::Frozen(f) => &f.fields,
            ItemKind::Const(_)
            | ItemKind::Typedef(_)
            | ItemKind::Newtype(_)
            | ItemKind::Enum(_)
            | ItemKind::Flags(_)
            | ItemKind::Union(_)
            | ItemKind::Service(_)
            | ItemKind::Annotation(_) => &[],
        }
    }

    /// Lists of fields within which names and ids must be unique: its own, and those of each variant.
    pub fn field_lists(&self) -> Vec<&[Field]> {
        let ItemKind::Union(union) = &self.kind else {
            return vec![self.fields()];
        };
        let lists = union.variants.iter().map(|v| v.payload.fields());
        lists.collect()
    }

    /// Its values, if it is an enum or flags.
    pub fn values(&self) -> &[EnumValue] {
        let (ItemKind::Enum(numbered) | ItemKind::Flags(numbered)) = &self.kind else {
            return &[];
        };
        &numbered.values
    }

    /// Its variants, if it is a union.
    pub fn variants(&self) -> &[Variant] {
        let ItemKind::Union(union) = &self.kind else {
            return &[];
        };
        &union.variants
    }

    /// Every part of it that can have a doc comment and annotations.
    pub(crate) fn members(&self) -> Vec<Member<'_>> {
        let mut members: Vec<Member<'_>> = Vec::new();
        members.extend(self.fields().iter().map(Field::as_member));
        members.extend(self.values().iter().map(|value| Member {
            doc: value.doc.as_ref(),
            annotations: &value.annotations,
            span: value.span,
        }));
        for variant in self.variants() {
            members.push(Member {
                doc: variant.doc.as_ref(),
                annotations: &variant.annotations,
                span: variant.span,
            });
            members.extend(variant.payload.fields().iter().map(Field::as_member));
        }
        for method in self.methods() {
            members.push(Member {
                doc: method.doc.as_ref(),
                annotations: &method.annotations,
                span: method.span,
            });
            members.extend(method.params.iter().map(|param| param.field.as_member()));
        }
        if let ItemKind::Annotation(annotation) = &self.kind {
            members.extend(annotation.fields.iter().map(Field::as_member));
        }
        members
    }

    /// Its methods.
    pub fn methods(&self) -> &[Method] {
        let ItemKind::Service(service) = &self.kind else {
            return &[];
        };
        &service.methods
    }
}

impl File {
    /// All lists of annotations, each with the span of what it annotates: the file, a declaration, a member.
    pub(crate) fn annotated(&self) -> Vec<(&[Annotation], Span)> {
        let mut found = vec![(&self.annotations[..], Span::new(self.id, 0, usize::MAX))];
        for item in &self.items {
            found.push((&item.annotations, item.span));
            let members = item.members().into_iter();
            found.extend(members.map(|member| (member.annotations, member.span)));
        }
        found
    }
}

impl Payload {
    /// Its fields; none for unit variants and single types.
    pub fn fields(&self) -> &[Field] {
        match self {
            Payload::Struct { fields, .. } => fields,
            Payload::Unit | Payload::Typed(_) => &[],
        }
    }
}

/// A part of a declaration, of whatever kind.
pub(crate) struct Member<'a> {
    pub(crate) doc: Option<&'a Doc>,
    pub(crate) annotations: &'a [Annotation],
    pub(crate) span: Span,
}

impl Field {
    fn as_member(&self) -> Member<'_> {
        Member {
            doc: self.doc.as_ref(),
            annotations: &self.annotations,
            span: self.span,
        }
    }
}
