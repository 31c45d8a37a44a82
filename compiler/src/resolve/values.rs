//! Constants and defaults: expressions to values of their types.
//!
//! Constants and the defaults of fields are evaluated in the order in which they need each other,
//! so a reference always finds its value. Expressions recurse as deep as they are written, which
//! the parser limits, and through newtypes, which [`MAX_DEPTH`] limits.

use std::collections::BTreeMap;

use super::collections::wrong_length;
use super::integers::{self, constant_cycle, out_of_range};
use super::lookup::Wanted;
use super::targets::describe;
use super::widths::is_integer;
use super::{Place, Resolver, records};
use crate::ast::{self, Expr, ExprKind, ItemKind, TypeKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::order;
use crate::schema::{DeclId, Type, Value};
use crate::source::Span;

/// Values inside each other, at most.
const MAX_DEPTH: usize = 128;
/// Values in one constant, those of other constants that it uses included, at most.
const MAX_PARTS: usize = 65_536;

/// What a path in an expression means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    Const(DeclId),
    /// An enum value or a flag, by position.
    EnumValue(DeclId, u32),
    /// A variant of a union, by position.
    Variant(DeclId, u32),
}

/// A value and how many values are in it.
#[derive(Clone, Debug)]
pub(crate) struct Evaluated {
    pub(crate) value: Value,
    parts: usize,
}

impl Evaluated {
    /// How many values are in it.
    pub(crate) fn parts(&self) -> usize {
        self.parts
    }
}

/// How much of the limits an evaluation has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    depth: usize,
    parts: usize,
    /// Whether that was reported.
    over: bool,
}

/// A constant, or the default of a field of a declaration.
#[derive(Clone, Copy)]
enum Node<'a> {
    Const(DeclId, &'a ast::Const),
    Default(DeclId, &'a ast::Field, &'a Expr),
}

