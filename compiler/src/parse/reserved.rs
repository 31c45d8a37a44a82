//! `reserved` lines.

use num_bigint::BigInt;
use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast::{Ident, Reserved, ReservedKind};

impl<'i> Parser<'i, '_> {
    /// Adds the entries of `reserved 4, 6..=9, "name";` to `out`.
    pub(super) fn reserved(&mut self, pair: &Node<'i>, out: &mut Vec<Reserved>) {
        let mut cursor = Cursor::new(pair);
        let word = cursor.expect(Rule::kw_reserved);
        while cursor.peek() != Some(Rule::semicolon) {
            let Some(entry) = cursor.next() else { break };
            if entry.as_rule() == Rule::reserved_entry {
                out.extend(self.reserved_entry(&entry));
            }
        }
        let name = Ident {
            name: "reserved".to_owned(),
            span: self.place(&word),
        };
        self.end(&mut cursor, name.span.start as usize, "the line", &name);
    }

    fn reserved_entry(&mut self, pair: &Node<'i>) -> Option<Reserved> {
        let mut cursor = Cursor::new(pair);
        let span = self.place(pair);
        let kind = match cursor.take(Rule::string) {
            Some(name) => ReservedKind::Name(self.string(&name)?),
            None => self.reserved_ids(&mut cursor)?,
        };
        Some(Reserved { kind, span })
    }

    /// `4`, `6..=9`, `20..=max`
    fn reserved_ids(&mut self, cursor: &mut Cursor<'i>) -> Option<ReservedKind> {
        let first = self.bound(cursor)?;
        if cursor.take(Rule::through).is_none() {
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
