//! Generic types whose bit header may be longer than one word. The positions of their bits depend on the type
//! arguments, which generated code does not know.

use super::super::facts::Facts;
use super::super::layout::HeaderBits;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::schema::{DeclKind, Field, Payload, Schema};
use crate::source::Span;

/// Bits of one word of a header.
const WORD: u32 = 64;

pub(super) fn check(schema: &Schema, facts: &Facts, sink: &mut Sink) {
    for (_, decl) in schema.decls() {
        match &decl.kind {
            DeclKind::Struct(kind) if !kind.params.is_empty() => {
                check_fields(&kind.fields, decl.span, facts, sink);
            }
            DeclKind::Union(kind) if !kind.params.is_empty() => {
                for variant in &kind.variants {
                    if let Payload::Struct(fields) = &variant.payload {
                        check_fields(fields, variant.span, facts, sink);
                    }
                }
            }
            _ => {}
        }
    }
}

fn check_fields(fields: &[Field], span: Span, facts: &Facts, sink: &mut Sink) {
    let bits = || fields.iter().map(|field| HeaderBits::of(&field.ty, facts));
    let is_generic = bits().any(|bits| matches!(bits, HeaderBits::Param(..)));
    if is_generic && bits().map(HeaderBits::most).sum::<u32>() > WORD {
        sink.push(header_too_long(span));
    }
}

fn header_too_long(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotSupportedYet,
        span,
        "a generic type with this many optional, bool and generic fields is part of the language \
         but not supported by this compiler version yet",
        "its bit header may be longer than 64 bits",
    )
    .with_help("move some of the fields to a struct of their own")
}
