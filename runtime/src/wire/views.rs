//! Views: values that borrow their strings and bytes from the message. This file defines the view of each type of the
//! language; whole messages are in `envelope`.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use super::decoder::Decoder;
use super::error::{DecodeErrorKind, Result};
use super::plan::{ListPlan, MapPlan, Plan, Step};
use super::sets::ascending;
use super::value::Wire;
use crate::types::{Date, Decimal, Duration, Timestamp, Uuid};

/// A type that can be looked at in a message without being copied out of it.
///
/// Texts and bytes are borrowed; numbers and the like are themselves; containers hold the views of what they contain.
pub trait Look: Wire {
    /// What is seen.
    type View<'a>;

    /// Reads a view of a value whose writer had the same shape, like [`Wire::get`].
    #[inline]
    fn look<'a>(input: &mut Decoder<'a>, bits: u64) -> Result<Self::View<'a>> {
        Self::look_planned(input, Plan::same(), bits)
    }

    /// Reads a view of a value whatever shape its writer had, like [`Wire::get_planned`].
    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::View<'a>>;

    /// Reads views of the elements of a list.
    fn look_list<'a>(input: &mut Decoder<'a>) -> Result<Vec<Self::View<'a>>> {
        let count = input.count(u64::from(Self::MIN))?;
        input.items_looked::<Self>(count)
    }

    /// Reads views of the elements of a list whose writer had another shape.
    fn look_list_planned<'a>(
        input: &mut Decoder<'a>,
        plan: &Plan,
        _: u64,
    ) -> Result<Vec<Self::View<'a>>> {
        match plan.step {
            Step::Same => Self::look_list(input),
            // The writer's list holds numbers. Types that can be read from numbers implement this themselves, so here
            // such a list can only be empty.
            Step::List(list) if list.words => match input.words()?.len() {
                0 => Ok(Vec::new()),
                _ => Err(input.incompatible()),
            },
            Step::List(list) => {
                let count = input.count(list.least)?;
                input.items_looked_by_plan::<Self>(list, count)
            }
            _ => Err(input.incompatible()),
        }
    }
}

/// A value of type `T` as it is seen in a message: `&str` for `String`, `OrderView` for `Order`.
pub type View<'a, T> = <T as Look>::View<'a>;

/// Types whose view is the value itself. Functions without type parameters are compiled here whether needed or not,
/// unless they are `inline`, and few programs view lists of these types.
#[doc(hidden)]
#[macro_export]
macro_rules! __seen_as_it_is {
    ($([$($params:tt)*])? $type:ty) => {
        impl $(<$($params)*>)? $crate::codegen::Look for $type {
            type View<'a> = Self;

            #[inline]
            fn look<'a>(
                input: &mut $crate::codegen::Decoder<'a>,
                bits: u64,
            ) -> $crate::codegen::Result<Self> {
                $crate::codegen::Wire::get(input, bits)
            }

            #[inline]
            fn look_planned<'a>(
                input: &mut $crate::codegen::Decoder<'a>,
                plan: &$crate::codegen::Plan,
                bits: u64,
            ) -> $crate::codegen::Result<Self> {
                $crate::codegen::Wire::get_planned(input, plan, bits)
            }

            #[inline]
            fn look_list<'a>(
                input: &mut $crate::codegen::Decoder<'a>,
            ) -> $crate::codegen::Result<::std::vec::Vec<Self>> {
                $crate::codegen::Wire::get(input, 0)
            }

            #[inline]
            fn look_list_planned<'a>(
                input: &mut $crate::codegen::Decoder<'a>,
                plan: &$crate::codegen::Plan,
                bits: u64,
            ) -> $crate::codegen::Result<::std::vec::Vec<Self>> {
                $crate::codegen::Wire::get_planned(input, plan, bits)
            }
        }
    };
}
use __seen_as_it_is as seen_as_it_is;

macro_rules! scalars {
    ($($type:ty)*) => {$( seen_as_it_is!($type); )*};
}

scalars! {
    bool u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 f32 f64
    Uuid Timestamp Duration Date Decimal
}

