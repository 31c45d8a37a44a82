//! Evaluates expressions to values of their types.
//!
//! Recursion is as deep as expressions are nested, which the parser limits, and through newtypes, which [`MAX_DEPTH`]
//! limits.

use super::collections::wrong_length;
use super::targets::describe;
use super::{Place, Resolver};
use crate::ast::{BinaryOp, Expr, ExprKind, ItemKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{DeclId, Type, Value, VariantValue};
use crate::source::Span;

/// Deepest nesting of a value.
const MAX_DEPTH: usize = 128;
/// Largest number of values in one constant, including those of constants that it uses.
const MAX_PARTS: usize = 65_536;
/// Largest number of values in all constants, defaults and arguments together.
const MAX_TOTAL: usize = 2_097_152;
/// Bytes of text that count as one more value.
const PART_BYTES: usize = 64;

/// A value and its size, counted in values.
#[derive(Clone, Debug)]
pub(crate) struct Evaluated {
    pub(crate) value: Value,
    parts: usize,
}

impl Evaluated {
    /// Its size in values. Texts count by their length.
    pub(crate) fn parts(&self) -> usize {
        self.parts
    }
}

/// How much of the limits an evaluation has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    depth: usize,
    parts: usize,
    /// Whether exceeding a limit was reported.
    over: bool,
}

