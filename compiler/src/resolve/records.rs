//! Literals of structs and unions, and the members that they name.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::with_article;
use super::lookup::Wanted;
use super::missing::missing_fields;
use super::targets::{describe, with_members};
use super::{Place, Resolver};
use crate::ast::{self, Expr, ExprKind, FieldInit, Item};
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::schema::{DeclId, Type, Value};
use crate::source::Span;

/// The fields of a struct variant of a union.
pub(crate) fn variant_fields<'a>(item: &'a Item, variant: &str) -> &'a [ast::Field] {
    let mut variants = item.variants().iter();
    let named = variants.find(|v| v.name.name == variant);
    named.map_or(&[], |variant| variant.payload.fields())
}

/// Indices of fields, variants, enum values or methods by name. The first with a name counts.
pub(crate) fn members(item: &Item) -> BTreeMap<&str, u32> {
    let mut members = BTreeMap::new();
    for (at, name) in (0u32..).zip(member_names(item)) {
        members.entry(name.name.as_str()).or_insert(at);
    }
    members
}

/// The names of fields, variants, enum values or methods, in order.
pub(super) fn member_names(item: &Item) -> impl Iterator<Item = &ast::Ident> {
    let values = item.values().iter().map(|value| &value.name);
    let variants = item.variants().iter().map(|variant| &variant.name);
    let fields = item.fields().iter().map(|field| &field.name);
    let methods = item.methods().iter().map(|method| &method.name);
    values.chain(variants).chain(fields).chain(methods)
}

/// All struct literals in `expr`: their types and their fields.
pub(crate) fn literals(expr: &Expr) -> Vec<(&ast::Path, &[FieldInit])> {
    let mut found = Vec::new();
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Struct(path, fields) = &expr.kind {
            found.push((path, fields.as_slice()));
        }
        waiting.extend(expr.parts());
    }
    found
}

/// The names of the fields in a literal.
pub(super) fn given_names(given: &[FieldInit]) -> BTreeSet<&str> {
    given.iter().map(|init| init.name.name.as_str()).collect()
}

/// A struct literal that is being evaluated.
pub(super) struct Literal<'a, 'e> {
    /// What messages call it.
    pub(super) name: String,
    pub(super) declared: Span,
    pub(super) owner: DeclId,
    pub(super) fields: &'a [ast::Field],
    pub(super) args: &'e [Type],
    pub(super) given: &'a [FieldInit],
    pub(super) path: Span,
    pub(super) span: Span,
}

