//! The encoding of types, regardless of their names.

use crate::schema::{DeclKind, Enum, Scalar, Schema, Type};

/// How a type is encoded.
pub(super) enum Form<'t> {
    Scalar(Scalar),
    /// An enum or flags.
    Numbers(&'t Enum),
    /// A list; true for a set.
    List(&'t Type, bool),
    Map(&'t Type, &'t Type),
    Array(&'t Type, u32),
    Optional(&'t Type),
    Struct,
    Frozen,
    Union,
    /// A type parameter.
    Param(u32),
}

/// How `ty` is encoded, without newtypes.
pub(super) fn form<'t>(schema: &'t Schema, ty: &'t Type) -> Form<'t> {
    let id = match ty {
        Type::Optional(inner) => return Form::Optional(inner),
        Type::Scalar(scalar) => return Form::Scalar(*scalar),
        Type::List(item) => return Form::List(item, false),
        Type::Set(item) => return Form::List(item, true),
        Type::Map(key, value) => return Form::Map(key, value),
        Type::Array(item, count) => return Form::Array(item, *count),
        Type::Param(number) => return Form::Param(*number),
        Type::Named(id, _) => *id,
    };
    match &schema.decl(id).kind {
        DeclKind::Enum(it) | DeclKind::Flags(it) => Form::Numbers(it),
        DeclKind::Struct(_) | DeclKind::Exception(_) => Form::Struct,
        DeclKind::Frozen(_) => Form::Frozen,
        DeclKind::Union(_) => Form::Union,
        DeclKind::Newtype(it) => form(schema, &it.ty),
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => {
            unreachable!("the types of a checked schema name types")
        }
    }
}

impl Form<'_> {
    /// What messages call it.
    pub(super) fn words(&self) -> String {
        match self {
            Form::Scalar(scalar) => format!("`{}`", scalar.word()),
            Form::Numbers(it) => format!("an enum of `{}`", it.base.word()),
            Form::List(_, false) => "a list".to_owned(),
            Form::List(_, true) => "a set".to_owned(),
            Form::Map(..) => "a map".to_owned(),
            Form::Array(_, count) => format!("an array of {count}"),
            Form::Optional(_) => "what may be absent".to_owned(),
            Form::Struct => "a struct".to_owned(),
            Form::Frozen => "a frozen struct".to_owned(),
            Form::Union => "a union".to_owned(),
            Form::Param(_) => "a type parameter".to_owned(),
        }
    }
}

/// The type inside newtypes.
pub(super) fn inside<'t>(schema: &'t Schema, ty: &'t Type) -> &'t Type {
    let mut ty = ty;
    while let Type::Named(id, _) = ty
        && let DeclKind::Newtype(newtype) = &schema.decl(*id).kind
    {
        ty = &newtype.ty;
    }
    ty
}

/// Whether a list is encoded like bytes or strings.
pub(super) fn is_octets(scalar: Scalar, schema: &Schema, item: &Type) -> bool {
    let item = match form(schema, item) {
        Form::Scalar(item) => item,
        Form::Numbers(it) => it.base,
        _ => return false,
    };
    item == Scalar::U8 && matches!(scalar, Scalar::Bytes | Scalar::String)
}

/// Whether a type is flags.
pub(super) fn is_flags(schema: &Schema, ty: &Type) -> bool {
    match ty {
        Type::Named(id, _) => matches!(schema.decl(*id).kind, DeclKind::Flags(_)),
        _ => false,
    }
}
