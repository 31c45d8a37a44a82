//! Resolves the links of doc comments, `[Order.id]`, to Rust paths.

use super::names;
use super::scope::Scope;
use crate::schema::{Decl, DeclId, DeclKind, Field};

impl Scope<'_> {
    /// The Rust path of a link in a doc comment; `None` if nothing has that name.
    pub(super) fn linked(&self, link: &str) -> Option<String> {
        let path = link.replace("::", ".");
        let (id, member) = match self.find(&path) {
            Some(id) => (id, None),
            None => {
                let (owner, member) = path.rsplit_once('.')?;
                (self.find(owner)?, Some(member))
            }
        };
        let decl = self.schema.decl(id);
        let item = match decl.kind {
            DeclKind::Const(_) => names::constant(decl),
            DeclKind::Typedef(_) | DeclKind::Annotation(_) => return None,
            _ => names::type_of(decl),
        };
        let owner = self.path_to(decl, &item);
        let owner = owner.as_str();
        match member {
            Some(member) => Some(format!("{owner}::{}", self::member(decl, member)?)),
            None => Some(owner.to_owned()),
        }
    }

    /// The declaration that `path` names from here.
    fn find(&self, path: &str) -> Option<DeclId> {
        let (namespace, name) = match path.rsplit_once('.') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, path),
        };
        let in_namespace = |written: &str, full: &str| {
            full == written
                || full.ends_with(written) && full[..full.len() - written.len()].ends_with('.')
        };
        self.named(name).find(|id| {
            let decl = self.schema.decl(*id);
            match namespace {
                None => decl.namespace == self.namespace(),
                Some(written) => {
                    in_namespace(written, &self.schema.namespace(decl.namespace).name())
                }
            }
        })
    }
}

/// The Rust name of a member.
fn member(decl: &Decl, name: &str) -> Option<String> {
    let in_fields = |fields: &[Field]| {
        let field = fields.iter().find(|f| f.name == name)?;
        Some(names::field(field))
    };
    let ident = match &decl.kind {
        DeclKind::Struct(kind) => in_fields(&kind.fields),
        DeclKind::Exception(kind) => in_fields(&kind.fields),
        DeclKind::Frozen(kind) => {
            let field = kind.fields.iter().find(|f| f.name == name);
            field.map(names::frozen_field)
        }
        DeclKind::Enum(kind) => {
            let value = kind.values.iter().find(|v| v.name == name)?;
            Some(match value.alias_of {
                Some(_) => names::associated(value),
                None => names::enum_value(value),
            })
        }
        DeclKind::Flags(kind) => {
            let value = kind.values.iter().find(|v| v.name == name);
            value.map(names::associated)
        }
        DeclKind::Union(kind) => {
            let variant = kind.variants.iter().find(|v| v.name == name);
            variant.map(names::variant)
        }
        DeclKind::Service(kind) => {
            let method = kind.methods.iter().find(|m| m.name == name);
            method.map(names::method)
        }
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Newtype(_)
        | DeclKind::Annotation(_) => None,
    }?;
    Some(ident.to_string())
}
