//! Frozen structs: members must have a constant size, which adds up to that of the struct.

use super::Resolved;
use crate::ast::{ItemKind, TypeKind};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::order::{self, Step};
use crate::schema::{DeclId, DeclKind, Scalar, Type};
use crate::source::Span;

/// Largest size of a frozen struct in bytes.
const MAX_SIZE: u64 = 65_536;

/// Reports members without a constant size, and computes the sizes of frozen structs.
pub(super) fn check(resolved: &mut Resolved<'_>, sink: &mut Sink) {
    let edges: Vec<Vec<usize>> = resolved.names.ids().map(|id| inner(resolved, id)).collect();
    let mut sizes: Vec<Option<u64>> = vec![None; edges.len()];
    for step in order::steps(&edges) {
        // Cycles are reported as infinite types.
        if let Step::Node(at) = step {
            sizes[at] = size_of_decl(resolved, at, &sizes, sink);
        }
    }
    for (position, size) in sizes.into_iter().enumerate() {
        let Some(decl) = &mut resolved.decls[position] else {
            continue;
        };
        if let (DeclKind::Frozen(frozen), Some(size)) = (&mut decl.kind, size) {
            frozen.size = u32::try_from(size).unwrap_or(u32::MAX);
        }
    }
}

/// The declarations on whose size the size of this one depends.
fn inner(resolved: &Resolved<'_>, id: DeclId) -> Vec<usize> {
    let types: Vec<&Type> = match resolved.decl(id).map(|decl| &decl.kind) {
        Some(DeclKind::Frozen(frozen)) => frozen.fields.iter().map(|f| &f.ty).collect(),
        Some(DeclKind::Newtype(newtype)) => vec![&newtype.ty],
        Some(_) | None => Vec::new(),
    };
    let mut found = Vec::new();
    for mut ty in types {
        while let Type::Array(element, _) = ty {
            ty = element;
        }
        if let Type::Named(id, _) = ty {
            found.push(id.0 as usize);
        }
    }
    found
}

/// The size of a frozen struct, or of the type inside a newtype; `None` if it is not constant.
fn size_of_decl(
    resolved: &Resolved<'_>,
    position: usize,
    sizes: &[Option<u64>],
    sink: &mut Sink,
) -> Option<u64> {
    let decl = resolved.decls[position].as_ref()?;
    match &decl.kind {
        DeclKind::Newtype(newtype) => size(resolved, &newtype.ty, sizes).ok(),
        DeclKind::Enum(e) if e.closed => scalar_size(e.base).ok(),
        DeclKind::Flags(e) => scalar_size(e.base).ok(),
        DeclKind::Frozen(frozen) => {
            let ItemKind::Frozen(written) = &resolved.names.decls[position].item.kind else {
                return None;
            };
            let mut total: u64 = 0;
            let mut constant = true;
            for (field, written) in frozen.fields.iter().zip(&written.fields) {
                match size(resolved, &field.ty, sizes) {
                    Ok(size) => total = total.saturating_add(size),
                    Err(Varies::Because(reason)) => {
                        let text = resolved.names.type_text(&field.ty);
                        sink.push(varies(&text, reason, &written.ty.kind, written.ty.span));
                        constant = false;
                    }
                    Err(Varies::Reported) => constant = false,
                }
            }
            if total > MAX_SIZE {
                sink.push(too_large(&decl.name, total, decl.span));
                return None;
            }
            constant.then_some(total)
        }
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Enum(_)
        | DeclKind::Struct(_)
        | DeclKind::Union(_)
        | DeclKind::Exception(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => None,
    }
}

/// Why a type has no constant size.
enum Varies {
    Because(&'static str),
    Reported,
}

/// The size of a value in bytes. Recurses through arrays only, as deep as types may be nested.
fn size(resolved: &Resolved<'_>, ty: &Type, sizes: &[Option<u64>]) -> Result<u64, Varies> {
    match ty {
        Type::Scalar(scalar) => scalar_size(*scalar).map_err(Varies::Because),
        Type::Array(element, length) => {
            let element = size(resolved, element, sizes)?;
            Ok(element.saturating_mul(u64::from(*length)))
        }
        Type::Optional(_) => Err(Varies::Because("its value may be absent")),
        Type::List(_) | Type::Set(_) | Type::Map(..) => {
            Err(Varies::Because("of the number of its elements"))
        }
        Type::Param(_) => Err(Varies::Because("it may be any type")),
        Type::Named(id, _) => {
            if let Some(size) = sizes[id.0 as usize] {
                return Ok(size);
            }
            Err(match resolved.decl(*id).map(|decl| &decl.kind) {
                Some(DeclKind::Enum(_)) => {
                    Varies::Because("an open enum is not fixed; make it `closed`")
                }
                Some(DeclKind::Struct(_)) => Varies::Because("a struct may grow; make it `frozen`"),
                Some(DeclKind::Union(_)) => Varies::Because("of the variant that is set"),
                Some(DeclKind::Newtype(_)) => Varies::Because("of the type inside"),
                _ => Varies::Reported,
            })
        }
    }
}

fn scalar_size(scalar: Scalar) -> Result<u64, &'static str> {
    Ok(match scalar {
        Scalar::Bool | Scalar::I8 | Scalar::U8 => 1,
        Scalar::I16 | Scalar::U16 => 2,
        Scalar::I32 | Scalar::U32 | Scalar::F32 | Scalar::Date => 4,
        Scalar::I64 | Scalar::U64 | Scalar::F64 | Scalar::Timestamp | Scalar::Duration => 8,
        Scalar::I128 | Scalar::U128 | Scalar::Uuid => 16,
        Scalar::Decimal => 17,
        Scalar::String | Scalar::Bytes => return Err("strings and bytes have any length"),
    })
}

fn varies(text: &str, reason: &str, written: &TypeKind, span: Span) -> Diagnostic {
    let error = Diagnostic::new(
        Code::NotFrozen,
        span,
        format!(
            "`{text}` cannot be a member of a `frozen struct`: its size varies because {reason}"
        ),
        "no constant size",
    );
    match written {
        TypeKind::Scalar(Scalar::String | Scalar::Bytes) => {
            error.with_help("use `array<u8, N>` for text or bytes of a fixed length")
        }
        _ => error.with_help("use a struct without `frozen`, or a member of constant size"),
    }
}

fn too_large(name: &str, size: u64, span: Span) -> Diagnostic {
    let size = match size {
        u64::MAX => "far too many".to_owned(),
        size => size.to_string(),
    };
    Diagnostic::new(
        Code::LayoutTooLarge,
        span,
        format!("`{name}` is {size} bytes per value; the limit for fixed layouts is {MAX_SIZE}"),
        "too large",
    )
    .with_help("use a struct with lists, which are not stored inline")
}