impl<'a> Resolver<'a, '_> {
    /// A literal of a struct, frozen struct or exception.
    pub(crate) fn struct_value(
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
        let named = self.literal_type(path, place)?;
        let item = self.names.decl(id).item;
        self.literal_is_of(named, id, args, path.span)?;
        let literal = Literal {
            name: item.name.name.clone(),
            declared: item.name.span,
            owner: id,
            fields: item.fields(),
            args,
            given,
            path: path.span,
            span: expr.span,
        };
        Some(Value::Struct(id, self.field_values(&literal, place)?))
    }

    /// The fields of the type or variant that a struct literal names.
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
        variant_fields(self.names.decl(self.behind_aliases(id)).item, &variant.name)
    }

    /// The type that a struct literal names. Reports unknown names.
    pub(crate) fn literal_type(&mut self, path: &ast::Path, place: &Place<'_>) -> Option<DeclId> {
        let id = self.decl_named(path, place, Wanted::Type)?;
        Some(self.behind_aliases(id))
    }

    /// Whether a literal is of the expected declaration; reports it if not.
    pub(super) fn literal_is_of(
        &mut self,
        named: DeclId,
        wanted: DeclId,
        args: &[Type],
        span: Span,
    ) -> Option<()> {
        if named == wanted {
            return Some(());
        }
        let found = with_article(&self.names.decl(named).item.name.name);
        self.wrong_value(&Type::Named(wanted, args.to_vec()), &found, span);
        None
    }

    pub(super) fn not_a_struct_literal(&mut self, expr: &Expr, id: DeclId) {
        let name = &self.names.decl(id).item.name.name;
        let found = describe(expr);
        let hint = format!("write `{name} {{ field = value }}`");
        let mut error = super::mismatch::wrong_value(name, found, hint.clone(), expr.span);
        if let Some(edits) = self.literal_of_map(expr, id) {
            error.help.clear();
            error = error.with_edits(hint, edits);
        }
        self.sink.push(error);
    }

    /// `S { a = 1 }` for `{ a: 1 }` or `{ "a": 1 }`, if all keys are members
    fn literal_of_map(&self, expr: &Expr, id: DeclId) -> Option<Vec<Edit>> {
        let ExprKind::Map(entries) = &expr.kind else {
            return None;
        };
        let ty = self.names.type_text(&Type::Named(id, Vec::new()));
        let mut edits = vec![Edit {
            span: expr.span.before(),
            replacement: format!("{ty} "),
        }];
        for (key, value) in entries {
            let text = self.sources.slice(key.span);
            let name = text.trim_matches('"');
            self.positions_of(id).get(name)?;
            edits.push(Edit {
                span: key.span.to(value.span.before()),
                replacement: format!("{name} = "),
            });
        }
        Some(edits)
    }

    /// The values of all fields, in declared order.
    pub(super) fn field_values(
        &mut self,
        literal: &Literal<'a, '_>,
        place: &Place<'a>,
    ) -> Option<Vec<Value>> {
        let given = self.given_fields(literal)?;
        let mut values = Vec::new();
        let mut missing = Vec::new();
        let mut complete = true;
        for field in literal.fields {
            let value = match (given.get(field.name.name.as_str()), &field.default) {
                (Some(init), _) => self.given_value(field, &init.value, literal, place),
                (None, Some(default)) => self.default_value(default, literal.span),
                (None, None) => match self.field_type(field, literal.owner) {
                    Some(Type::Optional(_)) => Some(Value::Absent),
                    Some(_) => {
                        missing.push(field);
                        None
                    }
                    None => None,
                },
            };
            complete &= value.is_some();
            values.extend(value);
        }
        if !missing.is_empty() {
            self.sink.push(missing_fields(literal, &missing));
        }
        complete.then_some(values)
    }

    fn field_type(&mut self, field: &'a ast::Field, owner: DeclId) -> Option<Type> {
        let place = self.place(owner);
        self.type_at(&field.ty, &place).map(|typed| typed.ty)
    }

    fn given_value(
        &mut self,
        field: &'a ast::Field,
        value: &'a Expr,
        literal: &Literal<'a, '_>,
        place: &Place<'a>,
    ) -> Option<Value> {
        let ty = self
            .field_type(field, literal.owner)?
            .instantiate(literal.args);
        self.value(value, &ty, place)
    }

    fn default_value(&mut self, default: &Expr, span: Span) -> Option<Value> {
        let value = self.defaults.get(&default.span).cloned().flatten()?;
        self.spend(value.parts(), span)?;
        Some(value.value)
    }

    /// The fields of the literal by name; `None` if a name is invalid, which is reported.
    fn given_fields(
        &mut self,
        literal: &Literal<'a, '_>,
    ) -> Option<BTreeMap<&'a str, &'a FieldInit>> {
        let fields = literal.fields.iter().map(|field| &field.name);
        let fields: BTreeMap<&str, Span> = fields.map(|it| (it.name.as_str(), it.span)).collect();
        let mut given: BTreeMap<&str, &FieldInit> = BTreeMap::new();
        let mut good = true;
        for init in literal.given {
            let name = init.name.name.as_str();
            let declared = fields.get(name).copied();
            let mention = declared.map(|declared| (init.name.span, declared));
            self.seen.mentions.extend(mention);
            if declared.is_none() {
                let error = self.no_field(literal, &init.name);
                self.report_unless_lost(error, self.names.decl(literal.owner).file);
                good = false;
            } else if let Some(first) = given.insert(name, init) {
                let error = super::names::duplicate_name(name, first.name.span, init.name.span);
                self.sink.push(error);
                good = false;
            }
        }
        good.then_some(given)
    }

    fn no_field(&self, literal: &Literal<'_, '_>, name: &ast::Ident) -> Diagnostic {
        let error = Diagnostic::new(
            Code::NoSuchMember,
            name.span,
            format!("`{}` has no member `{}`", literal.name, name.name),
            "no such field",
        )
        .with_label(literal.declared, "declared here");
        if !self.names.suggests() {
            return error;
        }
        let given = given_names(literal.given);
        let fields = literal.fields.iter().map(|field| field.name.name.as_str());
        with_members(
            error,
            name,
            fields.filter(|field| !given.contains(field)).collect(),
        )
    }
}
