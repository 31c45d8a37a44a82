//! How much memory a byte of a body can cost, computed from a type's static description.
//!
//! Every value that owns memory, such as an element of a list, pays for it with bytes of its own: an element that holds
//! a list has the list's count, and so on. So a type's factor is that of its most expensive part, not a sum.

use super::text::SPARE;
use super::ty::{Field, Part, Payload, RecordType, Type, UnionType};
use super::value::Message;
use core::any::TypeId;

/// The most memory for recording a variant that has occurred, and for a variant that is kept as it came.
const VARIANT: usize = 3 * size_of::<(TypeId, u16)>() + 64;

/// The most memory that decoding a `T` takes for each byte of the body that it consumed, whoever wrote the body, apart
/// from 64 KiB for claimed sizes.
///
/// This does not include what a writer's shape costs, which is processed once for each shape, nor defaults for fields
/// that a writer left out. [`DecodeLimits`](super::DecodeLimits) is another bound.
pub fn memory_factor<T: Message>() -> usize {
    let mut walk = Walk {
        known: Vec::new(),
        factor: 1,
    };
    walk.part(Part::inline::<T>());
    walk.factor
}

struct Walk {
    /// The structs and unions that were visited, sorted.
    known: Vec<TypeId>,
    factor: usize,
}

impl Walk {
    /// Visits a value that has bytes of its own, and its parts.
    fn part(&mut self, part: Part) {
        let ty = (part.ty)();
        self.pay(part.memory.saturating_add(beside(ty)), own_bits(ty));
        self.within(ty);
    }

    fn pay(&mut self, memory: usize, bits: usize) {
        self.factor = self.factor.max(memory.saturating_mul(8).div_ceil(bits));
    }

    /// Visits those parts of a type that have bytes of their own.
    fn within(&mut self, ty: Type) {
        match ty {
            Type::Bool | Type::U8 | Type::I8 | Type::U16 | Type::I16 | Type::Uint | Type::Int => {}
            Type::U128 | Type::I128 | Type::Uuid | Type::F32 | Type::F64 => {}
            Type::String | Type::Decimal | Type::Frozen(_) => {}
            Type::Optional(part) | Type::List(part) => self.part(part),
            Type::Map(key, value) => self.entry(key, value),
            Type::Array(_, part) => self.within((part.ty)()),
            Type::Record(record) => self.record(record),
            Type::Union(union) => self.union(union),
        }
    }

    fn entry(&mut self, key: Part, value: Part) {
        let (key_ty, value_ty) = ((key.ty)(), (value.ty)());
        let memory = key.memory.saturating_add(value.memory);
        let memory = memory.saturating_add(beside(key_ty));
        let memory = memory.saturating_add(beside(value_ty));
        self.pay(memory, own_bits(key_ty).saturating_add(own_bits(value_ty)));
        self.within(key_ty);
        self.within(value_ty);
    }

    fn record(&mut self, record: RecordType) {
        if self.is_new(record.key) {
            self.fields(record.fields);
        }
    }

    fn is_new(&mut self, key: TypeId) -> bool {
        let place = self.known.binary_search(&key);
        place.is_err_and(|place| {
            self.known.insert(place, key);
            true
        })
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.within((field.part.ty)());
        }
    }

    fn union(&mut self, union: UnionType) {
        if !self.is_new(union.key) {
            return;
        }
        for variant in union.variants {
            match variant.payload {
                Payload::Value(part) => self.part(part),
                Payload::Fields(fields) => {
                    self.pay(beside_fields(fields), 8);
                    self.fields(fields);
                }
            }
        }
    }
}

/// The memory that comes with every value of a type, in addition to its holder's.
fn beside(ty: Type) -> usize {
    match ty {
        Type::Bool | Type::U8 | Type::I8 | Type::U16 | Type::I16 | Type::Uint | Type::Int => 0,
        Type::U128 | Type::I128 | Type::Uuid | Type::F32 | Type::F64 => 0,
        Type::String => SPARE,
        Type::Decimal | Type::Frozen(_) => 0,
        Type::Optional(_) | Type::List(_) | Type::Map(..) => 0,
        Type::Array(count, part) => {
            let each = part.memory.saturating_add(beside((part.ty)()));
            each.saturating_mul(count as usize)
        }
        Type::Record(record) => beside_fields(record.fields),
        Type::Union(_) => VARIANT,
    }
}

fn beside_fields(fields: &[Field]) -> usize {
    fields.iter().fold(0, |sum: usize, field| {
        let field = field.part.memory.saturating_add(beside((field.part.ty)()));
        sum.saturating_add(field)
    })
}

/// The least number of bits that a value takes for a writer of any shape, without its parts that pay for themselves.
/// Never 0.
fn own_bits(ty: Type) -> usize {
    match ty {
        Type::Bool | Type::Optional(_) => 1,
        // A writer may have narrower numbers, or a struct without our fields.
        Type::U8 | Type::I8 | Type::U16 | Type::I16 | Type::Uint | Type::Int => 8,
        Type::U128 | Type::I128 | Type::String | Type::List(_) | Type::Map(..) => 8,
        Type::Record(_) | Type::Union(_) => 8,
        Type::Decimal => 16,
        Type::F32 => 32,
        Type::F64 => 64,
        Type::Uuid => 128,
        Type::Frozen(layout) => layout.size().saturating_mul(8).max(8),
        Type::Array(count, part) => {
            let bits = own_bits((part.ty)()).saturating_mul(count as usize);
            bits.max(8)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::value::Wire;

    fn factor<T: Wire>() -> usize {
        let mut walk = Walk {
            known: Vec::new(),
            factor: 1,
        };
        walk.part(Part::inline::<T>());
        walk.factor
    }

    #[test]
    fn a_factor_is_that_of_the_most_expensive_part() {
        assert_eq!(factor::<String>(), size_of::<String>() + SPARE);
        assert_eq!(factor::<Vec<u64>>(), 3 * 8);
        assert_eq!(factor::<Vec<u128>>(), 3 * 16);
        assert_eq!(factor::<Vec<Vec<f64>>>(), 3 * size_of::<Vec<f64>>());
        assert_eq!(
            factor::<Vec<Option<u64>>>(),
            8 * 3 * size_of::<Option<u64>>()
        );
        assert_eq!(factor::<[f64; 4]>(), (32 + 4 * 3 * 8) / 32);
    }
}
