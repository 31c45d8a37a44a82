//! Checks constants and defaults against the constraints of their types.

use std::cmp::Ordering;

use super::Resolved;
use crate::ast::{Expr, Field as Written, ItemKind};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::resolve::compare::{by_value, compare};
use crate::resolve::patterns::compile_pattern;
use crate::schema::{Constraint, DeclId, DeclKind, Field, Payload, Type, Value, VariantValue};
use crate::source::Span;

/// Reports constants and defaults that break a constraint.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    for (entry, decl) in resolved.names.decls.iter().zip(&resolved.decls) {
        let Some(decl) = decl else { continue };
        match (&decl.kind, &entry.item.kind) {
            (DeclKind::Const(c), ItemKind::Const(written)) => {
                let own = c.constraints.iter().find(|rule| !satisfies(&c.value, rule));
                let broken = own.map(describe);
                if let Some(broken) = broken.or_else(|| in_value(resolved, &c.ty, &c.value)) {
                    sink.push(breaks("constant", &decl.name, &broken, written.value.span));
                }
            }
            (DeclKind::Struct(s), _) => defaults(resolved, &s.fields, entry.item.fields(), sink),
            (DeclKind::Exception(e), _) => {
                defaults(resolved, &e.fields, entry.item.fields(), sink);
            }
            (DeclKind::Union(u), _) => {
                let mut places = entry.item.variants().iter();
                for variant in &u.variants {
                    let place = places.find(|place| place.name.span == variant.span);
                    if let (Payload::Struct(fields), Some(place)) = (&variant.payload, place) {
                        defaults(resolved, fields, place.payload.fields(), sink);
                    }
                }
            }
            (DeclKind::Service(s), ItemKind::Service(written)) => {
                let mut places = written.methods.iter();
                for method in &s.methods {
                    let place = places.find(|place| place.name.span == method.span);
                    let params = place.into_iter().flat_map(|m| &m.params);
                    defaults(resolved, &method.params, params.map(|p| &p.field), sink);
                }
            }
            (DeclKind::Const(_) | DeclKind::Service(_) | DeclKind::Typedef(_), _)
            | (DeclKind::Newtype(_) | DeclKind::Enum(_) | DeclKind::Flags(_), _)
            | (DeclKind::Frozen(_) | DeclKind::Annotation(_), _) => {}
        }
    }
    for it in &resolved.seen.loose_values {
        if let Some(broken) = in_value(resolved, &it.ty, &it.value) {
            sink.push(breaks(it.what, &it.name, &broken, it.span));
        }
    }
}

/// Resolved fields in the order of `written`, some of which may have been left out.
fn defaults<'w>(
    resolved: &Resolved<'_>,
    fields: &[Field],
    written: impl IntoIterator<Item = &'w Written>,
    sink: &mut Sink,
) {
    let mut places = written.into_iter();
    for field in fields {
        let place = places.find(|place| place.name.span == field.span);
        default(
            resolved,
            field,
            place.and_then(|p| p.default.as_ref()),
            sink,
        );
    }
}

fn default(resolved: &Resolved<'_>, field: &Field, expr: Option<&Expr>, sink: &mut Sink) {
    let (Some(value), Some(expr)) = (&field.default, expr) else {
        return;
    };
    let own = field.constraints.iter().find(|c| !satisfies(value, c));
    let broken = own
        .map(describe)
        .or_else(|| in_value(resolved, &field.ty, value));
    if let Some(broken) = broken {
        sink.push(breaks("default of", &field.name, &broken, expr.span));
    }
}

