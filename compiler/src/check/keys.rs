//! Keys of maps and elements of sets must have a total order.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolved;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::resolve::{KeyKind, KeyUse};
use crate::schema::{DeclId, DeclKind, Payload, Scalar, Type};
use crate::source::Span;

/// Reports keys without a total order.
pub(super) fn check(resolved: &Resolved<'_>, sink: &mut Sink) {
    let mut good = BTreeSet::new();
    let mut bad: BTreeMap<&Type, Problem<'_>> = BTreeMap::new();
    for key in &resolved.seen.key_uses {
        let known = bad.get(&key.ty).copied();
        if let Some(problem) = known.or_else(|| problem(resolved, &key.ty, &mut good)) {
            bad.insert(&key.ty, problem);
            sink.push(no_order(resolved, key, problem));
        }
    }
}

/// Where a part of a key is: the declaration, the name of its member if it has several, and the span.
type Holder<'r> = (&'r str, Option<&'r str>, Span);

/// Why a type has no total order.
#[derive(Clone, Copy)]
enum Problem<'r> {
    /// It is or contains a floating-point number; the field with that.
    Float(Scalar, Option<Holder<'r>>),
    /// It is or contains a type parameter, which could be anything.
    Parameter,
}

/// A declared type with its type arguments.
type Instance = (DeclId, Vec<Type>);

/// The first part of `ty` without a total order. Each declaration is visited once per list of type arguments, and not
/// at all if it is known to be `good`.
fn problem<'r>(
    resolved: &'r Resolved<'_>,
    ty: &Type,
    good: &mut BTreeSet<Instance>,
) -> Option<Problem<'r>> {
    let mut seen: BTreeSet<Instance> = BTreeSet::new();
    let mut waiting: Vec<(Type, Option<Holder<'r>>)> = vec![(ty.clone(), None)];
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
            Type::Map(k, v) => waiting.extend([(*k, place), (*v, place)]),
            Type::Named(id, args) => {
                let instance = (id, args.clone());
                if seen.len() > MAX_LOOKS || good.contains(&instance) || !seen.insert(instance) {
                    continue;
                }
                // Reversed, because the last one is visited first.
                for (holder, ty) in parts(resolved, id).into_iter().rev() {
                    waiting.push((ty.instantiate(&args), Some(holder)));
                }
            }
        }
    }
    good.extend(seen);
    None
}

/// How many declarations are visited for one key. Growing instances are reported elsewhere.
const MAX_LOOKS: usize = 10_000;

/// The types inside a declaration, and where each of them is.
fn parts<'r>(resolved: &'r Resolved<'_>, id: DeclId) -> Vec<(Holder<'r>, &'r Type)> {
    let Some(decl) = &resolved.decls[id.0 as usize] else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let mut add = |name: &'r str, span: Span, ty: &'r Type| {
        parts.push(((decl.name.as_str(), Some(name), span), ty));
    };
    match &decl.kind {
        DeclKind::Struct(s) => s.fields.iter().for_each(|f| add(&f.name, f.span, &f.ty)),
        DeclKind::Exception(e) => e.fields.iter().for_each(|f| add(&f.name, f.span, &f.ty)),
        DeclKind::Frozen(f) => f.fields.iter().for_each(|f| add(&f.name, f.span, &f.ty)),
        DeclKind::Newtype(n) => return vec![((&decl.name, None, decl.span), &n.ty)],
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

fn no_order(resolved: &Resolved<'_>, key: &KeyUse, problem: Problem<'_>) -> Diagnostic {
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
    if let Some((owner, member, span)) = place {
        let name = member.map_or(owner.to_owned(), |member| format!("{owner}.{member}"));
        error = error.with_label(span, format!("`{name}` holds it"));
    }
    error.with_help(match key.kind {
        KeyKind::MapKey => "use a list of structs, or a key of whole numbers, strings or decimals",
        KeyKind::SetElement => "use a list, or elements of whole numbers, strings or decimals",
    })
}
