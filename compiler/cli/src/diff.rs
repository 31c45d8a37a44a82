//! Unified diffs of what a command would change, for `patch -p1` and `git apply`.

use std::fmt::Write as _;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;
/// With more edits than this, the whole differing part is shown as removed and added. Bounds time and memory.
const MAX_EDITS: usize = 500;

/// The diff from `before` to `after`; empty if they are equal.
pub(crate) fn unified(name: &str, before: &str, after: &str) -> String {
    let (old, new) = (lines(before), lines(after));
    let steps = steps(&old, &new);
    let mut out = String::new();
    let mut next = 0;
    while let Some(change) = position_from(next, |at| steps.get(at).map(|step| !step.is_keep())) {
        let first = change.saturating_sub(CONTEXT).max(next);
        let mut last = change;
        // Changes that are close together share a hunk.
        while let Some(at) = position_from(last + 1, |at| steps.get(at).map(|step| !step.is_keep()))
            && at - last <= 2 * CONTEXT + 1
        {
            last = at;
        }
        next = (last + 1 + CONTEXT).min(steps.len());
        hunk(&mut out, &steps[..first], &steps[first..next]);
    }
    if out.is_empty() {
        return out;
    }
    let name = name.trim_start_matches('/');
    format!("--- a/{name}\n+++ b/{name}\n{out}")
}

