//! The syntax tree: what was written, with the span of every node.
//!
//! Nothing here is checked. Names are as written, without backticks, and literals are decoded. Ids may be out of range,
//! and names may clash.

mod expr;
mod item;
mod parts;
mod service;
mod ty;

pub use expr::*;
pub use item::*;
pub use service::*;
pub use ty::*;

use std::collections::BTreeSet;

use crate::source::{FileId, Span};

/// A name with its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name without backticks.
    pub name: String,
    /// Its span, including backticks.
    pub span: Span,
}

/// A dotted name: `shop.common.Money`. Has at least one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The names between the dots.
    pub segments: Vec<Ident>,
    /// The whole path.
    pub span: Span,
}

impl Path {
    /// The path as it is written, without backticks.
    pub fn text(&self) -> String {
        self.segments
            .iter()
            .map(|s| s.name.as_str())
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// A doc comment: `///`, `//!` or `/** */`, markers removed, lines joined by `\n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// The Markdown text; no trailing newline, no `\r`.
    pub text: String,
    /// The whole comment.
    pub span: Span,
}

/// One parsed file.
#[derive(Clone, Debug)]
pub struct File {
    /// Which file this is.
    pub id: FileId,
    /// `//!` lines at the top.
    pub doc: Option<Doc>,
    /// Annotations of the namespace.
    pub annotations: Vec<Annotation>,
    /// `namespace a.b;`, unless it is missing.
    pub namespace: Option<Path>,
    /// `import` lines.
    pub imports: Vec<Import>,
    /// Declarations, in the order they were written.
    pub items: Vec<Item>,
    /// Something was reported and left out, so a name that cannot be found may have been declared there.
    pub partial: bool,
    /// Names that were probably declared in what was left out.
    pub lost: BTreeSet<String>,
}

impl File {
    /// A file of which nothing has been read yet.
    pub(crate) fn empty(id: FileId) -> Self {
        Self {
            id,
            doc: None,
            annotations: Vec::new(),
            namespace: None,
            imports: Vec::new(),
            items: Vec::new(),
            partial: false,
            lost: BTreeSet::new(),
        }
    }
}

/// `import "path" …;`
#[derive(Clone, Debug)]
pub struct Import {
    /// The path between the quotes.
    pub path: String,
    /// The string literal with its quotes.
    pub path_span: Span,
    /// What the import makes visible.
    pub names: ImportNames,
    /// From `import` to `;`.
    pub span: Span,
}

/// What an import makes visible.
#[derive(Clone, Debug)]
pub enum ImportNames {
    /// The imported namespace, under its last segment.
    Namespace,
    /// `as name`
    As(Ident),
    /// `{ A, B as C }`
    Items(Vec<ImportItem>),
}

/// One name of a selective import.
#[derive(Clone, Debug)]
pub struct ImportItem {
    /// The name in the imported file.
    pub name: Ident,
    /// The name here, if different.
    pub alias: Option<Ident>,
}

/// `@path(args)`
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The name after `@`.
    pub path: Path,
    /// The arguments, in order.
    pub args: Vec<AnnotationArg>,
    /// From `@` to the closing parenthesis.
    pub span: Span,
}

/// One argument of an annotation.
#[derive(Clone, Debug)]
pub struct AnnotationArg {
    /// `name =`, unless positional.
    pub name: Option<Ident>,
    /// The value.
    pub value: ArgValue,
    /// The whole argument.
    pub span: Span,
}

/// The value of an annotation argument.
#[derive(Clone, Debug)]
pub enum ArgValue {
    /// An expression.
    Expr(Expr),
    /// `start..end` or `start..=end`, each side optional.
    Range(RangeExpr),
}

/// A range of an annotation argument.
#[derive(Clone, Debug)]
pub struct RangeExpr {
    /// The lower bound.
    pub start: Option<Expr>,
    /// The upper bound.
    pub end: Option<Expr>,
    /// Whether `end` belongs to the range (`..=`).
    pub inclusive: bool,
    /// The whole range.
    pub span: Span,
}
