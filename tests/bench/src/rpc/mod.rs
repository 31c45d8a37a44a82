//! `rpc`: calls of the same service in several stacks, client and server in processes of their own on one core.

mod chart;
mod load;
mod minimal;
mod pair;
mod report;
mod role;
mod scenario;
mod stacks;
mod syscalls;
mod table;
mod usage;

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use clap::Args;

use crate::provenance::Provenance;
use crate::publish::Files;
use pair::{Programs, Round};
use report::{Kind, Load, Report, Sides, Stack};
use role::Name;
use scenario::{Method, Scenario};

pub use role::{ClientOptions, ServerOptions, call, serve};

/// What `rpc` can be told.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    files: Files,
    /// Draw the chart to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Interleaved rounds of each load
    #[arg(long, default_value_t = 7)]
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
}

impl Options {
    fn loads(&self) -> &[Scenario] {
        if self.scenario.is_empty() {
            &scenario::ALL
        } else {
            &self.scenario
        }
    }

    fn wants(&self, stack: &str) -> bool {
        let stack = stack.to_lowercase();
        let within = |text: &String| stack.contains(&text.to_lowercase());
        self.stack.is_empty() || self.stack.iter().any(within)
    }
}

/// The stacks; the first is what the others are compared with.
const STACKS: [(Name, &str, Kind); 5] = [
    (Name::Raw, "raw tokio", Kind::Limit),
    (Name::Sequential, "raw, one at a time", Kind::Limit),
    (Name::Sinew, "Sinew", Kind::Sinew),
    (Name::Tarpc, "tarpc", Kind::Peer),
    (Name::Tonic, "tonic", Kind::Peer),
];

/// The packages whose versions stand below the table.
const PACKAGES: [&str; 5] = ["sinew", "tarpc", "tonic", "prost", "tokio"];

/// Connections that are held to see what an idle one costs.
const IDLE: usize = 400;

/// Measures all stacks, prints the table and writes what was asked for.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let programs = Programs {
        program: env::current_exe()?,
        tracers: None,
    };
    let mut stacks = Vec::new();
    for (stack, name, kind) in STACKS {
        if stack == Name::Raw || options.wants(name) {
            let empty = Stack {
                name: name.to_owned(),
                kind,
                loads: Vec::new(),
                idle: None,
            };
            stacks.push((stack, empty));
        }
    }
    for scenario in options.loads() {
        eprintln!("{}", scenario.name);
        time(&programs, scenario, options.rounds, &mut stacks)?;
    }
    let mut missing = without_streams(&stacks);
    let mut minimal = Vec::new();
    if !options.quick {
        minimal = minimal::measure()?;
        count(&programs, &mut stacks, &mut missing)?;
    }
    write(
        options,
        &Report {
            provenance: Provenance::today(&PACKAGES),
            stacks: stacks.into_iter().map(|(_, stack)| stack).collect(),
            minimal,
            missing,
        },
    )
}

fn write(options: &Options, report: &Report) -> Result<(), Box<dyn Error>> {
    let table = table::markdown(report);
    options.files.publish(report, &table)?;
    if let Some(path) = &options.svg {
        fs::write(path, chart::svg(report)?)?;
    }
    Ok(())
}

/// Why cells of loads with streams are empty, if there are such loads.
fn without_streams(stacks: &[(Name, Stack)]) -> Vec<String> {
    let mut loads = stacks.iter().flat_map(|(_, stack)| &stack.loads);
    let streamed = loads.any(|load| load.throughput.is_some());
    let missing =
        "tarpc has no streams, and the limit of one call at a time is not measured with them";
    streamed.then(|| missing.to_owned()).into_iter().collect()
}

/// Whether the stack can carry the load: one of them takes one call at a time, and some have no streams.
fn carries(stack: Name, scenario: &Scenario) -> bool {
    match (stack, scenario.method) {
        (Name::Sequential | Name::Tarpc, Method::Stream(_)) => false,
        (Name::Sequential, _) => scenario.in_flight == 1,
        (Name::Raw | Name::Sinew | Name::Tarpc | Name::Tonic, _) => true,
    }
}

/// Times all stacks under one load, round by round.
fn time(
    programs: &Programs,
    scenario: &Scenario,
    rounds: usize,
    stacks: &mut [(Name, Stack)],
) -> Result<(), Box<dyn Error>> {
    let mut found: Vec<Vec<Round>> = stacks.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for ((name, stack), found) in stacks.iter().zip(&mut found) {
            if carries(*name, scenario) {
                let round = programs.measure(*name, scenario);
                found.push(round.map_err(|error| format!("{}: {error}", stack.name))?);
            }
        }
    }
    for ((_, stack), rounds) in stacks.iter_mut().zip(found) {
        if !rounds.is_empty() {
            stack.loads.push(summary(scenario, &rounds));
        }
    }
    Ok(())
}

fn summary(scenario: &Scenario, rounds: &[Round]) -> Load {
    let calls = (scenario.calls.div_ceil(scenario.in_flight) * scenario.in_flight) as f64;
    let cpu = |round: &Round| Sides {
        client: round.client.usage.cpu / calls,
        server: round.server.cpu / calls,
    };
    let lowest = |a: Sides, b: Sides| if a.sum() <= b.sum() { a } else { b };
    let rate = rounds
        .iter()
        .map(|round| calls / round.client.times.seconds)
        .fold(0.0, f64::max);
    Load {
        scenario: scenario.name.to_owned(),
        rounds: rounds.len(),
        rate,
        throughput: match scenario.method {
            Method::Stream(bytes) => Some(rate * bytes as f64),
            Method::Echo(_) | Method::Add | Method::PlaceOrder => None,
        },
        cpu: rounds
            .iter()
            .map(cpu)
            .reduce(lowest)
            .expect("there is a round"),
        latency: rounds
            .iter()
            .filter_map(|round| round.client.times.median)
            .reduce(f64::min),
        allocations: None,
        syscalls: None,
    }
}

/// Counts what does not depend on how busy the machine is: allocations, system calls, memory.
fn count(
    programs: &Programs,
    stacks: &mut [(Name, Stack)],
    missing: &mut Vec<String>,
) -> Result<(), Box<dyn Error>> {
    let counting = Programs {
        program: counting()?,
        tracers: None,
    };
    let traced = syscalls::available();
    if !traced {
        missing.push("strace is not on this machine, so system calls are not counted".to_owned());
    }
    for (name, stack) in stacks {
        eprintln!("{}: counts", stack.name);
        for load in &mut stack.loads {
            let scenario: Scenario = load.scenario.parse()?;
            let calls = (scenario.calls.div_ceil(scenario.in_flight) * scenario.in_flight) as f64;
            let round = counting.measure(*name, &scenario)?;
            load.allocations = Some(Sides {
                client: round.client.usage.allocations as f64 / calls,
                server: round.server.allocations as f64 / calls,
            });
            if traced && matches!(scenario.method, Method::Echo(32) | Method::Stream(32)) {
                load.syscalls = Some(syscalls::count(programs, *name, &scenario)?);
            }
        }
        if *name != Name::Sequential {
            stack.idle = Some(programs.idle(*name, IDLE)?);
        }
    }
    Ok(())
}

/// The program that counts its allocations, built if need be.
fn counting() -> Result<PathBuf, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let built = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--release",
            "--bin",
            "sinew-bench-counting",
        ])
        .args(["--manifest-path", manifest])
        .status()?;
    if !built.success() {
        return Err("the counting program cannot be built".into());
    }
    Ok(env::current_exe()?.with_file_name("sinew-bench-counting"))
}
