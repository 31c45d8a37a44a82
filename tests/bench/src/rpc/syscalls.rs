//! Counts system calls with strace, if it is installed.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use super::pair::Programs;
use super::report::Sides;
use super::scenario::Scenario;
use super::stacks::all::Entry;

/// Whether strace is installed.
pub fn available() -> bool {
    let found = Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success())
}

/// System calls per call: the difference between a long run and a short one.
pub fn count(
    programs: &Programs,
    stack: &Entry,
    scenario: &Scenario,
) -> Result<Sides, Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("sinew-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    // Tracing makes system calls much slower.
    let (long, short) = (scenario.one_of(5), scenario.one_of(20));
    let counted = traced(programs, stack, &long, &folder)
        .and_then(|most| Ok((most, traced(programs, stack, &short, &folder)?)));
    fs::remove_dir_all(&folder)?;
    let (most, least) = counted?;
    // Warm-up calls count, too.
    let all = |scenario: &Scenario| scenario.made() + scenario.warm_up().made();
    let calls = (all(&long) - all(&short)) as f64;
    let [client, server] = [0, 1].map(|side| (most[side] - least[side]) / calls);
    Ok(Sides { client, server })
}

fn traced(
    programs: &Programs,
    stack: &Entry,
    scenario: &Scenario,
    folder: &Path,
) -> Result<[f64; 2], Box<dyn Error>> {
    let files = ["server", "client"].map(|side| folder.join(side));
    let tracer = |file: &Path| {
        let file = file.display().to_string();
        ["strace", "-f", "-c", "-qq", "-e", WHAT, "-o", &file]
            .map(str::to_owned)
            .to_vec()
    };
    let programs = Programs {
        program: programs.program.clone(),
        tracers: Some([tracer(&files[0]), tracer(&files[1])]),
    };
    programs.measure(stack, scenario)?;
    let [server, client] = files.map(|file| total(&file));
    Ok([client?, server?])
}

/// Calls that transfer data or wait; a running process makes few others.
const WHAT: &str = "trace=network,read,write,readv,writev,epoll_wait,epoll_pwait,epoll_ctl,futex";

/// The sum of the column `calls`.
fn total(summary: &Path) -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string(summary)?;
    let line = text
        .lines()
        .find(|line| line.ends_with(" total"))
        .ok_or("strace has counted nothing")?;
    let calls = line
        .split_whitespace()
        .nth(3)
        .ok_or("strace counts in another form")?;
    Ok(calls.parse()?)
}
