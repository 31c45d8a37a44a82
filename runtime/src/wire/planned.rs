//! Decodes values by a plan: the slow half of the decoder, for writers whose shape differs from ours.

use super::decoder::{Decoder, Seen};
use super::error::{DecodeErrorKind, Result};
use super::plan::{Narrow, Plan, PlanId, Step, Table};
use super::value::Wire;

impl<'a> Decoder<'a> {
    pub(super) fn table(&self) -> Result<&'a Table> {
        self.table.ok_or_else(|| self.incompatible())
    }

    pub(super) fn plan(&self, id: PlanId) -> Result<&'a Plan> {
        self.table().map(|table| table.plan(id))
    }

    /// Reads a top-level value by its plan into a blank one; `bits` is how many header bits the writer's value has.
    pub(super) fn fill_alone_by_plan<T: Wire>(
        &mut self,
        value: &mut T,
        plan: &Plan,
        bits: u32,
    ) -> Result<()> {
        let bits = match bits {
            0 => 0,
            _ => self.header(bits)?,
        };
        value.fill_planned(self, plan, bits)
    }

    /// Reads a number of a narrower kind.
    pub(super) fn widened(&mut self, plan: &Plan) -> Result<i128> {
        let Step::Widen(narrow) = &plan.step else {
            return Err(self.incompatible());
        };
        Ok(match narrow {
            Narrow::U8 => u8::from_le_bytes(self.bytes()?).into(),
            Narrow::I8 => i8::from_le_bytes(self.bytes()?).into(),
            Narrow::U16 => u16::from_le_bytes(self.bytes()?).into(),
            Narrow::I16 => i16::from_le_bytes(self.bytes()?).into(),
            Narrow::Uint => self.uint()?.into(),
            Narrow::Int => self.int()?.into(),
        })
    }

    /// Checks that an absent optional value has no bits set.
    pub(super) fn absent(&self, bits: u64) -> Result<()> {
        match bits {
            0 => Ok(()),
            _ => Err(self.error(DecodeErrorKind::SpareBits)),
        }
    }

    /// Skips a value of the writer that we do not know.
    pub(super) fn skip(&mut self, kind: super::graph::KindId, bits: u64) -> Result<()> {
        let table = self.table()?;
        table.skipper.skip(&table.peer, self, kind, bits)
    }

    /// Checks that no bytes are left, and that everything that a shape describes has occurred.
    pub(super) fn finish(&self) -> Result<()> {
        self.end()?;
        match (&self.seen, self.table) {
            (Seen::Peer(used), Some(table)) if used.len() != table.described => {
                Err(self.error(DecodeErrorKind::Unused))
            }
            _ => Ok(()),
        }
    }
}
