//! A server process as the one who started it sees it: killed, frozen, stopped, looked at.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use super::door::Door;
use super::server::Orders;

/// The program that runs servers, and where it may write.
#[derive(Clone, Debug)]
pub struct Program {
    /// The command of this package.
    pub path: PathBuf,
    /// A folder for ledgers.
    pub scratch: PathBuf,
}

impl Program {
    /// A file that nobody else has.
    pub fn file(&self, name: &str) -> PathBuf {
        self.scratch.join(unique(name))
    }

    /// A place for a socket: paths of sockets must be short.
    pub fn socket(&self) -> PathBuf {
        std::env::temp_dir().join(unique("socket"))
    }
}

fn unique(name: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    format!("sinew-{process}-{number}-{name}")
}

/// A server process. It is killed when this is dropped.
#[derive(Debug)]
pub struct Node {
    program: Program,
    orders: Orders,
    door: Door,
    child: Child,
}

impl Node {
    /// Starts a server and waits until it listens.
    ///
    /// # Errors
    /// If it does not.
    pub fn start(program: &Program, orders: Orders) -> io::Result<Self> {
        let (child, door) = spawn(program, &orders)?;
        let address = door.address().to_owned();
        let (program, orders) = (program.clone(), Orders { address, ..orders });
        Ok(Self {
            program,
            orders,
            door,
            child,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.orders.address
    }

    /// How it is reached.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// The file in which its calls are written down.
    ///
    /// # Panics
    /// If it was told of none.
    pub fn ledger(&self) -> &Path {
        self.orders.ledger.as_deref().expect("it has a ledger")
    }

    /// Ends it at once, in the middle of everything.
    ///
    /// # Errors
    /// If the system will not.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Lets it finish its calls; gives up when it does not end.
    ///
    /// # Errors
    /// If it does not end well.
    pub fn stop(&mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        match self.child.wait()?.success() {
            true => Ok(()),
            false => Err(io::Error::other("a server has not ended well")),
        }
    }

    /// Starts it again where it was.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_again(&mut self) -> io::Result<()> {
        (self.child, self.door) = spawn(&self.program, &self.orders)?;
        Ok(())
    }

    /// Stops all its threads, or lets them go on.
    ///
    /// # Errors
    /// If the system will not.
    pub fn freeze(&self, frozen: bool) -> io::Result<()> {
        let signal = if frozen { Signal::STOP } else { Signal::CONT };
        let process = Pid::from_child(&self.child);
        kill_process(process, signal)?;
        if frozen {
            // Until the last of its threads stands still.
            waitid(WaitId::Pid(process), WaitIdOptions::STOPPED)?;
        }
        Ok(())
    }

    /// Bytes of memory that it has, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib * 1024)
    }

    /// Processor time that it has used, where the system tells.
    pub fn processor_time(&self) -> Option<Duration> {
        /// How the kernel counts for programs, on every machine.
        const TICKS_PER_SECOND: u64 = 100;
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // Behind the name, which may have anything in it, the 12th and 13th field.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 =
            fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// Files that it has open, where the system tells.
    pub fn files(&self) -> Option<usize> {
        Some(
            fs::read_dir(format!("/proc/{}/fd", self.child.id()))
                .ok()?
                .count(),
        )
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.kill();
        if let Some(ledger) = &self.orders.ledger {
            let _ = fs::remove_file(ledger);
        }
        if let Some(socket) = self.orders.address.strip_prefix("unix:") {
            let _ = fs::remove_file(socket);
        }
    }
}

fn spawn(program: &Program, orders: &Orders) -> io::Result<(Child, Door)> {
    let mut child = Command::new(&program.path)
        .arg("server")
        .args(orders.arguments())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().expect("it is piped");
    let mut told = String::new();
    BufReader::new(output).read_line(&mut told)?;
    match told.trim_end() {
        "" => Err(io::Error::other("a server did not start")),
        told => Ok((child, Door::told(orders.carrier, told))),
    }
}
