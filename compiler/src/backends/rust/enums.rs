//! `enum` and `closed enum`: Rust enums.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::scope::Scope;
use super::traits::total_order;
use super::{attributes, literals, names, types};
use crate::schema::{Decl, Enum, EnumValue};

/// The items of an enum.
pub(super) fn items(scope: &Scope<'_>, decl: &Decl, kind: &Enum) -> Vec<Code> {
    let writer = Writer {
        scope,
        decl,
        kind,
        ident: names::type_of(decl),
        base: types::scalar(kind.base),
        number: names::number(kind.base),
    };
    let mut items = vec![
        writer.definition(),
        writer.inherent(),
        writer.number_conversion(),
    ];
    items.extend(writer.order());
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
    number: Ident,
}

impl Writer<'_> {
    fn definition(&self) -> Code {
        let mut derived = vec!["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash"];
        let by_hand = attributes::by_hand(false, !self.is_ordered());
        if self.is_ordered() {
            derived.extend(["PartialOrd", "Ord"]);
        }
        let values = self.firsts().map(|value| {
            let name = names::enum_value(value);
            Code::lines([self.head(value), code!("$name,", name)])
        });
        code!(
            "
            $head
            $derives
            $open
            pub enum $ident {
                $values
                $unrecognized
            }
            ",
            head = self.scope.item_head(self.decl),
            derives = attributes::derives(&derived, &by_hand, &self.decl.annotations),
            open = self.if_open(code!("#[non_exhaustive]")),
            ident = self.ident,
            values = Code::lines(values),
            unrecognized = self.if_open(code!(
                "
                /// A number that the schema of this program does not name.
                Unrecognized(::sinew::UnknownValue<$base>),
                ",
                base = self.base,
            )),
        )
    }

    fn inherent(&self) -> Code {
        let aliases = self.kind.values.iter().filter_map(|value| {
            let first = names::enum_value(&self.kind.values[value.alias_of? as usize]);
            let alias = names::associated(value);
            let item = code!("pub const $alias: Self = Self::$first;", alias, first);
            Some(Code::lines([self.head(value), item]))
        });
        let arms = self.firsts().map(|value| {
            let (name, number) = (names::enum_value(value), self.number_of(value));
            code!("Self::$name => $number,", name, number)
        });
        let number = code!(
            "
            /// The number of the value.
            pub const fn $number(self) -> $base {
                match self {
                    $arms
                    $unrecognized
                }
            }
            ",
            number = self.number,
            base = self.base,
            arms = Code::lines(arms),
            unrecognized = self.if_open(code!("Self::Unrecognized(unknown) => unknown.get(),")),
        );
        code!(
            "
            impl $ident {
                $functions
            }
            ",
            ident = self.ident,
            functions = Code::paragraphs([Code::lines(aliases), number]),
        )
    }

    fn number_conversion(&self) -> Code {
        let arms = Code::lines(self.firsts().map(|value| {
            let (name, number) = (names::enum_value(value), self.number_of(value));
            code!("$number => Self::$name,", number, name)
        }));
        match self.kind.closed {
            true => self.named_number(arms),
            false => self.any_number(arms),
        }
    }

    fn named_number(&self, arms: Code) -> Code {
        code!(
            "
            impl ::core::convert::TryFrom<$base> for $ident {
                type Error = ::sinew::Invalid;

                fn try_from(number: $base) -> ::core::result::Result<Self, ::sinew::Invalid> {
                    ::core::result::Result::Ok(match number {
                        $arms
                        _ => return ::core::result::Result::Err(::sinew::Invalid::number($name, number)),
                    })
                }
            }
            ",
            base = self.base,
            ident = self.ident,
            arms,
            name = self.scope.full_name(self.decl),
        )
    }

    fn any_number(&self, arms: Code) -> Code {
        let unknown = code!("Self::Unrecognized(::sinew::codegen::unknown_value(number))");
        let value = match arms.is_empty() {
            true => unknown,
            false => code!(
                "
                match number {
                    $arms
                    _ => $unknown,
                }
                ",
                arms,
                unknown,
            ),
        };
        code!(
            "
            impl ::core::convert::From<$base> for $ident {
                fn from(number: $base) -> Self {
                    $value
                }
            }
            ",
            base = self.base,
            ident = self.ident,
            value,
        )
    }

    /// The order by number, if the derived order differs from it.
    fn order(&self) -> Option<Code> {
        let Self { ident, number, .. } = self;
        let comparison = code!(
            "::core::cmp::Ord::cmp(&self.$number(), &other.$number())",
            number
        );
        (!self.is_ordered())
            .then(|| total_order(&Code::new(), &code!("$ident", ident), &comparison))
    }

    fn transparent(&self) -> Vec<Code> {
        let wrap = match self.kind.closed {
            true => code!("::core::convert::TryFrom::try_from(number)"),
            false => code!("::core::result::Result::Ok(::core::convert::From::from(number))"),
        };
        let transparent = Transparent {
            ident: &self.ident,
            inner: &self.base,
            borrow: code!("self.$number()", number = self.number),
            argument: code!("number"),
            wrap,
            blank: match self.kind.values.first() {
                Some(first) => code!("Self::$first", first = names::enum_value(first)),
                None => code!("::core::convert::From::from(0)"),
            },
            is_fixed: true,
        };
        transparent.items()
    }

    /// The names of the values, primary ones first.
    fn names(&self) -> Code {
        let own = self.firsts().map(|value| (names::enum_value(value), value));
        let seconds = self.kind.values.iter().filter(|v| v.alias_of.is_some());
        let seconds = seconds.map(|value| (names::associated(value), value));
        let lines = own.chain(seconds);
        let openness = match self.kind.closed {
            true => code!("closed"),
            false => code!("open"),
        };
        code!(
            "
            ::sinew::codegen::names! {
                $openness $ident = $full;
                $lines
            }
            ",
            openness,
            ident = self.ident,
            full = self.scope.full_name(self.decl),
            lines = Code::lines(lines.map(|(value, named)| {
                code!("$value = $name,", value, name = named.name.as_str())
            })),
        )
    }

    fn head(&self, value: &EnumValue) -> Code {
        self.scope
            .member_head(value.doc.as_deref(), &value.annotations)
    }

    /// For open enums only.
    fn if_open(&self, code: Code) -> Option<Code> {
        (!self.kind.closed).then_some(code)
    }

    /// The values without aliases.
    fn firsts(&self) -> impl Iterator<Item = &EnumValue> {
        self.kind
            .values
            .iter()
            .filter(|value| value.alias_of.is_none())
    }

    fn number_of(&self, value: &EnumValue) -> Code {
        literals::enum_number(self.kind, value.number)
    }

    /// Whether the derived order is that of the numbers. Never so for open enums, because unknown numbers may be
    /// anywhere.
    fn is_ordered(&self) -> bool {
        self.kind.closed && self.firsts().is_sorted_by_key(|value| value.number)
    }
}

