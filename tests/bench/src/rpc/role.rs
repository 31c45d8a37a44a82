//! The measured processes: a server or a client of one stack. The measuring process controls them with lines on their
//! standard streams, and closes their input to end them.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::net::SocketAddr;
use std::process::exit;
use std::sync::Arc;
use std::thread;

use clap::Args;
use rustix::thread::{CpuSet, sched_setaffinity};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::load::{self, Load, Times};
use super::scenario::Scenario;
use super::stacks::all::Entry;
use super::stacks::{Failure, Stack};
use super::usage::Usage;

/// Arguments of a server process.
#[derive(Args)]
pub struct ServerOptions {
    stack: Entry,
    #[command(flatten)]
    place: Place,
}

/// Where a process runs.
#[derive(Args)]
struct Place {
    /// The cores it may use; without them, all
    #[arg(long, value_delimiter = ',')]
    cores: Vec<usize>,
    /// Worker threads; one means a runtime on the main thread
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

/// Arguments of a client process.
#[derive(Args)]
pub struct ClientOptions {
    stack: Entry,
    address: SocketAddr,
    #[command(flatten)]
    place: Place,
    /// The load
    #[arg(long)]
    scenario: Option<Scenario>,
    /// Calls of a round, if not as many as the load has
    #[arg(long)]
    calls: Option<usize>,
    /// Opens so many connections, calls once on each, and holds them
    #[arg(long, conflicts_with = "scenario")]
    idle: Option<usize>,
}

/// The measurements of a client.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Found {
    /// How long the calls took.
    pub times: Times,
    /// What the process used for them.
    pub usage: Usage,
}

/// Serves. Prints the address, then its usage for each line of input.
pub fn serve(options: &ServerOptions, allocations: fn() -> u64) -> Result<(), Box<dyn Error>> {
    let runtime = options.place.runtime()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    say(&listener.local_addr()?.to_string())?;
    thread::spawn(move || {
        let reported = report(allocations);
        exit(i32::from(reported.is_err()));
    });
    let served = (options.stack.serve)(&runtime, listener);
    served.map_err(|error| error.to_string().into())
}

fn report(allocations: fn() -> u64) -> Result<(), Box<dyn Error>> {
    for line in stdin().lock().lines() {
        line?;
        say(&serde_json::to_string(&Usage::now(allocations)?)?)?;
    }
    Ok(())
}

/// Connects and warms up. Then, for each line of input, makes the calls and prints the measurements.
pub fn call(options: &ClientOptions, allocations: fn() -> u64) -> Result<(), Box<dyn Error>> {
    let runtime = options.place.runtime()?;
    let done = (options.stack.call)(options, &runtime, allocations);
    done.map_err(|error| error.to_string().into())
}

/// Runs a client process of one stack.
pub fn calls<S: Stack>(
    options: &ClientOptions,
    runtime: &Runtime,
    allocations: fn() -> u64,
) -> Result<(), Failure> {
    if let Some(connections) = options.idle {
        let mut held = Vec::new();
        for _ in 0..connections {
            let client = runtime.block_on(S::connect(options.address))?;
            runtime.block_on(S::add(&client, 1, 2))?;
            held.push(client);
        }
        say("idle")?;
        asked()?;
        return Ok(());
    }
    let mut scenario = options.scenario.ok_or("nothing to do")?;
    scenario.calls = options.calls.unwrap_or(scenario.calls);
    let (address, warm_up) = (options.address, scenario.warm_up().calls);
    let client = runtime.block_on(S::connect(address))?;
    let load = Arc::new(Load::new(scenario, allocations));
    runtime.block_on(load::run::<S>(address, &client, &load, warm_up))?;
    say("warm")?;
    while asked()? {
        let (before, made) = (used(allocations)?, load.made());
        let mut times =
            runtime.block_on(load::run::<S>(address, &client, &load, scenario.calls))?;
        let (after, made) = (used(allocations)?, load.made().since(made));
        let mut usage = after.since(before);
        usage.cpu -= made.cpu;
        usage.allocations -= made.allocations;
        // Orders were created on all threads.
        times.seconds -= made.cpu / 1e9 / options.place.threads as f64;
        say(&serde_json::to_string(&Found { times, usage })?)?;
    }
    Ok(())
}

fn used(allocations: fn() -> u64) -> Result<Usage, Failure> {
    Usage::now(allocations).map_err(|error| error.to_string().into())
}

impl Place {
    fn runtime(&self) -> Result<Runtime, Box<dyn Error>> {
        if !self.cores.is_empty() {
            let mut set = CpuSet::new();
            self.cores.iter().for_each(|core| set.set(*core));
            sched_setaffinity(None, &set)?;
        }
        let mut builder = match self.threads {
            1 => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        builder.worker_threads(self.threads).enable_all();
        Ok(builder.build()?)
    }
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Waits for a line. Returns `false` at the end of the input.
fn asked() -> Result<bool, Failure> {
    Ok(stdin().lock().read_line(&mut String::new())? > 0)
}
