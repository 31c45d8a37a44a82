//! Checks that `@rust.derive` is possible, as far as the types of members tell. Users may implement further traits for
//! declared types by hand, so those are not checked.

use super::super::hints;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::schema::{
    Annotations, Decl, DeclKind, Field, Hint, Payload, Scalar, Schema, Type, every_part,
};
use crate::source::Span;

pub(super) fn check(schema: &Schema, sink: &mut Sink) {
    for (_, decl) in schema.decls() {
        check_type(&decl.annotations, members(decl), Some(&decl.kind), sink);
        if let DeclKind::Service(service) = &decl.kind {
            for method in &service.methods {
                check_type(&method.annotations, of_fields(&method.params), None, sink);
            }
        }
    }
}

/// Checks what the annotations of a type ask for against its members. `kind` is `None` for parameter structs.
fn check_type(
    annotations: &Annotations,
    members: Vec<Member<'_>>,
    kind: Option<&DeclKind>,
    sink: &mut Sink,
) {
    sink.extend(not_for_serde(annotations, &members));
    for hint in &annotations.rust.derives {
        let Some(trait_) = Trait::of(hint) else {
            continue;
        };
        if trait_ == Trait::Default && kind.is_some_and(has_default) {
            continue;
        }
        let lacking = members.iter().find_map(|member| {
            let part = trait_.lacking_in(member)?;
            Some((member, part))
        });
        if let Some((member, part)) = lacking {
            sink.push(underivable(hint, member, part));
        } else if trait_ == Trait::Copy && kind.is_some_and(is_open_union) {
            sink.push(open_union(hint));
        } else if trait_ == Trait::Default && kind.is_some_and(has_no_default) {
            sink.push(no_default(hint));
        }
    }
}

/// Standard traits that can only be derived if all members implement them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trait {
    Copy,
    Default,
    Eq,
    PartialOrd,
    /// `Ord` and `Hash`.
    Ordered,
}

impl Trait {
    fn of(hint: &Hint) -> Option<Trait> {
        let (_, name) = hints::derive(&hint.text)?;
        match name.as_str() {
            "Copy" => Some(Trait::Copy),
            "Default" => Some(Trait::Default),
            "Eq" => Some(Trait::Eq),
            "PartialOrd" => Some(Trait::PartialOrd),
            "Ord" | "Hash" => Some(Trait::Ordered),
            _ => None,
        }
    }

    /// Why a member does not have the trait: the type in the syntax of the language, or for hashed maps in that of
    /// Rust.
    fn lacking_in(self, member: &Member<'_>) -> Option<&'static str> {
        match (self, member.ty.unwrap_optional()) {
            (Trait::PartialOrd | Trait::Ordered, Type::Map(..)) if member.is_hashed => {
                Some("HashMap")
            }
            (Trait::PartialOrd | Trait::Ordered, Type::Set(_)) if member.is_hashed => {
                Some("HashSet")
            }
            _ => self.lacking(member.ty),
        }
    }

    /// The part of `ty` without the trait, in the syntax of the language.
    fn lacking(self, ty: &Type) -> Option<&'static str> {
        match (ty, self) {
            (Type::Optional(_), Trait::Default) => None,
            (Type::Array(_, length), Trait::Default) if *length > LONGEST_ARRAY => Some("array"),
            (Type::Optional(inner) | Type::Array(inner, _), _) => self.lacking(inner),
            (Type::List(_), Trait::Copy) => Some("list"),
            (Type::Set(_), Trait::Copy) => Some("set"),
            (Type::Map(..), Trait::Copy) => Some("map"),
            (Type::Scalar(scalar @ (Scalar::String | Scalar::Bytes)), Trait::Copy) => {
                Some(scalar.word())
            }
            (Type::Scalar(scalar @ (Scalar::F32 | Scalar::F64)), Trait::Eq | Trait::Ordered) => {
                Some(scalar.word())
            }
            (Type::List(inner) | Type::Set(inner), Trait::Eq | Trait::Ordered) => {
                self.lacking(inner)
            }
            (Type::Map(key, value), Trait::Eq | Trait::Ordered) => {
                self.lacking(key).or_else(|| self.lacking(value))
            }
            (Type::List(_) | Type::Set(_) | Type::Map(..), _) => None,
            (Type::Scalar(_) | Type::Named(..) | Type::Param(_), _) => None,
        }
    }
}

/// The longest array for which serde and `Default` have implementations.
const LONGEST_ARRAY: u32 = 32;

/// The first member that serde does not support, if the type derives a serde trait.
fn not_for_serde(annotations: &Annotations, members: &[Member<'_>]) -> Option<Diagnostic> {
    let hint = annotations
        .rust
        .derives
        .iter()
        .find(|hint| is_of_serde(hint))?;
    if annotations.rust.attrs.iter().any(is_serde_otherwise) {
        return None;
    }
    let mut members = members.iter();
    let (member, length) = members.find_map(|member| Some((member, wide_array(member)?)))?;
    Some(too_wide(hint, member, length))
}

/// Whether it is `serde::Serialize` or `serde::Deserialize`.
fn is_of_serde(hint: &Hint) -> bool {
    let path = hint.text.trim().trim_start_matches("::");
    path.starts_with("serde::") && hints::derive(&hint.text).is_some()
}

/// Whether an attribute changes how serde treats a type or a member.
fn is_serde_otherwise(hint: &Hint) -> bool {
    let says = |word| hint.text.contains(word);
    says("serde") && ["with", "skip", "from", "into"].into_iter().any(says)
}

/// The length of an array in the member that is too long for serde.
fn wide_array(member: &Member<'_>) -> Option<u32> {
    let mut wide = None;
    every_part(member.ty, &mut |part| {
        if let Type::Array(_, length) = part {
            wide = wide.or(Some(*length).filter(|length| *length > LONGEST_ARRAY));
        }
        true
    });
    let is_left = !member.attrs.iter().any(is_serde_otherwise);
    wide.filter(|_| is_left)
}

/// A member of a declaration.
struct Member<'a> {
    name: &'a str,
    span: Span,
    ty: &'a Type,
    attrs: &'a [Hint],
    is_hashed: bool,
}

