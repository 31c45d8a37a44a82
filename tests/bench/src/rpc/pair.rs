//! One measurement: a server and a client process, controlled by this one.

use std::error::Error;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::role::Found;
use super::scenario::{Placement, Scenario};
use super::stacks::all::Entry;
use super::usage::Usage;

/// The calls of a load, made once.
#[derive(Clone, Copy)]
pub struct Batch {
    /// The client's measurements.
    pub client: Found,
    /// The server's usage in that time.
    pub server: Usage,
}

/// How to run a pair of processes.
#[derive(Clone, Default)]
pub struct Programs {
    /// This program, or the one that counts allocations.
    pub program: PathBuf,
    /// Commands that wrap the server's and the client's.
    pub tracers: Option<[Vec<String>; 2]>,
}

impl Programs {
    /// Makes the calls of the load once.
    pub fn measure(&self, stack: &Entry, scenario: &Scenario) -> Result<Batch, Box<dyn Error>> {
        let batches = self.batches(stack, scenario, Duration::ZERO)?;
        batches
            .first()
            .copied()
            .ok_or_else(|| "nothing was called".into())
    }

    /// Makes them repeatedly for this long, and at least once.
    pub fn batches(
        &self,
        stack: &Entry,
        scenario: &Scenario,
        time: Duration,
    ) -> Result<Vec<Batch>, Box<dyn Error>> {
        let (mut server, address) = self.server(stack, scenario.placement)?;
        let calls = scenario.calls.to_string();
        let load = [&*address, "--scenario", scenario.name, "--calls", &calls];
        let [_, place] = places(scenario.placement)?;
        let options = load.map(str::to_owned).into_iter().chain(place);
        let mut client = self.start(1, "rpc-client", stack, options)?;
        client.expect("warm")?;
        let start = Instant::now();
        let mut batches = Vec::new();
        while batches.is_empty() || start.elapsed() < time {
            let before = server.usage()?;
            let found: Found = serde_json::from_str(&client.ask()?)?;
            let after = server.usage()?;
            batches.push(Batch {
                client: found,
                server: after.since(before),
            });
        }
        client.end()?;
        server.end()?;
        Ok(batches)
    }

    /// Memory of a server for each idle connection, in bytes.
    pub fn idle(&self, stack: &Entry, connections: usize) -> Result<f64, Box<dyn Error>> {
        let (mut server, address) = self.server(stack, Placement::OneCore)?;
        let warm = self.hold(stack, &address, 1)?;
        let before = server.usage()?;
        let client = self.hold(stack, &address, connections)?;
        let after = server.usage()?;
        client.end()?;
        warm.end()?;
        server.end()?;
        Ok((after.resident - before.resident.min(after.resident)) as f64 / connections as f64)
    }

    fn hold(&self, stack: &Entry, address: &str, count: usize) -> Result<Process, Box<dyn Error>> {
        let count = count.to_string();
        let options = [address, "--cores", "0", "--idle", &count];
        let mut client = self.start(1, "rpc-client", stack, options)?;
        client.expect("idle")?;
        Ok(client)
    }

    fn server(
        &self,
        stack: &Entry,
        placement: Placement,
    ) -> Result<(Process, String), Box<dyn Error>> {
        let [place, _] = places(placement)?;
        let mut server = self.start(0, "rpc-server", stack, place)?;
        let address = server.line()?;
        Ok((server, address))
    }

    fn start(
        &self,
        side: usize,
        role: &str,
        stack: &Entry,
        options: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Process, Box<dyn Error>> {
        let mut words: Vec<&Path> = Vec::new();
        if let Some(tracers) = &self.tracers {
            words.extend(tracers[side].iter().map(Path::new));
        }
        words.push(&self.program);
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .arg(role)
            .arg(stack.name)
            .args(options);
        Process::start(command)
    }
}

/// Arguments for server and client about cores and threads.
fn places(placement: Placement) -> io::Result<[Vec<String>; 2]> {
    let everywhere = format!("--threads {}", thread::available_parallelism()?);
    let [server, client] = match placement {
        Placement::OneCore => ["--cores 0", "--cores 0"],
        Placement::SplitCores => ["--cores 1", "--cores 0"],
        Placement::TwoWorkers => ["--cores 1,2 --threads 2", "--cores 0"],
        Placement::AllCores => [&*everywhere, &everywhere],
    };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect();
    Ok([words(server), words(client)])
}

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(mut command: Command) -> Result<Self, Box<dyn Error>> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Self {
            child,
            input,
            output,
        })
    }

    fn line(&mut self) -> Result<String, Box<dyn Error>> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("a process has ended too early".into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn expect(&mut self, expected: &str) -> Result<(), Box<dyn Error>> {
        match self.line()? {
            line if line == expected => Ok(()),
            line => Err(format!("`{line}` instead of `{expected}`").into()),
        }
    }

    fn ask(&mut self) -> Result<String, Box<dyn Error>> {
        writeln!(self.input)?;
        self.line()
    }

    fn usage(&mut self) -> Result<Usage, Box<dyn Error>> {
        Ok(serde_json::from_str(&self.ask()?)?)
    }

    fn end(mut self) -> Result<(), Box<dyn Error>> {
        drop(self.input);
        let status = self.child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("a process ended with {status}").into())
        }
    }
}
