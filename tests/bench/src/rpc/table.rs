//! The report as Markdown.

use std::fmt::Write;

use super::report::{Kind, Load, Report, Sides, Stack};
use crate::publish::head;

/// The tables, with what one must know to read them.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    costs(&mut out, report);
    rates(&mut out, report);
    counts(&mut out, report);
    minimal(&mut out, report);
    for line in &report.missing {
        let _ = writeln!(out, "{line}.\n");
    }
    let _ = writeln!(out, "{}", report.provenance);
    out
}

fn costs(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "CPU time of a call, or of an item of a stream, client and server together; the limit in µs, the others as multiples of it. Client and \
         server are processes of one thread on one core, on one connection, with so many calls at a time or one \
         stream; the lowest of the interleaved rounds.\n"
    );
    rows(out, report, |load, limit| {
        let own = load.cpu.sum();
        match limit {
            Some(limit) => format!("{:.2}", own / limit.cpu.sum()),
            None => format!("{:.2} µs", own / 1000.0),
        }
    });
}

fn rates(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "Calls in a second, in the best round; with one call at a time, the median of a call's time instead; for streams, \
         items in a second and the MiB that they carry:\n"
    );
    rows(out, report, |load, _| {
        match (load.latency, load.throughput) {
            (Some(latency), _) => format!("{:.1} µs", latency / 1000.0),
            (None, Some(bytes)) => {
                let mebibytes = bytes / f64::from(1 << 20);
                format!("{}; {mebibytes:.0} MiB", thousands(load.rate))
            }
            (None, None) => thousands(load.rate),
        }
    });
}

fn thousands(rate: f64) -> String {
    if rate < 10_000.0 {
        format!("{:.1} k", rate / 1000.0)
    } else {
        format!("{:.0} k", rate / 1000.0)
    }
}

fn counts(out: &mut String, report: &Report) {
    if report.stacks.iter().all(|stack| stack.idle.is_none()) {
        return;
    }
    let _ = writeln!(
        out,
        "Allocations of a call, or of an item of a stream, client + server; where they were counted, system calls behind them. The last column is \
         the memory that a server holds for an idle connection:\n"
    );
    let names = names(report);
    head(out, &[&names[..], &["idle"]].concat());
    for stack in &report.stacks {
        let cell = |name: &&str| {
            let load = stack.load(name);
            let counted = load.and_then(|load| Some((load.allocations?, load.syscalls)));
            counted.map_or_else(
                || "–".to_owned(),
                |(allocations, syscalls)| {
                    let syscalls =
                        syscalls.map_or_else(String::new, |sides| format!("; {}", both(sides)));
                    format!("{}{syscalls}", both(allocations))
                },
            )
        };
        let cells: Vec<String> = names.iter().map(cell).collect();
        let idle = stack.idle.map_or_else(
            || "–".to_owned(),
            |bytes| format!("{:.1} KiB", bytes / 1024.0),
        );
        let _ = writeln!(out, "| {} | {} | {idle} |", title(stack), cells.join(" | "));
    }
    out.push('\n');
}

fn minimal(out: &mut String, report: &Report) {
    let Some(first) = report.minimal.first() else {
        return;
    };
    let _ = writeln!(
        out,
        "A program with a server and a client of `echo`, built from scratch for release; generated code is checked in:\n\n\
         | | crates | CPU s to build | relative | stripped |\n|---|---|---|---|---|"
    );
    for program in &report.minimal {
        let _ = writeln!(
            out,
            "| {} | {} | {:.1} | {:.2} | {} KiB |",
            program.name,
            program.crates,
            program.seconds,
            program.seconds / first.seconds,
            program.bytes >> 10
        );
    }
    out.push('\n');
}

fn both(sides: Sides) -> String {
    format!("{:.2} + {:.2}", sides.client, sides.server)
}

/// One row for each stack, one column for each load; the cell gets the limit's load unless it is the limit's own.
fn rows(out: &mut String, report: &Report, cell: impl Fn(&Load, Option<&Load>) -> String) {
    let names = names(report);
    head(out, &names);
    let Some(limit) = report.stacks.first() else {
        return;
    };
    for (place, stack) in report.stacks.iter().enumerate() {
        let cells: Vec<String> = names
            .iter()
            .map(|name| match (stack.load(name), limit.load(name)) {
                (Some(load), Some(limit)) => cell(load, (place > 0).then_some(limit)),
                _ => "–".to_owned(),
            })
            .collect();
        let _ = writeln!(out, "| {} | {} |", title(stack), cells.join(" | "));
    }
    out.push('\n');
}

fn names(report: &Report) -> Vec<&str> {
    let first = report.stacks.first();
    let loads = first.map_or(&[][..], |stack| &stack.loads);
    loads.iter().map(|load| load.scenario.as_str()).collect()
}

fn title(stack: &Stack) -> String {
    match stack.kind {
        Kind::Sinew => format!("**{}**", stack.name),
        Kind::Peer => stack.name.clone(),
        Kind::Limit => format!("*{}*", stack.name),
    }
}
