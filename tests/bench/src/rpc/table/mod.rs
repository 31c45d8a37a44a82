//! The report as Markdown.

mod targets;

use std::fmt::Write;

use crate::publish::head;
use crate::rpc::report::{Kind, Load, Report, Sides, Stack};
use crate::rpc::rounds::{CPU, LATENCY, RATE, SERVER};
use crate::rpc::scenario::ALL;
use crate::rpc::scenario::name::{
    ALONE, ECHO, ECHO_EVERYWHERE, LARGE, LARGE_STREAM, ONE_WORKER, ORDER, ORDER_EVERYWHERE, STREAM,
    TWO_WORKERS,
};
use crate::rpc::stacks::Stack as _;
use crate::rpc::stacks::sinew::{Plain, Sinew};

/// The tables, with an explanation.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    if !names(report).is_empty() {
        costs(&mut out, report);
        rates(&mut out, report);
        counts(&mut out, report);
    }
    workers(&mut out, report);
    everywhere(&mut out, report);
    additions(&mut out, report);
    minimal(&mut out, report);
    targets::write(&mut out, &report.verdicts);
    for line in &report.missing {
        let _ = writeln!(out, "{line}.\n");
    }
    let _ = writeln!(out, "{}", report.provenance);
    out
}

/// The text for the README: the most important loads, and how many targets are met.
pub fn summary(report: &Report) -> String {
    let mut out = String::new();
    let loads = [ORDER, ECHO, ALONE, LARGE, STREAM, LARGE_STREAM];
    rows(&mut out, report, &loads, cost);
    let _ = writeln!(out, "{}\n", targets::summary(&report.verdicts));
    let _ = writeln!(out, "{}", report.provenance);
    out
}

fn costs(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "CPU time of a call, or of an item of a stream, client and server together; the limit in µs, the others as multiples \
         of it. Client and server are processes of one thread, on one core but for the split cores, on one connection unless \
         each call has its own, with so many calls at a time or one stream. Medians of the interleaved rounds; multiples are taken within each round.\n"
    );
    rows(out, report, &names(report), cost);
}

fn cost(load: &Load, limit: Option<&Load>) -> String {
    match limit {
        Some(limit) => ratio(load.multiple(limit, CPU)),
        None => micros(load.figure(CPU)),
    }
}

fn rates(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "Calls in a second; with one call at a time, the median of a call's time instead; for streams, items in a second and \
         the MiB that they carry:\n"
    );
    rows(out, report, &names(report), |load, _| {
        let rate = load.figure(RATE);
        match (load.figure(LATENCY), load.item) {
            (Some(latency), _) => format!("{:.1} µs", latency / 1000.0),
            (None, Some(bytes)) => {
                let mebibytes = rate.map(|rate| rate * bytes as f64 / f64::from(1 << 20));
                let mebibytes = mebibytes.map_or_else(none, |carried| format!("{carried:.0} MiB"));
                format!("{}; {mebibytes}", thousands(rate))
            }
            (None, None) => thousands(rate),
        }
    });
}

fn counts(out: &mut String, report: &Report) {
    if report.stacks.iter().all(|stack| stack.idle.is_none()) {
        return;
    }
    let _ = writeln!(
        out,
        "Allocations of a call, or of an item of a stream, client + server; where they were counted, system calls behind \
         them. The last column is the memory that a server holds for an idle connection:\n"
    );
    let mut names = names(report);
    names.retain(|name| {
        let mut loads = report.rows().filter_map(|stack| stack.load(name));
        loads.any(|load| load.allocations.is_some())
    });
    head(out, &[&names[..], &["idle"]].concat());
    for stack in report.rows() {
        let cells = names.iter().map(|name| counted(stack.load(name)));
        let idle = stack.idle.map(|bytes| format!("{:.1} KiB", bytes / 1024.0));
        let cells: Vec<String> = cells.chain([idle.unwrap_or_else(none)]).collect();
        let _ = writeln!(out, "| {} | {} |", title(stack), cells.join(" | "));
    }
    out.push('\n');
}

fn counted(load: Option<&Load>) -> String {
    let both = |sides: Sides| format!("{:.2} + {:.2}", sides.client, sides.server);
    let Some((load, allocations)) = load.and_then(|load| Some((load, load.allocations?))) else {
        return none();
    };
    match load.syscalls {
        Some(syscalls) => format!("{}; {}", both(allocations), both(syscalls)),
        None => both(allocations),
    }
}

