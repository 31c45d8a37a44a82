//! Enums and flags.

use sinew_grammar::Rule;

use super::Parser;
use super::bodies::Body;
use super::cursor::{Cursor, Node};
use crate::ast::{Enum, EnumValue};
use crate::source::Span;

impl<'i> Parser<'i, '_> {
    /// Behind the name: `: u8 { A = 0; }`
    pub(super) fn enum_rest(
        &mut self,
        cursor: &mut Cursor<'i>,
        closed: Option<Span>,
        body: &Body<'_>,
    ) -> Option<Enum> {
        let base = match cursor.take(Rule::base) {
            Some(pair) => {
                let mut inner = Cursor::new(&pair);
                inner.expect(Rule::colon);
                Some(self.type_ref(&inner.expect(Rule::type_ref))?)
            }
            None => None,
        };
        let (mut values, mut reserved) = (Vec::new(), Vec::new());
        for member in self.members(&cursor.expect(Rule::enum_body)) {
            match member.as_rule() {
                Rule::value => values.extend(self.enum_value(&member)),
                _ => self.other_member(&member, body, &mut reserved),
            }
        }
        Some(Enum {
            closed,
            base,
            values,
            reserved,
        })
    }

    fn enum_value(&mut self, pair: &Node<'i>) -> Option<EnumValue> {
        let mut cursor = Cursor::new(pair);
        let lead = self.lead(&mut cursor);
        let name = self.name(&cursor.expect(Rule::name));
        let value = match cursor.take(Rule::equals) {
            Some(_) => self.expr(&cursor.expect(Rule::expr)).map(Some),
            None => Some(None),
        };
        let last = self.end(&mut cursor, lead.start, "value", &name);
        self.partial |= value.is_none();
        let span = self.span(lead.start, last);
        Some(EnumValue {
            doc: lead.doc,
            annotations: lead.annotations,
            name,
            value: value?,
            span,
        })
    }
}
