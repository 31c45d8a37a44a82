//! Constant expressions.

use num_bigint::BigInt;

use super::{Ident, Path};
use crate::source::Span;

/// An expression with its span.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its span.
    pub span: Span,
}

impl Expr {
    /// Its direct operands and elements.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Struct(_, fields) => fields.iter().map(|field| &field.value).collect(),
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Map(entries) => entries.iter().flat_map(|(k, v)| [k, v]).collect(),
            ExprKind::Unary(_, operand) => vec![operand],
            ExprKind::Binary(_, left, right) => vec![left, right],
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Inf | ExprKind::Nan => Vec::new(),
            ExprKind::Str(_) | ExprKind::Bytes(_) | ExprKind::Uuid(_) => Vec::new(),
            ExprKind::Timestamp(_) | ExprKind::Date(_) | ExprKind::Duration(_) => Vec::new(),
            ExprKind::Bool(_) | ExprKind::Path(_) => Vec::new(),
        }
    }

    /// The operand of a leading `-` or `+`, and whether that is a `-`. Without a sign, the expression itself.
    pub(crate) fn signed(&self) -> (bool, &Expr) {
        if let ExprKind::Unary(sign @ (UnaryOp::Neg | UnaryOp::Plus), inner) = &self.kind {
            return (*sign == UnaryOp::Neg, inner);
        }
        (false, self)
    }

    /// The digits of a number, which may include a point and an exponent.
    pub(crate) fn digits(&self) -> Option<String> {
        if let ExprKind::Int(number) = &self.kind {
            return Some(number.to_string());
        }
        if let ExprKind::Float(digits) = &self.kind {
            return Some(digits.clone());
        }
        None
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        if let ExprKind::Str(text) = &self.kind {
            return Some(text);
        }
        None
    }
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// An integer of any width; the sign is a [`UnaryOp`].
    Int(BigInt),
    /// A floating-point or decimal number, as written without `_`: `19.90`, `1e9`.
    Float(String),
    /// A string, escapes resolved.
    Str(String),
    /// `b"…"` or `x"…"`.
    Bytes(Vec<u8>),
    /// `uuid"…"`, in network order.
    Uuid([u8; 16]),
    /// `ts"…"`: nanoseconds since 1970. Wider than a timestamp; the range is checked later.
    Timestamp(i128),
    /// `date"…"`: days since 1970.
    Date(i64),
    /// `1h30m`: nanoseconds. Wider than a duration; the range is checked later.
    Duration(i128),
    /// `true`, `false`
    Bool(bool),
    /// `inf`
    Inf,
    /// `nan`
    Nan,
    /// A constant, an enum value, or a union's unit variant.
    Path(Path),
    /// `T { f = v }`
    Struct(Path, Vec<FieldInit>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ k: v }`; `{}` is the empty map.
    Map(Vec<(Expr, Expr)>),
    /// `-a`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
}

/// `name = value` in a struct literal.
#[derive(Clone, Debug)]
pub struct FieldInit {
    /// The field.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `+`
    Plus,
    /// `~`
    Not,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `&`
    And,
    /// `^`
    Xor,
    /// `|`
    Or,
}
