//! Generic types for which each use must be compared, because the effect depends on the type arguments.

use std::collections::BTreeMap;

use super::Comparison;
use super::places::places;
use super::replaced::Replaced;
use crate::schema::{Decl, DeclId, DeclKind, Type};

impl Comparison<'_> {
    /// Finds the types in `generic` whose type parameters have moved to other places, and those that pass a type
    /// parameter to such a type.
    pub(super) fn find_by_use(&mut self, generic: &[(DeclId, DeclId)]) {
        for (old, new) in generic {
            let (before, now) = (self.old.decl(*old), self.new.decl(*new));
            self.depends = params(before).len() != params(now).len();
            self.apart(|comparison| comparison.members(&declared(*old), &declared(*new)));
            if self.depends {
                self.by_use.insert(*old);
            }
        }
        // Findings in types that contain these may have changed.
        self.replaced = Replaced::default();
        let users = self.users(generic);
        let mut waiting: Vec<DeclId> = self.by_use.iter().copied().collect();
        while let Some(used) = waiting.pop() {
            let users = users.get(&used).into_iter().flatten();
            waiting.extend(users.filter(|user| self.by_use.insert(**user)));
        }
    }

    /// The generic types that pass a type parameter to another one.
    fn users(&self, generic: &[(DeclId, DeclId)]) -> BTreeMap<DeclId, Vec<DeclId>> {
        let mut users: BTreeMap<DeclId, Vec<DeclId>> = BTreeMap::new();
        for (user, _) in generic {
            let types = places(self.old.decl(*user)).into_iter();
            let mut waiting: Vec<&Type> = types.map(|(_, ty)| ty).collect();
            while let Some(ty) = waiting.pop() {
                waiting.extend(ty.parts());
                if let Type::Named(used, args) = ty
                    && args.iter().any(has_param)
                {
                    users.entry(*used).or_default().push(*user);
                }
            }
        }
        users
    }
}

fn has_param(ty: &Type) -> bool {
    matches!(ty, Type::Param(_)) || ty.parts().into_iter().any(has_param)
}

/// The names of the type parameters of a declaration.
pub(super) fn params(decl: &Decl) -> &[String] {
    match &decl.kind {
        DeclKind::Struct(it) => &it.params,
        DeclKind::Union(it) => &it.params,
        _ => &[],
    }
}

/// The type of a declaration, without arguments.
pub(super) fn declared(id: DeclId) -> Type {
    Type::Named(id, Vec::new())
}
