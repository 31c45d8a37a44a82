//! Names and dotted names.

use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast;

impl Parser<'_, '_> {
    /// The name of a member, which may be any word.
    pub(super) fn name(&self, pair: &Node<'_>) -> ast::Ident {
        let text = pair.as_str().trim_end();
        let span = self.place(pair);
        ast::Ident {
            name: text.trim_matches('`').to_owned(),
            span,
        }
    }

    /// `a.b.c`
    pub(super) fn path(&self, pair: &Node<'_>) -> ast::Path {
        let segments: Vec<_> = Cursor::new(pair)
            .rest_of(Rule::ident)
            .map(|ident| self.name(&ident))
            .collect();
        ast::Path {
            segments,
            span: self.place(pair),
        }
    }

    /// `a.b, c`: the remaining paths of a clause
    pub(super) fn paths(&self, cursor: Cursor<'_>) -> Vec<ast::Path> {
        cursor
            .rest_of(Rule::path)
            .map(|path| self.path(&path))
            .collect()
    }
}
