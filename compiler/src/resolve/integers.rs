//! Integers: constants of integer types, numbers of enum values, lengths of arrays.
//!
//! They are evaluated before types are known, because lengths are part of types. Only the result of an expression must
//! fit its type; intermediate results may have up to 1,024 bits.

use num_bigint::BigInt;

use super::targets::Target;
use super::widths::{bounds, is_integer, wider};
use super::{Place, Resolver};
use crate::ast::{self, Expr, ItemKind, Scalar, TypeKind};
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN, show_cycle};
use crate::order::{self, Step};
use crate::schema::DeclId;
use crate::source::Span;

/// A constant, evaluated as an integer.
#[derive(Clone, Debug)]
pub(crate) enum Integer {
    Known(BigInt),
    /// It has another type.
    Other,
    /// An error was reported.
    Broken,
}

/// Why an expression is not an integer.
pub(crate) enum Failure {
    Reported,
    /// The part that is not an integer, and what it is instead.
    NotInteger(Span, &'static str),
}

/// A constant, or a value of an enum.
#[derive(Clone, Copy)]
enum Node<'a> {
    Const(DeclId, &'a ast::Const),
    Number(DeclId, usize, &'a ast::EnumValue),
}

impl<'a> Resolver<'a, '_> {
    /// Evaluates constants of integer types and numbers of enums. Reports those that depend on themselves.
    pub(crate) fn evaluate_integers(&mut self) {
        let (nodes, first) = self.nodes();
        let edges: Vec<Vec<usize>> = nodes.iter().map(|n| self.needs(*n, &first)).collect();
        for step in order::steps(&edges) {
            match step {
                Step::Node(at) => {
                    let integer = self.evaluate(nodes[at]);
                    self.store(nodes[at], integer);
                }
                Step::Cycle { members, path } => {
                    self.report_cycle(path.iter().map(|n| nodes[*n]).collect());
                    for node in members {
                        self.store(nodes[node], Integer::Broken);
                    }
                }
            }
        }
    }

    /// All constants and enum values, and the index of the first of each declaration.
    fn nodes(&mut self) -> (Vec<Node<'a>>, Vec<usize>) {
        let mut nodes = Vec::new();
        let mut first = Vec::new();
        for id in self.names.ids() {
            first.push(nodes.len());
            match &self.names.decl(id).item.kind {
                ItemKind::Const(c) => nodes.push(Node::Const(id, c)),
                ItemKind::Enum(e) | ItemKind::Flags(e) => {
                    self.numbers[id.0 as usize] = vec![Integer::Broken; e.values.len()];
                    let values = e.values.iter().enumerate();
                    nodes.extend(values.map(|(at, value)| Node::Number(id, at, value)));
                }
                ItemKind::Typedef(_)
                | ItemKind::Newtype(_)
                | ItemKind::Struct(_)
                | ItemKind::Frozen(_)
                | ItemKind::Union(_)
                | ItemKind::Exception(_)
                | ItemKind::Service(_)
                | ItemKind::Annotation(_) => {}
            }
        }
        (nodes, first)
    }

    fn needs(&mut self, node: Node<'a>, first: &[usize]) -> Vec<usize> {
        let (id, expr) = match node {
            Node::Const(id, c) => (id, Some(&c.value)),
            Node::Number(id, _, value) => (id, value.value.as_ref()),
        };
        let place = self.place(id);
        let mut needed = Vec::new();
        let targets = expr.map(|expr| self.needed(expr, &place));
        for target in targets.unwrap_or_default() {
            match target {
                Target::Const(id) => needed.push(first[id.0 as usize]),
                Target::EnumValue(id, at) => needed.push(first[id.0 as usize] + at as usize),
                Target::Variant(..) => {}
            }
        }
        needed
    }

    fn store(&mut self, node: Node<'_>, integer: Integer) {
        match node {
            Node::Const(id, _) => self.integers[id.0 as usize] = integer,
            Node::Number(id, at, _) => self.numbers[id.0 as usize][at] = integer,
        }
    }

    fn evaluate(&mut self, node: Node<'a>) -> Integer {
        match node {
            Node::Const(id, c) => match self.declared_integer(&c.ty, id) {
                Some(scalar) => {
                    let place = self.place(id).of_written(&c.ty, &c.value);
                    let written = place.written;
                    self.in_range(&c.value, &place, scalar, |value, scalar, span| {
                        does_not_fit(value, scalar, span, written.map(|(_, ty)| ty))
                    })
                }
                None => Integer::Other,
            },
            Node::Number(id, _, value) => self.evaluate_number(id, value),
        }
    }

    pub(super) fn in_range(
        &mut self,
        expr: &'a Expr,
        place: &Place<'a>,
        scalar: Scalar,
        error: impl Fn(&BigInt, Scalar, Span) -> Diagnostic,
    ) -> Integer {
        match self.integer(expr, place) {
            Ok(value) => {
                let (min, max) = bounds(scalar);
                if value < min || value > max {
                    self.sink.push(error(&value, scalar, expr.span));
                    return Integer::Broken;
                }
                Integer::Known(value)
            }
            Err(Failure::NotInteger(span, found)) => {
                self.sink.push(not_an_integer(scalar.word(), found, span));
                Integer::Broken
            }
            Err(Failure::Reported) => Integer::Broken,
        }
    }

    /// The integer type in the declaration of a constant, with aliases resolved.
    fn declared_integer(&self, ty: &'a ast::Type, id: DeclId) -> Option<Scalar> {
        let mut ty = ty;
        let mut file = self.names.decl(id).file;
        for _ in 0..=self.names.decls.len() {
            match &ty.kind {
                TypeKind::Scalar(scalar) => return is_integer(*scalar).then_some(*scalar),
                TypeKind::Named(path, _) => {
                    let entry = self.names.decl(self.peek(&path.segments, file)?);
                    let ItemKind::Typedef(inner) = &entry.item.kind else {
                        return None;
                    };
                    (ty, file) = (inner, entry.file);
                }
                TypeKind::Optional(_)
                | TypeKind::List(_)
                | TypeKind::Set(_)
                | TypeKind::Map(..)
                | TypeKind::Array(..) => return None,
            }
        }
        None
    }

    /// The integer value of `expr`, which errors call `what`.
    pub(crate) fn integer_at(
        &mut self,
        expr: &'a Expr,
        place: &Place<'a>,
        what: &str,
    ) -> Option<BigInt> {
        match self.integer(expr, place) {
            Ok(value) => Some(value),
            Err(Failure::Reported) => None,
            Err(Failure::NotInteger(span, found)) => {
                self.sink.push(not_an_integer(what, found, span));
                None
            }
        }
    }

    fn report_cycle(&mut self, path: Vec<Node<'_>>) {
        let named = |node: &Node<'_>| match node {
            Node::Const(id, _) => {
                let name = &self.names.decl(*id).item.name;
                (name.name.clone(), name.span)
            }
            Node::Number(id, _, value) => {
                let name = &self.names.decl(*id).item.name.name;
                (format!("{name}.{}", value.name.name), value.name.span)
            }
        };
        let path: Vec<_> = path.iter().map(named).collect();
        self.sink.push(constant_cycle(&path));
    }
}

