//! Lists and arrays: a count (not for arrays), the header bits of all elements, then their bytes.

use super::bits::{Bits, Words};
use super::error::Result;
use super::plan::{ListPlan, Plan, Step};
use super::ty::{Part, Type};
use super::value::{Sequence, Wire};
use super::{Decoder, Encoder};

impl<T: Wire> Wire for Vec<T> {
    const MIN: u32 = 8;

    fn ty() -> Type {
        Type::List(Part::listed::<T>())
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn put(&self, out: &mut Encoder) {
        match T::SEQUENCE {
            Sequence::Words => out.words(self.len(), self.iter()),
            Sequence::Items => {
                out.uint(self.len() as u64);
                out.element_bits(self.iter());
                T::put_all(self, out);
            }
        }
    }

    fn give(&mut self, out: &mut Encoder) {
        match T::SEQUENCE {
            Sequence::Words => self.put(out),
            Sequence::Items => {
                out.uint(self.len() as u64);
                out.element_bits(self.iter());
                T::give_all(self, out);
            }
        }
    }

    #[inline]
    fn get(input: &mut Decoder<'_>, bits: u64) -> Result<Self> {
        let mut items = Self::new();
        items.fill(input, bits)?;
        Ok(items)
    }

    #[inline]
    fn fill(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<()> {
        match T::SEQUENCE {
            Sequence::Words => input.numbers(self),
            Sequence::Items => {
                let count = input.count(u64::from(T::MIN))?;
                input.charge::<T>(count)?;
                input.elements(self, count)
            }
        }
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        match plan.step {
            Step::Same => Self::get(input, bits),
            Step::List(list) => input.list_by_plan(list),
            _ => Err(input.incompatible()),
        }
    }
}

impl<T: Wire, const N: usize> Wire for [T; N] {
    const MIN: u32 = array_min(N as u64, T::BITS as u64, T::MIN as u64);

    fn ty() -> Type {
        Type::Array(N as u32, Part::listed::<T>())
    }

    #[inline]
    fn blank() -> Self {
        core::array::from_fn(|_| T::blank())
    }

    fn put(&self, out: &mut Encoder) {
        out.element_bits(self.iter());
        T::put_all(self, out);
    }

    fn get(input: &mut Decoder<'_>, _: u64) -> Result<Self> {
        let mut array = Self::blank();
        array.fill(input, 0)?;
        Ok(array)
    }

    fn fill(&mut self, input: &mut Decoder<'_>, _: u64) -> Result<()> {
        let bits = input.element_bits(N, T::BITS)?;
        for (index, item) in self.iter_mut().enumerate() {
            item.fill(input, bits.at(index * T::BITS as usize, T::BITS))?;
        }
        Ok(())
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<Self> {
        let mut array = Self::blank();
        array.fill_planned(input, plan, bits)?;
        Ok(array)
    }

    fn fill_planned(&mut self, input: &mut Decoder<'_>, plan: &Plan, bits: u64) -> Result<()> {
        let list = match plan.step {
            Step::Same => return self.fill(input, bits),
            Step::Array(list) => list,
            _ => return Err(input.incompatible()),
        };
        let plan = input.plan(list.item)?;
        let bits = input.element_bits(N, list.bits)?;
        for (index, item) in self.iter_mut().enumerate() {
            let own = bits.at(index * list.bits as usize, list.bits);
            item.fill_planned(input, plan, own)?;
        }
        Ok(())
    }

    fn blank_boxed() -> Box<Self> {
        let items: Vec<T> = core::iter::repeat_with(T::blank).take(N).collect();
        let array = items.into_boxed_slice().try_into();
        array.ok().expect("there are N items")
    }
}

/// The least bits of an array; `MAX` if they do not fit.
const fn array_min(count: u64, bits: u64, least: u64) -> u32 {
    assert!(count > 0, "an array has at least one element");
    let header = (count * bits).div_ceil(8) * 8;
    let all = header + count * (least - bits);
    if all > u32::MAX as u64 {
        u32::MAX
    } else {
        all as u32
    }
}

impl Encoder {
    /// Writes numbers: count and width, then one block of the smallest width that fits all.
    pub(super) fn words<'v, T: Wire>(
        &mut self,
        count: usize,
        items: impl Iterator<Item = &'v T> + Clone,
    ) {
        let all = items.clone().fold(0, |all, item| all | item.word());
        let code = match all {
            0..=0xff => 0,
            0x100..=0xffff => 1,
            0x1_0000..=0xffff_ffff => 2,
            _ => 3,
        };
        self.uint((count as u64) << 2 | code);
        self.fill(count << code, |room| match code {
            0 => items.for_each(|item| room.store([item.word() as u8], 1)),
            1 => items.for_each(|item| room.store((item.word() as u16).to_le_bytes(), 2)),
            2 => items.for_each(|item| room.store((item.word() as u32).to_le_bytes(), 4)),
            _ => items.for_each(|item| room.store(item.word().to_le_bytes(), 8)),
        });
    }

    /// Writes the header bits of all elements, packed into whole bytes.
    pub(super) fn element_bits<'v, T: Wire>(&mut self, items: impl Iterator<Item = &'v T>) {
        match T::BITS {
            0 => {}
            1 => self.single_bits(items.map(Wire::bits)),
            bits => self.packed(items.map(|item| (bits, item.bits()))),
        }
    }

    /// Writes one bit for each element, in whole bytes.
    fn single_bits(&mut self, mut bits: impl Iterator<Item = u64>) {
        loop {
            let (mut word, mut count) = (0, 0);
            for bit in bits.by_ref().take(64) {
                word |= bit << count;
                count += 1;
            }
            self.header(count, word);
            if count < 64 {
                return;
            }
        }
    }

    /// Writes groups of (number of bits, bits) without gaps, in whole bytes.
    pub(super) fn packed(&mut self, groups: impl Iterator<Item = (u32, u64)>) {
        let (mut waiting, mut held) = (0, 0);
        for (width, bits) in groups {
            waiting |= bits << held;
            held += width;
            if held >= 64 {
                self.header(64, waiting);
                held -= 64;
                waiting = bits.checked_shr(width - held).unwrap_or(0);
            }
        }
        if held > 0 {
            self.header(held, waiting);
        }
    }
}

impl<'a> Decoder<'a> {
    /// Reads elements whose count has been checked and charged.
    #[inline]
    fn elements<T: Wire>(&mut self, items: &mut Vec<T>, count: usize) -> Result<()> {
        if T::BITS == 0 {
            return T::fill_all(items, self, count);
        }
        let bits = self.element_bits(count, T::BITS)?;
        self.filled(items, count, T::blank, |value, input, index| {
            value.fill(input, bits.at(index * T::BITS as usize, T::BITS))
        })
    }

