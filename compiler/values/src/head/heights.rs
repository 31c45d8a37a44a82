//! The least depth of values of a head, to refuse heads whose values would be infinite or too deep.

use super::parse::DEPTH;
use super::{Head, Kind};
use crate::refused::Fault;

impl Head {
    /// Checks that no struct directly contains itself, and that no chain of structs and arrays is longer than 64.
    pub(super) fn ends(&self) -> Result<(), Fault> {
        let mut heights = vec![Height::Unknown; self.records.len()];
        for number in 0..self.records.len() {
            self.height(&Kind::Record(number), &mut heights, 0)?;
        }
        let payloads = self.unions.iter().flatten().map(|(_, kind)| kind);
        for kind in payloads.chain([&self.root]) {
            self.height(kind, &mut heights, 0)?;
        }
        Ok(())
    }

    /// How many structs and arrays every value is nested in at least.
    fn height(&self, kind: &Kind, known: &mut [Height], depth: usize) -> Result<usize, Fault> {
        if depth > DEPTH {
            return Err(Fault::Depth);
        }
        let height = match kind {
            Kind::Record(number) => match known[*number] {
                Height::Known(height) => return Ok(height),
                Height::Asked => return Err(Fault::Infinite),
                Height::Unknown => {
                    known[*number] = Height::Asked;
                    let mut height = 0;
                    for (_, kind) in &self.records[*number] {
                        height = height.max(self.height(kind, known, depth + 1)?);
                    }
                    known[*number] = Height::Known(height + 1);
                    height + 1
                }
            },
            Kind::Array(_, item) => self.height(item, known, depth + 1)? + 1,
            _ => 0,
        };
        match height > DEPTH {
            true => Err(Fault::Depth),
            false => Ok(height),
        }
    }
}

#[derive(Clone, Copy)]
enum Height {
    Unknown,
    Asked,
    Known(usize),
}
