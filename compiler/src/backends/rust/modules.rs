//! The module tree: `modules/shop.rs` nests everything below `shop`, with the file of each namespace included in its
//! module, and `mod.rs` includes the whole tree.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use super::code::{Code, code};
use super::names;
use super::scope::Scope;
use crate::schema::{DeclKind, NamespaceId, Schema};
use crate::source::{FileId, SourceMap};

/// The paths and items of `mod.rs`, which also contains `told`, and of the files that it includes.
pub(super) fn files<'a>(
    schema: &'a Schema,
    told: Option<Code>,
    scope: &dyn Fn(NamespaceId) -> Scope<'a>,
) -> Vec<(String, Vec<Code>)> {
    let mut files = Vec::new();
    let mut includes = Vec::new();
    for (name, module) in tree(schema, scope).inner {
        let path = format!("modules/{}.rs", names::plain(&name));
        includes.push(include(&path));
        files.push((path, vec![module.item(name, allowed())]));
    }
    includes.extend(told);
    files.push(("mod.rs".to_owned(), includes));
    files
}

/// The constant with the texts of all files, and what a server needs to publish only those of its services.
pub(super) fn sources(schema: &Schema, sources: &SourceMap) -> Code {
    let mut services: BTreeMap<FileId, Vec<&str>> = BTreeMap::new();
    for (id, service) in schema.services() {
        let file = schema.decl(id.decl()).span.file;
        services.entry(file).or_default().push(&service.wire_name);
    }
    let files = sources.iter().map(|(id, file)| {
        let texts = |texts: &mut dyn Iterator<Item = &str>| {
            Code::list(texts.map(|text| code!("$text", text)))
        };
        let services = services.get(&id).into_iter().flatten();
        let imports = file.imports.iter().map(|id| code!("$at", at = id.index()));
        code!(
            "::sinew::codegen::Source::new($path, &[$also], &[$services], &[$imports], $text),",
            path = file.import_path(),
            also = texts(&mut file.also.iter().map(String::as_str)),
            services = texts(&mut services.copied()),
            imports = Code::list(imports),
            text = file.text,
        )
    });
    code!(
        "
        /// The files that this is made of, for `Server::add_reflection_with`.
        #[allow(dead_code, unreachable_pub, clippy::allow_attributes, reason = $reason)]
        pub const SOURCES: &[::sinew::codegen::Source] = &[
            $files
        ];
        ",
        reason = NOT_BY_HAND,
        files = Code::lines(files),
    )
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

/// The reason for allowing lints.
const NOT_BY_HAND: &str = "nobody has written this by hand";

/// Lints that names, values and annotations of a schema can trigger, and lints about handwritten code that a crate may
/// have enabled.
fn allowed() -> Code {
    code!(
        "
        #[allow(
            closure_returning_async_block,
            dead_code,
            deprecated,
            let_underscore_drop,
            missing_copy_implementations,
            missing_docs,
            unreachable_patterns,
            unreachable_pub,
            variant_size_differences,
            rustdoc::bare_urls,
            clippy::allow_attributes,
            clippy::approx_constant,
            clippy::collapsible_if,
            clippy::collapsible_match,
            clippy::derivable_impls,
            clippy::doc_lazy_continuation,
            clippy::doc_overindented_list_items,
            clippy::enum_variant_names,
            clippy::large_enum_variant,
            clippy::module_inception,
            clippy::needless_borrow,
            clippy::nursery,
            clippy::pedantic,
            clippy::redundant_closure,
            clippy::should_implement_trait,
            clippy::tabs_in_doc_comments,
            clippy::too_many_arguments,
            clippy::type_complexity,
            clippy::wrong_self_convention,
            reason = $reason,
        )]
        ",
        reason = NOT_BY_HAND,
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
