//! Constraints on values, at the types where they are checked.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use regex_lite::Regex;
use sinew_compiler::schema as checked;

use super::build::Builder;
use super::{Schema, Type};
use crate::value::{Value, parts};

/// A constraint on values.
#[derive(Clone, Debug)]
pub enum Constraint {
    /// `@len`: the number of characters, bytes or elements, bounds included.
    Len(u64, u64),
    /// `@range`: not below this.
    AtLeast(Value),
    /// `@range`: not above this.
    AtMost(Value),
    /// `@range`: below this.
    Below(Value),
    /// `@pattern`: its text, and the compiled expression.
    Pattern(String, Regex),
    /// `@unique`: no two elements are equal.
    Unique,
}

impl PartialEq for Constraint {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Len(min, max), Self::Len(a, b)) => (min, max) == (a, b),
            (Self::AtLeast(a), Self::AtLeast(b)) => a == b,
            (Self::AtMost(a), Self::AtMost(b)) => a == b,
            (Self::Below(a), Self::Below(b)) => a == b,
            (Self::Pattern(a, _), Self::Pattern(b, _)) => a == b,
            (Self::Unique, Self::Unique) => true,
            (Self::Len(..) | Self::AtLeast(_) | Self::AtMost(_) | Self::Below(_), _)
            | (Self::Pattern(..) | Self::Unique, _) => false,
        }
    }
}

impl Eq for Constraint {}

impl Builder<'_> {
    /// Adds constraints to a type, at the place where they are checked: inside an `optional`, and on elements.
    pub(super) fn constrained(&self, ty: Type, constraints: &[checked::Constraint]) -> Type {
        let inside =
            |ty: Box<Type>, each: &[checked::Constraint]| Box::new(self.constrained(*ty, each));
        if constraints.is_empty() {
            return ty;
        }
        if let Type::Optional(inner) = ty {
            return Type::Optional(inside(inner, constraints));
        }
        let (mut ty, mut own) = (ty, Vec::new());
        for constraint in constraints {
            match constraint {
                checked::Constraint::Each(each) => ty = self.each(ty, each),
                checked::Constraint::Len { min, max } => {
                    own.push(Constraint::Len(*min, max.unwrap_or(u64::MAX)));
                }
                checked::Constraint::Range {
                    min,
                    max,
                    inclusive,
                } => {
                    let bound = |value: &checked::Value| self.value(&ty, value);
                    own.extend(min.as_ref().map(|min| Constraint::AtLeast(bound(min))));
                    own.extend(max.as_ref().map(|max| match inclusive {
                        true => Constraint::AtMost(bound(max)),
                        false => Constraint::Below(bound(max)),
                    }));
                }
                checked::Constraint::Pattern(text) => {
                    let regex = Regex::new(&format!("^(?:{text})$"));
                    let regex = regex.expect("the compiler checked the pattern");
                    own.push(Constraint::Pattern(text.to_string(), regex));
                }
                checked::Constraint::Unique => own.push(Constraint::Unique),
            }
        }
        match own.is_empty() {
            true => ty,
            false => Type::Constrained(Box::new(ty), Arc::from(own)),
        }
    }

    /// Adds constraints to the elements of a type, or to the values of a map.
    fn each(&self, ty: Type, each: &[checked::Constraint]) -> Type {
        let inside = |ty: Box<Type>| Box::new(self.constrained(*ty, each));
        match ty {
            Type::List(item) => Type::List(inside(item)),
            Type::Set(item) => Type::Set(inside(item)),
            Type::Array(count, item) => Type::Array(count, inside(item)),
            Type::Map(key, value) => Type::Map(key, inside(value)),
            Type::Constrained(ty, own) => Type::Constrained(Box::new(self.each(*ty, each)), own),
            Type::Bool | Type::Unsigned(_) | Type::Signed(_) | Type::Float(_) => ty,
            Type::Timestamp | Type::Duration | Type::Date | Type::Enum(_) => ty,
            Type::Text | Type::Bytes | Type::Uuid | Type::Decimal | Type::Optional(_) => ty,
            Type::Frozen(_) | Type::Record(_) | Type::Union(_) => ty,
        }
    }
}

impl Constraint {
    /// The first constraint that a value breaks, as a phrase; `None` if it breaks none.
    pub(crate) fn broken(&self, schema: &Schema, ty: &Type, value: &Value) -> Option<String> {
        let bound = |bound: &Value| crate::json::print(schema, ty, bound);
        let (holds, must) = match self {
            Self::Len(min, max) => {
                let len = length(value);
                let must = match *max {
                    u64::MAX => format!("must have a length of at least {min}, not {len}"),
                    max if *min == max => format!("must have a length of {min}, not {len}"),
                    max => format!("must have a length of {min} to {max}, not {len}"),
                };
                ((*min..=*max).contains(&len), must)
            }
            Self::AtLeast(min) => (
                compare(ty, value, min).is_some_and(|order| order.is_ge()),
                format!("must be at least {}", bound(min)),
            ),
            Self::AtMost(max) => (
                compare(ty, value, max).is_some_and(|order| order.is_le()),
                format!("must be at most {}", bound(max)),
            ),
            Self::Below(end) => (
                compare(ty, value, end).is_some_and(|order| order.is_lt()),
                format!("must be below {}", bound(end)),
            ),
            Self::Pattern(text, regex) => {
                let holds = matches!(value, Value::Text(text) if regex.is_match(text));
                (holds, format!("must match `{text}`"))
            }
            Self::Unique => {
                let must = "must not hold two equal elements".to_owned();
                (is_unique(value), must)
            }
        };
        (!holds).then_some(must)
    }
}

/// The number of characters of a string, else of bytes or elements.
fn length(value: &Value) -> u64 {
    let len = match value {
        Value::Text(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) => items.len(),
        Value::Map(entries) => entries.len(),
        Value::Absent | Value::Present(_) | Value::Bool(_) => 0,
        Value::Unsigned(_) | Value::Signed(_) | Value::Float(_) | Value::Decimal(..) => 0,
        Value::Record(_) | Value::Variant(..) | Value::Unknown(..) => 0,
    };
    u64::try_from(len).unwrap_or(u64::MAX)
}

/// Compares numbers, and decimals regardless of scale. NaN has no order.
fn compare(ty: &Type, value: &Value, bound: &Value) -> Option<Ordering> {
    match (ty.unconstrained(), value, bound) {
        (Type::Float(4), Value::Float(a), Value::Float(b)) => {
            f32::from_bits(*a as u32).partial_cmp(&f32::from_bits(*b as u32))
        }
        (_, Value::Float(a), Value::Float(b)) => {
            f64::from_bits(*a).partial_cmp(&f64::from_bits(*b))
        }
        (_, Value::Decimal(a, scale), Value::Decimal(b, other)) => {
            Some(parts(*a, *scale).cmp(&parts(*b, *other)))
        }
        (_, value, bound) => Some(value.cmp(bound)),
    }
}

fn is_unique(value: &Value) -> bool {
    let is_twice = |items: &[Value]| items.iter().collect::<BTreeSet<_>>().len() < items.len();
    !matches!(value, Value::List(items) if is_twice(items))
}