impl<'a> Resolver<'a, '_> {
    /// Evaluates every constant and every default of a field.
    pub(crate) fn evaluate_values(&mut self) {
        let nodes = self.value_nodes();
        let mut positions: BTreeMap<Span, usize> = BTreeMap::new();
        for (position, node) in nodes.iter().enumerate() {
            positions.insert(expr_of(*node).span, position);
        }
        let edges: Vec<_> = nodes
            .iter()
            .map(|n| self.values_in(*n, &positions))
            .collect();
        for group in order::groups(&edges) {
            if order::is_cycle(&group, &edges) {
                let path = order::cycle(&group, &edges);
                self.report_value_cycle(path.iter().map(|n| nodes[*n]).collect());
                let spans = group.iter().map(|n| expr_of(nodes[*n]).span);
                self.cyclic_defaults.extend(spans);
            } else {
                self.evaluate_node(nodes[group[0]]);
            }
        }
        self.owner = None;
    }

    fn value_nodes(&self) -> Vec<Node<'a>> {
        let mut nodes = Vec::new();
        for id in self.names.ids() {
            let item = self.names.decl(id).item;
            if let ItemKind::Const(c) = &item.kind {
                nodes.push(Node::Const(id, c));
            }
            for field in item.field_lists().into_iter().flatten() {
                if let Some(expr) = &field.default {
                    nodes.push(Node::Default(id, field, expr));
                }
            }
        }
        nodes
    }

    fn values_in(&mut self, node: Node<'a>, positions: &BTreeMap<Span, usize>) -> Vec<usize> {
        let (Node::Const(id, _) | Node::Default(id, ..)) = node;
        self.owner = Some(id);
        let place = self.place(id);
        let mut needed = Vec::new();
        for target in self.needed(expr_of(node), &place) {
            if let Target::Const(id) = target
                && let ItemKind::Const(c) = &self.names.decl(id).item.kind
            {
                needed.extend(positions.get(&c.value.span));
            }
        }
        for (path, given) in records::literals(expr_of(node)) {
            let omitted = |f: &&ast::Field| given.iter().all(|g| g.name.name != f.name.name);
            for field in self.fields_named(path, place.file).iter().filter(omitted) {
                let default = field.default.as_ref();
                needed.extend(default.and_then(|expr| positions.get(&expr.span)));
            }
        }
        needed
    }

    fn evaluate_node(&mut self, node: Node<'a>) {
        let (Node::Const(id, _) | Node::Default(id, ..)) = node;
        self.owner = Some(id);
        let place = self.place(id);
        match node {
            Node::Const(id, c) => {
                let typed = self.type_at(&c.ty, &place);
                if let integers::Integer::Broken = self.integers[id.0 as usize] {
                    return;
                }
                let Some(typed) = typed else { return };
                let value = self.evaluated(&c.value, &typed.ty, &place);
                self.constants[id.0 as usize] = value.map(|value| (typed.ty, value));
            }
            Node::Default(_, field, expr) => {
                let typed = self.type_at(&field.ty, &place);
                let typed = typed.filter(|typed| !typed.ty.is_optional());
                self.written = written_integer(&field.ty, expr);
                let value = typed.and_then(|typed| self.evaluated(expr, &typed.ty, &place));
                self.written = None;
                self.defaults.insert(expr.span, value);
            }
        }
    }

    pub(crate) fn evaluated(
        &mut self,
        expr: &'a Expr,
        ty: &Type,
        place: &Place<'a>,
    ) -> Option<Evaluated> {
        self.spent = Spent::default();
        let value = self.value(expr, ty, place)?;
        let parts = self.spent.parts;
        Some(Evaluated { value, parts })
    }

    /// The value of a default or argument that nothing else refers to.
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

    /// Takes note of `parts` more values; `None` over the limit, which is reported once.
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

    fn value_of(&mut self, expr: &'a Expr, ty: &Type, place: &Place<'a>) -> Option<Value> {
        if let ExprKind::Path(path) = &expr.kind {
            let target = self.target(path, place)?;
            return self.named_value(target, ty, expr.span);
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

    fn flags(&mut self, expr: &'a Expr, id: DeclId, place: &Place<'a>) -> Option<Value> {
        if !matches!(expr.kind, ExprKind::Unary(..) | ExprKind::Binary(..)) {
            self.wrong_value(&Type::Named(id, Vec::new()), describe(expr), expr.span);
            return None;
        }
        let name = self.names.decl(id).item.name.name.clone();
        let number = self.integer_at(expr, place, &name)?;
        let known = self.numbers[id.0 as usize]
            .iter()
            .fold(0u128, |all, number| match number {
                integers::Integer::Known(number) => all | u128::try_from(number).unwrap_or(0),
                integers::Integer::Other | integers::Integer::Broken => all,
            });
        let bits = u128::try_from(&number)
            .ok()
            .filter(|bits| bits & !known == 0);
        let Some(bits) = bits else {
            let bounds = (0.into(), known.into());
            self.sink
                .push(out_of_range(&number, &name, bounds, expr.span));
            return None;
        };
        Some(Value::Flags(id, bits))
    }

    /// A type as it is written in the language.
    pub(crate) fn type_text(&self, ty: &Type) -> String {
        self.names.type_text(ty)
    }

    /// The declaration and fields behind the name of a struct literal, if it names any.
    pub(crate) fn fields_named(&self, path: &ast::Path, file: usize) -> &'a [ast::Field] {
        if let Some(id) = self.peek(&path.segments, file) {
            return self.names.decl(self.behind_aliases(id)).item.fields();
        }
        let Some((variant, union)) = path.segments.split_last() else {
            return &[];
        };
        let Some(id) = self.peek(union, file) else {
            return &[];
        };
        records::variant_fields(self.names.decl(self.behind_aliases(id)).item, &variant.name)
    }

    /// The type that a struct literal names; reports unknown names.
    pub(crate) fn literal_type(&mut self, path: &ast::Path, file: usize) -> Option<DeclId> {
        let id = self.decl_named(path, file, Wanted::Type)?;
        Some(self.behind_aliases(id))
    }

    fn report_value_cycle(&mut self, path: Vec<Node<'a>>) {
        if path.iter().all(|node| matches!(node, Node::Const(..))) {
            return;
        }
        let named = |node: &Node<'_>| match node {
            Node::Const(id, _) => {
                let name = &self.names.decl(*id).item.name;
                (name.name.clone(), name.span)
            }
            Node::Default(id, field, _) => {
                let name = &self.names.decl(*id).item.name.name;
                (format!("{name}.{}", field.name.name), field.name.span)
            }
        };
        let path: Vec<_> = path.iter().map(named).collect();
        self.sink.push(constant_cycle(&path));
    }
}

/// An expression and the integer type that is written for it.
pub(crate) fn written_integer(ty: &ast::Type, expr: &Expr) -> Option<(Span, Span)> {
    let TypeKind::Scalar(scalar) = ty.kind else {
        return None;
    };
    is_integer(scalar).then_some((expr.span, ty.span))
}

fn expr_of(node: Node<'_>) -> &Expr {
    match node {
        Node::Const(_, c) => &c.value,
        Node::Default(_, _, expr) => expr,
    }
}

fn over_limit(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(Code::LimitExceeded, span, message, "too large a value")
        .with_help("constants are for small values; ship larger data beside the schema")
}
