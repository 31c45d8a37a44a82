//! Spelling suggestions.

/// Longest name in characters for which there are suggestions. Longer ones are not typing mistakes.
const MAX_CHARS: usize = 64;

/// How many letters of a name may be wrong, at most. What differs more is another name, however long it is.
const MAX_DISTANCE: usize = 3;

/// Up to three candidates for which `wanted` may be a misspelling, nearest first.
///
/// Differences in case and underscores do not count. A third of the letters, one to three, may be missing, added,
/// changed, or swapped with a neighbour; but not all letters, not one of two, and no word in front or behind.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let letters = canonical(wanted);
    if letters.len() > MAX_CHARS {
        return Vec::new();
    }
    let allowed = (letters.len() / 3).clamp(1, MAX_DISTANCE);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != wanted)
        .filter(|candidate| candidate.len() <= 2 * MAX_CHARS)
        .filter(|candidate| letters_of(candidate).count().abs_diff(letters.len()) <= allowed)
        .filter_map(|candidate| {
            let others = canonical(candidate);
            let distance = distance(&letters, &others);
            // `Id` is not a misspelling of `i8`.
            let is_half = letters.len() == others.len() && 2 * distance >= letters.len();
            let is_all = distance >= letters.len().max(others.len());
            // Nor is `GcsFile` one of `File`: it has a word more.
            let is_part =
                distance > 1 && (ends_alike(&letters, &others) || ends_alike(&others, &letters));
            let is_other = is_all || is_part || distance > 0 && is_half;
            (distance <= allowed && !is_other).then_some((distance, candidate))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Whether `long` begins or ends with `short`.
fn ends_alike(long: &[char], short: &[char]) -> bool {
    long.starts_with(short) || long.ends_with(short)
}

fn canonical(name: &str) -> Vec<char> {
    letters_of(name).collect()
}

fn letters_of(name: &str) -> impl Iterator<Item = char> {
    let letters = name.chars().filter(|c| *c != '_');
    letters.flat_map(char::to_lowercase)
}

/// Optimal string alignment distance: insertions, deletions, substitutions, and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            let mut least = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        assert_eq!(nearest("Usr", ["User", "Order"]), ["User"]);
        assert_eq!(nearest("Uesr", ["User", "Order"]), ["User"]);
        assert_eq!(
            nearest("user_name", ["userName", "userNames"]),
            ["userName", "userNames"]
        );
        assert_eq!(nearest("Ordr", ["User"]), Vec::<&str>::new());
        assert_eq!(nearest("A", ["B", "a", "AB"]), ["a", "AB"]);
    }

    #[test]
    fn the_nearest_come_first_and_are_few() {
        let names = ["abcdeg", "abcdfg", "abcxef", "abcdef1", "abcdefg"];
        assert_eq!(nearest("abcdef", names), ["abcdef1", "abcdefg", "abcdeg"]);
    }

    #[test]
    fn neighbours_that_swapped_cost_one() {
        let chars = |s: &str| s.chars().collect::<Vec<_>>();
        assert_eq!(distance(&chars("abcd"), &chars("abdc")), 1);
        assert_eq!(distance(&chars(""), &chars("abc")), 3);
        assert_eq!(distance(&chars("kitten"), &chars("sitting")), 3);
    }
}