impl<'a> Resolver<'a, '_> {
    pub(crate) fn evaluated(
        &mut self,
        expr: &'a Expr,
        ty: &Type,
        place: &Place<'a>,
    ) -> Option<Evaluated> {
        self.spent = Spent::default();
        let value = self.value(expr, ty, place)?;
        let parts = parts(&value);
        self.spend_total(parts, expr.span)?;
        Some(Evaluated { value, parts })
    }

    /// The value of a default or argument that nothing else can refer to.
    pub(crate) fn value_at(
        &mut self,
        expr: &'a Expr,
        ty: &Type,
        place: &Place<'a>,
    ) -> Option<Value> {
        self.evaluated(expr, ty, place)
            .map(|evaluated| evaluated.value)
    }

    /// The value of `expr` as a `ty`.
    pub(crate) fn value(&mut self, expr: &'a Expr, ty: &Type, place: &Place<'a>) -> Option<Value> {
        self.spent.depth += 1;
        let value = self
            .spend(1, expr.span)
            .and_then(|()| self.value_of(expr, ty, place));
        self.spent.depth -= 1;
        value
    }

    /// Counts `parts` more values of this evaluation. `None` beyond the limit, which is reported once.
    pub(crate) fn spend(&mut self, parts: usize, span: Span) -> Option<()> {
        self.spent.parts = self.spent.parts.saturating_add(parts);
        let over = if self.spent.depth > MAX_DEPTH {
            Some(format!("value is nested deeper than {MAX_DEPTH}"))
        } else if self.spent.parts > MAX_PARTS {
            Some(format!("value is made of more than {MAX_PARTS} values"))
        } else {
            None
        };
        let Some(message) = over else { return Some(()) };
        if !self.spent.over {
            self.spent.over = true;
            self.sink.push(over_limit(message, span));
        }
        None
    }

    /// Counts `parts` more values in total. `None` beyond the limit, which is reported once.
    pub(crate) fn spend_total(&mut self, parts: usize, span: Span) -> Option<()> {
        let before = self.values;
        self.values = before.saturating_add(parts);
        if before <= MAX_TOTAL && self.values > MAX_TOTAL {
            let message =
                format!("constants and defaults are made of more than {MAX_TOTAL} values");
            self.sink.push(over_limit(message, span));
        }
        (self.values <= MAX_TOTAL).then_some(())
    }

    /// Counts a text by its length.
    pub(super) fn spend_text(&mut self, bytes: usize, span: Span) -> Option<()> {
        self.spend(bytes / PART_BYTES, span)
    }

    fn value_of(&mut self, expr: &'a Expr, ty: &Type, place: &Place<'a>) -> Option<Value> {
        if let ExprKind::Path(path) = &expr.kind {
            let target = self.target(path, place)?;
            return self.named_value(target, ty, expr.span, place);
        }
        match ty {
            Type::Optional(ty) => Some(Value::Present(Box::new(self.value(expr, ty, place)?))),
            Type::Scalar(scalar) => self.scalar(expr, *scalar, place),
            Type::List(element) => self.list(expr, ty, element, place).map(Value::List),
            Type::Set(element) => self.set(expr, ty, element, place),
            Type::Map(key, value) => self.map(expr, ty, key, value, place),
            Type::Array(element, length) => {
                let values = self.list(expr, ty, element, place)?;
                if values.len() != *length as usize {
                    self.sink
                        .push(wrong_length(*length, values.len(), expr.span));
                    return None;
                }
                Some(Value::List(values))
            }
            Type::Named(id, args) => self.declared(expr, *id, args, place),
            Type::Param(_) => {
                self.wrong_value(ty, describe(expr), expr.span);
                None
            }
        }
    }

    /// A value of a declared type.
    fn declared(
        &mut self,
        expr: &'a Expr,
        id: DeclId,
        args: &[Type],
        place: &Place<'a>,
    ) -> Option<Value> {
        let item = self.names.decl(id).item;
        match &item.kind {
            ItemKind::Newtype(inner) => {
                let inner = self.type_at(inner, &self.place(id))?.ty;
                let value = self.value(expr, &inner, place)?;
                Some(Value::Newtype(id, Box::new(value)))
            }
            ItemKind::Flags(_) => self.flags(expr, id, place),
            ItemKind::Struct(_) | ItemKind::Exception(_) | ItemKind::Frozen(_) => {
                self.struct_value(expr, id, args, place)
            }
            ItemKind::Union(_) => self.union_value(expr, id, args, place),
            ItemKind::Enum(_) => {
                self.wrong_enum_value(id, expr);
                None
            }
            ItemKind::Const(_)
            | ItemKind::Typedef(_)
            | ItemKind::Service(_)
            | ItemKind::Annotation(_) => {
                self.wrong_value(&Type::Named(id, Vec::new()), describe(expr), expr.span);
                None
            }
        }
    }

    /// Combined flags. Iterates over the left operands, because a chain of operators may be long.
    fn flags(&mut self, expr: &'a Expr, id: DeclId, place: &Place<'a>) -> Option<Value> {
        let ty = Type::Named(id, Vec::new());
        let mut first = expr;
        let mut others = Vec::new();
        while let ExprKind::Binary(op, left, right) = &first.kind
            && matches!(op, BinaryOp::Or | BinaryOp::Xor | BinaryOp::And)
        {
            others.push((*op, &**right));
            first = left;
        }
        if others.is_empty() {
            self.wrong_value(&ty, describe(expr), expr.span);
            return None;
        }
        let mut bits = self.bits(first, &ty, place);
        for (op, other) in others.into_iter().rev() {
            let other = self.bits(other, &ty, place);
            bits = bits.zip(other).map(|(bits, other)| match op {
                BinaryOp::Xor => bits ^ other,
                BinaryOp::And => bits & other,
                _ => bits | other,
            });
        }
        Some(Value::Flags(id, bits?))
    }

    fn bits(&mut self, expr: &'a Expr, ty: &Type, place: &Place<'a>) -> Option<u128> {
        match self.value(expr, ty, place)? {
            Value::Flags(_, bits) => Some(bits),
            _ => None,
        }
    }
}

/// The size of a value, counted in values; texts count by their length. Recurses as deep as values are nested, which
/// their evaluation limits.
fn parts(value: &Value) -> usize {
    let all = |values: &[Value]| values.iter().map(parts).sum();
    let inside: usize = match value {
        Value::String(text) => text.len() / PART_BYTES,
        Value::Bytes(bytes) => bytes.len() / PART_BYTES,
        Value::List(values) | Value::Struct(_, values) => all(values),
        Value::Map(entries) => entries.iter().map(|(k, v)| parts(k) + parts(v)).sum(),
        Value::Present(inner) | Value::Newtype(_, inner) => parts(inner),
        Value::Union(_, _, payload) => match &**payload {
            VariantValue::Unit => 0,
            VariantValue::Typed(inner) => parts(inner),
            VariantValue::Struct(values) => all(values),
        },
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::F32(_) | Value::F64(_) => 0,
        Value::Uuid(_) | Value::Timestamp(_) | Value::Duration(_) | Value::Date(_) => 0,
        Value::Decimal(..) | Value::Absent | Value::Enum(..) | Value::Flags(..) => 0,
    };
    1 + inside
}

fn over_limit(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(Code::LimitExceeded, span, message, "too large a value")
        .with_help("constants are for small values; ship larger data beside the schema")
}
