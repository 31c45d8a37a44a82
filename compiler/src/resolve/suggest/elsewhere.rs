//! Suggests names of namespaces that a file does not import, with the import.

use crate::ast::{Ident, ImportNames};
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::resolve::Resolver;
use crate::resolve::lookup::Wanted;
use crate::schema::NamespaceId;
use crate::source::Span;

impl Resolver<'_, '_> {
    /// Adds the namespaces that declare `name`, and the fix that imports it.
    pub(super) fn elsewhere(
        &self,
        error: Diagnostic,
        name: &str,
        file: usize,
        wanted: Wanted,
    ) -> Diagnostic {
        let here = self.names.files[file].namespace;
        for namespace in &self.names.namespaces {
            let Some(decl) = namespace.by_name.get(name).copied() else {
                continue;
            };
            let kind = &self.names.decl(decl).item.kind;
            if !wanted.accepts(kind) || !self.visible(decl, here) {
                continue;
            }
            let error = match self.brought_by(file, self.names.decl(decl).namespace) {
                Some(through) => not_transitive(error, name, &through),
                None => error,
            };
            let full = namespace.name();
            let message = format!("`{name}` exists in `{full}`, which is not imported; import it");
            let target = self.names.decl(decl).file;
            if let Some(last) = self.picked_last(file, target) {
                return error.with_fix(message, last.after(), format!(", {name}"));
            }
            let import = format!(
                "import \"{}\" {{ {name} }};",
                self.names.files[target].import_path
            );
            return self.with_import(error, message, file, &import);
        }
        error
    }

    /// The span of the last name that `file` imports from the file `target`.
    fn picked_last(&self, file: usize, target: usize) -> Option<Span> {
        let (file, target) = (&self.names.files[file], &self.names.files[target]);
        let mut imports = file.ast.imports.iter().zip(file.imports);
        let items = imports.find_map(|(import, read)| match &import.names {
            ImportNames::Items(items) if *read == Some(target.ast.id) => items.last(),
            _ => None,
        })?;
        Some(items.alias.as_ref().unwrap_or(&items.name).span)
    }

    /// The import of `file` that leads to a file which imports `namespace`.
    pub(super) fn brought_by(&self, file: usize, namespace: NamespaceId) -> Option<String> {
        let imports = self.names.files[file].imports.iter().flatten();
        let mut files = imports.filter_map(|id| self.names.position(*id));
        let through = files.find(|through| {
            let further = self.names.files[*through].imports.iter().flatten();
            let mut further = further.filter_map(|id| self.names.position(*id));
            further.any(|f| self.names.files[f].namespace == namespace)
        })?;
        Some(self.names.files[through].name.clone())
    }

    /// Adds the edit that inserts an `import` after the last one.
    pub(super) fn with_import(
        &self,
        error: Diagnostic,
        message: String,
        file: usize,
        import: &str,
    ) -> Diagnostic {
        let ast = self.names.files[file].ast;
        if let Some(last) = ast.imports.last() {
            return error.with_fix(message, last.span.after(), format!("\n{import}"));
        }
        let Some(namespace) = &ast.namespace else {
            return error.with_help(message);
        };
        let text = &self.sources.file(ast.id).text;
        let rest = text.get(namespace.span.end as usize..).unwrap_or("");
        let end = namespace.span.end as usize + rest.find(';').map_or(0, |at| at + 1);
        let place = Span::new(ast.id, end, end);
        error.with_fix(message, place, format!("\n\n{import}"))
    }
}

/// Adds to the fix that imports `name` the edit that removes the prefix.
pub(super) fn standing_alone(mut error: Diagnostic, path: Span, name: &Ident) -> Diagnostic {
    for fix in &mut error.fixes {
        fix.edits.push(Edit {
            span: path,
            replacement: name.name.clone(),
        });
    }
    error
}

pub(super) fn not_transitive(mut error: Diagnostic, name: &str, through: &str) -> Diagnostic {
    error.code = Code::NotTransitive;
    error.message =
        format!("`{name}` is not visible through `{through}`: imports are not transitive");
    error.primary.text = "not imported by this file itself".to_owned();
    error
}
