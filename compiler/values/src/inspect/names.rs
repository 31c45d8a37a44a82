//! Matches the structs and unions of a head with those of a schema.

use std::collections::BTreeMap;

use crate::head::{Head, Kind, Owner};
use crate::schema::{Schema, Type};

/// The schema's struct or union for each one of a head.
#[derive(Default)]
pub(crate) struct Names<'s> {
    schema: Option<&'s Schema>,
    known: BTreeMap<Owner, usize>,
}

impl<'s> Names<'s> {
    /// Matches a head whose root has type `ty`.
    pub(super) fn of(head: &Head, schema: &'s Schema, ty: &Type) -> Self {
        let mut names = Self {
            schema: Some(schema),
            known: BTreeMap::new(),
        };
        let mut open = vec![(&head.root, ty)];
        while let Some((kind, ty)) = open.pop() {
            open.extend(names.inside(head, schema, kind, ty));
        }
        names
    }

    /// Matches a kind with a type, and returns its components.
    fn inside<'a>(
        &mut self,
        head: &'a Head,
        schema: &'a Schema,
        kind: &'a Kind,
        ty: &'a Type,
    ) -> Vec<(&'a Kind, &'a Type)> {
        match (kind, plain(kind, ty)) {
            (Kind::Optional(kind), Type::Optional(ty)) => vec![(kind, ty)],
            (Kind::Optional(kind), ty) => vec![(kind, ty)],
            (Kind::List(kind), Type::List(ty) | Type::Set(ty)) => vec![(kind, ty)],
            (Kind::Array(_, kind), Type::Array(_, ty)) => vec![(kind, ty)],
            (Kind::Map(a, b), Type::Map(key, value)) => vec![(a, key), (b, value)],
            (Kind::Record(number), Type::Record(own)) => {
                let fields = schema.records[*own].fields.iter();
                let fields = fields.map(|field| (field.id, &field.ty)).collect();
                self.members(Owner::Record(*number), *own, &head.records[*number], fields)
            }
            (Kind::Union(number), Type::Union(own)) => {
                let variants = schema.unions[*own].variants.iter();
                let variants = variants.map(|variant| (variant.id, &variant.ty)).collect();
                self.members(Owner::Union(*number), *own, &head.unions[*number], variants)
            }
            (_, _) => Vec::new(),
        }
    }

    fn members<'a>(
        &mut self,
        owner: Owner,
        own: usize,
        theirs: &'a [(u16, Kind)],
        known: BTreeMap<u16, &'a Type>,
    ) -> Vec<(&'a Kind, &'a Type)> {
        if self.known.insert(owner, own).is_some() {
            return Vec::new();
        }
        let members = theirs.iter();
        let members = members.filter_map(|(id, kind)| Some((kind, *known.get(id)?)));
        members.collect()
    }

    /// The name of a struct or union.
    pub(crate) fn of_owner(&self, owner: Owner) -> Option<&'s str> {
        let (schema, own) = (self.schema?, *self.known.get(&owner)?);
        Some(match owner {
            Owner::Record(_) => &schema.records[own].name,
            Owner::Union(_) => &schema.unions[own].name,
        })
    }

    /// The name and type of a field or variant.
    pub(super) fn of_member(&self, owner: Owner, id: u16) -> Option<(&'s str, &'s Type)> {
        let (schema, own) = (self.schema?, *self.known.get(&owner)?);
        match owner {
            Owner::Record(_) => {
                let mut fields = schema.records[own].fields.iter();
                let field = fields.find(|field| field.id == id)?;
                Some((&field.name, &field.ty))
            }
            Owner::Union(_) => {
                let mut variants = schema.unions[own].variants.iter();
                let variant = variants.find(|variant| variant.id == id)?;
                Some((&variant.name, &variant.ty))
            }
        }
    }

    /// Such as `7 note`, or the id alone.
    pub(super) fn label(&self, owner: Owner, id: u16) -> String {
        match self.of_member(owner, id) {
            Some((name, _)) => format!("{id} {name}"),
            None => id.to_string(),
        }
    }
}

/// The type without constraints, and without an `optional` that the kind does not have.
pub(super) fn plain<'s>(kind: &Kind, ty: &'s Type) -> &'s Type {
    match (kind, ty.unconstrained()) {
        (Kind::Optional(_), ty) => ty,
        (_, Type::Optional(ty)) => plain(kind, ty),
        (_, ty) => ty,
    }
}