/// Views a value whose plan can only be [`Plan::same`].
fn same<'a, T: Look>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<T::View<'a>> {
    match plan.is_same() {
        true => T::look(input, bits),
        false => Err(input.incompatible()),
    }
}

impl Look for String {
    type View<'a> = &'a str;

    #[inline]
    fn look<'a>(input: &mut Decoder<'a>, _: u64) -> Result<&'a str> {
        input.text()
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<&'a str> {
        same::<Self>(input, plan, bits)
    }
}

impl Look for Bytes {
    type View<'a> = &'a [u8];

    #[inline]
    fn look<'a>(input: &mut Decoder<'a>, _: u64) -> Result<&'a [u8]> {
        input.sized()
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<&'a [u8]> {
        match plan.step {
            // A list of another type, which may still be empty.
            Step::List(_) => match Vec::<u8>::get_planned(input, plan, bits)?.is_empty() {
                true => Ok(&[]),
                false => Err(input.incompatible()),
            },
            _ => same::<Self>(input, plan, bits),
        }
    }
}

impl<T: Look> Look for Box<T> {
    type View<'a> = Box<T::View<'a>>;

    fn look<'a>(input: &mut Decoder<'a>, bits: u64) -> Result<Self::View<'a>> {
        input.charge::<T::View<'a>>(1)?;
        T::look(input, bits).map(Box::new)
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::View<'a>> {
        input.charge::<T::View<'a>>(1)?;
        T::look_planned(input, plan, bits).map(Box::new)
    }
}

impl<T: Look> Look for Option<T> {
    type View<'a> = Option<T::View<'a>>;

    #[inline]
    fn look<'a>(input: &mut Decoder<'a>, bits: u64) -> Result<Self::View<'a>> {
        match bits {
            0 => Ok(None),
            _ if bits & 1 == 1 => T::look(input, bits >> 1).map(Some),
            _ => Err(input.error(DecodeErrorKind::SpareBits)),
        }
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::View<'a>> {
        let (inner, bits) = match plan.step {
            Step::Same => return Self::look(input, bits),
            Step::Present(inner) => (inner, bits),
            Step::Optional(inner) if bits & 1 == 1 => (inner, bits >> 1),
            Step::Optional(_) if bits == 0 => return Ok(None),
            Step::Optional(_) => return Err(input.error(DecodeErrorKind::SpareBits)),
            _ => return Err(input.incompatible()),
        };
        let inner = input.plan(inner)?;
        T::look_planned(input, inner, bits).map(Some)
    }
}

impl<T: Look> Look for Vec<T> {
    type View<'a> = Vec<T::View<'a>>;

    #[inline]
    fn look<'a>(input: &mut Decoder<'a>, _: u64) -> Result<Self::View<'a>> {
        T::look_list(input)
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::View<'a>> {
        T::look_list_planned(input, plan, bits)
    }
}

impl<T: Look, const N: usize> Look for [T; N] {
    type View<'a> = [T::View<'a>; N];

    fn look<'a>(input: &mut Decoder<'a>, _: u64) -> Result<Self::View<'a>> {
        let items = input.items_looked::<T>(N)?;
        items.try_into().map_err(|_| input.incompatible())
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::View<'a>> {
        let items = match plan.step {
            Step::Same => return Self::look(input, bits),
            Step::Array(list) => input.items_looked_by_plan::<T>(list, N)?,
            _ => return Err(input.incompatible()),
        };
        items.try_into().map_err(|_| input.incompatible())
    }
}

impl<T: Look + Ord> Look for BTreeSet<T>
where
    for<'a> T::View<'a>: Ord,
{
    type View<'a> = Vec<T::View<'a>>;

    fn look<'a>(input: &mut Decoder<'a>, _: u64) -> Result<Self::View<'a>> {
        let items = T::look_list(input)?;
        in_order(input, items, |item| item)
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::View<'a>> {
        let items = T::look_list_planned(input, plan, bits)?;
        in_order(input, items, |item| item)
    }
}

