//! A server process, from its parent's view: it can be killed, frozen, stopped and measured.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use super::door::Door;
use super::server::Orders;

/// The program to run servers, and where it may write.
#[derive(Clone, Debug)]
pub struct Program {
    /// The command of this package.
    pub path: PathBuf,
    /// A folder for ledgers.
    pub scratch: PathBuf,
}

impl Program {
    /// A unique file.
    pub fn file(&self, name: &str) -> PathBuf {
        self.scratch.join(unique(name))
    }

    /// A place for a socket, whose path must be short.
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
    /// It does not.
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

    /// Its ledger.
    ///
    /// # Panics
    /// It has none.
    pub fn ledger(&self) -> &Path {
        self.orders.ledger.as_deref().expect("it has a ledger")
    }

    /// Kills it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Lets it finish its calls, and gives up if it does not end.
    ///
    /// # Errors
    /// It does not end well.
    pub fn stop(&mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        match self.child.wait()?.success() {
            true => Ok(()),
            false => Err(io::Error::other("a server has not ended well")),
        }
    }

    /// Restarts it at the same address.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self) -> io::Result<()> {
        (self.child, self.door) = spawn(&self.program, &self.orders)?;
        Ok(())
    }

    /// Stops all its threads, or continues them.
    ///
    /// # Errors
    /// The system refuses.
    pub fn freeze(&self, frozen: bool) -> io::Result<()> {
        let signal = if frozen { Signal::STOP } else { Signal::CONT };
        let process = Pid::from_child(&self.child);
        kill_process(process, signal)?;
        if frozen {
            // Waits until the last of its threads has stopped.
            waitid(WaitId::Pid(process), WaitIdOptions::STOPPED)?;
        }
        Ok(())
    }

    /// Its memory in bytes, if the system reports it.
    pub fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib * 1024)
    }

    /// Its CPU time, if the system reports it.
    pub fn processor_time(&self) -> Option<Duration> {
        /// The unit of the kernel's CPU times.
        const TICKS_PER_SECOND: u64 = 100;
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // After the name, which may contain anything, the 12th and 13th field.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 =
            fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// How many files it has open, if the system reports it.
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
