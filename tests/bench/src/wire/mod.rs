//! `wire`: sizes and times of the wire formats on five datasets, under two allocators.

mod chart;
mod codec;
mod convert;
pub(crate) mod datasets;
mod measure;
pub(crate) mod peers;
pub(crate) mod random;
mod report;
mod subject;
mod suite;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cargo::cargo;
use crate::provenance::Provenance;
use crate::publish::{Files, Shown};
use report::{Report, Run};

/// Arguments of `wire`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    files: Files,
    /// Draw the chart to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    run: RunOptions,
}

/// Arguments of a run with one allocator.
#[derive(Args)]
pub struct RunOptions {
    /// Seconds of interleaved rounds for each dataset
    #[arg(long, value_name = "SECONDS", default_value_t = 8.0)]
    seconds: f64,
    /// Only this dataset
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Only peers whose names contain this, and prost
    #[arg(long, value_name = "TEXT")]
    peer: Option<String>,
}

/// The packages whose versions are below the table.
const PACKAGES: [&str; 14] = [
    "sinew",
    "prost",
    "buffa",
    "pilota",
    "thrift",
    "bincode",
    "postcard",
    "wincode",
    "bitcode",
    "rkyv",
    "serde_json",
    "serde",
    "mimalloc",
    "zstd",
];

/// Measures under both allocators, prints the table and writes what was asked for.
pub fn run(options: &Options, allocator: &str) -> Result<(), Box<dyn Error>> {
    let runs = vec![
        measured(&options.run, allocator)?,
        measured_under_mimalloc(&options.run)?,
    ];
    let report = Report {
        provenance: Provenance::today(&PACKAGES),
        runs,
    };
    let shown = Shown {
        command: "wire",
        tables: &table::markdown(&report),
        summary: &table::summary(&report),
    };
    options.files.publish(&report, &shown)?;
    let svg = chart::svg(&report)?;
    options.files.draw("wire", options.svg.as_deref(), &svg)
}

/// Measures under this program's allocator and prints the run as JSON.
pub fn run_one(options: &RunOptions, allocator: &str) -> Result<(), Box<dyn Error>> {
    println!("{}", serde_json::to_string(&measured(options, allocator)?)?);
    Ok(())
}

fn measured(options: &RunOptions, allocator: &str) -> Result<Run, Box<dyn Error>> {
    let budget = Duration::try_from_secs_f64(options.seconds)?;
    let mut datasets = Vec::new();
    for suite in suite::ALL {
        if options
            .only
            .as_deref()
            .is_some_and(|only| only != suite.name)
        {
            continue;
        }
        eprintln!("{allocator}: {}", suite.name);
        let mut subjects =
            (suite.subjects)().map_err(|error| format!("{}: {error}", suite.name))?;
        if let Some(peer) = &options.peer {
            subjects.retain(|subject| subject.name == "prost" || subject.name.contains(peer));
        }
        datasets.push(measure::measure(
            suite.name,
            suite.messages,
            subjects,
            budget,
        ));
    }
    Ok(Run {
        allocator: allocator.to_owned(),
        datasets,
    })
}

/// Runs the command in another program, since a program has one allocator.
fn measured_under_mimalloc(options: &RunOptions) -> Result<Run, Box<dyn Error>> {
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--release",
        "--bin",
        "sinew-bench-mimalloc",
    ]);
    command.args([
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        "--",
    ]);
    command.args(["wire-run", "--seconds", &options.seconds.to_string()]);
    if let Some(only) = &options.only {
        command.args(["--only", only]);
    }
    if let Some(peer) = &options.peer {
        command.args(["--peer", peer]);
    }
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the run under mimalloc failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
