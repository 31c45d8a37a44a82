//! Decodes literals. Whether a value fits its type is checked later.

mod numbers;
mod strings;
mod times;

use num_bigint::BigInt;
use sinew_grammar::Rule;

use super::Parser;
use super::cursor::{Cursor, Node};
use crate::ast::{ExprKind, Scalar};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Largest size of a string's value and of a doc comment, in bytes.
pub(super) const MAX_TEXT: usize = 64 * 1024;

/// What is wrong with a literal.
struct Fault {
    code: Code,
    /// The part of the literal that is wrong.
    at: std::ops::Range<usize>,
    message: String,
    help: Option<String>,
    /// A replacement for the whole literal.
    instead: Option<String>,
}

impl Fault {
    fn new(code: Code, at: std::ops::Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            at,
            message: message.into(),
            help: None,
            instead: None,
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    fn instead(self, text: impl Into<String>) -> Self {
        Self {
            instead: Some(text.into()),
            ..self
        }
    }
}

type Decoded<T> = Result<T, Fault>;

/// Whether `text`, with the prefix and quotes of this type's literals, is a valid one.
pub(crate) fn is_literal(scalar: Scalar, text: &str) -> bool {
    match scalar {
        Scalar::Bytes => strings::bytes(text).is_ok(),
        Scalar::Uuid => strings::uuid(text).is_ok(),
        Scalar::Timestamp => times::timestamp(text).is_ok(),
        Scalar::Date => times::date_literal(text).is_ok(),
        Scalar::Bool | Scalar::String | Scalar::Duration | Scalar::Decimal => false,
        Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::I128 => false,
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::U128 => false,
        Scalar::F32 | Scalar::F64 => false,
    }
}

impl Parser<'_, '_> {
    /// The value of a literal; `None` if it was refused.
    pub(super) fn literal(&mut self, pair: &Node<'_>) -> Option<ExprKind> {
        let text = pair.as_str();
        let value = match pair.as_rule() {
            Rule::int => numbers::int(text).map(ExprKind::Int),
            Rule::float => numbers::float(text).map(ExprKind::Float),
            Rule::duration_literal => times::duration(text).map(ExprKind::Duration),
            Rule::string => strings::string(text).map(ExprKind::Str),
            Rule::raw_string => strings::raw(text).map(ExprKind::Str),
            Rule::byte_string => strings::bytes(text).map(ExprKind::Bytes),
            Rule::hex_string => strings::hex(text).map(ExprKind::Bytes),
            Rule::uuid_literal => strings::uuid(text).map(ExprKind::Uuid),
            Rule::timestamp_literal => times::timestamp(text).map(ExprKind::Timestamp),
            Rule::date_literal => times::date_literal(text).map(ExprKind::Date),
            Rule::boolean => Ok(ExprKind::Bool(text == "true")),
            Rule::infinity => Ok(ExprKind::Inf),
            Rule::not_a_number => Ok(ExprKind::Nan),
            _ => Err(numbers::malformed(text)),
        };
        self.good(pair, value)
    }

    /// The value of a `string`.
    pub(super) fn string(&mut self, pair: &Node<'_>) -> Option<String> {
        self.good(pair, strings::string(pair.as_str()))
    }

    /// The value of `-5`, where only integers are allowed
    pub(super) fn signed_int(&mut self, cursor: &mut Cursor<'_>) -> Option<BigInt> {
        let negative = cursor.take(Rule::minus).is_some();
        let value = self.whole_number(&cursor.next()?)?;
        Some(if negative { -value } else { value })
    }

    /// The value of an `int`, or of something in its place
    pub(super) fn whole_number(&mut self, pair: &Node<'_>) -> Option<BigInt> {
        let value = match pair.as_rule() {
            Rule::int => numbers::int(pair.as_str()),
            _ => Err(numbers::malformed(pair.as_str())),
        };
        self.good(pair, value)
    }

    fn good<T>(&mut self, pair: &Node<'_>, value: Decoded<T>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(fault) => {
                let start = pair.as_span().start();
                let whole = self.place(pair);
                let span = self.span(start + fault.at.start, start + fault.at.end);
                self.report(bad_literal(fault, span, whole));
                self.partial = true;
                None
            }
        }
    }
}

fn bad_literal(fault: Fault, span: Span, whole: Span) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(fault.code, span, fault.message, "");
    diagnostic.help.extend(fault.help);
    match fault.instead {
        Some(text) => diagnostic.with_fix(format!("write `{text}`"), whole, text),
        None => diagnostic,
    }
}
