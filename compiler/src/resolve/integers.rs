//! Integers: constants of integer types, numbers of enum values, lengths of arrays.
//!
//! They are evaluated before types are known, because lengths are part of types. Expressions are
//! evaluated with unlimited width (up to 1,024 bits) and only the result must fit its type.

use num_bigint::{BigInt, Sign};

use super::lookup::{Lookup, Wanted};
use super::types::{kind_word, wrong_kind};
use super::values::Target;
use super::{Place, Resolver, order};
use crate::ast::{self, BinaryOp, Expr, ExprKind, ItemKind, Path, Scalar, TypeKind, UnaryOp};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::schema::DeclId;
use crate::source::Span;

/// Bits of an integer, also between the steps of an expression, at most.
const MAX_BITS: u64 = 1024;

/// What is known of a constant as an integer.
#[derive(Clone, Debug)]
pub(crate) enum Integer {
    Known(BigInt),
    /// It has another type.
    Other,
    /// Something was reported.
    Broken,
}

/// Why an expression is no integer.
pub(crate) enum Failure {
    Reported,
    /// The part that is none, and what it is instead.
    NotInteger(Span, &'static str),
}

/// A constant, or a value of an enum.
#[derive(Clone, Copy)]
enum Node<'a> {
    Const(DeclId, &'a ast::Const),
    Number(DeclId, usize, &'a ast::EnumValue),
}

impl<'a> Resolver<'a, '_> {
    /// Evaluates constants of integer types and numbers of enums; reports constants that need
    /// themselves.
    pub(crate) fn evaluate_integers(&mut self) {
        let (nodes, first) = self.nodes();
        let edges: Vec<Vec<usize>> = nodes.iter().map(|n| self.needs(*n, &first)).collect();
        for group in order::groups(&edges) {
            if order::is_cycle(&group, &edges) {
                let path = order::cycle(&group, &edges);
                self.report_cycle(path.iter().map(|n| nodes[*n]).collect());
                for node in group {
                    self.store(nodes[node], Integer::Broken);
                }
            } else {
                let node = nodes[group[0]];
                let integer = self.evaluate(node);
                self.store(node, integer);
            }
        }
        self.owner = None;
    }

    /// Every constant and enum value, and where those of each declaration start.
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
        self.owner = Some(id);
        let place = self.place(id);
        let mut needed = Vec::new();
        for path in expr.map(paths).unwrap_or_default() {
            match self.target(path, &place) {
                Some(Target::Const(id)) => needed.push(first[id.0 as usize]),
                Some(Target::EnumValue(id, at)) => {
                    needed.push(first[id.0 as usize] + at as usize);
                }
                Some(Target::Variant(..)) | None => {}
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
                    let place = self.place(id);
                    self.in_range(&c.value, &place, scalar, |value, scalar, span| {
                        out_of_range(value, scalar.word(), bounds(scalar), span)
                    })
                }
                None => Integer::Other,
            },
            Node::Number(id, _, value) => self.evaluate_number(id, value),
        }
    }

    fn evaluate_number(&mut self, id: DeclId, value: &'a ast::EnumValue) -> Integer {
        let (Some(expr), Some(base)) = (&value.value, self.base_of(id)) else {
            return Integer::Broken;
        };
        let place = self.place(id);
        let base_span = match &self.names.decl(id).item.kind {
            ItemKind::Enum(e) | ItemKind::Flags(e) => e.base.as_ref().map(|b| b.span),
            _ => None,
        };
        let name = &self.names.decl(id).item.name;
        self.in_range(expr, &place, base, |number, base, span| {
            number_out_of_range(number, base, span, base_span, name)
        })
    }

    /// The base type of an enum or flags; `None` if it is not an integer type.
    pub(crate) fn base_of(&self, id: DeclId) -> Option<Scalar> {
        let (ItemKind::Enum(e) | ItemKind::Flags(e)) = &self.names.decl(id).item.kind else {
            return None;
        };
        match e.base.as_ref().map(|base| &base.kind) {
            None => Some(Scalar::U32),
            Some(TypeKind::Scalar(scalar)) if is_integer(*scalar) => Some(*scalar),
            Some(_) => None,
        }
    }

    fn in_range(
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

    /// The integer type that a constant is declared with, aliases followed.
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

    /// The integer that `expr` comes to, which is called `what` if it is none.
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

    /// The integer that `expr` comes to. Recurses as deep as the expression is written, which the
    /// parser limits.
    pub(crate) fn integer(&mut self, expr: &'a Expr, place: &Place<'a>) -> Result<BigInt, Failure> {
        let value = match &expr.kind {
            ExprKind::Int(value) => value.clone(),
            ExprKind::Path(path) => self.integer_named(path, place)?,
            ExprKind::Unary(op, operand) => {
                let value = self.integer(operand, place)?;
                match op {
                    UnaryOp::Plus => value,
                    UnaryOp::Neg => -value,
                    UnaryOp::Not => -(value + BigInt::from(1)),
                }
            }
            ExprKind::Binary(op, left, right) => {
                let left = self.integer(left, place);
                let (left, value) = (left?, self.integer(right, place)?);
                self.binary(*op, &left, &value, right.span)?
            }
            ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Uuid(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Date(_)
            | ExprKind::Duration(_)
            | ExprKind::Bool(_)
            | ExprKind::Inf
            | ExprKind::Nan
            | ExprKind::Struct(..)
            | ExprKind::List(_)
            | ExprKind::Map(_) => return Err(Failure::NotInteger(expr.span, describe(expr))),
        };
        if value.bits() > MAX_BITS {
            self.sink.push(too_wide(expr.span));
            return Err(Failure::Reported);
        }
        Ok(value)
    }

    fn integer_named(&mut self, path: &Path, place: &Place<'a>) -> Result<BigInt, Failure> {
        let integer = match self.target(path, place) {
            Some(Target::Const(id)) => self.integers[id.0 as usize].clone(),
            Some(Target::EnumValue(id, at)) => self.numbers[id.0 as usize][at as usize].clone(),
            Some(Target::Variant(..)) => {
                return Err(Failure::NotInteger(path.span, "a union value"));
            }
            None => Integer::Broken,
        };
        match integer {
            Integer::Known(value) => Ok(value),
            Integer::Broken => Err(Failure::Reported),
            Integer::Other => Err(Failure::NotInteger(path.span, "a constant of another type")),
        }
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &BigInt,
        right: &BigInt,
        span: Span,
    ) -> Result<BigInt, Failure> {
        Ok(match op {
            BinaryOp::Add => left + right,
            BinaryOp::Sub => left - right,
            BinaryOp::Mul => left * right,
            BinaryOp::And => left & right,
            BinaryOp::Xor => left ^ right,
            BinaryOp::Or => left | right,
            BinaryOp::Div | BinaryOp::Rem if right.sign() == Sign::NoSign => {
                self.sink.push(division_by_zero(span));
                return Err(Failure::Reported);
            }
            BinaryOp::Div => left / right,
            BinaryOp::Rem => left % right,
            BinaryOp::Shl | BinaryOp::Shr => {
                let by = u64::try_from(right).ok().filter(|by| *by <= MAX_BITS);
                let Some(by) = by else {
                    self.sink.push(bad_shift(right, span));
                    return Err(Failure::Reported);
                };
                match op {
                    BinaryOp::Shl => left << by,
                    _ => left >> by,
                }
            }
        })
    }

    /// What a path in an expression means; unknown names are reported once.
    pub(crate) fn target(&mut self, path: &Path, place: &Place<'a>) -> Option<Target> {
        if let Some(known) = self.targets.get(&path.span) {
            return *known;
        }
        let target = self.find_target(path, place);
        self.targets.insert(path.span, target);
        target
    }

    fn find_target(&mut self, path: &Path, place: &Place<'a>) -> Option<Target> {
        if let ([name], Some(owner)) = (path.segments.as_slice(), place.owner) {
            let is_enum = self.base_of(owner).is_some();
            let own = self.members[owner.0 as usize].get(name.name.as_str());
            if let Some(at) = own.filter(|_| is_enum) {
                return Some(Target::EnumValue(owner, *at));
            }
        }
        let (id, used) = match self.lookup(path, place.file) {
            Lookup::Found(id, used) => (id, used),
            Lookup::Broken => return None,
            Lookup::Missing => {
                self.report_unknown(path, place.file, Wanted::Value, &[]);
                return None;
            }
        };
        let id = self.behind_aliases(id);
        let item = self.names.decl(id).item;
        match (&item.kind, &path.segments[used..]) {
            (ItemKind::Const(_), []) => Some(Target::Const(id)),
            (ItemKind::Enum(_) | ItemKind::Flags(_) | ItemKind::Union(_), [member]) => {
                let found = self.members[id.0 as usize].get(member.name.as_str());
                if let Some(at) = found {
                    return Some(match item.kind {
                        ItemKind::Union(_) => Target::Variant(id, *at),
                        _ => Target::EnumValue(id, *at),
                    });
                }
                let error = self.no_member(id, member);
                self.report_unless_lost(error, self.names.decl(id).file);
                None
            }
            (_, []) => {
                self.sink.push(wrong_kind("constant", item, path.span));
                None
            }
            (_, [member, ..]) => {
                self.sink.push(has_no_members(item, member));
                None
            }
        }
    }

    /// The declaration that an alias of a plain name stands for in the end.
    pub(crate) fn behind_aliases(&self, id: DeclId) -> DeclId {
        let mut id = id;
        for _ in 0..self.names.decls.len() {
            let entry = self.names.decl(id);
            let ItemKind::Typedef(ty) = &entry.item.kind else {
                return id;
            };
            let TypeKind::Named(path, _) = &ty.kind else {
                return id;
            };
            match self.peek(&path.segments, entry.file) {
                Some(next) => id = next,
                None => return id,
            }
        }
        id
    }

    /// A member that its declaration does not have.
    pub(crate) fn no_member(&self, id: DeclId, member: &ast::Ident) -> Diagnostic {
        let item = self.names.decl(id).item;
        let mut error = Diagnostic::new(
            Code::NoSuchMember,
            member.span,
            format!("`{}` has no member `{}`", item.name.name, member.name),
            format!("not a member of this {}", kind_word(&item.kind)),
        )
        .with_label(item.name.span, "declared here");
        let members = self.members[id.0 as usize].keys().copied();
        for near in nearest(&member.name, members) {
            error = error.with_fix(format!("did you mean `{near}`?"), member.span, near);
        }
        error
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

/// Every path that stands for a value in `expr`.
pub(crate) fn paths(expr: &Expr) -> Vec<&Path> {
    let mut found = Vec::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Path(path) => found.push(path),
            ExprKind::Struct(_, fields) => waiting.extend(fields.iter().map(|f| &f.value)),
            ExprKind::List(items) => waiting.extend(items),
            ExprKind::Map(entries) => waiting.extend(entries.iter().flat_map(|(k, v)| [k, v])),
            ExprKind::Unary(_, operand) => waiting.push(operand),
            ExprKind::Binary(_, left, right) => waiting.extend([left.as_ref(), right.as_ref()]),
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Uuid(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Date(_)
            | ExprKind::Duration(_)
            | ExprKind::Bool(_)
            | ExprKind::Inf
            | ExprKind::Nan => {}
        }
    }
    found
}

/// Whether a scalar is an integer type.
pub(crate) fn is_integer(scalar: Scalar) -> bool {
    signed(scalar).is_some()
}

/// Whether an integer type has a sign; `None` for other types.
pub(crate) fn signed(scalar: Scalar) -> Option<bool> {
    match scalar {
        Scalar::I8 | Scalar::I16 | Scalar::I32 | Scalar::I64 | Scalar::I128 => Some(true),
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 | Scalar::U128 => Some(false),
        Scalar::Bool
        | Scalar::F32
        | Scalar::F64
        | Scalar::String
        | Scalar::Bytes
        | Scalar::Uuid
        | Scalar::Timestamp
        | Scalar::Duration
        | Scalar::Date
        | Scalar::Decimal => None,
    }
}

fn bits(scalar: Scalar) -> u32 {
    match scalar {
        Scalar::I8 | Scalar::U8 => 8,
        Scalar::I16 | Scalar::U16 => 16,
        Scalar::I32 | Scalar::U32 => 32,
        Scalar::I128 | Scalar::U128 => 128,
        _ => 64,
    }
}

/// The least and the greatest number of an integer type.
pub(crate) fn bounds(scalar: Scalar) -> (BigInt, BigInt) {
    let bits = bits(scalar);
    if signed(scalar) == Some(true) {
        let half = BigInt::from(1) << (bits - 1);
        (-half.clone(), half - 1)
    } else {
        (BigInt::from(0), (BigInt::from(1) << bits) - 1)
    }
}

/// The narrowest integer type that holds `value` and has the sign of `like` if possible.
fn wider(value: &BigInt, like: Scalar) -> Option<Scalar> {
    use Scalar::{I8, I16, I32, I64, I128, U8, U16, U32, U64, U128};
    let unsigned = [U8, U16, U32, U64, U128];
    let with_sign = [I8, I16, I32, I64, I128];
    let fits = |scalar: &Scalar| {
        let (min, max) = bounds(*scalar);
        *value >= min && *value <= max
    };
    let all = match signed(like) {
        Some(true) => [with_sign, unsigned].concat(),
        _ => [unsigned, with_sign].concat(),
    };
    all.into_iter().find(fits)
}

/// What an expression is, for messages.
pub(crate) fn describe(expr: &Expr) -> &'static str {
    match &expr.kind {
        ExprKind::Int(_) => "an integer",
        ExprKind::Float(_) | ExprKind::Inf | ExprKind::Nan => "a floating-point number",
        ExprKind::Str(_) => "a string",
        ExprKind::Bytes(_) => "bytes",
        ExprKind::Uuid(_) => "a uuid",
        ExprKind::Timestamp(_) => "a timestamp",
        ExprKind::Date(_) => "a date",
        ExprKind::Duration(_) => "a duration",
        ExprKind::Bool(_) => "a boolean",
        ExprKind::Path(_) => "a named value",
        ExprKind::Struct(..) => "a struct literal",
        ExprKind::List(_) => "a list",
        ExprKind::Map(_) => "a map",
        ExprKind::Unary(_, operand) => describe(operand),
        ExprKind::Binary(..) => "an expression",
    }
}

/// A number that is too small or too large for its type.
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

fn number_out_of_range(
    number: &BigInt,
    base: Scalar,
    span: Span,
    base_span: Option<Span>,
    name: &ast::Ident,
) -> Diagnostic {
    let (min, max) = bounds(base);
    let word = base.word();
    let mut error = Diagnostic::new(
        Code::NumberOutOfRange,
        span,
        format!("value {number} does not fit `{word}` ({min}..={max})"),
        format!("does not fit `{word}`"),
    );
    error = match base_span {
        Some(span) => error.with_label(span, "the base type"),
        None => error.with_label(name.span, "has base type `u32` unless it names another"),
    };
    let Some(wider) = wider(number, base).map(Scalar::word) else {
        return error.with_help("choose a smaller number");
    };
    let message = format!("use base type `{wider}`");
    match base_span {
        Some(span) => error.with_fix(message, span, wider),
        None => error.with_fix(message, name.span.after(), format!(" : {wider}")),
    }
}

/// A value of another kind than the type wants.
pub(crate) fn not_an_integer(wanted: &str, found: &str, span: Span) -> Diagnostic {
    let message = format!("expected {}, found {found}", quoted(wanted));
    Diagnostic::new(Code::WrongValue, span, message, "not an integer")
        .with_help("write an integer, or an expression of integers")
}

/// A type in backticks, or words as they are.
fn quoted(wanted: &str) -> String {
    if wanted.contains(' ') {
        wanted.to_owned()
    } else {
        format!("a `{wanted}` value")
    }
}

/// Constants that need themselves.
pub(crate) fn constant_cycle(path: &[(String, Span)]) -> Diagnostic {
    let mut shown: Vec<&str> = path.iter().map(|(name, _)| name.as_str()).collect();
    shown.push(shown[0]);
    let mut error = Diagnostic::new(
        Code::ConstantCycle,
        path[0].1,
        format!("constants refer to each other: {}", shown.join(" → ")),
        "needs its own value",
    );
    for (_, span) in &path[1..] {
        error = error.with_label(*span, "through this one");
    }
    error.with_help("give one of them a value of its own")
}

fn has_no_members(item: &ast::Item, member: &ast::Ident) -> Diagnostic {
    let name = &item.name.name;
    Diagnostic::new(
        Code::NoSuchMember,
        member.span,
        format!("`{name}` has no member `{}`", member.name),
        format!(
            "`{name}` is a {}, which has no members here",
            kind_word(&item.kind)
        ),
    )
    .with_label(item.name.span, "declared here")
}

fn division_by_zero(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadArithmetic,
        span,
        "division by zero in a constant",
        "this is zero",
    )
}

fn bad_shift(by: &BigInt, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadArithmetic,
        span,
        format!("shift by {by} in a constant"),
        format!("must be from 0 to {MAX_BITS}"),
    )
}

fn too_wide(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        span,
        format!("integer is wider than {MAX_BITS} bits"),
        "too wide",
    )
    .with_help("no type is wider than 128 bits; keep the steps of an expression narrower")
}
