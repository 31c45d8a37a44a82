//! Checks of constraints in generated code: calls of the runtime, one for each constraint.

use super::code::{Code, code};
use super::names;
use super::scope::Scope;
use crate::schema::{Constraint, DeclKind, Field, Scalar, Type, Value, every_part};

/// `validate` of a struct with these fields; `None` if they have no constraints.
pub(super) fn validate(scope: &Scope<'_>, place: &str, fields: &[Field]) -> Option<Code> {
    let checks = of_fields(scope, place, fields, &|field| {
        code!("&self.$name", name = names::field(field))
    });
    (!checks.is_empty()).then(|| validator("fields", &encoded(scope, fields), checks))
}

/// Bounds of type parameters in elements that are compared by their encoding.
pub(super) fn encoded<'f>(scope: &Scope<'_>, fields: impl IntoIterator<Item = &'f Field>) -> Code {
    let mut bounds = Code::new();
    for field in fields {
        if let Type::List(element) = field.ty.unwrap_optional()
            && field.constraints.contains(&Constraint::Unique)
            && !every_part(element, &mut |part| !matches!(part, Type::Param(_)))
        {
            let element = scope.ty(element);
            bounds = code!("$bounds $element: ::sinew::codegen::Wire,", bounds, element);
        }
    }
    match bounds.is_empty() {
        true => bounds,
        false => code!(" where$bounds", bounds),
    }
}

/// `validate` with these checks, where `bounds` hold. `what` names what the schema constrains.
pub(super) fn validator(what: &str, bounds: &Code, checks: Code) -> Code {
    let doc = format!(" Checks the constraints of the {what}; decoding does so by itself.");
    code!(
        "
        $doc
        ///
        /// # Errors
        /// The first constraint that does not hold.
        pub fn validate(&self) -> ::core::result::Result<(), ::sinew::Invalid>$bounds {
            $checks
            ::core::result::Result::Ok(())
        }
        ",
        doc = Code::doc(&doc),
        bounds,
        checks,
    )
}

/// The checks of all fields. `by_name` returns a reference to a field.
pub(super) fn of_fields(
    scope: &Scope<'_>,
    place: &str,
    fields: &[Field],
    by_name: &dyn Fn(&Field) -> Code,
) -> Code {
    let constrained = fields.iter().filter(|f| !f.constraints.is_empty());
    Code::lines(constrained.map(|field| {
        let place = format!("{place}.{}", field.name);
        let checked = scope.checked(field, by_name(field));
        checks(scope, &place, &field.ty, &field.constraints, checked)
    }))
}

/// The checks of a value, given a reference to it.
pub(super) fn checks(
    scope: &Scope<'_>,
    place: &str,
    ty: &Type,
    constraints: &[Constraint],
    reference: Code,
) -> Code {
    if constraints.is_empty() {
        return Code::new();
    }
    let of_value = |ty| checks(scope, place, ty, constraints, code!("value"));
    if let Some(inner) = inner_type(scope, ty) {
        return code!(
            "
            {
                let inner = ::sinew::codegen::Transparent::inner($reference);
                let value: &$ty = ::core::borrow::Borrow::borrow(&inner);
                $checks
            }
            ",
            reference,
            ty = scope.ty(inner),
            checks = of_value(inner),
        );
    }
    match ty {
        Type::Optional(inner) => code!(
            "
            if let ::core::option::Option::Some(value) = $reference {
                $checks
            }
            ",
            reference,
            checks = of_value(inner),
        ),
        Type::Named(..)
        | Type::Scalar(_)
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(..)
        | Type::Array(..)
        | Type::Param(_) => {
            let mut checks: Vec<_> = constraints.iter().collect();
            checks.sort_by_key(|check| cost(check));
            let checks = checks.into_iter();
            Code::lines(checks.map(|check| self::check(scope, place, ty, check, &reference)))
        }
    }
}

