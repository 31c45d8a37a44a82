//! Literals of unions.

use super::records::Literal;
use super::{Place, Resolver};
use crate::ast::{self, Expr, ExprKind, FieldInit, ItemKind, Payload};
use crate::diagnostics::{Code, Diagnostic};
use crate::schema::{DeclId, Type, Value, VariantValue};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// A literal of a union: `U { variant = value }` or `U.variant { field = value }`.
    pub(crate) fn union_value(
        &mut self,
        expr: &'a Expr,
        id: DeclId,
        args: &[Type],
        place: &Place<'a>,
    ) -> Option<Value> {
        let ExprKind::Struct(path, given) = &expr.kind else {
            self.not_a_struct_literal(expr, id);
            return None;
        };
        let whole = self.peek(&path.segments, place.file);
        if path.segments.len() > 1 && whole.is_none() {
            return self.struct_variant(expr, path, given, (id, args), place);
        }
        let named = self.literal_type(path, place)?;
        self.literal_is_of(named, id, args, path.span)?;
        let [init] = given.as_slice() else {
            let name = &self.names.decl(id).item.name.name;
            self.sink
                .push(not_one_variant(name, given.len(), expr.span));
            return None;
        };
        let Some(at) = self.positions_of(id).get(init.name.name.as_str()).copied() else {
            let error = self.no_member(id, &init.name);
            self.report_unless_lost(error, self.names.decl(id).file);
            return None;
        };
        self.mention_member(init.name.span, id, at);
        let ItemKind::Union(union) = &self.names.decl(id).item.kind else {
            return None;
        };
        let variant = &union.variants[at as usize];
        let Payload::Typed(ty) = &variant.payload else {
            let name = &self.names.decl(id).item.name.name;
            self.sink.push(not_typed(name, variant, init.name.span));
            return None;
        };
        let ty = self.type_at(ty, &self.place(id))?.ty.instantiate(args);
        let value = self.value(&init.value, &ty, place)?;
        Some(Value::Union(id, at, Box::new(VariantValue::Typed(value))))
    }

    fn struct_variant(
        &mut self,
        expr: &Expr,
        path: &'a ast::Path,
        given: &'a [FieldInit],
        (id, args): (DeclId, &[Type]),
        place: &Place<'a>,
    ) -> Option<Value> {
        let super::targets::Target::Variant(named, at) = self.target(path, place)? else {
            self.wrong_value(&Type::Named(id, args.to_vec()), "another value", path.span);
            return None;
        };
        self.literal_is_of(named, id, args, path.span)?;
        let item = self.names.decl(id).item;
        let ItemKind::Union(union) = &item.kind else {
            return None;
        };
        let variant = &union.variants[at as usize];
        let Payload::Struct { fields, .. } = &variant.payload else {
            self.sink
                .push(no_fields(&item.name.name, variant, path.span));
            return None;
        };
        let literal = Literal {
            name: path.text(),
            declared: variant.name.span,
            owner: id,
            fields,
            args,
            given,
            path: path.span,
            span: expr.span,
        };
        let values = self.field_values(&literal, place)?;
        Some(Value::Union(id, at, Box::new(VariantValue::Struct(values))))
    }
}

fn not_one_variant(union: &str, given: usize, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotOneVariant,
        span,
        format!("a union value sets exactly one variant, {given} given"),
        format!("{given} variants of `{union}`"),
    )
    .with_help(format!("write `{union} {{ variant = value }}`"))
}

fn not_typed(union: &str, variant: &ast::Variant, span: Span) -> Diagnostic {
    let name = &variant.name.name;
    let form = match variant.payload {
        Payload::Struct { .. } => format!("{union}.{name} {{ field = value }}"),
        Payload::Unit | Payload::Typed(_) => format!("{union}.{name}"),
    };
    Diagnostic::new(
        Code::WrongValue,
        span,
        format!("variant `{name}` is not set with `=`"),
        "carries no single value",
    )
    .with_label(variant.name.span, "declared here")
    .with_help(format!("write `{form}`"))
}

fn no_fields(union: &str, variant: &ast::Variant, span: Span) -> Diagnostic {
    let name = &variant.name.name;
    let form = match variant.payload {
        Payload::Typed(_) => format!("{union} {{ {name} = value }}"),
        Payload::Unit | Payload::Struct { .. } => format!("{union}.{name}"),
    };
    Diagnostic::new(
        Code::WrongValue,
        span,
        format!("variant `{name}` has no fields"),
        "given fields",
    )
    .with_label(variant.name.span, "declared here")
    .with_help(format!("write `{form}`"))
}