/// A number outside the range of its type.
pub(crate) fn out_of_range(
    value: &BigInt,
    ty: &str,
    (min, max): (BigInt, BigInt),
    span: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::ValueOutOfRange,
        span,
        format!("value {value} does not fit `{ty}` ({min}..={max})"),
        format!("does not fit `{ty}`"),
    )
    .with_help("choose a value in this range, or a wider type")
}

/// A number that does not fit an integer type, which is written at `ty`.
pub(crate) fn does_not_fit(
    number: &BigInt,
    scalar: Scalar,
    span: Span,
    ty: Option<Span>,
) -> Diagnostic {
    let error = out_of_range(number, scalar.word(), bounds(scalar), span);
    match ty.zip(wider(number, scalar)) {
        Some((ty, wider)) => {
            let wider = wider.word();
            error.with_fix(format!("use `{wider}`"), ty, wider)
        }
        None => error,
    }
}

/// A value of another kind than its type.
pub(crate) fn not_an_integer(wanted: &str, found: &str, span: Span) -> Diagnostic {
    let message = format!("expected {}, found {found}", quoted(wanted));
    Diagnostic::new(Code::WrongValue, span, message, "not an integer")
        .with_help("write an integer, or an expression of integers")
}

/// A type in backticks; other words unchanged.
fn quoted(wanted: &str) -> String {
    if wanted.contains(' ') {
        wanted.to_owned()
    } else {
        format!("{} value", super::kinds::with_article(wanted))
    }
}

/// Constants that depend on themselves.
pub(crate) fn constant_cycle(path: &[(String, Span)]) -> Diagnostic {
    let names: Vec<&str> = path.iter().map(|(name, _)| name.as_str()).collect();
    let mut error = Diagnostic::new(
        Code::ConstantCycle,
        path[0].1,
        format!("constants refer to each other: {}", show_cycle(&names)),
        "needs its own value",
    );
    for (_, span) in path.iter().take(MAX_SHOWN).skip(1) {
        error = error.with_label(*span, "through this one");
    }
    error.with_help("give one of them a value of its own")
}