/// The first constraint of a nested type that the value breaks. Recurses as deep as values are nested, which their
/// evaluation limits.
fn in_value(resolved: &Resolved<'_>, ty: &Type, value: &Value) -> Option<String> {
    match (value, ty) {
        (Value::Newtype(id, inner), _) => {
            let Some(DeclKind::Newtype(newtype)) = resolved.decl(*id).map(|d| &d.kind) else {
                return None;
            };
            let broken = newtype.constraints.iter().find(|c| !satisfies(inner, c));
            let of = |c| {
                format!(
                    "{} of `{}`",
                    describe(c),
                    resolved.names.decl(*id).item.name.name
                )
            };
            broken
                .map(of)
                .or_else(|| in_value(resolved, &newtype.ty, inner))
        }
        (Value::List(items), Type::List(t) | Type::Set(t) | Type::Array(t, _)) => {
            items.iter().find_map(|item| in_value(resolved, t, item))
        }
        (Value::Map(entries), Type::Map(k, v)) => entries.iter().find_map(|(key, value)| {
            in_value(resolved, k, key).or_else(|| in_value(resolved, v, value))
        }),
        (Value::Present(inner), Type::Optional(t)) => in_value(resolved, t, inner),
        (Value::Struct(id, values), Type::Named(_, args)) => {
            match resolved.decl(*id).map(|decl| &decl.kind) {
                Some(DeclKind::Struct(s)) => in_fields(resolved, &s.fields, values, args),
                Some(DeclKind::Exception(e)) => in_fields(resolved, &e.fields, values, args),
                Some(DeclKind::Frozen(f)) => f
                    .fields
                    .iter()
                    .zip(values)
                    .find_map(|(field, value)| in_value(resolved, &field.ty, value)),
                Some(_) | None => None,
            }
        }
        (Value::Union(id, at, payload), Type::Named(_, args)) => {
            in_variant(resolved, *id, *at, payload, args)
        }
        (Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::F32(_) | Value::F64(_), _)
        | (Value::String(_) | Value::Bytes(_) | Value::Uuid(_) | Value::Decimal(..), _)
        | (Value::Timestamp(_) | Value::Duration(_) | Value::Date(_), _)
        | (Value::List(_) | Value::Map(_) | Value::Absent | Value::Present(_), _)
        | (Value::Enum(..) | Value::Flags(..) | Value::Struct(..) | Value::Union(..), _) => None,
    }
}

fn in_variant(
    resolved: &Resolved<'_>,
    id: DeclId,
    at: u32,
    payload: &VariantValue,
    args: &[Type],
) -> Option<String> {
    let ItemKind::Union(written) = &resolved.names.decl(id).item.kind else {
        return None;
    };
    let Some(DeclKind::Union(union)) = resolved.decl(id).map(|decl| &decl.kind) else {
        return None;
    };
    let span = written.variants.get(at as usize)?.name.span;
    let variant = union.variants.iter().find(|v| v.span == span)?;
    match (payload, &variant.payload) {
        (
            VariantValue::Typed(value),
            Payload::Typed {
                ty, constraints, ..
            },
        ) => {
            let own = constraints.iter().find(|c| !satisfies(value, c));
            own.map(describe)
                .or_else(|| in_value(resolved, &ty.instantiate(args), value))
        }
        (VariantValue::Struct(values), Payload::Struct(fields)) => {
            in_fields(resolved, fields, values, args)
        }
        (VariantValue::Unit | VariantValue::Typed(_) | VariantValue::Struct(_), _) => None,
    }
}

fn in_fields(
    resolved: &Resolved<'_>,
    fields: &[Field],
    values: &[Value],
    args: &[Type],
) -> Option<String> {
    if fields.len() != values.len() {
        return None;
    }
    fields.iter().zip(values).find_map(|(field, value)| {
        let own = field.constraints.iter().find(|c| !satisfies(value, c));
        own.map(|c| format!("{} of `{}`", describe(c), field.name))
            .or_else(|| in_value(resolved, &field.ty.instantiate(args), value))
    })
}

fn satisfies(value: &Value, constraint: &Constraint) -> bool {
    if let Value::Present(inner) | Value::Newtype(_, inner) = value {
        return satisfies(inner, constraint);
    }
    match constraint {
        Constraint::Len { min, max } => length(value).is_none_or(|length| {
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            length >= *min && max.is_none_or(|max| length <= max)
        }),
        Constraint::Range {
            min,
            max,
            inclusive,
        } => {
            let bounds = (min.as_ref(), max.as_ref());
            matches!(value, Value::Absent) || lies_in(value, bounds, *inclusive)
        }
        Constraint::Pattern(pattern) => {
            let matches = |text: &str| compile_pattern(pattern).is_ok_and(|p| p.is_match(text));
            !matches!(value, Value::String(text) if !matches(text))
        }
        Constraint::Unique => {
            let mut sorted = elements(value);
            sorted.sort_by(|a, b| compare(a, b));
            let mut pairs = sorted.windows(2);
            pairs.all(|pair| compare(pair[0], pair[1]).is_ne())
        }
        Constraint::Each(each) => {
            let mut elements = elements(value).into_iter();
            elements.all(|element| each.iter().all(|c| satisfies(element, c)))
        }
    }
}

