//! Explains lists, sets, arrays and maps whose elements have rows of their own.

use super::body::{Walk, Walked};
use super::rows::{counted, shortened};
use crate::bytes::Bits;
use crate::head::Kind;
use crate::read::Step;
use crate::schema::Type;

/// Maximum number of characters of a type's name.
pub(super) const NAME: usize = 36;

impl<'a> Walk<'a, '_> {
    pub(super) fn list(&mut self, label: &str, item: &'a Kind, ty: Option<&'a Type>) -> Walked {
        let start = self.bytes.at();
        let count = self.bytes.number()?;
        let taken = self.bytes.at() - start;
        self.items(label, count, item, ty, taken)
    }

    /// Explains elements after a count of `taken` bytes.
    pub(super) fn items(
        &mut self,
        label: &str,
        count: u64,
        item: &'a Kind,
        ty: Option<&'a Type>,
        taken: usize,
    ) -> Walked {
        let mut bits = self.bytes.bits_of_elements(count, item.bits())?;
        let of = shortened(&self.names.spell(item), NAME);
        let taken = taken + (item.bits() * count as usize).div_ceil(8);
        let elements = counted(count as usize, "element");
        self.row(taken, &format!("{label}: {elements}, {of}"))?;
        self.depth += 1;
        for index in 0..count as usize {
            let own = bits.next(item.bits());
            self.within(Step::Item(index), |walk| {
                walk.value(&format!("[{index}]"), item, ty, &own)
            })?;
        }
        self.depth -= 1;
        Ok(())
    }

    pub(super) fn map(
        &mut self,
        label: &str,
        key: (&'a Kind, Option<&'a Type>),
        value: (&'a Kind, Option<&'a Type>),
    ) -> Walked {
        let start = self.bytes.at();
        let count = self.bytes.number()?;
        let widths = (key.0.bits(), value.0.bits());
        let mut bits: Bits = self.bytes.bits_of_elements(count, widths.0 + widths.1)?;
        let of = [key, value].map(|(kind, _)| shortened(&self.names.spell(kind), NAME));
        let entries = match count {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        self.row(
            self.bytes.at() - start,
            &format!("{label}: {entries}, {}", of.join(" to ")),
        )?;
        self.depth += 1;
        for index in 0..count as usize {
            let own = (bits.next(widths.0), bits.next(widths.1));
            self.within(Step::Item(index), |walk| {
                walk.value(&format!("[{index}] key"), key.0, key.1, &own.0)?;
                walk.value(&format!("[{index}] value"), value.0, value.1, &own.1)
            })?;
        }
        self.depth -= 1;
        Ok(())
    }
}
