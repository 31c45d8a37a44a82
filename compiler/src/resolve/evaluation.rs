//! Evaluates constants and the defaults of fields in the order of their dependencies, so that every reference finds a
//! value.

use std::collections::BTreeMap;

use super::integers::constant_cycle;
use super::targets::Target;
use super::widths::is_integer;
use super::{Integer, LooseValue, Place, Resolver, records};
use crate::ast::{self, Expr, ItemKind, TypeKind};
use crate::order::{self, Step};
use crate::schema::{DeclId, Type, Value, every_part};
use crate::source::Span;

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
        for step in order::steps(&edges) {
            match step {
                Step::Node(at) => self.evaluate_value(nodes[at]),
                Step::Cycle { members, path } => {
                    self.report_value_cycle(path.iter().map(|n| nodes[*n]).collect());
                    let spans = members.iter().map(|n| expr_of(nodes[*n]).span);
                    self.cyclic_defaults.extend(spans);
                }
            }
        }
    }

    fn value_nodes(&self) -> Vec<Node<'a>> {
        let mut nodes = Vec::new();
        for id in self.names.ids() {
            let item = self.names.decl(id).item;
            if let ItemKind::Const(c) = &item.kind {
                nodes.push(Node::Const(id, c));
            }
            for field in item.field_lists().into_iter().flatten() {
                // A default of an `optional` field is not allowed at all, which is reported elsewhere.
                let is_optional = field.ty.optional_word().is_some();
                if let Some(expr) = field.default.as_ref().filter(|_| !is_optional) {
                    nodes.push(Node::Default(id, field, expr));
                }
            }
        }
        nodes
    }

    fn values_in(&mut self, node: Node<'a>, positions: &BTreeMap<Span, usize>) -> Vec<usize> {
        let (Node::Const(id, _) | Node::Default(id, ..)) = node;
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
            let given = records::given_names(given);
            let omitted = |f: &&ast::Field| !given.contains(f.name.name.as_str());
            for field in self.fields_named(path, place.file).iter().filter(omitted) {
                let default = field.default.as_ref();
                needed.extend(default.and_then(|expr| positions.get(&expr.span)));
            }
        }
        needed
    }

    fn evaluate_value(&mut self, node: Node<'a>) {
        let (Node::Const(id, _) | Node::Default(id, ..)) = node;
        let place = self.place(id);
        match node {
            Node::Const(id, c) => {
                let typed = self.type_at(&c.ty, &place);
                if let Integer::Broken = self.integers[id.0 as usize] {
                    return;
                }
                let Some(typed) = typed else { return };
                let value = self.evaluated(&c.value, &typed.ty, &place);
                self.constants[id.0 as usize] = value.map(|value| (typed.ty, value));
            }
            Node::Default(_, field, expr) => {
                let typed = self.type_at(&field.ty, &place);
                let typed = typed.filter(|typed| !typed.ty.is_optional());
                let place = place.of_written(&field.ty, expr);
                let value = typed
                    .as_ref()
                    .and_then(|typed| self.evaluated(expr, &typed.ty, &place));
                if let (ItemKind::Frozen(_), Some(typed)) = (&self.names.decl(id).item.kind, typed)
                {
                    let value = value.as_ref().map(|value| &value.value);
                    self.note_value("default of", field, &typed.ty, value, expr.span);
                }
                self.defaults.insert(expr.span, value);
            }
        }
    }

    /// Records a value that constraints of its type may reject.
    pub(super) fn note_value(
        &mut self,
        what: &'static str,
        field: &ast::Field,
        ty: &Type,
        value: Option<&Value>,
        span: Span,
    ) {
        if let Some(value) = value
            && !every_part(ty, &mut |part| !matches!(part, Type::Named(..)))
        {
            self.seen.loose_values.push(LooseValue {
                what,
                name: field.name.name.clone(),
                ty: ty.clone(),
                value: value.clone(),
                span,
            });
        }
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

impl<'a> Place<'a> {
    /// The place of an expression whose type is written as `ty`.
    pub(super) fn of_written(&self, ty: &ast::Type, expr: &Expr) -> Place<'a> {
        let is_widened = matches!(ty.kind, TypeKind::Scalar(scalar) if is_integer(scalar));
        Place {
            written: is_widened.then_some((expr.span, ty.span)),
            ..*self
        }
    }
}

fn expr_of(node: Node<'_>) -> &Expr {
    match node {
        Node::Const(_, c) => &c.value,
        Node::Default(_, _, expr) => expr,
    }
}
