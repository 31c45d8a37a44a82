//! Runs a compiler as a process and records its resource usage.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use serde::Serialize;
use wait4::Wait4;

/// Resource usage of one compiler for one schema.
#[derive(Clone, Copy, Serialize)]
pub struct Usage {
    /// CPU seconds, user and system.
    pub seconds: f64,
    /// The largest resident set in bytes.
    pub memory: u64,
    /// Bytes of all files that were written.
    pub output: u64,
}

/// Runs the command into an empty folder.
pub fn run(command: &mut Command, out: &Path) -> Result<Usage, Box<dyn Error>> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    let used = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?
        .wait4()?;
    if !used.status.success() {
        return Err(format!("{} failed", command.get_program().to_string_lossy()).into());
    }
    let seconds = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok(Usage {
        seconds,
        memory: used.rusage.maxrss,
        output: size(out)?,
    })
}

fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        bytes += if data.is_dir() {
            size(&entry.path())?
        } else {
            data.len()
        };
    }
    Ok(bytes)
}
