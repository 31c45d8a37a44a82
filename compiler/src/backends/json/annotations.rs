//! Annotations and constraints.

use super::values;
use crate::json::{Json, Object};
use crate::schema::{Annotations, Constraint, Deprecated, Hint, RustHints, Schema};

/// The annotations of a node; an empty object if there are none.
pub(super) fn object(schema: &Schema, annotations: &Annotations) -> Object {
    let declared = annotations.declared.iter().map(|annotation| {
        let args = annotation.args.iter().map(|(name, value)| {
            Object::new("name", name.as_str()).with("value", values::json(schema, value))
        });
        Object::new("name", schema.full_name(annotation.decl))
            .with_some("arguments", args.collect::<Vec<_>>())
    });
    Object::default()
        .with_some(
            "deprecated",
            annotations.deprecated.as_ref().map(deprecated),
        )
        .with_some("since", annotations.since.as_deref())
        .with_some("sensitive", annotations.sensitive)
        .with_some("example", annotations.example)
        .with_some(
            "allow",
            annotations
                .allow
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
        .with_some("breaking_ok", breaking_ok(annotations))
        .with_some("rust", rust(&annotations.rust))
        .with_some("declared", declared.collect::<Vec<_>>())
}

/// The constraints of a value.
pub(super) fn constraints(schema: &Schema, constraints: &[Constraint]) -> Json {
    let constraints = constraints.iter().map(|constraint| match constraint {
        Constraint::Len { min, max } => {
            let number = |n: u64| Json::Spelled(n.to_string());
            let len = Object::new("min", number(*min)).with_some("max", max.map(number));
            Object::new("len", len)
        }
        Constraint::Range {
            min,
            max,
            inclusive,
        } => {
            let bound = |value: &Option<_>| value.as_ref().map(|v| values::json(schema, v));
            let range = Object::default()
                .with_some("min", bound(min))
                .with_some("max", bound(max))
                .with_some("exclusive", max.is_some() && !inclusive);
            Object::new("range", range)
        }
        Constraint::Pattern(pattern) => Object::new("pattern", &**pattern),
        Constraint::Unique => Object::new("unique", true),
        Constraint::Each(inner) => Object::new("each", self::constraints(schema, inner)),
    });
    Json::List(constraints.map(Json::from).collect())
}

fn deprecated(annotation: &Deprecated) -> Object {
    Object::new("note", annotation.note.as_deref().unwrap_or_default())
        .with_some("since", annotation.since.as_deref())
        .with_some("removal", annotation.removal.as_deref())
}

fn breaking_ok(annotations: &Annotations) -> Vec<Object> {
    let accepted = annotations.breaking_ok.iter().map(|accepted| {
        Object::new("codes", accepted.codes.clone()).with_some("reason", accepted.reason.as_deref())
    });
    accepted.collect()
}

fn rust(hints: &RustHints) -> Object {
    let text = |hint: &Option<Hint>| hint.as_ref().map(|hint| hint.text.clone());
    let texts = |hints: &[Hint]| {
        hints
            .iter()
            .map(|hint| hint.text.clone())
            .collect::<Vec<_>>()
    };
    Object::default()
        .with_some("name", text(&hints.name))
        .with_some("module", text(&hints.module))
        .with_some("derive", texts(&hints.derives))
        .with_some("attr", texts(&hints.attrs))
        .with_some("type", text(&hints.ty))
        .with_some("hash", hints.hash_map)
        .with_some("exhaustive", hints.exhaustive)
}
