//! The report as a Markdown table: every figure relative to the first peer's.

use std::fmt::Write;

use super::report::{Dataset, Kind, Peer, Report, Run, Time};
use crate::publish::head;

/// The tables of all runs, with an explanation.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    for run in &report.runs {
        write(&mut out, run);
    }
    let _ = writeln!(out, "{}", report.provenance);
    out
}

/// The text for the README: owned values with the system's allocator.
pub fn summary(report: &Report) -> String {
    let mut out = String::new();
    if let Some(run) = report.runs.first() {
        ratios(&mut out, run, 3);
    }
    let _ = writeln!(
        out,
        "System allocator, CPU time of the thread, fastest of interleaved rounds. {}",
        report.provenance
    );
    out
}

fn write(out: &mut String, run: &Run) {
    let _ = writeln!(out, "### {}\n", run.allocator);
    let _ = writeln!(
        out,
        "Size / encode / owned decode / borrowed decode, relative to prost; smaller is better. CPU time of the thread, \
         fastest of the interleaved rounds (medians in the JSON). `†`: both sides need the same schema.\n"
    );
    ratios(out, run, 4);
    compressed(out, run);
}

/// The first `figures` figures of each peer: size, encode, decode, borrowed decode.
fn ratios(out: &mut String, run: &Run, figures: usize) {
    let names: Vec<&str> = run
        .datasets
        .iter()
        .map(|dataset| dataset.name.as_str())
        .collect();
    head(out, &names);
    let Some(first) = run.datasets.first() else {
        return;
    };
    row(out, "prost, absolute", run, |dataset| {
        absolute(&dataset.peers[0])[..figures].join(" / ")
    });
    for peer in first.peers.iter().skip(1) {
        row(out, &title(peer), run, |dataset| {
            let found = dataset.peers.iter().find(|other| other.name == peer.name);
            found.map_or_else(
                || "–".to_owned(),
                |found| relative(dataset, found)[..figures].join(" / "),
            )
        });
    }
    out.push('\n');
}

/// The compressed size of each peer's messages.
fn compressed(out: &mut String, run: &Run) {
    let _ = writeln!(
        out,
        "Bytes of a message, plain and compressed by zstd at level 3:\n"
    );
    let names: Vec<&str> = run
        .datasets
        .iter()
        .map(|dataset| dataset.name.as_str())
        .collect();
    head(out, &names);
    let Some(first) = run.datasets.first() else {
        return;
    };
    for peer in first.peers.iter().filter(|peer| peer.bytes.is_some()) {
        row(out, &title(peer), run, |dataset| {
            let found = dataset.peers.iter().find(|other| other.name == peer.name);
            let sizes = found.and_then(|found| Some((found.bytes?, found.compressed?)));
            sizes.map_or_else(
                || "–".to_owned(),
                |(bytes, zstd)| format!("{bytes:.0} / {zstd:.0}"),
            )
        });
    }
    out.push('\n');
}

fn row(out: &mut String, title: &str, run: &Run, cell: impl Fn(&Dataset) -> String) {
    let cells: Vec<String> = run.datasets.iter().map(cell).collect();
    let _ = writeln!(out, "| {title} | {} |", cells.join(" | "));
}

fn title(peer: &Peer) -> String {
    match peer.kind {
        Kind::Sinew => format!("**{}**", peer.name),
        Kind::Evolvable => peer.name.clone(),
        Kind::Fixed => format!("{} †", peer.name),
        Kind::Floor => format!("*{}*", peer.name),
    }
}

fn absolute(peer: &Peer) -> [String; 4] {
    let bytes = peer.bytes.map_or_else(|| "–".to_owned(), size);
    let time = |time: Option<Time>| time.map_or_else(|| "–".to_owned(), |time| duration(time.min));
    [
        bytes,
        time(peer.encode),
        time(peer.decode),
        time(peer.borrow),
    ]
}

fn relative(dataset: &Dataset, peer: &Peer) -> [String; 4] {
    let base = &dataset.peers[0];
    let time = |own: Option<Time>, base: Option<Time>| Some(own?.min / base?.min);
    let values = [
        peer.bytes.zip(base.bytes).map(|(own, base)| own / base),
        time(peer.encode, base.encode),
        time(peer.decode, base.decode),
        time(peer.borrow, base.decode),
    ];
    values.map(|value| value.map_or_else(|| "–".to_owned(), ratio))
}

/// Two significant digits below one, two decimals above.
fn ratio(value: f64) -> String {
    let digits = if value < 0.1 { 3 } else { 2 };
    format!("{value:.digits$}")
}

fn size(bytes: f64) -> String {
    if bytes < 10_000.0 {
        format!("{bytes:.0} B")
    } else {
        format!("{:.0} kB", bytes / 1000.0)
    }
}

fn duration(nanos: f64) -> String {
    if nanos < 10_000.0 {
        format!("{nanos:.0} ns")
    } else {
        format!("{:.0} µs", nanos / 1000.0)
    }
}
