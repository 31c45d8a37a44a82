//! Checks how much inline memory arrays take in the generated Rust. A decoder keeps values on the stack, so the arrays
//! of a value must not add up to more than fits there.

mod nested;
mod size;

use super::Resolved;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::order::{self, Step};
use crate::schema::{DeclKind, Method, Type};
use crate::source::Span;
use size::{Sizes, held, of_decl, sum, unboxed};

/// Largest inline size of all arrays of a value, in bytes.
const MAX_SIZE: u64 = 64 * 1024;

/// Reports types and methods whose arrays are too large, and boxes large members of types that can contain themselves.
/// Runs after the members of recursive types have been boxed.
pub(super) fn check(resolved: &mut Resolved<'_>, sink: &mut Sink) {
    let nests = nested::which(resolved);
    let edges: Vec<Vec<usize>> = (0..resolved.decls.len())
        .map(|position| inner(resolved, position))
        .collect();
    let mut sizes: Vec<Sizes> = vec![Sizes::default(); edges.len()];
    for step in order::steps(&edges) {
        // Cycles are reported as infinite types.
        let Step::Node(at) = step else { continue };
        let Some(decl) = &mut resolved.decls[at] else {
            continue;
        };
        let size = of_decl(&decl.kind, &sizes);
        if size.arrays.own > MAX_SIZE {
            sink.push(too_large(&decl.name, size.arrays.own, decl.span));
            continue;
        }
        sizes[at] = size;
        if nests[at] {
            nested::box_large(&mut decl.kind, &sizes);
            sizes[at] = of_decl(&decl.kind, &sizes);
        }
        if let DeclKind::Service(service) = &decl.kind {
            let methods = service.methods.iter();
            sink.extend(methods.filter_map(|method| method_too_large(method, &sizes)));
        }
    }
}

/// The declarations that are stored inline in a value of this one.
fn inner(resolved: &Resolved<'_>, position: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let kind = resolved.decls[position].as_ref().map(|decl| &decl.kind);
    for ty in kind.map(held).unwrap_or_default() {
        named(ty, &mut found);
    }
    found
}

/// Adds the declarations that are stored inline in a `ty`. Recurses as deep as types may be nested.
fn named(ty: &Type, found: &mut Vec<usize>) {
    match ty {
        Type::Named(id, args) => {
            found.push(id.0 as usize);
            args.iter().for_each(|arg| named(arg, found));
        }
        Type::Optional(ty) | Type::Array(ty, _) => named(ty, found),
        Type::Scalar(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => {}
    }
}

fn method_too_large(method: &Method, sizes: &[Sizes]) -> Option<Diagnostic> {
    let params = sum(unboxed(&method.params).collect(), sizes).arrays.own;
    let result = sum(method.result.iter().collect(), sizes).arrays.own;
    let size = params.max(result);
    (size > MAX_SIZE).then(|| too_large(&method.name, size, method.span))
}

fn too_large(name: &str, size: u64, span: Span) -> Diagnostic {
    let size = match size {
        u64::MAX => "far too many".to_owned(),
        size => size.to_string(),
    };
    Diagnostic::new(
        Code::LayoutTooLarge,
        span,
        format!("the arrays of `{name}` take {size} bytes in place; the limit is {MAX_SIZE}"),
        "too large",
    )
    .with_help("use `list` or `bytes` instead of `array`: their elements are not stored inline")
}
