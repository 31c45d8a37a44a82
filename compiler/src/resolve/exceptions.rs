//! Exceptions and their messages.

use std::collections::{BTreeMap, BTreeSet};

use super::annotations::{Piece, Read, Template};
use super::decls::reserved;
use super::{Place, Resolver};
use crate::ast::{self, Item};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::schema::{Exception, Field, MessagePart};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    pub(super) fn exception(
        &mut self,
        item: &'a Item,
        s: &'a ast::Struct,
        read: &Read<'a>,
        place: &Place<'a>,
    ) -> Exception {
        let fields = self.fields(&s.fields, "field", place);
        let message = read.message.as_ref();
        let message = message.and_then(|t| self.message(item, s, &fields, t, place.file));
        Exception {
            fields,
            reserved: reserved(&s.reserved),
            message,
            fault: read.fault,
            retry: read.retry,
        }
    }

    /// The parts of a `@message`. Reports names that are not fields.
    fn message(
        &mut self,
        item: &Item,
        written: &ast::Struct,
        fields: &[Field],
        template: &Template,
        file: usize,
    ) -> Option<Vec<MessagePart>> {
        let positions = fields.iter().enumerate().rev();
        let positions: BTreeMap<&str, usize> = positions
            .map(|(at, field)| (field.name.as_str(), at))
            .collect();
        let names = written.fields.iter().map(|field| field.name.name.as_str());
        let names: BTreeSet<&str> = names.collect();
        let mut parts = Vec::new();
        let mut good = true;
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => parts.push(MessagePart::Text(text.clone())),
                Piece::Field(name, span) => match positions.get(name.as_str()) {
                    Some(&at) => {
                        self.seen.mentions.push((*span, fields[at].span));
                        if fields[at].annotations.sensitive {
                            self.seen.lints.push(sensitive_message(&fields[at], *span));
                        }
                        parts.push(MessagePart::Field(u32::try_from(at).ok()?));
                    }
                    None => {
                        good = false;
                        if !names.contains(name.as_str()) {
                            let near = self.names.suggests().then_some(written);
                            let error = no_such_field(item, near, name, *span);
                            self.report_unless_lost(error, file);
                        }
                    }
                },
            }
        }
        good.then_some(parts)
    }
}

/// `near` is the struct whose fields may have been meant.
fn no_such_field(item: &Item, near: Option<&ast::Struct>, name: &str, span: Span) -> Diagnostic {
    let mut error = Diagnostic::new(
        Code::UnknownMessageField,
        span,
        format!(
            "`@message` refers to `{name}`, which is not a field of `{}`",
            item.name.name
        ),
        "not a field",
    )
    .with_label(item.name.span, "declared here");
    let fields = near.into_iter().flat_map(|written| &written.fields);
    for near in nearest(name, fields.map(|f| f.name.name.as_str())) {
        error = error.with_fix(format!("did you mean `{near}`?"), span, near);
    }
    if error.fixes.is_empty() {
        error = error.with_help("write `{{` for a brace that is meant as text");
    }
    error
}

fn sensitive_message(field: &Field, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::SensitiveMessage,
        span,
        format!("`@sensitive` value `{}` appears in `@message`", field.name),
        "shown to whoever reads the message",
    )
    .with_label(field.span, "marked `@sensitive`")
    .with_help("leave it out of the message")
}
