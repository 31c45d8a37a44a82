//! The tree of modules: `modules/shop.rs` nests what begins with `shop`, each module including the
//! file of its namespace, and `mod.rs` includes them all.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use super::code::{Code, code};
use super::names;
use super::scope::Scope;
use crate::schema::{DeclKind, NamespaceId, Schema};

/// The paths and items of `mod.rs` and of the files that it includes.
pub(super) fn files<'a>(
    schema: &'a Schema,
    scope: &dyn Fn(NamespaceId) -> Scope<'a>,
) -> Vec<(String, Vec<Code>)> {
    let mut files = Vec::new();
    let mut includes = Vec::new();
    for (name, module) in tree(schema, scope).inner {
        let path = format!("modules/{}.rs", names::plain(&name));
        includes.push(include(&path));
        files.push((path, vec![module.item(name, allowed())]));
    }
    files.push(("mod.rs".to_owned(), includes));
    files
}

fn include(path: &str) -> Code {
    code!("::core::include!($path);", path)
}

fn tree<'a>(schema: &'a Schema, scope: &dyn Fn(NamespaceId) -> Scope<'a>) -> Module {
    let mut root = Module::default();
    for (id, namespace) in (0u32..).map(NamespaceId).zip(schema.namespaces()) {
        let scope = scope(id);
        if scope.is_elsewhere() {
            continue;
        }
        let mut module = &mut root;
        for name in names::modules(namespace) {
            module = module.inner.entry(name).or_default();
        }
        module.docs = scope.docs(namespace.doc.as_deref());
        let has_items = namespace.decls.iter().any(|decl| {
            !matches!(
                schema.decl(*decl).kind,
                DeclKind::Typedef(_) | DeclKind::Annotation(_)
            )
        });
        module.file = has_items.then(|| format!("../{}", names::file(namespace)));
    }
    root
}

/// Lints that names, values and annotations of a schema can set off.
fn allowed() -> Code {
    code!(
        "
        #[allow(
            dead_code,
            deprecated,
            missing_docs,
            unreachable_patterns,
            unreachable_pub,
            rustdoc::bare_urls,
            clippy::approx_constant,
            clippy::derivable_impls,
            clippy::enum_variant_names,
            clippy::large_enum_variant,
            clippy::module_inception,
            clippy::nursery,
            clippy::pedantic,
            clippy::redundant_closure,
            clippy::should_implement_trait,
            clippy::too_many_arguments,
            clippy::type_complexity,
            clippy::wrong_self_convention,
        )]
        "
    )
}

#[derive(Default)]
struct Module {
    docs: Code,
    file: Option<String>,
    inner: BTreeMap<Ident, Module>,
}

impl Module {
    fn item(self, name: Ident, lints: Code) -> Code {
        let include = self.file.map(|file| include(&file));
        let inner = self.inner.into_iter();
        let inner = inner.map(|(name, module)| module.item(name, Code::new()));
        code!(
            "
            $docs
            $lints
            pub mod $name {
                $items
            }
            ",
            docs = self.docs,
            lints,
            name,
            items = Code::paragraphs(include.into_iter().chain(inner)),
        )
    }
}