/// The cost of a second worker thread.
fn workers(out: &mut String, report: &Report) {
    let rows: Vec<(&Stack, &Load, &Load)> = report
        .rows()
        .filter_map(|stack| Some((stack, stack.load(ONE_WORKER)?, stack.load(TWO_WORKERS)?)))
        .collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "Orders, 64 at a time, with the client on one core and the server on others: CPU time of the server alone for an order, \
         and orders in a second, with one worker thread and with two.\n"
    );
    head(out, &["one worker", "two workers", "CPU relative"]);
    for (stack, one, two) in rows {
        let server = |load: &Load| load.figure(SERVER);
        let cell =
            |load: &Load| format!("{}; {}", micros(server(load)), thousands(load.figure(RATE)));
        let relative = server(two).zip(server(one)).map(|(two, one)| two / one);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            title(stack),
            cell(one),
            cell(two),
            ratio(relative)
        );
    }
    out.push('\n');
}

/// Stacks in the runtime that most programs use.
fn everywhere(out: &mut String, report: &Report) {
    let measured = |name: &&str| report.rows().any(|stack| stack.load(name).is_some());
    let names = [ORDER_EVERYWHERE, ECHO_EVERYWHERE];
    let names: Vec<&str> = names.into_iter().filter(measured).collect();
    if names.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "Client and server as `#[tokio::main]` runs them, each with a worker thread for each core of the machine: CPU time of a call, the \
         limit's in µs and the others' as multiples of it, and calls in a second.\n"
    );
    rows(out, report, &names, |load, limit| {
        format!("{}; {}", cost(load, limit), thousands(load.figure(RATE)))
    });
}

/// The cost of additions to Sinew.
fn additions(out: &mut String, report: &Report) {
    let Some(plain) = report.stack(Sinew::<Plain>::NAME) else {
        return;
    };
    let added: Vec<&Stack> = report
        .stacks
        .iter()
        .filter(|stack| stack.kind == Kind::Addition && !stack.loads.is_empty())
        .collect();
    if added.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "What additions cost: CPU time of a call, client and server together, relative to Sinew alone.\n"
    );
    let names: Vec<&str> = ALL
        .iter()
        .filter(|load| load.shows_additions() && plain.load(load.name).is_some())
        .map(|load| load.name)
        .collect();
    head(out, &names);
    for stack in added {
        let cell = |name: &&str| {
            let both = stack.load(name).zip(plain.load(name));
            both.map_or_else(none, |(own, plain)| cost(own, Some(plain)))
        };
        let cells: Vec<String> = names.iter().map(cell).collect();
        let _ = writeln!(out, "| {} | {} |", title(stack), cells.join(" | "));
    }
    out.push('\n');
}

fn minimal(out: &mut String, report: &Report) {
    let Some(first) = report.minimal.first() else {
        return;
    };
    let _ = writeln!(
        out,
        "A program with a server and a client of `echo`, built from scratch for release; generated code is checked in:\n"
    );
    head(out, &["crates", "CPU s to build", "relative", "stripped"]);
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

/// One row per stack, one column per load. The cell gets the limit's figures too, except in the limit's own row.
fn rows(
    out: &mut String,
    report: &Report,
    names: &[&str],
    cell: impl Fn(&Load, Option<&Load>) -> String,
) {
    head(out, names);
    let Some(limit) = report.stacks.first() else {
        return;
    };
    for (place, stack) in report.rows().enumerate() {
        let cells = names.iter().map(|name| stack.load(name));
        if cells.clone().all(|load| load.is_none()) {
            continue;
        }
        let cells: Vec<String> = cells
            .map(|load| match (load, place) {
                (Some(load), 0) => cell(load, None),
                (Some(load), _) => cell(load, limit.load(&load.scenario)),
                (None, _) => none(),
            })
            .collect();
        let _ = writeln!(out, "| {} | {} |", title(stack), cells.join(" | "));
    }
    out.push('\n');
}

/// The loads that were measured, except those with a table of their own.
fn names(report: &Report) -> Vec<&str> {
    let first = report.stacks.first();
    let loads = first.map_or(&[][..], |stack| &stack.loads);
    let names = loads.iter().map(|load| load.scenario.as_str());
    let apart = [ONE_WORKER, TWO_WORKERS, ORDER_EVERYWHERE, ECHO_EVERYWHERE];
    names.filter(|name| !apart.contains(name)).collect()
}

fn title(stack: &Stack) -> String {
    match stack.kind {
        Kind::Sinew => format!("**{}**", stack.name),
        Kind::Peer | Kind::Addition => stack.name.clone(),
        Kind::Limit => format!("*{}*", stack.name),
    }
}

fn none() -> String {
    "–".to_owned()
}

fn ratio(ratio: Option<f64>) -> String {
    ratio.map_or_else(none, |ratio| format!("{ratio:.2}"))
}

fn micros(nanos: Option<f64>) -> String {
    nanos.map_or_else(none, |nanos| format!("{:.2} µs", nanos / 1000.0))
}

fn thousands(rate: Option<f64>) -> String {
    rate.map_or_else(none, |rate| {
        let digits = usize::from(rate < 10_000.0);
        format!("{:.digits$} k", rate / 1000.0)
    })
}