/// Cheap checks come first: a list that is too long is not searched.
fn cost(constraint: &Constraint) -> u8 {
    match constraint {
        Constraint::Len { .. } => 0,
        Constraint::Range { .. } => 1,
        Constraint::Pattern(_) => 2,
        Constraint::Each(_) => 3,
        Constraint::Unique => 4,
    }
}

/// The check of a value with one constraint.
fn check(
    scope: &Scope<'_>,
    place: &str,
    ty: &Type,
    constraint: &Constraint,
    reference: &Code,
) -> Code {
    match constraint {
        Constraint::Len { min, max } => length(place, ty, *min, *max, reference),
        Constraint::Range {
            min,
            max,
            inclusive,
        } => {
            let ends = (min.as_ref(), max.as_ref());
            range(scope, place, ty, ends, *inclusive, reference)
        }
        Constraint::Pattern(pattern) => {
            let pattern: &str = pattern;
            code!(
                "::sinew::codegen::check_pattern!($place, $pattern, $reference);",
                place,
                pattern,
                reference
            )
        }
        Constraint::Unique => {
            code!(
                "::sinew::codegen::check::unique($place, $reference)?;",
                place,
                reference
            )
        }
        Constraint::Each(inner) => {
            let (element, item, items) = match ty {
                // In a view, a map is a `Vec` of pairs.
                Type::Map(_, value) => {
                    let entries = code!("$map.iter()", map = reference.behind());
                    (&**value, code!("(_, value)"), entries)
                }
                Type::List(element) | Type::Set(element) | Type::Array(element, _) => {
                    (&**element, code!("value"), reference.clone())
                }
                Type::Optional(_) | Type::Scalar(_) | Type::Named(..) | Type::Param(_) => {
                    (ty, code!("value"), reference.clone())
                }
            };
            code!(
                "
                for $item in $items {
                    $checks
                }
                ",
                item,
                items,
                checks = checks(scope, place, element, inner, code!("value")),
            )
        }
    }
}

/// The type inside, if `ty` is a newtype.
fn inner_type<'a>(scope: &Scope<'a>, ty: &Type) -> Option<&'a Type> {
    let Type::Named(id, _) = ty else {
        return None;
    };
    match &scope.schema.decl(*id).kind {
        DeclKind::Newtype(newtype) => Some(&newtype.ty),
        DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Struct(_)
        | DeclKind::Frozen(_)
        | DeclKind::Union(_)
        | DeclKind::Exception(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => None,
    }
}

fn length(place: &str, ty: &Type, min: u64, max: Option<u64>, reference: &Code) -> Code {
    let max = max.map_or_else(|| code!("u64::MAX"), |max| code!("$max", max));
    match ty {
        Type::Scalar(Scalar::String) => {
            code!(
                "::sinew::codegen::check::chars($place, $reference, $min, $max)?;",
                place,
                reference,
                min,
                max
            )
        }
        Type::Scalar(_)
        | Type::Optional(_)
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(..)
        | Type::Array(..)
        | Type::Named(..)
        | Type::Param(_) => {
            let counted = reference.behind();
            code!(
                "::sinew::codegen::check::count($place, $counted.len(), $min, $max)?;",
                place,
                counted,
                min,
                max
            )
        }
    }
}

fn range(
    scope: &Scope<'_>,
    place: &str,
    ty: &Type,
    (min, max): (Option<&Value>, Option<&Value>),
    inclusive: bool,
    reference: &Code,
) -> Code {
    let reference = match ty {
        Type::Scalar(Scalar::Decimal) => {
            code!("&$value.normalized()", value = reference.behind())
        }
        _ => reference.clone(),
    };
    let bound = |check: Code, bound: &Value| {
        code!(
            "::sinew::codegen::check::$check($place, $reference, &$bound)?;",
            check,
            place,
            reference = &reference,
            bound = scope.value(ty, bound)
        )
    };
    let least = min.map(|min| bound(code!("at_least"), min));
    let most = max.map(|max| match inclusive {
        true => bound(code!("at_most"), max),
        false => bound(code!("below"), max),
    });
    Code::lines(least.into_iter().chain(most))
}
