//! Whether what was measured holds the targets.

mod list;

use serde::Serialize;

use super::report::Report;
use list::{TARGETS, Target};

/// What was found of one target.
#[derive(Serialize)]
pub struct Verdict {
    /// The target's number.
    pub number: u8,
    /// What is measured.
    pub measure: &'static str,
    /// What must hold, all of it.
    pub conditions: Vec<Condition>,
    /// A program without any runtime, and what its figure is for the first condition.
    pub bare: Option<(&'static str, f64)>,
    /// Whether it does, if that can be told.
    pub holds: Option<bool>,
}

/// One bound of a target.
#[derive(Serialize)]
pub struct Condition {
    /// What the figure counts, or what it is a multiple of.
    pub unit: &'static str,
    /// The bound.
    pub bound: Bound,
    /// The figure, if it was measured.
    pub measured: Option<f64>,
}

/// A bound, on the side that it is on.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The figure must not be higher.
    AtMost(f64),
    /// The figure must not be lower.
    AtLeast(f64),
}

impl Verdict {
    /// The verdict over what was measured: a target does not hold as soon as one of its bounds is broken.
    pub fn new(
        number: u8,
        measure: &'static str,
        conditions: Vec<Condition>,
        bare: Option<(&'static str, f64)>,
    ) -> Self {
        let all = || conditions.iter().map(Condition::holds);
        let holds = match all().any(|holds| holds == Some(false)) {
            true => Some(false),
            false => all().all(|holds| holds.is_some()).then_some(true),
        };
        Self {
            number,
            measure,
            conditions,
            bare,
            holds,
        }
    }
}

impl Condition {
    fn holds(&self) -> Option<bool> {
        let measured = self.measured?;
        Some(match self.bound {
            Bound::AtMost(bound) => measured <= bound,
            Bound::AtLeast(bound) => measured >= bound,
        })
    }
}

/// What the report says of each target.
pub fn verdicts(report: &Report) -> Vec<Verdict> {
    let verdict = |target: &Target| {
        let conditions = target.bounds.iter().map(|(bound, unit, figure)| Condition {
            unit,
            bound: *bound,
            measured: figure(report),
        });
        let bare = target
            .bare
            .and_then(|(who, figure)| Some((who, figure(report)?)));
        Verdict::new(target.number, target.measure, conditions.collect(), bare)
    };
    TARGETS.iter().map(verdict).collect()
}
