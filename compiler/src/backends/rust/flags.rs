//! `flags`: newtypes of an unsigned integer with a constant for each flag.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::enums::Transparent;
use super::scope::Scope;
use super::{attributes, names, types};
use crate::schema::{Decl, Enum, EnumValue};

/// The items of flags.
pub(super) fn items(scope: &Scope<'_>, decl: &Decl, kind: &Enum) -> Vec<Code> {
    let writer = Writer {
        scope,
        decl,
        kind,
        ident: names::type_of(decl),
        base: types::scalar(kind.base),
    };
    let mut items = vec![writer.definition(), writer.inherent()];
    items.extend(writer.operators());
    items.extend(writer.transparent());
    items.push(writer.names());
    items
}

struct Writer<'a> {
    scope: &'a Scope<'a>,
    decl: &'a Decl,
    kind: &'a Enum,
    ident: Ident,
    base: Code,
}

impl Writer<'_> {
    fn definition(&self) -> Code {
        let derived = [
            "Clone",
            "Copy",
            "Default",
            "PartialEq",
            "Eq",
            "Hash",
            "PartialOrd",
            "Ord",
        ];
        code!(
            "
            $head
            $derives
            pub struct $ident($base);
            ",
            head = self.scope.item_head(self.decl),
            derives = attributes::derives(&derived, &["Debug"], &self.decl.annotations),
            ident = self.ident,
            base = self.base,
        )
    }

    fn inherent(&self) -> Code {
        let flags = self.kind.values.iter().map(|flag| self.constant(flag));
        code!(
            "
            impl $ident {
                $functions
            }
            ",
            ident = self.ident,
            functions = Code::paragraphs([
                Code::lines(flags),
                code!(
                    "
                    /// No flags.
                    pub const fn empty() -> Self {
                        Self(0)
                    }
                    "
                ),
                self.bits_conversion(),
                self.set_operations(),
            ]),
        )
    }

    fn constant(&self, flag: &EnumValue) -> Code {
        code!(
            "
            $head
            pub const $name: Self = Self($number);
            ",
            head = self
                .scope
                .member_head(flag.doc.as_deref(), &flag.annotations),
            name = names::associated(flag),
            number = bits(flag),
        )
    }

    fn bits_conversion(&self) -> Code {
        let base = &self.base;
        match self.kind.closed {
            true => code!(
                "
                /// The flags with these bits; `None` if one of them has no name.
                pub const fn from_bits(bits: $base) -> ::core::option::Option<Self> {
                    match bits & !$known {
                        0 => ::core::option::Option::Some(Self(bits)),
                        _ => ::core::option::Option::None,
                    }
                }
                ",
                base,
                known = self.known(),
            ),
            false => code!(
                "
                /// The flags with these bits; bits without a name are kept.
                pub const fn from_bits(bits: $base) -> Self {
                    Self(bits)
                }
                ",
                base,
            ),
        }
    }

    fn set_operations(&self) -> Code {
        code!(
            "
            /// The bits of the flags.
            pub const fn bits(self) -> $base {
                self.0
            }

            /// Whether all flags of `other` are set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// The flags of both.
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// These flags without those of `other`.
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
            ",
            base = self.base,
        )
    }

    fn operators(&self) -> Vec<Code> {
        let ident = &self.ident;
        vec![
            code!(
                "
                impl ::core::ops::BitOr for $ident {
                    type Output = Self;

                    fn bitor(self, other: Self) -> Self {
                        self.union(other)
                    }
                }
                ",
                ident,
            ),
            code!(
                "
                impl ::core::ops::BitOrAssign for $ident {
                    fn bitor_assign(&mut self, other: Self) {
                        *self = self.union(other);
                    }
                }
                ",
                ident,
            ),
            code!(
                "
                impl ::core::ops::BitAnd for $ident {
                    type Output = Self;

                    fn bitand(self, other: Self) -> Self {
                        Self(self.0 & other.0)
                    }
                }
                ",
                ident,
            ),
        ]
    }

    fn transparent(&self) -> Vec<Code> {
        let wrap = match self.kind.closed {
            true => code!(
                "Self::from_bits(bits).ok_or_else(|| ::sinew::Invalid::number($name, bits))",
                name = self.scope.full_name(self.decl),
            ),
            false => code!("::core::result::Result::Ok(Self(bits))"),
        };
        let transparent = Transparent {
            ident: &self.ident,
            inner: &self.base,
            borrow: code!("self.0"),
            argument: code!("bits"),
            wrap,
            blank: code!("Self(0)"),
            is_fixed: true,
        };
        transparent.items()
    }

    /// What flags are called, for texts and for `Debug`.
    fn names(&self) -> Code {
        let lines = self.kind.values.iter().map(|flag| {
            let constant = names::associated(flag);
            code!("$constant = $name,", constant, name = flag.name.as_str())
        });
        code!(
            "
            ::sinew::codegen::names_of_flags! {
                $ident = $full;
                $lines
            }
            ",
            ident = self.ident,
            full = self.scope.full_name(self.decl),
            lines = Code::lines(lines),
        )
    }

    /// All bits that have a name.
    fn known(&self) -> u128 {
        let flags = self.kind.values.iter();
        flags.fold(0, |known, flag| known | bits(flag))
    }
}

/// The bits of a flag.
fn bits(flag: &EnumValue) -> u128 {
    flag.number.bits()
}
