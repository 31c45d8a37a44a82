//! Statistics of rounds. On a shared machine one round is slower than another for all stacks, so stacks are compared
//! within each round, and the median of these ratios counts.

use serde::Serialize;

use super::pair::Batch;
use super::report::Sides;

/// One round of a stack under a load, in which the calls of the load are repeated. Each figure is the median.
#[derive(Clone, Copy, Serialize)]
pub struct Round {
    /// Calls, or items of a stream, in a second.
    pub rate: f64,
    /// CPU time of a call, or of a stream's item, in nanoseconds.
    pub cpu: Sides,
    /// The median of a call's time in nanoseconds, with one call at a time.
    pub latency: Option<f64>,
}

/// A figure of a round, if it is there.
pub type Figure = fn(&Round) -> Option<f64>;

/// CPU time, client and server together.
pub const CPU: Figure = |round| Some(round.cpu.sum());
/// CPU time of the server alone.
pub const SERVER: Figure = |round| Some(round.cpu.server);
/// Calls in a second.
pub const RATE: Figure = |round| Some(round.rate);
/// Time of a call.
pub const LATENCY: Figure = |round| round.latency;

impl Round {
    /// The figures of a round with these batches of `calls` calls.
    pub fn new(batches: &[Batch], calls: usize) -> Option<Self> {
        let calls = calls as f64;
        let of = |figure: fn(&Batch) -> Option<f64>| median(batches.iter().filter_map(figure));
        let cpu = |nanos: f64| nanos / calls;
        Some(Self {
            rate: calls / of(|batch| Some(batch.client.times.seconds))?,
            cpu: Sides {
                client: of(|batch| Some(batch.client.usage.cpu)).map(cpu)?,
                server: of(|batch| Some(batch.server.cpu)).map(cpu)?,
            },
            latency: of(|batch| batch.client.times.median),
        })
    }
}

/// The figure of a load: the median of its rounds.
pub fn figure(rounds: &[Round], of: Figure) -> Option<f64> {
    median(rounds.iter().filter_map(of))
}

/// The same as a multiple of another stack's: the median of the multiples in each round.
pub fn multiple(rounds: &[Round], others: &[Round], of: Figure) -> Option<f64> {
    let pairs = rounds.iter().zip(others);
    median(pairs.filter_map(|(own, other)| Some(of(own)? / of(other)?)))
}

/// The middle value, or the mean of the middle two.
fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let upper = figures.get(figures.len() / 2)?;
    let lower = figures.get((figures.len() - 1) / 2)?;
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(cpu: &[f64]) -> Vec<Round> {
        let round = |client: &f64| Round {
            rate: 1.0,
            cpu: Sides {
                client: *client,
                server: 0.0,
            },
            latency: None,
        };
        cpu.iter().map(round).collect()
    }

    #[test]
    fn a_slow_round_is_slow_for_both() {
        let (own, other) = (rounds(&[2.0, 40.0, 2.2]), rounds(&[1.0, 20.0, 1.0]));
        assert_eq!(multiple(&own, &other, CPU), Some(2.0));
        assert_eq!(figure(&own, CPU), Some(2.2));
    }

    #[test]
    fn what_was_not_measured_has_no_figure() {
        assert_eq!(figure(&rounds(&[1.0]), LATENCY), None);
        assert_eq!(multiple(&rounds(&[1.0]), &[], CPU), None);
        assert_eq!(figure(&rounds(&[1.0, 2.0]), CPU), Some(1.5));
    }
}
