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
    /// Whether all of the target holds, if it can be told: it does not as soon as one bound is broken.
    pub fn holds(&self) -> Option<bool> {
        let all = || self.conditions.iter().map(Condition::holds);
        if all().any(|holds| holds == Some(false)) {
            return Some(false);
        }
        all().all(|holds| holds.is_some()).then_some(true)
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
    let verdict = |target: &Target| Verdict {
        number: target.number,
        measure: target.measure,
        conditions: target
            .bounds
            .iter()
            .map(|(bound, unit, figure)| Condition {
                unit,
                bound: *bound,
                measured: figure(report),
            })
            .collect(),
    };
    TARGETS.iter().map(verdict).collect()
}
