//! What a declaration is made of, whatever its kind.

use super::{EnumValue, Field, Ident, Item, ItemKind, Method, Payload};

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

    /// Its own fields: those of a struct, a frozen one, or an exception.
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

    /// Lists of fields in which names and ids are unique: its own, and those of each variant.
    pub fn field_lists(&self) -> Vec<&[Field]> {
        let ItemKind::Union(union) = &self.kind else {
            return vec![self.fields()];
        };
        let payloads = union.variants.iter().map(|variant| &variant.payload);
        let lists = payloads.filter_map(|payload| match payload {
            Payload::Struct { fields, .. } => Some(fields.as_slice()),
            Payload::Unit | Payload::Typed(_) => None,
        });
        lists.collect()
    }

    /// Its values, if it is an enum or flags.
    pub fn values(&self) -> &[EnumValue] {
        let (ItemKind::Enum(numbered) | ItemKind::Flags(numbered)) = &self.kind else {
            return &[];
        };
        &numbered.values
    }

    /// Its methods.
    pub fn methods(&self) -> &[Method] {
        let ItemKind::Service(service) = &self.kind else {
            return &[];
        };
        &service.methods
    }
}
