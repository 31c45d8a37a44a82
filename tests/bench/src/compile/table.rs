//! The figures as tables in Markdown.

use std::fmt::Write;

use super::generated::{self, Generated};
use super::{MORE_STRUCTS, ROUNDS, Report, Row, STRUCTS, peers};
use crate::publish::head;

/// The tables, with an explanation.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    compilers(&mut out, report);
    code(&mut out, &report.generated);
    for missing in &report.missing {
        let _ = writeln!(out, "{missing}.\n");
    }
    let _ = writeln!(out, "{}", report.provenance);
    out
}

/// Two sentences for the README.
pub fn summary(report: &Report) -> String {
    let seconds = |name: &str| {
        let row = report
            .rows
            .iter()
            .find(|row| row.structs == STRUCTS && row.name == name);
        row.map(|row| row.usage.seconds)
    };
    let other = compared(report).map_or("nothing", |row| row.name);
    let relative = |name| Some(seconds(name)? / seconds(other)?);
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
    format!(
        "The compiler checks a schema of {STRUCTS} structs with 20 fields in {} times the CPU time of `{other}`, and generates \
         its Rust in {} times; in a build script without optimisation that is {} s. {}\n",
        figure(relative(peers::CHECK)),
        figure(relative(peers::OPTIMISED)),
        figure(seconds(peers::AS_BUILT)),
        report.provenance
    )
}

/// The baseline of the others: the first of another project that is installed.
fn compared(report: &Report) -> Option<&Row> {
    let mut rows = report.rows.iter();
    rows.find(|row| !row.name.starts_with("sinew"))
}

fn compilers(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "{STRUCTS} structs of 20 fields. CPU time (user and system), fastest of {ROUNDS} runs.\n"
    );
    let more = format!("{MORE_STRUCTS} structs");
    let columns = [
        "CPU s",
        "relative",
        "peak MB",
        "output MB",
        "bytes out per byte in",
        &more,
    ];
    head(out, &columns);
    let rows = || report.rows.iter().filter(|row| row.structs == STRUCTS);
    let other = compared(report).map_or(1.0, |row| row.usage.seconds);
    for row in rows() {
        let is_larger = |more: &&Row| more.name == row.name && more.structs == MORE_STRUCTS;
        let cells = cells(row, other, report.rows.iter().find(is_larger));
        let _ = writeln!(out, "| {} | {} |", row.name, cells.join(" | "));
    }
    out.push('\n');
}

fn cells(row: &Row, other: f64, more: Option<&Row>) -> [String; 6] {
    let none = || "–".to_owned();
    let usage = row.usage;
    let mega = |bytes: u64| bytes as f64 / 1e6;
    let wrote = (usage.output > 0).then_some(usage.output);
    [
        format!("{:.2}", usage.seconds),
        format!("{:.2}", usage.seconds / other),
        format!("{:.0}", mega(usage.memory)),
        wrote.map_or_else(none, |bytes| format!("{:.1}", mega(bytes))),
        wrote.map_or_else(none, |bytes| {
            format!("{:.2}", bytes as f64 / row.input as f64)
        }),
        more.map_or_else(none, |more| {
            let seconds = more.usage.seconds;
            format!(
                "{seconds:.2} s, {:.1} times as long",
                seconds / usage.seconds
            )
        }),
    ]
}

/// The cost of generated code.
fn code(out: &mut String, all: &[Generated]) {
    let _ = writeln!(
        out,
        "The code for {} such structs, in a crate of its own whose dependencies are built. Lines that are not empty; CPU \
         time of `cargo build`, fastest of {} builds without incremental compilation.\n",
        generated::STRUCTS,
        generated::BUILDS
    );
    head(
        out,
        &[
            "lines",
            "lines per line of schema",
            "kB",
            "dev, CPU s",
            "release, CPU s",
        ],
    );
    for one in all {
        let _ = writeln!(out, "| {} | {} |", one.name, one.cells().join(" | "));
    }
    out.push('\n');
}
