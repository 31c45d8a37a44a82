//! `rpc`: calls of the same service with several stacks, with client and server processes on one core.

mod chart;
mod load;
mod measure;
mod minimal;
mod pair;
mod report;
mod role;
mod rounds;
mod scenario;
mod stacks;
mod syscalls;
mod table;
mod target;
mod usage;

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::provenance::Provenance;
use crate::publish::{Files, Shown};
use pair::Programs;
use report::{Report, Stack};
use scenario::Scenario;
use stacks::all::Entry;
use target::Verdict;

pub use role::{ClientOptions, ServerOptions, call, serve};

/// Arguments of `rpc`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    files: Files,
    /// Draw the chart to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Interleaved rounds of each load
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only these loads, by their names in the table
    #[arg(long, value_name = "NAME", num_args = 1..)]
    scenario: Vec<Scenario>,
    /// Only stacks whose names contain one of these texts, and the limit
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    stack: Vec<String>,
    /// Times only: no allocations, system calls, memory and minimal programs
    #[arg(long)]
    quick: bool,
    /// Fail if a target is missed
    #[arg(long)]
    strict: bool,
}

impl Options {
    fn loads(&self) -> &[Scenario] {
        if self.scenario.is_empty() {
            &scenario::ALL
        } else {
            &self.scenario
        }
    }

    /// The requested stacks, without figures. The first is always included, because the others are compared with it.
    fn stacks(&self) -> Vec<(Entry, Stack)> {
        let mut stacks = Vec::new();
        for (place, entry) in stacks::all::ALL.iter().enumerate() {
            if place == 0 || self.wants(entry.name) {
                stacks.push((*entry, Stack::new(entry.name, entry.kind)));
            }
        }
        stacks
    }

    fn wants(&self, stack: &str) -> bool {
        let stack = stack.to_lowercase();
        let within = |text: &String| stack.contains(&text.to_lowercase());
        self.stack.is_empty() || self.stack.iter().any(within)
    }
}

/// The packages whose versions are below the table.
const PACKAGES: [&str; 7] = [
    "sinew",
    "tarpc",
    "tonic",
    "prost",
    "volo-thrift",
    "capnp-rpc",
    "tokio",
];

/// Measures all stacks, prints the table and writes what was asked for.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let programs = Programs {
        program: env::current_exe()?,
        tracers: None,
    };
    let mut stacks = options.stacks();
    for scenario in options.loads() {
        eprintln!("{}", scenario.name);
        measure::time(&programs, scenario, options.rounds, &mut stacks)?;
    }
    let lacks = stacks.iter().filter_map(|(entry, _)| entry.lacks);
    let mut missing: Vec<String> = lacks.map(str::to_owned).collect();
    let mut minimal = Vec::new();
    if !options.quick {
        minimal = minimal::measure()?;
        measure::count(&programs, &mut stacks, &mut missing)?;
    }
    let mut report = Report {
        provenance: Provenance::today(&PACKAGES).and("TCP with", congestion_control()),
        stacks: stacks.into_iter().map(|(_, stack)| stack).collect(),
        minimal,
        missing,
        verdicts: Vec::new(),
    };
    report.verdicts = target::verdicts(&report);
    write(options, &report)?;
    let missed = |verdict: &Verdict| verdict.holds == Some(false);
    if options.strict && report.verdicts.iter().any(missed) {
        return Err("a target is missed".into());
    }
    Ok(())
}

fn write(options: &Options, report: &Report) -> Result<(), Box<dyn Error>> {
    let shown = Shown {
        command: "rpc",
        tables: &table::markdown(report),
        summary: &table::summary(report),
    };
    options.files.publish(report, &shown)?;
    let svg = chart::svg(report)?;
    options.files.draw("rpc", options.svg.as_deref(), &svg)
}

/// The TCP congestion control of this machine. Some algorithms pace large transfers, others do not.
fn congestion_control() -> Option<String> {
    let named = fs::read_to_string("/proc/sys/net/ipv4/tcp_congestion_control");
    named.ok().map(|name| name.trim().to_owned())
}
