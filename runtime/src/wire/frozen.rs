//! Frozen structs: members of constant width, one after the other, little-endian, without headers.

use super::buffer::Room;
use super::decoder::Decoder;
use super::error::{DecodeErrorKind, Result};
use super::layout::Layout;
use super::plan::Plan;
use crate::types::{Date, Decimal, Duration, Timestamp, Uuid};

/// A type of constant size that can be a member of a frozen struct, and frozen structs themselves.
pub trait Frozen: Sized + Copy + Send + Sync + 'static {
    /// The members, as a shape describes them.
    const LAYOUT: Layout;
    /// How many bytes a value takes.
    const SIZE: usize = Self::LAYOUT.size();

    /// Writes the members in their order.
    fn store(&self, out: &mut Room<'_>);

    /// Reads the members in their order.
    fn load(input: &mut FrozenReader<'_>) -> Result<Self>;
}

impl Room<'_> {
    /// Writes the next member of a frozen struct.
    #[inline(always)]
    pub fn put<T: Frozen>(&mut self, value: T) {
        value.store(self);
    }

    /// Writes a frozen struct.
    #[inline(always)]
    pub fn frozen<T: Frozen>(&mut self, value: &T) {
        self.parts(T::SIZE, core::slice::from_ref(value), T::store);
    }

    #[inline(always)]
    fn bytes<const N: usize>(&mut self, bytes: [u8; N]) {
        self.store(bytes, N);
    }
}

/// Returns the members of a frozen struct.
#[derive(Debug)]
pub struct FrozenReader<'a> {
    rest: &'a [u8],
    /// The position in the message at which `rest` ends.
    end: usize,
}

impl<'a> FrozenReader<'a> {
    /// A reader for bytes that end at position `end` of the message.
    #[inline]
    pub(crate) fn new(rest: &'a [u8], end: usize) -> Self {
        Self { rest, end }
    }

    /// Reads the next member; `place` names it in errors.
    #[inline(always)]
    pub fn get<T: Frozen>(&mut self, place: &'static str) -> Result<T> {
        T::load(self).map_err(|error| error.at(place))
    }

    /// Reports a number that a closed enum or closed flags do not have.
    #[cold]
    pub fn unknown_value(&self, name: &'static str, value: impl Into<i128>) -> super::DecodeError {
        self.error(DecodeErrorKind::UnknownValue(value.into()))
            .at(name)
    }

    #[cold]
    pub(super) fn error(&self, kind: DecodeErrorKind) -> super::DecodeError {
        super::DecodeError::new(kind, self.end - self.rest.len())
    }

    /// The next `N` bytes, which are there: a reader is created with as many bytes as the type takes.
    #[inline(always)]
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (bytes, rest) = self.rest.split_first_chunk().unwrap_or((&[0; N], &[]));
        self.rest = rest;
        *bytes
    }
}

macro_rules! frozen_numbers {
    ($($type:ty: $code:literal, $size:literal;)*) => {$(
        impl Frozen for $type {
            const LAYOUT: Layout = Layout::Scalar($code, $size);

            #[inline(always)]
            fn store(&self, out: &mut Room<'_>) {
                out.bytes(self.to_le_bytes());
            }

            #[inline(always)]
            fn load(input: &mut FrozenReader<'_>) -> Result<Self> {
                Ok(Self::from_le_bytes(input.bytes()))
            }
        }
    )*};
}

frozen_numbers! {
    u8: 0x1, 1;
    i8: 0x2, 1;
    u16: 0x3, 2;
    i16: 0x4, 2;
    u32: 0x5, 4;
    i32: 0x6, 4;
    u64: 0x7, 8;
    i64: 0x8, 8;
    f32: 0x9, 4;
    f64: 0xa, 8;
    u128: 0xc, 16;
    i128: 0xc, 16;
}

impl Frozen for bool {
    const LAYOUT: Layout = Layout::Scalar(0xb, 1);

    #[inline]
    fn store(&self, out: &mut Room<'_>) {
        out.bytes([u8::from(*self)]);
    }

    #[inline]
    fn load(input: &mut FrozenReader<'_>) -> Result<Self> {
        match input.bytes() {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(input.error(DecodeErrorKind::Bool)),
        }
    }
}

impl Frozen for Uuid {
    const LAYOUT: Layout = Layout::Scalar(0xc, 16);

    #[inline]
    fn store(&self, out: &mut Room<'_>) {
        out.bytes(self.to_bytes());
    }

    #[inline]
    fn load(input: &mut FrozenReader<'_>) -> Result<Self> {
        Ok(Self::from_bytes(input.bytes()))
    }
}

