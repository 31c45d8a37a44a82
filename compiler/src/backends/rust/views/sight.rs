//! Types of fields in views, and how to make owned values from them.

use super::super::code::{Code, code};
use super::super::names;
use super::super::scope::Scope;
use super::Views;
use crate::schema::{Field, Scalar, Type};

/// The types of views, as named from a position in the generated modules.
pub(in super::super) struct Sight<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) views: &'a Views,
    /// Whether borrows have the lifetime `'a`. Otherwise it is left to the compiler.
    pub(super) is_named: bool,
}

impl Sight<'_> {
    /// The type of a field or parameter.
    pub(in super::super) fn field_ty(&self, field: &Field) -> Code {
        if !self.views.sees(field) {
            return self.scope.field_ty(field);
        }
        wrapped(field, self.ty(field.ty.unwrap_optional()))
    }

    /// The owned value of a field or parameter, given `seen` from a view.
    pub(in super::super) fn field_value(&self, field: &Field, seen: Code) -> Code {
        if !self.views.sees(field) {
            return seen;
        }
        let plain = field.ty.unwrap_optional();
        let boxed = |seen| {
            let unboxed = match matches!(plain, Type::Named(..)) {
                true => code!("*$seen", seen),
                false => code!("(*$seen)", seen),
            };
            let value = self.value(plain, unboxed);
            code!("::std::boxed::Box::new($value)", value)
        };
        match (field.boxed, field.ty.is_optional()) {
            (false, _) => self.value(&field.ty, seen),
            (true, false) => boxed(seen),
            (true, true) => code!(
                "$seen.map(|seen| $value)",
                seen,
                value = boxed(code!("seen"))
            ),
        }
    }

    fn ty(&self, ty: &Type) -> Code {
        match ty {
            Type::Scalar(Scalar::String) => self.borrowed(code!("str")),
            Type::Scalar(Scalar::Bytes) => self.borrowed(code!("[u8]")),
            Type::Optional(inner) => optional(self.ty(inner)),
            Type::List(element) | Type::Set(element) => {
                code!("::std::vec::Vec<$element>", element = self.ty(element))
            }
            Type::Array(element, count) => {
                code!("[$element; $count]", element = self.ty(element), count)
            }
            Type::Map(key, value) => code!(
                "::std::vec::Vec<($key, $value)>",
                key = self.ty(key),
                value = self.ty(value),
            ),
            Type::Named(id, _) if self.views.is_seen(ty) => {
                let decl = self.scope.schema.decl(*id);
                let path = self.scope.path_to(decl, &self.views.ident(decl));
                match self.is_named {
                    true => code!("$path<'a>", path),
                    false => code!("$path<'_>", path),
                }
            }
            Type::Scalar(_) | Type::Named(..) | Type::Param(_) => self.scope.ty(ty),
        }
    }

    fn borrowed(&self, ty: Code) -> Code {
        match self.is_named {
            true => code!("&'a $ty", ty),
            false => code!("&$ty", ty),
        }
    }

    /// The owned value of a type, given `seen` from a view.
    fn value(&self, ty: &Type, seen: Code) -> Code {
        match ty {
            Type::Scalar(Scalar::Bytes) if self.scope.shared.bytes => {
                code!("::sinew::Bytes::copy_from_slice($seen)", seen)
            }
            Type::Scalar(Scalar::String | Scalar::Bytes) => {
                code!("::core::convert::Into::into($seen)", seen)
            }
            Type::Named(..) if self.views.is_seen(ty) => {
                code!("::core::convert::Into::into($seen)", seen)
            }
            Type::Optional(inner) | Type::Array(inner, _) => {
                let each = self.each(inner);
                code!("$seen.map($each)", seen, each)
            }
            Type::List(element) | Type::Set(element) => {
                let each = self.each(element);
                code!("$seen.into_iter().map($each).collect()", seen, each)
            }
            Type::Map(key, value) => {
                let (key, value) = (
                    self.value(key, code!("key")),
                    self.value(value, code!("value")),
                );
                let each = code!("|(key, value)| ($key, $value)", key, value);
                code!("$seen.into_iter().map($each).collect()", seen, each)
            }
            Type::Scalar(_) | Type::Named(..) | Type::Param(_) => seen,
        }
    }

    /// The function that makes an owned value from what is in a view.
    fn each(&self, ty: &Type) -> Code {
        match ty {
            Type::Scalar(Scalar::Bytes) if self.scope.shared.bytes => {
                code!("::sinew::Bytes::copy_from_slice")
            }
            Type::Scalar(_) | Type::Named(..) | Type::Param(_) => {
                code!("::core::convert::Into::into")
            }
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Array(..) => {
                let value = self.value(ty, code!("seen"));
                code!("|seen| $value", value)
            }
        }
    }
}

pub(super) fn optional(inner: Code) -> Code {
    code!("::core::option::Option<$inner>", inner)
}

/// Adds the box and the option of a field.
pub(super) fn wrapped(field: &Field, plain: Code) -> Code {
    let plain = match field.boxed {
        true => code!("::std::boxed::Box<$plain>", plain),
        false => plain,
    };
    match field.ty.is_optional() {
        true => optional(plain),
        false => plain,
    }
}

/// The fields of a struct, each made from `seen.name` of a view.
pub(super) fn members(sight: &Sight<'_>, fields: &[Field]) -> Code {
    Code::lines(fields.iter().map(|field| {
        let name = names::field(field);
        let seen = code!("seen.$name", name);
        code!(
            "$name: $value,",
            name,
            value = sight.field_value(field, seen)
        )
    }))
}
