//! Explains unions: described variants and escaped ones.

use super::body::{Stop, Walk, Walked};
use super::rows::bytes;
use super::whole;
use crate::head::Owner;
use crate::read::Step;
use crate::refused::{Refused, Rule};

impl Walk<'_, '_> {
    pub(super) fn union(&mut self, label: &str, number: usize, typed: bool) -> Walked {
        let owner = Owner::Union(number);
        let start = self.bytes.at();
        let id = self.bytes.number()?;
        let name = self.names.spell_owner(owner);
        let id = match u16::try_from(id) {
            Ok(0) => return self.escaped(label, owner, start, typed),
            Ok(id @ 1..=32_767) => id,
            Ok(_) | Err(_) => return Err(Rule::BadId(id).into()),
        };
        let head = self.head;
        let variants = &head.unions[number];
        let at = variants.binary_search_by_key(&id, |(known, _)| *known);
        let kind = &variants[at.map_err(|_| Rule::Undescribed(id))?].1;
        self.occurred.insert((number, id));
        let variant = self.names.label(owner, id);
        self.row(
            self.bytes.at() - start,
            &format!("{label}: {name}, variant {variant}"),
        )?;
        let known = self.names.of_member(owner, id).filter(|_| typed);
        let step = known.map_or_else(|| Step::Id(id), |(name, _)| Step::Field(name));
        self.inside(owner, |walk| {
            walk.within(step, |walk| {
                let bits = walk.bits_alone(kind)?;
                walk.value(&variant, kind, known.map(|(_, ty)| ty), &bits)
            })
        })
    }

    /// A variant unknown to the writer, which carries its own head and body.
    fn escaped(&mut self, label: &str, owner: Owner, start: usize, typed: bool) -> Walked {
        let id = self.bytes.number()?;
        let id = match u16::try_from(id) {
            Ok(id @ 1..=32_767) => id,
            Ok(_) | Err(_) => return Err(Rule::BadId(id).into()),
        };
        let name = self.names.spell_owner(owner);
        let variant = self.names.label(owner, id);
        let meaning = format!("{label}: {name}, variant {variant}, unknown to its writer");
        self.row(self.bytes.at() - start, &meaning)?;
        let start = self.bytes.at();
        let head = self.bytes.sized()?.len();
        let head_at = self.bytes.at() - head;
        self.depth += 1;
        let length = self.base + start..self.base + head_at;
        self.rows
            .row(self.depth, length, &format!("head: {}", bytes(head)))?;
        let start = self.bytes.at();
        let body = self.bytes.sized()?.len();
        let body_at = self.bytes.at() - body;
        let length = self.base + start..self.base + body_at;
        self.rows.row(self.depth, length, "length of the body")?;
        let known = self.names.of_member(owner, id).filter(|_| typed);
        let known = known.map(|(_, ty)| (self.schema, ty));
        let [head, body] = [(head_at, head), (body_at, body)]
            .map(|(at, len)| self.base + at..self.base + at + len);
        let refused = whole(head, body, self.depth, known, self.rows)?;
        match refused {
            // A reader that does not know the variant does not decode it, so the error does not matter to it.
            Some(Refused { rule, offset, .. }) if known.is_none() => {
                let end = self.base + self.bytes.at();
                let meaning = format!("what nobody reads: {rule}");
                self.rows.row(self.depth, offset.min(end)..end, &meaning)?;
            }
            Some(refused) => return Err(Stop::Inside(refused)),
            None => {}
        }
        self.depth -= 1;
        Ok(())
    }
}
