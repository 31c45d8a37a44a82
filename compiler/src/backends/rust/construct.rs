//! Constructors of structs and exceptions: `new`, the struct of required fields, `Default`.

use super::code::{Code, code};
use super::record::Record;
use super::{docs, names};
use crate::schema::{Field, MOST_ARGUMENTS, Scalar, Type, Value};

impl Record<'_> {
    /// `new`: takes the required fields, one by one or as a struct.
    pub(super) fn constructor(&self) -> Option<Code> {
        if has_required_struct(self.fields) {
            return Some(self.struct_constructor());
        }
        let required: Vec<&Field> = required(self.fields).collect();
        if required.is_empty() || required.len() > MOST_ARGUMENTS {
            return None;
        }
        let doc = docs::attributes(match required.len() == self.fields.len() {
            true => "Takes all fields.",
            false => "Takes the required fields; the others are absent or have their defaults.",
        });
        let arguments = required.iter().map(|field| {
            let (name, ty) = (names::field(field), self.argument_ty(field));
            code!("$name: $ty", name, ty)
        });
        let fields = self.fields.iter().map(|field| self.initialised(field));
        Some(code!(
            "
            $doc
            pub fn new($arguments) -> Self {
                Self {
                    $fields
                }
            }
            ",
            doc,
            arguments = Code::list(arguments),
            fields = Code::lines(fields),
        ))
    }

    fn struct_constructor(&self) -> Code {
        let fields = self.fields.iter().map(|field| {
            let name = names::field(field);
            match self.unasked(field) {
                Some(value) => code!("$name: $value,", name, value),
                None if field.boxed => {
                    code!("$name: ::std::boxed::Box::new(required.$name),", name)
                }
                None => code!("$name: required.$name,", name),
            }
        });
        code!(
            "
            /// Takes the required fields; the others are absent or have their defaults.
            pub fn new(required: $required) -> Self {
                Self {
                    $fields
                }
            }
            ",
            required = self.required_ty(),
            fields = Code::lines(fields),
        )
    }

    /// The struct with the required fields.
    pub(super) fn required(&self) -> Option<Code> {
        if !has_required_struct(self.fields) {
            return None;
        }
        let fields = required(self.fields).map(|field| {
            let ty = match field.boxed {
                true => self.scope.ty(&field.ty),
                false => self.scope.field_ty(field),
            };
            code!("pub $name: $ty,", name = names::field(field), ty)
        });
        let ident = &self.ident;
        Some(code!(
            "
            $doc
            #[derive($derives)]
            pub struct $required {
                $fields
            }
            ",
            doc = Code::doc(&format!(
                " The required fields of [`{ident}`], for [`{ident}::new`]."
            )),
            derives = match self.is_redacted() {
                true => code!("Clone"),
                false => code!("Clone, Debug"),
            },
            required = self.required_ty(),
            fields = Code::lines(fields),
        ))
    }

    /// Its `Debug`, if a field is sensitive.
    pub(super) fn required_debug(&self) -> Option<Code> {
        if !has_required_struct(self.fields) || !self.is_redacted() {
            return None;
        }
        let params = self.required_params(&code!("::core::fmt::Debug"));
        let ident = names::required(&self.ident);
        Some(self.redacted(&params, &self.required_ty(), &ident, required(self.fields)))
    }

    /// Its type, with the type parameters that its fields use.
    fn required_ty(&self) -> Code {
        let ident = names::required(&self.ident);
        let params = self.required_params(&Code::new());
        code!("$ident$params", ident, params)
    }

    /// `<T: bound>` for those type parameters, or nothing.
    fn required_params(&self, bound: &Code) -> Code {
        let is_used = |param: u32| required(self.fields).any(|field| mentions(&field.ty, param));
        let params = (0u32..).zip(self.scope.params());
        let params = params.filter(|(param, _)| is_used(*param));
        let params = params.map(|(_, name)| {
            let name = names::type_param(name);
            match bound.is_empty() {
                true => code!("$name", name),
                false => code!("$name: $bound", name, bound),
            }
        });
        let params = Code::joined(", ", params);
        match params.is_empty() {
            true => params,
            false => code!("<$params>", params),
        }
    }

    fn argument_ty(&self, field: &Field) -> Code {
        match takes_into(field) {
            true => self.scope.text_argument(),
            false if field.boxed => self.scope.ty(&field.ty),
            false => self.scope.field_ty(field),
        }
    }

    fn initialised(&self, field: &Field) -> Code {
        let name = names::field(field);
        match self.unasked(field) {
            Some(value) => code!("$name: $value,", name, value),
            None if takes_into(field) => code!("$name: ::core::convert::Into::into($name),", name),
            None if field.boxed => code!("$name: ::std::boxed::Box::new($name),", name),
            None => code!("$name,", name),
        }
    }

    /// The value of a field that is not given; `None` for a required one.
    fn unasked(&self, field: &Field) -> Option<Code> {
        match &field.default {
            Some(value) => Some(self.scope.field_value(field, value)),
            None if field.ty.is_optional() => Some(code!("::core::option::Option::None")),
            None => None,
        }
    }

    /// Whether a derived `Default` would be the same. With type parameters, it would have additional bounds.
    pub(super) fn derives_default(&self) -> bool {
        let is_plain = |field: &Field| match &field.default {
            Some(value) => field.annotations.rust.ty.is_none() && is_default_of_rust(value),
            None => field.ty.is_optional(),
        };
        self.scope.params().is_empty() && self.fields.iter().all(is_plain)
    }

    /// `Default`, if nothing is required and it is not derived.
    pub(super) fn default(&self) -> Option<Code> {
        if self.derives_default() {
            return None;
        }
        let values = self.fields.iter().map(|field| {
            let (name, value) = (names::field(field), self.unasked(field)?);
            Some(code!("$name: $value,", name, value))
        });
        let values: Option<Vec<Code>> = values.collect();
        Some(code!(
            "
            impl$params ::core::default::Default for $self_ty {
                fn default() -> Self {
                    Self {
                        $values
                    }
                }
            }
            ",
            params = self.params(&Code::new()),
            self_ty = self.self_ty(),
            values = Code::lines(values?),
        ))
    }
}

/// Whether the value is the `Default` of its Rust type, judged without looking into declarations.
fn is_default_of_rust(value: &Value) -> bool {
    match value {
        Value::Bool(value) => !value,
        Value::Int(value) => *value == 0,
        Value::Uint(value) => *value == 0,
        Value::F32(value) => value.to_bits() == 0,
        Value::F64(value) => value.to_bits() == 0,
        Value::String(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(elements) => elements.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Whether `new` takes a struct: there are too many required fields for arguments, and others besides.
pub(super) fn has_required_struct(fields: &[Field]) -> bool {
    let required = required(fields).count();
    required > MOST_ARGUMENTS && required < fields.len()
}

fn required(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| field.is_required())
}

/// Whether a type contains this type parameter.
fn mentions(ty: &Type, param: u32) -> bool {
    match ty {
        Type::Param(own) => *own == param,
        Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Array(inner, _) => {
            mentions(inner, param)
        }
        Type::Map(key, value) => mentions(key, param) || mentions(value, param),
        Type::Named(_, args) => args.iter().any(|arg| mentions(arg, param)),
        Type::Scalar(_) => false,
    }
}

/// Whether the argument for the field is `impl Into<String>`.
pub(super) fn takes_into(field: &Field) -> bool {
    field.ty == Type::Scalar(Scalar::String) && field.annotations.rust.ty.is_none()
}