/// A line of one or both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'t> {
    Keep(&'t str),
    Remove(&'t str),
    Add(&'t str),
}

impl Step<'_> {
    fn is_keep(self) -> bool {
        matches!(self, Step::Keep(_))
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The first position from `start` on that is `wanted`, which returns `None` past the end.
fn position_from(start: usize, wanted: impl Fn(usize) -> Option<bool>) -> Option<usize> {
    let mut at = start;
    while !wanted(at)? {
        at += 1;
    }
    Some(at)
}

fn hunk(out: &mut String, in_front: &[Step<'_>], steps: &[Step<'_>]) {
    let old = |steps: &[Step<'_>]| steps.iter().filter(|s| !matches!(s, Step::Add(_))).count();
    let new = |steps: &[Step<'_>]| {
        steps
            .iter()
            .filter(|s| !matches!(s, Step::Remove(_)))
            .count()
    };
    let (removed, added) = (old(steps), new(steps));
    // Line numbers start at 1; an empty range has the number of the line before it.
    let old_start = old(in_front) + usize::from(removed > 0);
    let new_start = new(in_front) + usize::from(added > 0);
    _ = writeln!(out, "@@ -{old_start},{removed} +{new_start},{added} @@");
    for step in steps {
        let (sign, line) = match step {
            Step::Keep(line) => (' ', line),
            Step::Remove(line) => ('-', line),
            Step::Add(line) => ('+', line),
        };
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// The edit script that turns `old` into `new`.
fn steps<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Step<'t>> {
    let same = |(a, b): &(&&str, &&str)| a == b;
    let start = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(same)
        .count();
    let old_middle = &old_rest[..old_rest.len() - end];
    let new_middle = &new_rest[..new_rest.len() - end];
    let mut steps: Vec<_> = old[..start].iter().map(|line| Step::Keep(line)).collect();
    match shortest(old_middle, new_middle) {
        Some(middle) => steps.extend(middle),
        None => {
            steps.extend(old_middle.iter().map(|line| Step::Remove(line)));
            steps.extend(new_middle.iter().map(|line| Step::Add(line)));
        }
    }
    steps.extend(old[old.len() - end..].iter().map(|line| Step::Keep(line)));
    steps
}

/// The shortest edit script (E. Myers, "An O(ND) difference algorithm and its variations", 1986); `None` if it has more
/// than [`MAX_EDITS`] edits.
///
/// `reach[k]` is the furthest position in `old` that this many edits reach on diagonal `k`, where `k` more lines of
/// `old` than of `new` are used. Diagonals are offset by `MAX_EDITS + 1`.
fn shortest<'t>(old: &[&'t str], new: &[&'t str]) -> Option<Vec<Step<'t>>> {
    let middle = MAX_EDITS + 1;
    let mut reach = vec![0; 2 * middle + 1];
    let mut history: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=MAX_EDITS {
        history.push(reach[middle - edits..=middle + edits].to_vec());
        for k in (middle - edits..=middle + edits).step_by(2) {
            let by_adding =
                k == middle - edits || (k != middle + edits && reach[k - 1] < reach[k + 1]);
            let mut x = if by_adding {
                reach[k + 1]
            } else {
                reach[k - 1] + 1
            };
            let Some(mut y) = (x + middle).checked_sub(k) else {
                continue;
            };
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            reach[k] = x;
            if x >= old.len() && y >= new.len() {
                return Some(walk_back(old, new, &history));
            }
        }
    }
    None
}

/// Traces the shortest edit script backwards; `history[d]` is `reach` before the `d`-th edit, for diagonals `-d` to
/// `d`.
fn walk_back<'t>(old: &[&'t str], new: &[&'t str], history: &[Vec<usize>]) -> Vec<Step<'t>> {
    let mut steps = Vec::new();
    let (mut x, mut y) = (old.len(), new.len());
    for (edits, reach) in history.iter().enumerate().skip(1).rev() {
        // The index of this diagonal in `reach`.
        let k = edits + x - y;
        let by_adding = k == 0 || (k != 2 * edits && reach[k - 1] < reach[k + 1]);
        let from = if by_adding {
            reach[k + 1]
        } else {
            reach[k - 1]
        };
        let start = if by_adding { from } else { from + 1 };
        while x > start {
            (x, y) = (x - 1, y - 1);
            steps.push(Step::Keep(old[x]));
        }
        if by_adding {
            y -= 1;
            steps.push(Step::Add(new[y]));
        } else {
            x -= 1;
            steps.push(Step::Remove(old[x]));
        }
    }
    while x > 0 {
        x -= 1;
        steps.push(Step::Keep(old[x]));
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(unified("a.idl", "a\nb\n", "a\nb\n"), "");
    }

    #[test]
    fn a_change_is_shown_with_three_lines_around_it() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n";
        let expected = "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
        assert_eq!(unified("x", before, after), expected);
    }

    #[test]
    fn changes_far_apart_have_hunks_of_their_own() {
        let text = |first: &str, last: &str| format!("{first}\n{}{last}\n", "same\n".repeat(7));
        let diff = unified("x", &text("a", "b"), &text("c", "d"));
        assert_eq!(diff.matches("@@ -").count(), 2, "{diff}");
        let text = |first: &str, last: &str| format!("{first}\n{}{last}\n", "same\n".repeat(6));
        let diff = unified("x", &text("a", "b"), &text("c", "d"));
        assert_eq!(diff.matches("@@ -").count(), 1, "{diff}");
    }

    #[test]
    fn empty_texts_and_missing_line_ends_are_marked() {
        assert_eq!(
            unified("x", "", "a\n"),
            "--- a/x\n+++ b/x\n@@ -0,0 +1,1 @@\n+a\n"
        );
        let expected = "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n";
        assert_eq!(unified("x", "a", "a\n"), expected);
    }

    /// Every pair of texts of up to five lines with two different lines.
    #[test]
    fn the_steps_lead_from_one_text_to_the_other() {
        let texts: Vec<Vec<&str>> = (0..6_u32)
            .flat_map(|length| (0..1 << length).map(move |bits| (length, bits)))
            .map(|(length, bits)| {
                (0..length)
                    .map(|i| if bits >> i & 1 == 0 { "a" } else { "b" })
                    .collect()
            })
            .collect();
        for old in &texts {
            for new in &texts {
                assert_leads(old, new, &steps(old, new));
            }
        }
        let (old, new) = (vec!["a"; 2000], vec!["b"; 1500]);
        assert_leads(&old, &new, &steps(&old, &new));
    }

    fn assert_leads(old: &[&str], new: &[&str], steps: &[Step<'_>]) {
        let from: Vec<&str> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Keep(line) | Step::Remove(line) => Some(*line),
                Step::Add(_) => None,
            })
            .collect();
        let to: Vec<&str> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Keep(line) | Step::Add(line) => Some(*line),
                Step::Remove(_) => None,
            })
            .collect();
        assert_eq!((from.as_slice(), to.as_slice()), (old, new));
    }
}
