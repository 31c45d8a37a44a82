//! The targets as a table, and in one sentence.

use std::fmt::Write;

use crate::publish::head;
use crate::rpc::target::{Bound, Condition, Verdict};

/// The table: the target, the measurement, that of a program without any runtime if there is one, and whether the
/// target is met. Targets without a measurement are left out.
pub fn write(out: &mut String, verdicts: &[Verdict]) {
    let _ = writeln!(out, "{}\n", summary(verdicts));
    head(
        out,
        &["measure", "target", "measured", "without a runtime", ""],
    );
    let seen = |verdict: &&Verdict| {
        let mut conditions = verdict.conditions.iter();
        conditions.any(|condition| condition.measured.is_some())
    };
    for verdict in verdicts.iter().filter(seen) {
        let all = |cell: fn(&Condition) -> String| {
            let cells: Vec<String> = verdict.conditions.iter().map(cell).collect();
            cells.join("; ")
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            verdict.number,
            verdict.measure,
            all(bound),
            all(|condition| condition.measured.map_or("–".to_owned(), figure)),
            verdict.bare.map_or("–".to_owned(), |(who, bare)| format!(
                "{who}: {}",
                figure(bare)
            )),
            match verdict.holds {
                Some(true) => "holds",
                Some(false) => "**misses**",
                None => "partly measured",
            }
        );
    }
    out.push('\n');
}

/// How many targets are met.
pub fn summary(verdicts: &[Verdict]) -> String {
    let count = |wanted| {
        let found = verdicts.iter().filter(|verdict| verdict.holds == wanted);
        found.count()
    };
    let (all, held) = (verdicts.len(), count(Some(true)));
    let mut text = format!("Of the {all} targets that Sinew has set itself, {held} hold");
    match count(None) {
        0 => {}
        unknown => {
            let _ = write!(text, ", and {unknown} were not measured whole in this run");
        }
    }
    text + "."
}

fn bound(condition: &Condition) -> String {
    let unit = condition.unit;
    match condition.bound {
        Bound::AtMost(bound) => format!("≤ {bound} {unit}"),
        Bound::AtLeast(bound) => format!("≥ {bound} {unit}"),
    }
}

fn figure(figure: f64) -> String {
    match figure {
        ..1.0 => format!("{figure:.3}"),
        1.0..100.0 => format!("{figure:.2}"),
        _ => format!("{figure:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(measured: [Option<f64>; 2]) -> Verdict {
        let bounds = [Bound::AtMost(2.0), Bound::AtLeast(0.9)];
        let conditions = bounds.into_iter().zip(measured);
        let conditions = conditions.map(|(bound, measured)| Condition {
            unit: "times",
            bound,
            measured,
        });
        Verdict::new(1, "something", conditions.collect(), Some(("nobody", 1.25)))
    }

    #[test]
    fn a_target_holds_when_all_its_bounds_do() {
        assert_eq!(verdict([Some(2.0), Some(0.9)]).holds, Some(true));
        assert_eq!(verdict([Some(2.001), None]).holds, Some(false));
        assert_eq!(verdict([Some(2.0), Some(0.89)]).holds, Some(false));
        assert_eq!(verdict([Some(2.0), None]).holds, None);
    }

    #[test]
    fn the_table_tells_what_was_asked_and_found() {
        let mut table = String::new();
        let verdicts = [[Some(2.5), None], [None, Some(3.0)], [None; 2]];
        write(&mut table, &verdicts.map(verdict));
        assert_eq!(
            table,
            "Of the 3 targets that Sinew has set itself, 0 hold, and 2 were not measured whole in this run.\n\n\
             | | measure | target | measured | without a runtime |  |\n|---|---|---|---|---|---|\n\
             | 1 | something | ≤ 2 times; ≥ 0.9 times | 2.50; – | nobody: 1.25 | **misses** |\n\
             | 1 | something | ≤ 2 times; ≥ 0.9 times | –; 3.00 | nobody: 1.25 | partly measured |\n\n"
        );
    }
}
