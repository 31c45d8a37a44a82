//! `flags`: newtypes of an unsigned integer with a constant for each flag.

use proc_macro2::Ident;

use super::code::{Code, code};
use super::enums::Transparent;
use super::scope::Scope;
use super::{attributes, names, types};
use crate::schema::{Decl, Enum, EnumValue};

/// Functions that the runtime's `flags!` adds besides the constants.
pub(super) const FUNCTIONS: [&str; 14] = [
    "all",
    "bits",
    "contains",
    "empty",
    "from_bits",
    "insert",
    "intersects",
    "is_empty",
    "iter",
    "remove",
    "set",
    "toggle",
    "union",
    "without",
];

/// The items of flags.
pub(super) fn items(scope: &Scope<'_>, decl: &Decl, kind: &Enum) -> Vec<Code> {
    let writer = Writer {
        scope,
        decl,
        kind,
        ident: names::type_of(decl),
        base: types::scalar(kind.base),
    };
    let mut items = vec![writer.definition()];
    if !kind.values.is_empty() {
        items.push(writer.constants());
    }
    items.extend(writer.transparent());
    items.push(writer.functions());
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

    fn constants(&self) -> Code {
        let flags = self.kind.values.iter().map(|flag| self.constant(flag));
        code!(
            "
            impl $ident {
                $flags
            }
            ",
            ident = self.ident,
            flags = Code::lines(flags),
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

    /// Operations on flags, and their names.
    fn functions(&self) -> Code {
        let lines = self.kind.values.iter().map(|flag| {
            let constant = names::associated(flag);
            code!("$constant = $name,", constant, name = flag.name.as_str())
        });
        code!(
            "
            ::sinew::codegen::flags! {
                $openness $ident($base) = $full;
                $lines
            }
            ",
            openness = match self.kind.closed {
                true => code!("closed"),
                false => code!("open"),
            },
            ident = self.ident,
            base = self.base,
            full = self.scope.full_name(self.decl),
            lines = Code::lines(lines),
        )
    }
}

/// The bits of a flag.
fn bits(flag: &EnumValue) -> u128 {
    flag.number.bits()
}
