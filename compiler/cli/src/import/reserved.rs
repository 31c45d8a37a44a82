//! What is reserved: numbers and names.

use super::convert::Converter;
use super::names::Taken;
use super::places::{Place, nth};

/// What a declaration reserves, and how it is written here.
pub(super) struct Reserved<'a> {
    /// Where the declaration is.
    pub(super) path: &'a [i32],
    /// The numbers of the fields of its descriptor that have the ranges and the names.
    pub(super) tags: [i32; 2],
    /// The ranges, with both ends.
    pub(super) ranges: Vec<(i32, i32)>,
    /// The largest number there, and here.
    pub(super) largest: [i32; 2],
    pub(super) names: Vec<String>,
}

impl Reserved<'_> {
    /// The places of the statements.
    pub(super) fn statements<'c>(&self, converter: &'c Converter<'_>) -> Vec<&'c Place> {
        let [ranges, names] = self.tags;
        let of = |tag| {
            converter
                .proto
                .places
                .all(&[self.path, &[tag]].concat())
                .iter()
        };
        of(ranges).chain(of(names)).collect()
    }

    /// One statement. `taken` has the names that members have.
    pub(super) fn write(
        &self,
        converter: &mut Converter<'_>,
        statement: Place,
        taken: &mut Taken,
    ) -> String {
        let [ranges, names] = self.tags;
        let mut entries = Vec::new();
        for (index, place) in self.inside(converter, statement, ranges, self.ranges.len()) {
            entries.extend(self.range(converter, place, self.ranges[index]));
        }
        for (index, place) in self.inside(converter, statement, names, self.names.len()) {
            let name = &self.names[index];
            match taken.has(name) {
                true => {
                    let message =
                        format!("`{name}` is the name of a member, so it is not reserved");
                    converter.note(place, message);
                }
                false => entries.push(format!("\"{}\"", taken.take(name, "_"))),
            }
        }
        let text = match entries.is_empty() {
            true => String::new(),
            false => format!("reserved {};", entries.join(", ")),
        };
        converter.statement(statement, &text)
    }

    /// The ranges or names of a statement; all of them have the order of the text.
    fn inside(
        &self,
        converter: &Converter<'_>,
        statement: Place,
        tag: i32,
        count: usize,
    ) -> Vec<(usize, Place)> {
        let place = |index| converter.proto.places.of_path(&nth(self.path, tag, index));
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            match place(middle).start < statement.start {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        let places = (low..count).map(|index| (index, place(index)));
        places
            .take_while(|(_, place)| statement.contains(*place))
            .collect()
    }

    fn range(
        &self,
        converter: &mut Converter<'_>,
        place: Place,
        (start, end): (i32, i32),
    ) -> Option<String> {
        let [there, here] = self.largest;
        if start > here {
            let message = format!("ids end at {here}, so this is not reserved");
            converter.note(place, message);
            return None;
        }
        Some(match end {
            end if end == start => start.to_string(),
            end if end >= here.min(there) => format!("{start}..=max"),
            end => format!("{start}..={end}"),
        })
    }
}
