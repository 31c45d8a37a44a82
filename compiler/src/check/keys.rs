//! Keys of maps and elements of sets: they need a total order.

use std::collections::BTreeSet;

use super::Resolved;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::resolve::{KeyKind, KeyUse};
use crate::schema::{DeclId, DeclKind, Payload, Scalar, Type};
use crate::source::Span;

/// Reports keys that have no total order.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    let mut good = BTreeSet::new();
    for key in &resolved.seen.key_uses {
        if let Some(problem) = problem(resolved, &key.ty, &mut good) {
            sink.push(no_order(resolved, key, &problem));
        }
    }
}

/// Why a type has no total order.
enum Problem {
    /// It is, or holds, a floating-point number; the field that does.
    Float(Scalar, Option<(String, Span)>),
    /// It is, or holds, a type parameter, which may be anything.
    Parameter,
}

/// A declared type with its type arguments.
type Instance = (DeclId, Vec<Type>);

/// The first thing in `ty` without a total order. Each declaration is looked into once for each
/// list of type arguments, and not at all if that is known to be `good`.
fn problem(resolved: &Resolved<'_>, ty: &Type, good: &mut BTreeSet<Instance>) -> Option<Problem> {
    let mut seen: BTreeSet<Instance> = BTreeSet::new();
    let mut waiting: Vec<(Type, Option<(String, Span)>)> = vec![(ty.clone(), None)];
    while let Some((ty, place)) = waiting.pop() {
        match ty {
            Type::Scalar(scalar @ (Scalar::F32 | Scalar::F64)) => {
                return Some(Problem::Float(scalar, place));
            }
            Type::Scalar(_) => {}
            Type::Param(_) => return Some(Problem::Parameter),
            Type::Optional(t) | Type::List(t) | Type::Set(t) | Type::Array(t, _) => {
                waiting.push((*t, place));
            }
            Type::Map(k, v) => waiting.extend([(*k, place.clone()), (*v, place)]),
            Type::Named(id, args) => {
                let instance = (id, args.clone());
                if seen.len() > MAX_LOOKS || good.contains(&instance) || !seen.insert(instance) {
                    continue;
                }
                // Backwards, so that the first one is looked at first.
                for (name, span, ty) in parts(resolved, id).into_iter().rev() {
                    waiting.push((ty.instantiate(&args), Some((name, span))));
                }
            }
        }
    }
    good.extend(seen);
    None
}

/// Declarations that are looked into for one key, at most; growing instances are reported
/// elsewhere.
const MAX_LOOKS: usize = 10_000;

/// The types that values of a declaration hold, with the names and places of what holds them.
fn parts(resolved: &Resolved<'_>, id: DeclId) -> Vec<(String, Span, Type)> {
    let Some(decl) = &resolved.decls[id.0 as usize] else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let mut add = |name: &str, span: Span, ty: &Type| {
        parts.push((format!("{}.{name}", decl.name), span, ty.clone()));
    };
    match &decl.kind {
        DeclKind::Struct(s) => s.fields.iter().for_each(|f| add(&f.name, f.span, &f.ty)),
        DeclKind::Exception(e) => e.fields.iter().for_each(|f| add(&f.name, f.span, &f.ty)),
        DeclKind::Frozen(f) => f.fields.iter().for_each(|f| add(&f.name, f.span, &f.ty)),
        DeclKind::Newtype(n) => return vec![(decl.name.clone(), decl.span, n.ty.clone())],
        DeclKind::Union(u) => {
            for variant in &u.variants {
                match &variant.payload {
                    Payload::Unit => {}
                    Payload::Typed { ty, .. } => add(&variant.name, variant.span, ty),
                    Payload::Struct(fields) => {
                        fields.iter().for_each(|f| add(&f.name, f.span, &f.ty));
                    }
                }
            }
        }
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => {}
    }
    parts
}

fn no_order(resolved: &Resolved<'_>, key: &KeyUse, problem: &Problem) -> Diagnostic {
    let text = format!("`{}`", resolved.names.type_text(&key.ty));
    let kind = key.kind.word();
    let (text, why, place) = match problem {
        Problem::Float(scalar, None) => (
            text,
            format!("`{}` has no total order", scalar.word()),
            None,
        ),
        Problem::Float(scalar, Some(place)) => {
            let why = format!("it contains `{}`, which has no total order", scalar.word());
            (text, why, Some(place))
        }
        Problem::Parameter => {
            let text = match key.ty {
                Type::Param(_) => "a type parameter".to_owned(),
                _ => "a type with a type parameter".to_owned(),
            };
            (text, "it may have no total order".to_owned(), None)
        }
    };
    let mut error = Diagnostic::new(
        Code::NoTotalOrder,
        key.span,
        format!("{text} cannot be a {kind}: {why}"),
        "cannot be compared",
    );
    if let Some((name, span)) = place {
        error = error.with_label(*span, format!("`{name}` holds it"));
    }
    error.with_help(match key.kind {
        KeyKind::MapKey => "use a list of structs, or a key of whole numbers, strings or decimals",
        KeyKind::SetElement => "use a list, or elements of whole numbers, strings or decimals",
    })
}