impl<K: Look + Ord, V: Look> Look for BTreeMap<K, V>
where
    for<'a> K::View<'a>: Ord,
{
    /// The entries in ascending order of keys.
    type View<'a> = Vec<(K::View<'a>, V::View<'a>)>;

    fn look<'a>(input: &mut Decoder<'a>, _: u64) -> Result<Self::View<'a>> {
        let entries = input.entries_looked::<K, V>()?;
        in_order(input, entries, |(key, _)| key)
    }

    fn look_planned<'a>(input: &mut Decoder<'a>, plan: &Plan, bits: u64) -> Result<Self::View<'a>> {
        let map = match plan.step {
            Step::Same => return Self::look(input, bits),
            Step::Map(map) => map,
            _ => return Err(input.incompatible()),
        };
        let entries = input.entries_looked_by_plan::<K, V>(map)?;
        in_order(input, entries, |(key, _)| key)
    }
}

/// The elements of a set or the entries of a map in ascending order of keys, without duplicates. A writer of the same
/// shape keeps that order; the keys of another one may have had more fields.
fn in_order<E, K: Ord>(
    input: &Decoder<'_>,
    mut entries: Vec<E>,
    key: impl Fn(&E) -> &K,
) -> Result<Vec<E>> {
    if input.table.is_none() {
        ascending(input, entries.iter().map(key))?;
        return Ok(entries);
    }
    entries.sort_by(|one, other| key(one).cmp(key(other)));
    match entries.is_sorted_by(|one, other| key(one) < key(other)) {
        true => Ok(entries),
        false => Err(input.error(DecodeErrorKind::Duplicate)),
    }
}

impl<'a> Decoder<'a> {
    fn items_looked<T: Look>(&mut self, count: usize) -> Result<Vec<T::View<'a>>> {
        self.charge::<T::View<'a>>(count)?;
        let bits = self.element_bits(count, T::BITS)?;
        self.items(count, |input, index| {
            T::look(input, bits.at(index * T::BITS as usize, T::BITS))
        })
    }

    fn items_looked_by_plan<T: Look>(
        &mut self,
        list: ListPlan,
        count: usize,
    ) -> Result<Vec<T::View<'a>>> {
        self.charge::<T::View<'a>>(count)?;
        let plan = self.plan(list.item)?;
        let bits = self.element_bits(count, list.bits)?;
        self.items(count, |input, index| {
            let own = bits.at(index * list.bits as usize, list.bits);
            T::look_planned(input, plan, own)
        })
    }

    fn entries_looked<K: Look, V: Look>(&mut self) -> Result<Entries<'a, K, V>> {
        let count = self.count(u64::from(K::MIN) + u64::from(V::MIN))?;
        self.charge::<(K::View<'a>, V::View<'a>)>(count)?;
        let width = K::BITS + V::BITS;
        let bits = self.element_bits(count, width)?;
        self.items(count, |input, index| {
            let at = index * width as usize;
            let key = K::look(input, bits.at(at, K::BITS))?;
            let value = V::look(input, bits.at(at + K::BITS as usize, V::BITS))?;
            Ok((key, value))
        })
    }

    fn entries_looked_by_plan<K: Look, V: Look>(
        &mut self,
        map: MapPlan,
    ) -> Result<Entries<'a, K, V>> {
        let count = self.count(map.least)?;
        self.charge::<(K::View<'a>, V::View<'a>)>(count)?;
        let (key_plan, value_plan) = (self.plan(map.key)?, self.plan(map.value)?);
        let width = map.key_bits + map.value_bits;
        let bits = self.element_bits(count, width)?;
        self.items(count, |input, index| {
            let at = index * width as usize;
            let key = K::look_planned(input, key_plan, bits.at(at, map.key_bits))?;
            let at = at + map.key_bits as usize;
            let value = V::look_planned(input, value_plan, bits.at(at, map.value_bits))?;
            Ok((key, value))
        })
    }
}

/// The view of a map's entries.
type Entries<'a, K, V> = Vec<(View<'a, K>, View<'a, V>)>;
