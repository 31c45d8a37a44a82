//! What is declared where, and where it is named: what editors ask.

use crate::ast::{Doc, Ident, Import, ImportNames, Item};
use crate::load::Loaded;
use crate::resolve::Resolved;
use crate::resolve::kinds::kind_word;
use crate::resolve::names::Names;
use crate::schema::DeclId;
use crate::source::{FileId, Span};

/// The declarations of all files of a check, and every place that names one, also where there are errors elsewhere.
#[derive(Debug, Default)]
pub struct Index {
    /// The declarations, in order of their namespaces, files and places.
    pub declarations: Vec<Declaration>,
    /// The places, in no particular order.
    pub uses: Vec<Use>,
    /// Paths behind `import`, and the files that they mean.
    pub imports: Vec<(Span, FileId)>,
}

/// Something that has a name.
#[derive(Debug)]
pub struct Declaration {
    /// Its name, without backticks.
    pub name: String,
    /// What it is, in a word of the language: `struct`, `enum`; of a member `field`, `value`, `variant` or `method`.
    pub kind: &'static str,
    /// What its doc comment says, without markers.
    pub doc: Option<String>,
    /// Where its name stands.
    pub at: Span,
    /// All of it, but its doc comment and annotations.
    pub span: Span,
    /// What is declared in it.
    pub members: Vec<Declaration>,
}

/// A place that names a declaration.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    /// The last name of the path that stands there.
    pub span: Span,
    /// Which of [`Index::declarations`] is meant.
    pub declaration: usize,
}

impl Index {
    pub(crate) fn of(resolved: &Resolved<'_>, loaded: &Loaded) -> Self {
        let mut index = Self::default();
        let declarations = resolved.names.decls.iter();
        index.declarations = declarations.map(|entry| declaration(entry.item)).collect();
        for it in &resolved.seen.uses {
            index.add(it.span, it.decl);
        }
        for file in &loaded.files {
            for (import, read) in file.ast.imports.iter().zip(&file.imports) {
                if let Some(read) = *read {
                    index.imports.push((import.path_span, read));
                    index.add_items(import, read, &resolved.names);
                }
            }
        }
        index
    }

    /// The names that an import picks out of a file.
    fn add_items(&mut self, import: &Import, from: FileId, names: &Names<'_>) {
        let ImportNames::Items(items) = &import.names else {
            return;
        };
        let Some(position) = names.position(from) else {
            return;
        };
        let namespace = names.namespace(names.files[position].namespace);
        for item in items {
            if let Some(decl) = namespace.by_name.get(item.name.name.as_str()) {
                self.add(item.name.span, *decl);
            }
        }
    }

    fn add(&mut self, span: Span, decl: DeclId) {
        let declaration = decl.0 as usize;
        self.uses.push(Use { span, declaration });
    }

    /// The declaration that is made or named at this byte of a file.
    pub fn at(&self, file: FileId, offset: u32) -> Option<usize> {
        let is_there = |span: Span| span.holds(file, offset);
        let used = self.uses.iter().find(|it| is_there(it.span));
        let declared = || self.declarations.iter().position(|it| is_there(it.at));
        used.map(|it| it.declaration).or_else(declared)
    }

    /// The file that is imported by what stands at this byte of a file.
    pub fn imported_at(&self, file: FileId, offset: u32) -> Option<FileId> {
        let mut imports = self.imports.iter();
        let found = imports.find(|(span, _)| span.holds(file, offset));
        found.map(|(_, file)| *file)
    }
}

fn declaration(item: &Item) -> Declaration {
    let fields = item.fields().iter();
    let fields = fields.map(|it| member(&it.name, "field", it.doc.as_ref(), it.span));
    let values = item.values().iter();
    let values = values.map(|it| member(&it.name, "value", it.doc.as_ref(), it.span));
    let variants = item.variants().iter();
    let variants = variants.map(|it| member(&it.name, "variant", it.doc.as_ref(), it.span));
    let methods = item.methods().iter();
    let methods = methods.map(|it| member(&it.name, "method", it.doc.as_ref(), it.span));
    Declaration {
        members: fields
            .chain(values)
            .chain(variants)
            .chain(methods)
            .collect(),
        ..member(
            &item.name,
            kind_word(&item.kind),
            item.doc.as_ref(),
            item.span,
        )
    }
}

fn member(name: &Ident, kind: &'static str, doc: Option<&Doc>, span: Span) -> Declaration {
    Declaration {
        name: name.name.clone(),
        kind,
        doc: doc.map(|doc| doc.text.clone()),
        at: name.span,
        span,
        members: Vec::new(),
    }
}
