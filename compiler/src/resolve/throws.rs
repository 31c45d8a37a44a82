//! `throws` clauses: lists and unions of exceptions.

use super::annotations::builtin::Says;
use super::kinds::{article, kind_word};
use super::lookup::{Lookup, Wanted};
use super::{Place, Position, Resolver};
use crate::ast::{self, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{Field, Throws, Type};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// The errors of a `throws` clause.
    pub(super) fn throws(&mut self, throws: &'a ast::Throws, place: &Place<'a>) -> Throws {
        match throws {
            ast::Throws::Union(path) => self.thrown_union(path, place),
            ast::Throws::List(fields, _) => {
                let place = Place {
                    position: Position::Throws,
                    ..*place
                };
                let fields = fields.iter().filter_map(|f| self.thrown(f, &place));
                Throws::List(fields.collect())
            }
        }
    }

    fn thrown_union(&mut self, path: &ast::Path, place: &Place<'a>) -> Throws {
        let id = match self.lookup(path, place) {
            Lookup::Found(id, used) if used == path.segments.len() => self.behind_aliases(id),
            Lookup::Broken => return Throws::Nothing,
            Lookup::Found(..) | Lookup::Missing => {
                self.report_unknown(path, place.file, Wanted::Thrown, &[]);
                return Throws::Nothing;
            }
        };
        let item = self.names.decl(id).item;
        match &item.kind {
            ItemKind::Union(_) => {
                self.seen.thrown.entry(id).or_insert(path.span);
                Throws::Union(id)
            }
            ItemKind::Exception(_) => {
                self.sink.push(one_exception(path, item));
                Throws::Nothing
            }
            kind => {
                let kind = kind_word(kind);
                self.sink
                    .push(not_an_exception(&path.text(), kind, path.span, Some(item)));
                Throws::Nothing
            }
        }
    }

    /// An error of a `throws` list.
    fn thrown(&mut self, field: &'a ast::Field, place: &Place<'a>) -> Option<Field> {
        let found = self.field(field, "field", place)?;
        self.idle(&field.annotations, "what is thrown", |says| {
            says == Says::RustType
        });
        let item = match &found.ty {
            Type::Named(id, _) => Some(self.names.decl(*id).item),
            _ => None,
        };
        if let Some(ItemKind::Exception(_)) = item.map(|item| &item.kind) {
            return Some(found);
        }
        if let Some(word) = field.ty.optional_word() {
            self.sink.push(optional_error(field.ty.span, word));
            return None;
        }
        let kind = item.map_or("built-in type", |item| kind_word(&item.kind));
        let text = self.names.type_text(&found.ty);
        self.sink
            .push(not_an_exception(&text, kind, field.ty.span, item));
        None
    }
}

fn one_exception(path: &ast::Path, item: &ast::Item) -> Diagnostic {
    let name = &item.name.name;
    let field = crate::naming::Style::Snake.apply(name);
    Diagnostic::new(
        Code::NotThrowable,
        path.span,
        format!("`throws` needs a list or a union of exceptions, `{name}` is an exception"),
        "a single exception",
    )
    .with_label(item.name.span, "declared here")
    .with_fix(
        "write a list",
        path.span,
        format!("(1: {} {field})", path.text()),
    )
}

fn optional_error(span: Span, word: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MisplacedOptional,
        span,
        "what is thrown cannot be `optional`",
        "is thrown, or is not",
    )
    .with_fix("drop `optional`", word, "")
}

fn not_an_exception(text: &str, kind: &str, span: Span, item: Option<&ast::Item>) -> Diagnostic {
    let article = article(kind);
    let error = Diagnostic::new(
        Code::NotThrowable,
        span,
        format!("`throws` needs an exception, `{text}` is {article} {kind}"),
        "cannot be thrown",
    );
    match item {
        Some(item) => error
            .with_label(item.name.span, "declared here")
            .with_help(format!("declare `{text}` as an `exception`")),
        None => error.with_help("declare an `exception` that carries it"),
    }
}
