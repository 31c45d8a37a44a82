//! Imports: the file, and what its names are called here.

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast::{self, Import, ImportItem, ImportNames};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// `import "common.idl";`. `None` if the path is invalid.
    pub(super) fn import(&mut self, pair: &Node<'i>) -> Option<Import> {
        let mut cursor = Cursor::new(pair);
        let include = cursor.take(Rule::kw_include).map(|word| self.place(&word));
        cursor.take(Rule::kw_import);
        let (literal, names) = match cursor.take(Rule::import_from) {
            Some(from) => self.import_from(&from),
            None => {
                let literal = cursor.expect(Rule::string);
                (literal, self.import_names(&mut cursor))
            }
        };
        let path = self.string(&literal);
        let last = cursor.last_end();
        let start = pair.as_span().start();
        if let Some(word) = include {
            let has_end = cursor.take(Rule::end).is_some();
            self.report(include_word(word, self.span(last, last), has_end));
        } else {
            let name = ast::Ident {
                name: literal.as_str().to_owned(),
                span: self.place(&literal),
            };
            self.end(&mut cursor, start, "import", &name);
        }
        let span = self.span(start, cursor.last_end());
        Some(Import {
            path: path?,
            path_span: self.place(&literal),
            names,
            span,
        })
    }

    fn import_names(&self, cursor: &mut Cursor<'i>) -> ImportNames {
        if let Some(alias) = cursor.take(Rule::import_alias) {
            return ImportNames::As(self.alias(&alias));
        }
        match cursor.take(Rule::import_names) {
            Some(list) => self.names_of_list(&list),
            None => ImportNames::Namespace,
        }
    }

    /// `{ Money } from "common.idl"`, in the wrong order
    fn import_from(&mut self, pair: &Node<'i>) -> (Node<'i>, ImportNames) {
        let mut cursor = Cursor::new(pair);
        let list = cursor.expect(Rule::import_names);
        cursor.expect(Rule::kw_from);
        let file = cursor.expect(Rule::string);
        let written = format!("{} {}", self.text_of(&file), self.text_of(&list));
        self.report(names_before_file(self.place(pair), &written));
        let names = self.names_of_list(&list);
        (file, names)
    }

    /// `{ Money, NotFound as Missing }`
    fn names_of_list(&self, list: &Node<'i>) -> ImportNames {
        let items = Cursor::new(list).rest_of(Rule::import_name).map(|pair| {
            let mut inner = Cursor::new(&pair);
            let name = self.name(&inner.expect(Rule::name));
            let alias = inner
                .take(Rule::import_alias)
                .map(|alias| self.alias(&alias));
            ImportItem { name, alias }
        });
        ImportNames::Items(items.collect())
    }

    fn alias(&self, pair: &Node<'i>) -> ast::Ident {
        let mut cursor = Cursor::new(pair);
        cursor.expect(Rule::kw_as);
        self.name(&cursor.expect(Rule::name))
    }
}

fn include_word(word: Span, end: Span, has_end: bool) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(
        Code::OldWord,
        word,
        "`include` is spelled `import` here",
        "write `import`",
    );
    let mut edits = vec![Edit {
        span: word,
        replacement: "import".to_owned(),
    }];
    if !has_end {
        edits.push(Edit {
            span: end,
            replacement: ";".to_owned(),
        });
    }
    diagnostic.fixes.push(Fix {
        message: "write `import`".to_owned(),
        edits,
    });
    diagnostic
}

fn names_before_file(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(
        Code::OldWord,
        span,
        "the file comes before the names imported from it",
        "looks like `{ names } from file`",
    )
    .with_fix(format!("write `import {written};`"), span, written)
}
