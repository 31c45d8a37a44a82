//! Resource usage of a process, measured by itself.

use std::error::Error;
use std::fs;

use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};

/// Resource usage since the process began.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub struct Usage {
    /// CPU time of all its threads in nanoseconds.
    pub cpu: f64,
    /// Number of allocations, if they are counted.
    pub allocations: u64,
    /// Resident memory in bytes.
    pub resident: u64,
}

impl Usage {
    /// The usage of this process; `allocations` returns the number of allocations.
    pub fn now(allocations: fn() -> u64) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            cpu: ProcessTime::now().as_duration().as_nanos() as f64,
            allocations: allocations(),
            resident: resident()?,
        })
    }

    /// The difference to an earlier reading.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu - earlier.cpu,
            allocations: self.allocations - earlier.allocations,
            resident: self.resident,
        }
    }
}

fn resident() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("the system does not tell what is resident")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes << 10)
}