macro_rules! frozen_times {
    ($($type:ty: $base:ty, $from:ident, $to:ident;)*) => {$(
        impl Frozen for $type {
            const LAYOUT: Layout = <$base as Frozen>::LAYOUT;

            #[inline(always)]
            fn store(&self, out: &mut Room<'_>) {
                out.put(self.$to());
            }

            #[inline(always)]
            fn load(input: &mut FrozenReader<'_>) -> Result<Self> {
                <$base as Frozen>::load(input).map(Self::$from)
            }
        }
    )*};
}

frozen_times! {
    Timestamp: i64, from_nanos, as_nanos;
    Duration: i64, from_nanos, as_nanos;
    Date: i32, from_days, as_days;
}

impl Frozen for Decimal {
    const LAYOUT: Layout = Layout::Scalar(0xf, 17);

    fn store(&self, out: &mut Room<'_>) {
        out.bytes([self.scale()]);
        out.put(self.coefficient());
    }

    fn load(input: &mut FrozenReader<'_>) -> Result<Self> {
        let [scale] = input.bytes();
        let coefficient = i128::load(input)?;
        Self::new(coefficient, scale).ok_or_else(|| {
            input.error(DecodeErrorKind::Invalid(
                "the scale of a decimal is above 28",
            ))
        })
    }
}

impl<T: Frozen, const N: usize> Frozen for [T; N] {
    const LAYOUT: Layout = Layout::Array(N as u32, &T::LAYOUT);

    fn store(&self, out: &mut Room<'_>) {
        self.iter().for_each(|value| value.store(out));
    }

    fn load(input: &mut FrozenReader<'_>) -> Result<Self> {
        let mut slots = [const { None }; N];
        for slot in &mut slots {
            *slot = Some(T::load(input)?);
        }
        Ok(slots.map(|slot| slot.expect("every slot was filled")))
    }
}

/// The encoding of frozen structs; [`Wire`](super::Wire) of generated frozen structs goes through these.
impl Decoder<'_> {
    /// Reads a frozen struct.
    #[inline]
    pub fn frozen<T: Frozen>(&mut self) -> Result<T> {
        let bytes = self.take(T::SIZE)?;
        T::load(&mut FrozenReader::new(bytes, self.offset()))
    }

    /// Reads a frozen struct by a plan: only the same layout can be read.
    pub fn frozen_planned<T: Frozen>(&mut self, plan: &Plan) -> Result<T> {
        match plan.is_same() {
            true => self.frozen(),
            false => Err(self.incompatible()),
        }
    }

    /// Reads `count` consecutive frozen structs into an empty list.
    pub fn frozen_all<T: Frozen>(&mut self, values: &mut Vec<T>, count: usize) -> Result<()> {
        let block = self.take(count.saturating_mul(T::SIZE))?;
        if count == 0 {
            return Ok(());
        }
        let end = self.offset() - block.len() + T::SIZE;
        let load = |index: usize| {
            let part = &block[index * T::SIZE..][..T::SIZE];
            T::load(&mut FrozenReader::new(part, end))
        };
        // The first value stands in for those that cannot be read, so that the loop has no branches.
        let first = load(0)?;
        let mut sound = true;
        values.reserve_exact(count);
        values.extend((0..count).map(|index| {
            load(index).unwrap_or_else(|_| {
                sound = false;
                first
            })
        }));
        match sound {
            true => Ok(()),
            false => Err(self.unsound::<T>(block)),
        }
    }

    /// The error of the first frozen struct of a block that cannot be read.
    #[cold]
    fn unsound<T: Frozen>(&self, block: &[u8]) -> super::DecodeError {
        let start = self.offset() - block.len();
        let ends = (start..).step_by(T::SIZE.max(1)).skip(1);
        let parts = block.chunks_exact(T::SIZE.max(1));
        let errors = parts
            .zip(ends)
            .filter_map(|(part, end)| T::load(&mut FrozenReader::new(part, end)).err());
        errors
            .into_iter()
            .next()
            .unwrap_or_else(|| self.incompatible())
    }
}

impl super::Encoder {
    /// Writes a frozen struct.
    #[inline]
    pub fn frozen<T: Frozen>(&mut self, value: &T) {
        self.frozen_all(core::slice::from_ref(value));
    }

    /// Writes consecutive frozen structs.
    pub fn frozen_all<T: Frozen>(&mut self, values: &[T]) {
        self.fill(values.len().saturating_mul(T::SIZE), |room| {
            room.parts(T::SIZE, values, T::store)
        });
    }
}
