//! Encoding and decoding of records: their `Record`, `Wire` and `Message` implementations.

use super::code::{Code, code};
use super::filled::Place;
use super::header::Header;
use super::layout;
use super::names;
use super::record::Record;
use super::scope::Scope;
use super::traits::{self, wire_bound};
use crate::schema::{Field, by_id};

impl Record<'_> {
    /// The implementations for encoding and decoding. `give` is the function that moves a value's bytes out.
    pub(super) fn wire(&self, give: Option<Code>) -> Vec<Code> {
        vec![
            self.impl_record(),
            self.impl_wire(give.unwrap_or_default()),
            self.impl_message(),
        ]
    }

    fn impl_record(&self) -> Code {
        code!(
            "
            impl$params ::sinew::codegen::Record for $self_ty {
                const NAME: &'static str = $name;
                const FIELDS: &'static [::sinew::codegen::Field] = $fields;
                const HEADER: u32 = $header;
                $nested

                fn read(&mut self, $argument: &mut ::sinew::codegen::Fields<'_, '_, '_>) {
                    $read
                }

                $check
            }
            ",
            params = self.params(&wire_bound()),
            self_ty = self.self_ty(),
            name = self.full_name,
            fields = self.scope.field_list(self.fields),
            header = Header::of(&self.scope, self.fields).count(),
            nested = match self.facts.recursive {
                true => is_nested(),
                false => Code::new(),
            },
            argument = match self.fields.is_empty() {
                true => code!("_"),
                false => code!("fields"),
            },
            read = self.read(),
            check = match self.is_constrained() {
                true => check(),
                false => Code::new(),
            },
        )
    }

    fn read(&self) -> Code {
        let member = |field: &Field| Place::Member(names::field(field));
        self.scope.fill_fields(self.fields, &self.place, &member)
    }

    fn impl_wire(&self, give: Code) -> Code {
        let put = self.put();
        code!(
            "
            impl$params ::sinew::codegen::Wire for $self_ty {
                const MIN: u32 = $min;

                ::sinew::codegen::record!();

                #[inline]
                fn blank() -> Self {
                    $blank
                }

                fn put(&self, out: &mut ::sinew::codegen::Encoder) {
                    $put
                }

                $give
            }
            ",
            params = self.params(&wire_bound()),
            self_ty = self.self_ty(),
            give,
            min = layout::record(self.fields, self.scope.facts),
            blank = self.blank(),
            put = match self.facts.recursive {
                true => nested(code!("out"), put),
                false => put,
            },
        )
    }

    fn blank(&self) -> Code {
        if self.fields.is_empty() {
            return code!("Self {}");
        }
        let fields = self.fields.iter().map(|field| {
            let value = self.scope.blank_field(field);
            code!("$name: $value,", name = names::field(field), value)
        });
        code!(
            "
            use ::sinew::codegen::blank;
            Self {
                $fields
            }
            ",
            fields = Code::lines(fields),
        )
    }

    fn put(&self) -> Code {
        let by_name = |field: &Field| code!("&self.$name", name = names::field(field));
        self.scope.put_fields(self.fields, &by_name)
    }

    /// A function that moves long bytes into the output instead of copying them, if the record has any.
    pub(super) fn give(&self) -> Option<Code> {
        let scope = &self.scope;
        if !self.fields.iter().any(|field| scope.is_given(field)) {
            return None;
        }
        let written = |field: &Field| {
            let name = names::field(field);
            scope.written(field, code!("&self.$name", name))
        };
        let fields = by_id(self.fields).into_iter();
        let gives = fields.map(|field| match scope.is_given(field) {
            true => code!("out.give(&mut self.$name);", name = names::field(field)),
            false => code!("out.put($value);", value = written(field)),
        });
        let header = Header::of(scope, self.fields).write(&written);
        Some(code!(
            "
            fn give(&mut self, out: &mut ::sinew::codegen::Encoder) {
                $fields
            }
            ",
            fields = Code::lines(std::iter::once(header).chain(gives)),
        ))
    }

    fn is_constrained(&self) -> bool {
        self.fields
            .iter()
            .any(|field| !field.constraints.is_empty())
    }

    fn impl_message(&self) -> Code {
        traits::message(&self.params(&wire_bound()), &self.self_ty())
    }
}

/// Marks a type whose nesting depth is counted.
pub(super) fn is_nested() -> Code {
    code!("const NESTED: bool = true;")
}

/// Checks the constraints of a decoded value.
pub(super) fn check() -> Code {
    code!(
        "
        fn check(&self) -> ::core::result::Result<(), ::sinew::Invalid> {
            self.validate()
        }
        "
    )
}

/// Counts the nesting depth of values that may contain others of their type.
pub(super) fn nested(coder: Code, body: Code) -> Code {
    code!(
        "
        $coder.nested(|$coder| {
            $body
        })
        ",
        coder,
        body,
    )
}

impl Scope<'_> {
    /// A slice of `field::<T>(id, "name")`, in order of the ids
    pub(super) fn field_list(&self, fields: &[Field]) -> Code {
        if fields.is_empty() {
            return code!("&[]");
        }
        let fields = by_id(fields).into_iter().map(|field| {
            let Field { id, name, ty, .. } = field;
            let ty = self.ty(ty);
            code!("field::<$ty>($id, $name),", ty, id, name)
        });
        code!(
            "
            {
                use ::sinew::codegen::field;
                &[
                    $fields
                ]
            }
            ",
            fields = Code::lines(fields),
        )
    }

    /// Writes the header and the fields. `by_name` returns a reference to a field.
    pub(super) fn put_fields(&self, fields: &[Field], by_name: &dyn Fn(&Field) -> Code) -> Code {
        if fields.is_empty() {
            return code!("out.empty();");
        }
        let written = |field: &Field| self.written(field, by_name(field));
        let header = Header::of(self, fields).write(&written);
        let fields = by_id(fields).into_iter();
        let puts = fields.map(|field| code!("out.put($value);", value = written(field)));
        Code::lines(std::iter::once(header).chain(puts))
    }
}
