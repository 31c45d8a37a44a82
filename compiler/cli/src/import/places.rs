//! Where things are in the text of a file.

use std::collections::HashMap;

use prost_types::SourceCodeInfo;

/// A range of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Place {
    pub(super) fn contains(self, other: Place) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// The places of everything that the parser names by a path: the numbers of fields, and indices, that lead to it in a descriptor.
#[derive(Default)]
pub(super) struct Places(HashMap<Vec<i32>, Vec<Place>>);

impl Places {
    /// The parser counts lines and bytes of a line from 0.
    pub(super) fn of(text: &str, info: &SourceCodeInfo) -> Self {
        let lines: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let offset = |line: i32, column: i32| {
            let line = usize::try_from(line).ok().and_then(|line| lines.get(line));
            let column = usize::try_from(column).unwrap_or_default();
            (line.copied().unwrap_or(text.len()) + column).min(text.len())
        };
        let mut places: HashMap<Vec<i32>, Vec<Place>> = HashMap::new();
        for location in &info.location {
            let (start, end) = match location.span[..] {
                [line, start, end] => (offset(line, start), offset(line, end)),
                [line, start, last, end] => (offset(line, start), offset(last, end)),
                _ => continue,
            };
            let known = places.entry(location.path.clone()).or_default();
            known.push(Place { start, end });
        }
        places.values_mut().for_each(|known| known.sort());
        Self(places)
    }

    /// All that have the same path: statements that may be repeated, such as `reserved`.
    pub(super) fn all(&self, path: &[i32]) -> &[Place] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    /// The one; the start of the file if it is not there.
    pub(super) fn of_path(&self, path: &[i32]) -> Place {
        self.all(path).first().copied().unwrap_or_default()
    }

    /// The one at `path` and these numbers behind it.
    pub(super) fn below(&self, path: &[i32], more: &[i32]) -> Place {
        self.of_path(&below(path, more))
    }
}

/// A longer path.
pub(super) fn below(path: &[i32], more: &[i32]) -> Vec<i32> {
    [path, more].concat()
}

/// The path of the element with this index in a repeated field.
pub(super) fn nth(path: &[i32], tag: i32, index: usize) -> Vec<i32> {
    below(path, &[tag, i32::try_from(index).unwrap_or(i32::MAX)])
}