/// The members of a declaration, except those with a replaced Rust type.
fn members(decl: &Decl) -> Vec<Member<'_>> {
    match &decl.kind {
        DeclKind::Struct(kind) => of_fields(&kind.fields),
        DeclKind::Exception(kind) => of_fields(&kind.fields),
        DeclKind::Frozen(kind) => {
            let fields = kind.fields.iter();
            let fields = fields.filter(|field| field.annotations.rust.ty.is_none());
            fields
                .map(|f| member(&f.name, f.span, &f.ty, &f.annotations))
                .collect()
        }
        DeclKind::Union(kind) => {
            let variants = kind.variants.iter();
            let held = variants.flat_map(|variant| match &variant.payload {
                Payload::Unit => Vec::new(),
                Payload::Typed { ty, .. } => vec![member(
                    &variant.name,
                    variant.span,
                    ty,
                    &variant.annotations,
                )],
                Payload::Struct(fields) => of_fields(fields),
            });
            held.collect()
        }
        DeclKind::Newtype(kind) => vec![member(&decl.name, decl.span, &kind.ty, &decl.annotations)],
        DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => Vec::new(),
    }
}

fn of_fields(fields: &[Field]) -> Vec<Member<'_>> {
    let ours = fields.iter().filter(|f| f.annotations.rust.ty.is_none());
    ours.map(|f| member(&f.name, f.span, &f.ty, &f.annotations))
        .collect()
}

fn member<'a>(name: &'a str, span: Span, ty: &'a Type, annotations: &'a Annotations) -> Member<'a> {
    Member {
        name,
        span,
        ty,
        attrs: &annotations.rust.attrs,
        is_hashed: annotations.rust.hash_map,
    }
}

fn is_open_union(kind: &DeclKind) -> bool {
    matches!(kind, DeclKind::Union(union) if !union.closed)
}

/// Whether `Default` is always generated, because nothing is required.
fn has_default(kind: &DeclKind) -> bool {
    let fields = match kind {
        DeclKind::Struct(kind) => &kind.fields,
        DeclKind::Exception(kind) => &kind.fields,
        _ => return false,
    };
    !fields.iter().any(Field::is_required)
}

/// Whether there are values to choose from, and none of them is marked as the default.
fn has_no_default(kind: &DeclKind) -> bool {
    let is_default = |hint: &Hint| hint.text.contains("default");
    match kind {
        DeclKind::Union(kind) => {
            let mut variants = kind.variants.iter();
            !variants.any(|variant| variant.annotations.rust.attrs.iter().any(is_default))
        }
        DeclKind::Enum(_) => true,
        DeclKind::Struct(_)
        | DeclKind::Frozen(_)
        | DeclKind::Exception(_)
        | DeclKind::Newtype(_)
        | DeclKind::Flags(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => false,
    }
}

fn underivable(hint: &Hint, member: &Member<'_>, part: &str) -> Diagnostic {
    let (wanted, name) = (&hint.text, member.name);
    Diagnostic::new(
        Code::Underivable,
        hint.span,
        format!("`{wanted}` cannot be derived: `{name}` holds `{part}`"),
        "cannot be derived",
    )
    .with_label(member.span, format!("no `{wanted}` for this"))
    .with_help("leave it out; whatever can be derived is derived automatically")
}

fn open_union(hint: &Hint) -> Diagnostic {
    Diagnostic::new(
        Code::Underivable,
        hint.span,
        format!("`{}` cannot be derived: the union is open", hint.text),
        "values of other versions are kept as bytes",
    )
    .with_help("leave it out, or make the union `closed`")
}

fn no_default(hint: &Hint) -> Diagnostic {
    let message = format!("`{}` cannot be derived: no value is the default", hint.text);
    let label = "which of them should it be?";
    Diagnostic::new(Code::Underivable, hint.span, message, label)
        .with_help("leave it out, and implement `Default` by hand in your crate")
}

fn too_wide(hint: &Hint, member: &Member<'_>, length: u32) -> Diagnostic {
    let (wanted, name) = (&hint.text, member.name);
    Diagnostic::new(
        Code::Underivable,
        hint.span,
        format!("`{wanted}` cannot be derived: `{name}` holds an array of {length} elements"),
        "cannot be derived",
    )
    .with_label(member.span, format!("serde has nothing for more than {LONGEST_ARRAY}"))
    .with_help("say how it goes through serde, such as `@rust.attr(\"serde(with = \\\"…\\\")\")`, or leave the derive out")
}
