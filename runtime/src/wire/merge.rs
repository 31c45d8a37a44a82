//! Finds the fields of a struct if its writer has another shape, or if its header has more bits than a word. Both sides
//! have their fields in the order of ids, so this is a merge: no field needs to be stored until its turn. Fields are
//! read in `fields`.

use super::bits::Bits;
use super::decoder::Decoder;
use super::error::{DecodeError, Result};
use super::fields::Fields;
use super::plan::{Action, FieldPlan, Plan, Skip, Step};

/// The source of fields that are not in a run of ours.
#[derive(Debug)]
pub(super) enum Merge<'p, 'a> {
    /// All are ours, with more header bits than a word has; the index of the next field's first bit.
    Wide(Bits<'a>, usize),
    /// The next fields of another writer.
    Other(core::slice::Iter<'p, FieldPlan>, Bits<'a>),
    /// None: a field could not be read, and the decoder knows why.
    Failed,
}

/// How to read the requested field of ours.
#[derive(Debug)]
pub(super) enum Next<'t> {
    /// As the first one of a run.
    Ours,
    Planned(&'t Plan, u64),
    /// Not at all: its writer does not have it, or left it out.
    Absent,
}

impl<'p, 'a> Fields<'_, 'p, 'a> {
    /// Reads the header of a struct whose fields cannot be read in one run.
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

    /// Goes on to the field with this id and this many header bits, which is not in the current run.
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

    /// Keeps an error. Nothing is read from here on.
    #[cold]
    #[inline(never)]
    pub(super) fn fail(&mut self, error: DecodeError, place: &'static str) {
        self.until = 0;
        self.merge = Some(Merge::Failed);
        self.input.failure = Some(error.at(place));
    }

    /// Skips the remaining fields.
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
    /// Returns why a field could not be read, if that happened.
    fn failed(&mut self) -> Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Skips a field that we do not have.
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
