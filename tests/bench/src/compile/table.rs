//! The figures as a table in Markdown.

use std::fmt::{self, Write};

use super::{MORE_STRUCTS, ROUNDS, Report, Row, STRUCTS};

/// The table, and how it came about.
pub fn markdown(report: &Report) -> Result<String, fmt::Error> {
    let mut out = String::new();
    writeln!(
        out,
        "{STRUCTS} structs of 20 fields. CPU time (user and system), fastest of {ROUNDS} runs.\n"
    )?;
    writeln!(
        out,
        "| command | CPU s | relative to the first | peak MB | output MB | bytes out per byte in | \
         {MORE_STRUCTS} structs |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    let rows = || report.rows.iter().filter(|row| row.structs == STRUCTS);
    let first = rows().next().map_or(1.0, |row| row.usage.seconds);
    for row in rows() {
        let more = report
            .rows
            .iter()
            .find(|more| more.name == row.name && more.structs == MORE_STRUCTS);
        line(&mut out, row, first, more)?;
    }
    writeln!(out)?;
    for missing in &report.missing {
        writeln!(out, "{missing}.\n")?;
    }
    let versions: Vec<String> = report
        .versions
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    writeln!(
        out,
        "Measured on {} with {}: {}.",
        report.date,
        report.rustc,
        versions.join(", ")
    )?;
    Ok(out)
}

fn line(out: &mut String, row: &Row, first: f64, more: Option<&Row>) -> fmt::Result {
    let mega = |bytes: u64| bytes as f64 / 1e6;
    let usage = row.usage;
    write!(
        out,
        "| {} | {:.2} | {:.2} | {:.0} |",
        row.name,
        usage.seconds,
        usage.seconds / first,
        mega(usage.memory)
    )?;
    match usage.output {
        0 => write!(out, " – | – |")?,
        bytes => write!(
            out,
            " {:.1} | {:.1} |",
            mega(bytes),
            bytes as f64 / row.input as f64
        )?,
    }
    match more.map(|more| more.usage.seconds) {
        Some(seconds) => writeln!(
            out,
            " {seconds:.2} s, {:.1} times as long |",
            seconds / usage.seconds
        ),
        None => writeln!(out, " – |"),
    }
}
