//! The order of unions, as in the wire format: by id, then by payload.

use super::super::code::{Code, code};
use super::super::names;
use super::super::traits::total_order;
use super::Writer;
use crate::schema::{Field, Payload, Variant, by_id};

impl Writer<'_> {
    /// Whether the derived order differs from that of the wire format.
    pub(super) fn orders_by_hand(&self) -> bool {
        let is_in_order = |fields: &[Field]| fields.is_sorted_by_key(|field| field.id);
        self.facts.ord
            && (!self.kind.closed
                || !self.kind.variants.is_sorted_by_key(|variant| variant.id)
                || self.variants.iter().any(|variant| match &variant.payload {
                    Payload::Unit | Payload::Typed { .. } => false,
                    Payload::Struct(fields) => !is_in_order(fields),
                }))
    }

    /// The number of the variant, for the order.
    pub(super) fn number(&self) -> Option<Code> {
        if !self.orders_by_hand() {
            return None;
        }
        let arms = self.variants.iter().map(|variant| {
            let (name, id) = (names::variant(variant), variant.id);
            code!("Self::$name { .. } => $id,", name, id)
        });
        Some(code!(
            "
            pub(super) fn number(&self) -> u16 {
                match self {
                    $arms
                    $unrecognized
                }
            }
            ",
            arms = Code::lines(arms),
            unrecognized = self.if_open(code!("Self::Unrecognized(unknown) => unknown.id(),")),
        ))
    }

    /// The order, if it is not derived.
    pub(super) fn order(&self) -> Option<Code> {
        if !self.orders_by_hand() {
            return None;
        }
        let arms = self
            .variants
            .iter()
            .filter_map(|variant| order_arm(variant));
        let unrecognized =
            code!("(Self::Unrecognized(a), Self::Unrecognized(b)) => ::core::cmp::Ord::cmp(a, b),");
        let comparison = code!(
            "
            match (self, other) {
                $arms
                $unrecognized
                _ => ::core::cmp::Ord::cmp(&self.number(), &other.number()),
            }
            ",
            arms = Code::lines(arms),
            unrecognized = self.if_open(unrecognized),
        );
        let params = self.scope.generics(&code!("::core::cmp::Ord"));
        Some(total_order(&params, &self.self_ty(), &comparison))
    }
}

/// The comparison of two values of the same variant; `None` if these are always equal.
fn order_arm(variant: &Variant) -> Option<Code> {
    let name = names::variant(variant);
    match &variant.payload {
        Payload::Unit => None,
        Payload::Typed { .. } => Some(code!(
            "(Self::$name(a), Self::$name(b)) => ::core::cmp::Ord::cmp(a, b),",
            name,
        )),
        Payload::Struct(fields) => {
            let side =
                |letter| Code::fields(fields.iter().map(|field| super::bound_to(letter, field)));
            let mut compared = by_id(fields).into_iter().map(|field| {
                let (a, b) = (names::binding('a', field), names::binding('b', field));
                code!("::core::cmp::Ord::cmp($a, $b)", a, b)
            });
            let first = compared.next()?;
            let others = compared.map(|comparison| code!(".then_with(|| $comparison)", comparison));
            Some(code!(
                "
                (Self::$name {$left}, Self::$name {$right}) => {
                    $first
                        $others
                }
                ",
                name,
                left = side('a'),
                right = side('b'),
                first,
                others = Code::lines(others),
            ))
        }
    }
}