/// The length of a value in characters, bytes or elements, if it has one.
fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Bytes(bytes) => Some(bytes.len()),
        Value::List(_) | Value::Map(_) => Some(elements(value).len()),
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::F32(_) | Value::F64(_) => None,
        Value::Uuid(_) | Value::Timestamp(_) | Value::Duration(_) | Value::Date(_) => None,
        Value::Decimal(..) | Value::Absent | Value::Present(_) | Value::Newtype(..) => None,
        Value::Enum(..) | Value::Flags(..) | Value::Struct(..) | Value::Union(..) => None,
    }
}

/// The elements of a list or set, the values of a map.
fn elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::List(items) => items.iter().collect(),
        Value::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::F32(_) | Value::F64(_) => vec![],
        Value::String(_) | Value::Bytes(_) | Value::Uuid(_) | Value::Decimal(..) => vec![],
        Value::Timestamp(_) | Value::Duration(_) | Value::Date(_) | Value::Absent => vec![],
        Value::Present(_) | Value::Newtype(..) | Value::Enum(..) | Value::Flags(..) => vec![],
        Value::Struct(..) | Value::Union(..) => vec![],
    }
}

fn lies_in(value: &Value, (min, max): (Option<&Value>, Option<&Value>), inclusive: bool) -> bool {
    let beside = |bound| by_value(value, bound);
    min.is_none_or(|min| beside(min).is_some_and(Ordering::is_ge))
        && max.is_none_or(|max| {
            beside(max).is_some_and(|order| order.is_lt() || (inclusive && order.is_eq()))
        })
}

/// A constraint in the syntax of the language.
fn describe(constraint: &Constraint) -> String {
    match constraint {
        Constraint::Len {
            min,
            max: Some(max),
        } if min == max => format!("`@len({min})`"),
        Constraint::Len {
            min,
            max: Some(max),
        } => format!("`@len({min}..={max})`"),
        Constraint::Len { min, max: None } => format!("`@len({min}..)`"),
        Constraint::Range {
            min,
            max,
            inclusive,
        } => {
            let bound = |value: &Option<Value>| value.as_ref().map_or(String::new(), number);
            let dots = if *inclusive && max.is_some() {
                "..="
            } else {
                ".."
            };
            format!("`@range({}{dots}{})`", bound(min), bound(max))
        }
        Constraint::Pattern(pattern) => format!("`@pattern({pattern:?})`"),
        Constraint::Unique => "`@unique`".to_owned(),
        Constraint::Each(_) => "`@each`".to_owned(),
    }
}

/// A bound in the syntax of the language.
fn number(value: &Value) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Uint(n) => n.to_string(),
        Value::F32(n) => n.to_string(),
        Value::F64(n) => n.to_string(),
        Value::Decimal(coefficient, 0) => coefficient.to_string(),
        Value::Decimal(coefficient, scale) => format!("{coefficient}e-{scale}"),
        Value::Duration(nanos) => format!("{nanos}ns"),
        Value::Bool(_) | Value::String(_) | Value::Bytes(_) | Value::Uuid(_) => "…".to_owned(),
        Value::Timestamp(_) | Value::Date(_) | Value::List(_) | Value::Map(_) => "…".to_owned(),
        Value::Absent | Value::Present(_) | Value::Newtype(..) => "…".to_owned(),
        Value::Enum(..) | Value::Flags(..) | Value::Struct(..) | Value::Union(..) => "…".to_owned(),
    }
}

fn breaks(what: &str, name: &str, constraint: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BrokenConstraint,
        span,
        format!("{what} `{name}` breaks its own constraint: {constraint}"),
        "not a valid value",
    )
    .with_help("change the value, or loosen the constraint")
}
