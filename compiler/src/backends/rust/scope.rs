//! The context in which code is generated: the schema, facts about it, and the module that will contain the code.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::externs::Elsewhere;
use super::facts::Facts;
use super::names;
use super::places::Places;
use super::types::Shared;
use crate::schema::{Decl, DeclId, NamespaceId, Schema};
use crate::source::Span;

/// A position in the generated modules.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) schema: &'a Schema,
    pub(super) facts: &'a Facts,
    places: &'a Places<'a>,
    elsewhere: &'a Elsewhere,
    namespace: NamespaceId,
    service: bool,
    params: &'a [String],
    pub(super) shared: Shared,
}

impl<'a> Scope<'a> {
    /// The module of a namespace.
    pub(super) fn new(
        schema: &'a Schema,
        facts: &'a Facts,
        places: &'a Places<'a>,
        elsewhere: &'a Elsewhere,
        namespace: NamespaceId,
    ) -> Self {
        Self {
            schema,
            facts,
            places,
            elsewhere,
            namespace,
            service: false,
            params: &[],
            shared: Shared::default(),
        }
    }

    /// The module of a service in this namespace.
    pub(super) fn in_service(self) -> Self {
        Self {
            service: true,
            ..self
        }
    }

    /// Whether strings and bytes are shared.
    pub(super) fn with_shared(self, shared: Shared) -> Self {
        Self { shared, ..self }
    }

    /// Strings and bytes that own their memory, for values that are converted to another type.
    pub(super) fn unshared(self) -> Self {
        self.with_shared(Shared::default())
    }

    /// Inside an item with these type parameters.
    pub(super) fn with_params(self, params: &'a [String]) -> Self {
        Self { params, ..self }
    }

    /// The namespace of this module.
    pub(super) fn namespace(&self) -> NamespaceId {
        self.namespace
    }

    /// Whether this namespace is not generated here.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.elsewhere.path(self.namespace).is_some()
    }

    /// `file:line` of a place in the schema.
    pub(super) fn place(&self, span: Span) -> String {
        self.places.line(span)
    }

    /// All declarations with this name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = DeclId> {
        self.places.named(name)
    }

    /// The names of the type parameters in scope.
    pub(super) fn params(&self) -> &'a [String] {
        self.params
    }

    /// The path from here to the item of a declaration.
    pub(super) fn path(&self, id: DeclId) -> Code {
        let decl = self.schema.decl(id);
        self.path_to(decl, &names::type_of(decl))
    }

    /// The path from here to `item`, which is in the same module as the item of `decl`.
    pub(super) fn path_to(&self, decl: &Decl, item: &Ident) -> Code {
        if decl.namespace == self.namespace && !self.service {
            return code!("$item", item);
        }
        if let Some(module) = self.elsewhere.path(decl.namespace) {
            return code!("$module::$item", module, item);
        }
        let mut supers = usize::from(self.service);
        let mut modules = Vec::new();
        if decl.namespace != self.namespace {
            let here = names::modules(self.schema.namespace(self.namespace));
            let there = names::modules(self.schema.namespace(decl.namespace));
            let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
            supers += here.len() - common;
            modules = there.into_iter().skip(common).collect();
        }
        let supers = (0..supers).map(|_| code!("super::"));
        let modules = modules.into_iter().map(|module| code!("$module::", module));
        let path = Code::joined("", supers.chain(modules));
        code!("$path$item", path, item)
    }

    /// `namespace.Name` of a declaration, as in errors and on the wire.
    pub(super) fn full_name(&self, decl: &Decl) -> String {
        format!(
            "{}.{}",
            self.schema.namespace(decl.namespace).name(),
            decl.name
        )
    }
}
