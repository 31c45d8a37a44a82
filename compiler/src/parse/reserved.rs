//! `reserved` lines.

use num_bigint::BigInt;
use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast::{Ident, Reserved, ReservedKind};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// Adds the entries of `reserved 4, 6..=9, "name";` to `out`.
    pub(super) fn reserved(&mut self, pair: &Node<'i>, out: &mut Vec<Reserved>) {
        let mut cursor = Cursor::new(pair);
        let word = cursor.expect(Rule::kw_reserved);
        let mut bare = Vec::new();
        while cursor.peek() != Some(Rule::semicolon) {
            let Some(entry) = cursor.next() else { break };
            if entry.as_rule() == Rule::reserved_entry {
                out.extend(self.reserved_entry(&entry, &mut bare));
            }
        }
        if !bare.is_empty() {
            self.report(without_quotes(&bare));
        }
        let name = Ident {
            name: "reserved".to_owned(),
            span: self.place(&word),
        };
        self.end(&mut cursor, name.span.start as usize, "the line", &name);
    }

    fn reserved_entry(&mut self, pair: &Node<'i>, bare: &mut Vec<Ident>) -> Option<Reserved> {
        let mut cursor = Cursor::new(pair);
        let span = self.place(pair);
        let kind = if let Some(name) = cursor.take(Rule::string) {
            ReservedKind::Name(self.string(&name)?)
        } else if let Some(name) = cursor.take(Rule::name) {
            bare.push(self.name(&name));
            ReservedKind::Name(bare.last()?.name.clone())
        } else {
            self.reserved_ids(&mut cursor)?
        };
        Some(Reserved { kind, span })
    }

    /// `4`, `6..=9`, `20..=max`
    fn reserved_ids(&mut self, cursor: &mut Cursor<'i>) -> Option<ReservedKind> {
        let first = self.bound(cursor)?;
        if let Some(to) = cursor.take(Rule::kw_to) {
            self.report(to_another(self.place(&to)));
        } else if cursor.take(Rule::through).is_none() {
            return Some(ReservedKind::Ids(first.clone(), Some(first)));
        }
        let last = match cursor.take(Rule::kw_max) {
            Some(_) => None,
            None => Some(self.bound(cursor)?),
        };
        Some(ReservedKind::Ids(first, last))
    }

    fn bound(&mut self, cursor: &mut Cursor<'i>) -> Option<BigInt> {
        self.signed_int(&mut Cursor::new(&cursor.expect(Rule::signed_int)))
    }
}

/// `reserved name, other;`: one report for all names of the line
fn without_quotes(names: &[Ident]) -> Diagnostic {
    let error = Diagnostic::new(
        Code::UnexpectedToken,
        names[0].span,
        "reserved names are in quotes",
        "not in quotes",
    );
    let edits = names.iter().map(|name| Edit {
        span: name.span,
        replacement: format!("\"{}\"", name.name),
    });
    let fix = Fix {
        message: "put quotes around names".to_owned(),
        edits: edits.collect(),
    };
    Diagnostic {
        fixes: vec![fix],
        ..error
    }
}

/// `reserved 4 to 9;`
fn to_another(to: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedToken,
        to,
        "expected `..=` between the ends of a range, found `to`",
        "expected `..=`",
    )
    .with_fix("write `..=`", to, "..=")
}
