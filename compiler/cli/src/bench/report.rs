//! Shows the results of a run, as text or as JSON.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value, json};
use sinew_compiler::diagnostics::render::visible;

use super::figures::Figures;

/// The quantiles that are shown, with their names.
const QUANTILES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

/// The results for people.
pub(super) fn text(figures: &Figures) -> String {
    let mut text = String::new();
    let mut row = |name: &str, count: u64, more: &str| {
        let line = format!("{name:<10}{count:>12}   {}", visible(more));
        _ = writeln!(text, "{}", line.trim_end());
    };
    let rate = |count| format!("{:.0} per second", figures.per_second(count));
    let calls = figures.calls();
    row(
        "calls",
        calls,
        &format!("{}, {:.2?}", rate(calls), figures.lasted),
    );
    row("answered", figures.answered, "");
    if figures.received > 0 {
        row("messages", figures.received, &rate(figures.received));
    }
    for (name, calls) in &figures.thrown {
        row("thrown", *calls, name);
    }
    for failed in figures.failed.values() {
        row("failed", failed.calls, &failed.example);
    }
    if !figures.times.is_empty() {
        text.push('\n');
        for (name, nanos) in times(figures) {
            let time = format!("{:.1?}", Duration::from_nanos(nanos));
            _ = writeln!(text, "{name:<10}{time:>12}");
        }
    }
    text
}

/// Latencies of answered calls, in nanoseconds.
fn times(figures: &Figures) -> impl Iterator<Item = (&'static str, u64)> {
    let times = &figures.times;
    let quantiles = QUANTILES.map(|(name, at)| (name, times.value_at_quantile(at)));
    let ends = [("min", times.min()), ("mean", times.mean() as u64)];
    ends.into_iter()
        .chain(quantiles)
        .chain([("max", times.max())])
}

/// The results for programs, on one line.
pub(super) fn json(method: &str, figures: &Figures) -> String {
    let times = match figures.times.is_empty() {
        true => Value::Null,
        false => times(figures)
            .map(|(name, nanos)| (name.to_owned(), nanos.into()))
            .collect::<Map<_, _>>()
            .into(),
    };
    let failed = figures.failed.iter();
    let failed: Map<_, _> = failed
        .map(|(code, failed)| ((*code).to_owned(), failed.calls.into()))
        .collect();
    let all = json!({
        "method": method,
        "calls": figures.calls(),
        "seconds": figures.lasted.as_secs_f64(),
        "calls_per_second": figures.per_second(figures.calls()),
        "answered": figures.answered,
        "messages": figures.received,
        "thrown": figures.thrown,
        "failed": failed,
        "latency_ns": times,
    });
    format!("{all}\n")
}