/// A type with the encoding of another.
pub(super) struct Transparent<'a> {
    pub(super) ident: &'a Ident,
    /// The type inside.
    pub(super) inner: &'a Code,
    /// The inner value of `self`.
    pub(super) borrow: Code,
    /// The name of the parameter of `wrap`.
    pub(super) argument: Code,
    /// The body of the function that creates the type from an inner value.
    pub(super) wrap: Code,
    /// The blank value, in place of one that could not be decoded.
    pub(super) blank: Code,
    /// Whether it can be in a frozen struct.
    pub(super) is_fixed: bool,
}

impl Transparent<'_> {
    pub(super) fn items(&self) -> Vec<Code> {
        let Self { ident, inner, .. } = self;
        let implementation = code!(
            "
            impl ::sinew::codegen::Transparent for $ident {
                type Inner = $inner;

                fn inner(&self) -> impl ::core::borrow::Borrow<$inner> {
                    $borrow
                }

                fn wrap($argument: $inner) -> ::core::result::Result<Self, ::sinew::Invalid> {
                    $wrap
                }

                fn blank() -> Self {
                    $blank
                }
            }
            ",
            ident,
            inner,
            borrow = self.borrow,
            argument = self.argument,
            wrap = self.wrap,
            blank = self.blank,
        );
        let wire = match self.is_fixed {
            true => code!("::sinew::codegen::transparent!($ident, frozen);", ident),
            false => code!("::sinew::codegen::transparent!($ident);", ident),
        };
        vec![implementation, wire]
    }
}
