//! Finds the fields of a struct whose writer is another one, or whose header has more bits than a word. This is a merge, as both sides
//! have their fields in the order of the ids: no field is stored before its turn. How fields are read is in `fields`.

use super::bits::Bits;
use super::decoder::Decoder;
use super::error::{DecodeError, Result};
use super::fields::Fields;
use super::plan::{Action, FieldPlan, Plan, Skip, Step};

/// Where the fields come from that are not in a run of ours.
#[derive(Debug)]
pub(super) enum Merge<'p, 'a> {
    /// All are ours, with more header bits than a word has; the first bit of the next field.
    Wide(Bits<'a>, usize),
    /// Another writer's fields that come next.
    Other(core::slice::Iter<'p, FieldPlan>, Bits<'a>),
    /// Nowhere any more: one could not be read, and the decoder knows why.
    Failed,
}

/// How the field of ours is read that was asked for.
#[derive(Debug)]
pub(super) enum Next<'t> {
    /// As the first one of a run.
    Ours,
    Planned(&'t Plan, u64),
    /// Not at all: its writer does not have it, or left it out.
    Absent,
}

impl<'p, 'a> Fields<'_, 'p, 'a> {
    /// Reads the header of a struct whose fields are not read in one run.
    #[cold]
    #[inline(never)]
    pub(super) fn begin_merging(&mut self, plan: &'p Plan, count: u32) -> Result<()> {
        let merge = match &plan.step {
            Step::Same => Merge::Wide(self.input.element_bits(1, count)?, 0),
            Step::Record(record) => {
                if record.fields.is_empty() {
                    self.input.empty()?;
                }
                let header = self.input.element_bits(1, record.bits)?;
                Merge::Other(record.fields.iter(), header)
            }
            _ => return Err(self.input.incompatible()),
        };
        self.until = 0;
        self.merge = Some(merge);
        Ok(())
    }

    /// Goes on to the field with this id, which has so many header bits; it is not in the present run.
    #[inline(never)]
    pub(super) fn find(&mut self, id: u16, count: u32) -> Result<Next<'a>> {
        let (rest, header) = match &mut self.merge {
            Some(Merge::Wide(header, at)) => {
                self.bits = header.at(*at, count);
                *at += count as usize;
                self.until = id + 1;
                return Ok(Next::Ours);
            }
            Some(Merge::Other(rest, header)) => (rest, *header),
            Some(Merge::Failed) | None => return self.input.failed().map(|()| Next::Absent),
        };
        while let Some(field) = rest.as_slice().first() {
            if field.id > id {
                break;
            }
            rest.next();
            let bits = field.bits(header);
            match field.action {
                Action::Skip(skip) => self.input.pass(skip, bits)?,
                Action::Same => {
                    (self.until, self.bits) = (field.until, bits);
                    return Ok(Next::Ours);
                }
                Action::Read(plan) => return Ok(Next::Planned(self.input.plan(plan)?, bits)),
                Action::ReadIfPresent(_) if bits & 1 == 0 => break,
                Action::ReadIfPresent(plan) => {
                    return Ok(Next::Planned(self.input.plan(plan)?, bits >> 1));
                }
            }
        }
        Ok(Next::Absent)
    }

    /// Keeps an error; nothing is read from here on.
    #[cold]
    #[inline(never)]
    pub(super) fn fail(&mut self, error: DecodeError, place: &'static str) {
        self.until = 0;
        self.merge = Some(Merge::Failed);
        self.input.failure = Some(error.at(place));
    }

    /// Passes over the fields that are left.
    #[cold]
    #[inline(never)]
    pub(super) fn finish_merging(&mut self) -> Result<()> {
        let (rest, header) = match &mut self.merge {
            Some(Merge::Other(rest, header)) => (rest, *header),
            Some(Merge::Wide(..)) => return Ok(()),
            Some(Merge::Failed) | None => return self.input.failed(),
        };
        rest.try_for_each(|field| match field.action {
            Action::Skip(skip) => self.input.pass(skip, field.bits(header)),
            Action::Same | Action::Read(_) | Action::ReadIfPresent(_) => {
                Err(self.input.incompatible())
            }
        })
    }
}

impl Decoder<'_> {
    /// Why a field could not be read, if so.
    fn failed(&mut self) -> Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Passes over a field that we do not have.
    #[inline]
    fn pass(&mut self, skip: Skip, bits: u64) -> Result<()> {
        match skip {
            Skip::Width(width) => self.take(width).map(drop),
            Skip::Number => self.uint().map(drop),
            Skip::Sized => self.sized().map(drop),
            Skip::Kind(kind) => self.skip(kind, bits),
        }
    }
}

impl FieldPlan {
    /// The header bits of the field or run.
    #[inline]
    fn bits(&self, header: Bits<'_>) -> u64 {
        match self.bits {
            0 => 0,
            width => header.at(self.bit as usize, width),
        }
    }
}
