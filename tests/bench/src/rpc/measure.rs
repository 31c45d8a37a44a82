//! Measures the stacks under the loads, in rounds, so that disturbances affect all of them.

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

/// Idle connections, to measure the memory of one.
const IDLE: usize = 400;

/// Minimum time of a stack in a round. The fastest ones would make the calls of a load in a few milliseconds, which is
/// too short on a shared machine.
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

/// Counts what does not depend on other load on the machine: allocations, system calls, memory.
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
    // An idle connection has made a call of `add`.
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

/// Allocations per call: the difference between a long run and a short one, because callers allocate too. Small
/// differences are noise, so the result is 0 if the short run made more.
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

/// The program that counts allocations, built if necessary.
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