    /// Reads a list of numbers.
    fn numbers<T: Wire>(&mut self, items: &mut Vec<T>) -> Result<()> {
        let words = self.words()?;
        self.charge::<T>(words.len())?;
        let mut failed = Ok(());
        *items = Vec::with_capacity(words.len());
        words.for_each(|word| match T::from_word(word, self) {
            Ok(item) => items.push(item),
            Err(error) => failed = Err(error),
        });
        failed
    }

    fn list_by_plan<T: Wire>(&mut self, list: ListPlan) -> Result<Vec<T>> {
        if list.words {
            let words = self.words()?;
            return self.words_by_plan(list, words);
        }
        let count = self.count(list.least)?;
        self.items_by_plan(list, count)
    }

    fn items_by_plan<T: Wire>(&mut self, list: ListPlan, count: usize) -> Result<Vec<T>> {
        self.charge::<T>(count)?;
        let plan = self.plan(list.item)?;
        let bits: Bits<'a> = self.element_bits(count, list.bits)?;
        let mut items = Vec::new();
        self.filled(&mut items, count, T::blank, |value, input, index| {
            let own = bits.at(index * list.bits as usize, list.bits);
            value.fill_planned(input, plan, own)
        })?;
        Ok(items)
    }

    /// Numbers that are read as another type: each is passed on in the form that it has alone.
    fn words_by_plan<T: Wire>(&mut self, list: ListPlan, words: Words<'_>) -> Result<Vec<T>> {
        self.charge::<T>(words.len())?;
        let plan = self.plan(list.item)?;
        let mut items = Vec::with_capacity(words.len());
        let mut failed = None;
        let mut form = Vec::new();
        words.for_each(|word| {
            if failed.is_some() {
                return;
            }
            form.clear();
            let mut writer = Encoder::new(std::mem::take(&mut form));
            writer.uint(word);
            (form, ..) = writer.finish();
            let mut inner = self.inner(&form, self.offset(), self.table);
            match T::get_planned(&mut inner, plan, 0) {
                Ok(item) => items.push(item),
                Err(error) => failed = Some(error),
            }
        });
        match failed {
            None => Ok(items),
            Some(error) => Err(error),
        }
    }
}
