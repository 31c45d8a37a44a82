//! Measures the stacks under the loads, round by round, so that what disturbs the machine disturbs all.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use super::pair::Programs;
use super::report::{Kind, Load, Sides, Stack};
use super::rounds::Round;
use super::scenario::{Method, Placement, Scenario, name};
use super::stacks::Stack as _;
use super::stacks::all::Entry;
use super::stacks::raw::Raw;
use super::syscalls;
use super::usage::Usage;
use crate::cargo::cargo;

/// Connections that are held to see what an idle one costs.
const IDLE: usize = 400;

/// How long a stack makes calls in one round, at least: the fastest would be done with those of the load in a few milliseconds, which
/// tell little on a machine that others use too.
const ROUND: Duration = Duration::from_millis(300);

/// Times all stacks under one load, round by round.
pub fn time(
    programs: &Programs,
    scenario: &Scenario,
    rounds: usize,
    stacks: &mut [(Entry, Stack)],
) -> Result<(), Box<dyn Error>> {
    let mut found: Vec<Vec<Round>> = stacks.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for ((entry, _), found) in stacks.iter().zip(&mut found) {
            if (entry.carries)(scenario) {
                let batches = programs.batches(entry, scenario, ROUND);
                let batches = batches.map_err(|error| format!("{}: {error}", entry.name))?;
                found.extend(Round::new(&batches, scenario.made()));
            }
        }
    }
    for ((_, stack), rounds) in stacks.iter_mut().zip(found) {
        if !rounds.is_empty() {
            stack.loads.push(Load {
                scenario: scenario.name.to_owned(),
                rounds,
                item: match scenario.method {
                    Method::Stream(bytes) => Some(bytes),
                    Method::Echo(_) | Method::Add => None,
                    Method::PlaceOrder | Method::Connect(_) => None,
                },
                allocations: None,
                syscalls: None,
            });
        }
    }
    Ok(())
}

/// Counts what does not depend on how busy the machine is: allocations, system calls, memory.
pub fn count(
    programs: &Programs,
    stacks: &mut [(Entry, Stack)],
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
    let wanted = |(entry, _): &&mut (Entry, Stack)| entry.kind != Kind::Addition;
    // An idle connection is one over which a call of `add` has gone.
    let adds: Scenario = name::ADD.parse()?;
    for (entry, stack) in stacks.iter_mut().filter(wanted) {
        eprintln!("{}: counts", entry.name);
        for load in &mut stack.loads {
            let scenario: Scenario = load.scenario.parse()?;
            if scenario.placement != Placement::OneCore {
                continue;
            }
            load.allocations = Some(allocations(&counting, entry, &scenario)?);
            if traced && scenario.shows_syscalls() {
                load.syscalls = Some(syscalls::count(programs, entry, &scenario)?);
            }
        }
        let has_server = entry.kind != Kind::Limit || entry.name == Raw::NAME;
        if has_server && (entry.carries)(&adds) {
            stack.idle = Some(programs.idle(entry, IDLE)?);
        }
    }
    Ok(())
}

/// Allocations of a call: those of a long run less those of a short one, since the callers themselves need some too.
/// A few more or fewer are chance, so there are none if the short run made more.
fn allocations(
    counting: &Programs,
    entry: &Entry,
    scenario: &Scenario,
) -> Result<Sides, Box<dyn Error>> {
    let [long, short] = [scenario.one_of(2), scenario.one_of(8)];
    let calls = (long.made() - short.made()) as f64;
    let most = counting.measure(entry, &long)?;
    let least = counting.measure(entry, &short)?;
    let each = |most: Usage, least: Usage| {
        most.allocations.saturating_sub(least.allocations) as f64 / calls
    };
    Ok(Sides {
        client: each(most.client.usage, least.client.usage),
        server: each(most.server, least.server),
    })
}

/// The program that counts its allocations, built if need be.
fn counting() -> Result<PathBuf, Box<dyn Error>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let built = cargo()
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
